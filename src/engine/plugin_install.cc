#include "engine/plugin_install.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/status.h"
#include "engine/copy_folder.h"
#include "engine/plugin_specs.h"
#include "format/escape.h"
#include "format/json_writer.h"
#include "registry/discovery.h"

namespace cupel {
namespace {

absl::StatusOr<std::string> RealPath(const std::string& path) {
  const std::unique_ptr<char, decltype(&free)> real(
      realpath(path.c_str(), nullptr), &free);
  if (real != nullptr) return std::string(real.get());
  return ErrnoStatus(errno,
                     fmt::format("open folder '{}'", EscapePrintable(path)));
}

// The plugins of one folder, all of them sound.
struct SoundFolder {
  std::string path;
  std::vector<std::string> plugins;
  std::string content_hash;
};

absl::StatusOr<SoundFolder> ReadSound(const std::string& folder) {
  CUPEL_ASSIGN_OR_RETURN(const std::vector<FoundPlugin> found,
                         DiscoverPlugins(folder));
  std::set<std::string> places;
  for (const FoundPlugin& plugin : found) places.insert(plugin.directory);
  SoundFolder sound{.path = folder};
  if (!places.contains(folder)) {
    if (places.size() != 1) {
      return InvalidArgument(
          "'{}' is no plugin's folder: there is no plugin.json, *.stoq, "
          "boefje.json or normalizer.json in it{}",
          EscapePrintable(folder),
          places.empty() ? "" : ", but in several below it");
    }
    sound.path = *places.begin();
  }
  for (const FoundPlugin& plugin : found) {
    if (!plugin.problem.empty()) return InvalidArgument("{}", plugin.problem);
    if (plugin.directory != sound.path) continue;
    for (const PluginSpec& spec : SpecsOf(plugin)) {
      if (!spec.problem.empty()) return InvalidArgument("{}", spec.problem);
      sound.plugins.push_back(PluginNameText(spec.info.id));
    }
  }
  CUPEL_ASSIGN_OR_RETURN(const FolderHashes hashes, HashFolder(sound.path));
  sound.content_hash = hashes.content_hash;
  return sound;
}

absl::Status CheckName(std::string_view name, const std::string& folder) {
  if (!name.empty() && name.front() != '.' && name.size() <= 200 &&
      EscapePrintable(name) == name && name != "__pycache__") {
    return absl::OkStatus();
  }
  return InvalidArgument(
      "'{}': a folder of this name can't be one of the plugins', rename it",
      EscapePrintable(folder));
}

// The same plugin under another name would be there twice.
absl::Status CheckOthers(const std::string& destination,
                         const std::string& target, const SoundFolder& sound) {
  CUPEL_ASSIGN_OR_RETURN(const std::vector<FoundPlugin> found,
                         DiscoverPlugins(destination));
  for (const FoundPlugin& plugin : found) {
    const std::string& place = plugin.directory;
    if (place == target || place.starts_with(target + "/")) continue;
    for (const PluginSpec& spec : SpecsOf(plugin)) {
      const std::string name = PluginNameText(spec.info.id);
      if (std::find(sound.plugins.begin(), sound.plugins.end(), name) ==
          sound.plugins.end()) {
        continue;
      }
      return AlreadyExists("{} is there already, in '{}': take that one away",
                           name, EscapePrintable(place));
    }
  }
  return absl::OkStatus();
}

// What an upgrade would take away.
absl::Status CheckReplaced(const std::string& target) {
  struct stat what{};
  if (lstat(target.c_str(), &what) != 0 || !S_ISDIR(what.st_mode)) {
    return FailedPrecondition("'{}' is no folder, and is not replaced",
                              EscapePrintable(target));
  }
  CUPEL_ASSIGN_OR_RETURN(const std::vector<FoundPlugin> found,
                         DiscoverPlugins(target));
  const bool is_plugin = std::any_of(
      found.begin(), found.end(),
      [&](const FoundPlugin& plugin) { return plugin.directory == target; });
  if (is_plugin) return absl::OkStatus();
  return FailedPrecondition(
      "'{}' is not the folder of a plugin, and is not replaced",
      EscapePrintable(target));
}

// Puts `copy` in the place of `target`, in one step. What was there is in the
// place of `copy` afterwards.
absl::StatusOr<bool> MoveIn(const std::string& copy, const std::string& target,
                            bool upgrade) {
  if (renameat2(AT_FDCWD, copy.c_str(), AT_FDCWD, target.c_str(),
                RENAME_NOREPLACE) == 0) {
    return false;
  }
  if (errno != EEXIST) {
    return ErrnoStatus(errno,
                       fmt::format("make '{}'", EscapePrintable(target)));
  }
  if (!upgrade) {
    return AlreadyExists(
        "'{}' is there already: say that it is an upgrade to replace it",
        EscapePrintable(target));
  }
  CUPEL_RETURN_IF_ERROR(CheckReplaced(target));
  if (renameat2(AT_FDCWD, copy.c_str(), AT_FDCWD, target.c_str(),
                RENAME_EXCHANGE) == 0) {
    return true;
  }
  return ErrnoStatus(errno,
                     fmt::format("replace '{}'", EscapePrintable(target)));
}

absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return absl::OkStatus();
  return ErrnoStatus(error.value(),
                     fmt::format("make folder '{}'", EscapePrintable(path)));
}

void SyncFolder(const std::string& path) {
  const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  (void)fsync(folder);
  close(folder);
}

}  // namespace

absl::StatusOr<InstalledPlugin> InstallPlugin(const std::string& folder,
                                              const std::string& destination,
                                              bool upgrade,
                                              const InstallLimits& limits) {
  CUPEL_ASSIGN_OR_RETURN(const std::string source, RealPath(folder));
  CUPEL_ASSIGN_OR_RETURN(const SoundFolder sound, ReadSound(source));
  const std::string name = sound.path.substr(sound.path.rfind('/') + 1);
  CUPEL_RETURN_IF_ERROR(CheckName(name, sound.path));
  CUPEL_RETURN_IF_ERROR(MakeFolder(destination));
  CUPEL_ASSIGN_OR_RETURN(const std::string into, RealPath(destination));
  const std::string target = into + (into.ends_with('/') ? "" : "/") + name;
  if ((into + "/").starts_with(sound.path + "/") || target == sound.path) {
    return InvalidArgument("'{}' can't be installed into '{}', it lies there",
                           EscapePrintable(folder),
                           EscapePrintable(destination));
  }
  CUPEL_RETURN_IF_ERROR(CheckOthers(into, target, sound));

  // A hidden one, which no discovery looks into.
  std::string temporary = into + "/.install-XXXXXX";
  if (mkdtemp(temporary.data()) == nullptr) {
    return ErrnoStatus(errno, fmt::format("make a folder in '{}'",
                                          EscapePrintable(destination)));
  }
  const absl::Cleanup remove = [&temporary] {
    std::error_code ignored;
    std::filesystem::remove_all(temporary, ignored);
  };
  const std::string copy = temporary + "/" + name;
  CUPEL_ASSIGN_OR_RETURN(const CopiedFolder copied,
                         CopyFolder(sound.path, copy, limits));
  const absl::StatusOr<SoundFolder> again = ReadSound(copy);
  if (!again.ok() || again->plugins != sound.plugins || again->path != copy) {
    return absl::AbortedError(
        "the folder was changed while it was copied: try again");
  }
  CUPEL_ASSIGN_OR_RETURN(const bool replaced, MoveIn(copy, target, upgrade));
  SyncFolder(into);
  return InstalledPlugin{.plugins = again->plugins,
                         .directory = target,
                         .files = copied.files,
                         .bytes = copied.bytes,
                         .content_hash = again->content_hash,
                         .replaced = replaced};
}

absl::StatusOr<std::string> InstallPluginJson(const std::string& folder,
                                              const std::string& destination,
                                              bool upgrade) {
  CUPEL_ASSIGN_OR_RETURN(const InstalledPlugin installed,
                         InstallPlugin(folder, destination, upgrade));
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("plugins").BeginArray();
  for (const std::string& name : installed.plugins) json.String(name);
  json.EndArray();
  json.Key("directory").String(EscapePrintable(installed.directory));
  json.Key("files").Number(installed.files);
  json.Key("bytes").Number(installed.bytes);
  json.Key("content_hash").String(installed.content_hash);
  json.Key("replaced").Bool(installed.replaced);
  json.EndObject();
  return out;
}

}  // namespace cupel
