#include "registry/discovery.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <utility>

#include "base/hash.h"
#include "base/status.h"
#include "format/escape.h"
#include "registry/folder.h"
#include "registry/plugin_folder.h"

namespace cupel {
namespace {

struct FreeText {
  void operator()(char* text) const { free(text); }
};

class Walk {
 public:
  Walk(const DiscoveryLimits& limits, std::string_view real_root)
      : limits_(limits), real_root_(real_root) {}

  absl::Status Root(const Descriptor& folder, const std::string& path) {
    CUPEL_ASSIGN_OR_RETURN(std::vector<FolderEntry> entries,
                           ListFolder(folder.get(), path, limits_.files));
    // Its name is the user's choice, dots or not.
    Read(folder.get(), path, std::move(entries), true, 1);
    return absl::OkStatus();
  }

  std::vector<FoundPlugin> Finish() {
    MarkDuplicates();
    return std::move(found_);
  }

 private:
  // A folder that can't be looked into.
  void Broken(const std::string& path, const absl::Status& status) {
    FoundPlugin& plugin = found_.emplace_back();
    plugin.directory = path;
    plugin.problem = MessageOf(status);
  }

  void Read(int folder, const std::string& path,
            std::vector<FolderEntry> entries, bool is_package, uint64_t depth) {
    files_ += entries.size();
    const PluginFolder here{folder, path, std::move(entries), real_root_,
                            is_package};
    if (std::any_of(here.entries.begin(), here.entries.end(),
                    [](const FolderEntry& entry) {
                      return IsManifestName(entry.name);
                    })) {
      ReadPluginFolder(here, limits_, &found_);
    }
    for (const FolderEntry& entry : here.entries) {
      if (stopped_) return;
      if (entry.kind != EntryKind::kFolder || Skipped(entry.name)) continue;
      const bool dotted = entry.name.find('.') != std::string::npos;
      const std::string below =
          path + (path.back() == '/' ? "" : "/") + entry.name;
      const absl::Status status =
          Enter(folder, entry.name, below, is_package && !dotted, depth + 1);
      if (!status.ok()) Broken(below, status);
    }
  }

  absl::Status Enter(int parent, const std::string& name,
                     const std::string& path, bool is_package, uint64_t depth) {
    if (depth > limits_.depth) {
      return ResourceExhausted("folder '{}': more than {} levels deep",
                               EscapePrintable(path), limits_.depth);
    }
    if (++directories_ > limits_.directories) {
      stopped_ = true;
      return ResourceExhausted(
          "folder '{}': more than {} folders; this one and those after it were "
          "not looked into",
          EscapePrintable(path), limits_.directories);
    }
    CUPEL_ASSIGN_OR_RETURN(const Descriptor folder,
                           OpenFolder(parent, name, path, false));
    auto entries = ListFolder(folder.get(), path,
                              limits_.files - std::min(limits_.files, files_));
    if (!entries.ok()) {
      stopped_ = absl::IsResourceExhausted(entries.status());
      return std::move(entries).status();
    }
    Read(folder.get(), path, std::move(*entries), is_package, depth);
    return absl::OkStatus();
  }

  static bool Skipped(std::string_view name) {
    return name.front() == '.' || name == "__pycache__";
  }

  void MarkDuplicates() {
    HashMap<std::pair<int32_t, std::string>, size_t> last;
    for (size_t i = 0; i < found_.size(); ++i) {
      FoundPlugin& plugin = found_[i];
      if (!plugin.problem.empty()) continue;
      const auto [at, first] = last.try_emplace(
          {static_cast<int32_t>(plugin.manifest.kind), plugin.manifest.id}, i);
      if (first) continue;
      plugin.duplicate_of = found_[at->second].directory;
      at->second = i;
    }
  }

  const DiscoveryLimits& limits_;
  const std::string_view real_root_;
  std::vector<FoundPlugin> found_;
  uint64_t directories_ = 1;
  uint64_t files_ = 0;
  bool stopped_ = false;
};

}  // namespace

absl::StatusOr<std::vector<FoundPlugin>> DiscoverPlugins(
    const std::string& root, const DiscoveryLimits& limits) {
  if (root.empty() || root.find('\0') != std::string::npos) {
    return InvalidArgument("'{}' is no path of a folder",
                           EscapePrintable(root));
  }
  CUPEL_ASSIGN_OR_RETURN(const Descriptor folder,
                         OpenFolder(AT_FDCWD, root, root, true));
  const std::unique_ptr<char, FreeText> real(realpath(root.c_str(), nullptr));
  if (real == nullptr) {
    return ErrnoStatus(errno,
                       fmt::format("open folder '{}'", EscapePrintable(root)));
  }
  Walk walk(limits, real.get());
  CUPEL_RETURN_IF_ERROR(walk.Root(folder, root));
  return walk.Finish();
}

}  // namespace cupel
