// A file, or the files of a folder.
#include <sys/stat.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <string>

#include "base/status.h"
#include "builtin/call.h"
#include "builtin/files/folder.h"
#include "builtin/files/glob.h"
#include "builtin/files/walk.h"
#include "builtin/source/deliver.h"
#include "builtin/tables.h"
#include "format/escape.h"

namespace cupel {
namespace {

std::string RealPath(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(
      realpath(path.c_str(), nullptr), &std::free);
  return real == nullptr ? "" : real.get();
}

class FolderSource {
 public:
  FolderSource(PluginCall& call, const std::string& root, std::string glob)
      : call_(call),
        root_(root),
        real_root_(RealPath(root)),
        inside_(real_root_ == "/" ? "/" : real_root_ + "/"),
        glob_(std::move(glob)) {}

  absl::Status Entry(const std::string& relative, const struct stat& info) {
    CUPEL_RETURN_IF_ERROR(call_.CheckCancelled());
    if (!FitsPath(glob_, relative)) return absl::OkStatus();
    const std::string path = Joined(root_, relative);
    if (S_ISREG(info.st_mode)) {
      return Deliver(call_, {.name = path, .path = path});
    }
    if (S_ISLNK(info.st_mode)) return Link(path);
    PassOver(path, "it is no regular file");
    return absl::OkStatus();
  }

 private:
  // A link to a file in the same tree is another name for it. Folders are
  // visited where they really are.
  absl::Status Link(const std::string& path) {
    const std::string real = RealPath(path);
    struct stat info{};
    if (real.empty() || stat(real.c_str(), &info) != 0) {
      PassOver(path, "the link leads to nothing");
    } else if (real != real_root_ && !real.starts_with(inside_)) {
      PassOver(path, "the link leads out of the folder");
    } else if (S_ISREG(info.st_mode)) {
      return Deliver(call_, {.name = path, .path = real});
    } else if (!S_ISDIR(info.st_mode)) {
      PassOver(path, "the link leads to no regular file");
    }
    return absl::OkStatus();
  }

  void PassOver(const std::string& path, std::string_view why) {
    call_.Log(CUPEL_LOG_WARNING, fmt::format("'{}' is passed over: {}",
                                             EscapePrintable(path), why));
  }

  PluginCall& call_;
  const std::string root_;
  const std::string real_root_;
  const std::string inside_;
  const std::string glob_;
};

absl::Status Ingest(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const std::string path, call.Text("path"));
  CUPEL_ASSIGN_OR_RETURN(const bool recursive, call.Bool("recursive"));
  CUPEL_ASSIGN_OR_RETURN(const std::string glob, call.Text("glob"));
  if (path.empty() || path.find('\0') != std::string::npos) {
    return call.Wrong("path", "name a file or a folder");
  }
  if (const auto good = CheckGlob(glob); !glob.empty() && !good.ok()) {
    return call.Wrong("glob", MessageOf(good));
  }
  struct stat info{};
  if (stat(path.c_str(), &info) != 0) {
    return ErrnoStatus(errno,
                       fmt::format("look at '{}'", EscapePrintable(path)));
  }
  if (S_ISREG(info.st_mode)) {
    return Deliver(call, {.name = path, .path = path});
  }
  if (!S_ISDIR(info.st_mode)) {
    return FailedPrecondition("'{}' is neither a file nor a folder",
                              EscapePrintable(path));
  }
  CUPEL_ASSIGN_OR_RETURN(const Folder root, Folder::Open(path, false));
  FolderSource source(call, path, glob);
  return Walk(root, "", recursive,
              {.entry =
                   [&](const std::string& relative, const struct stat& entry) {
                     return source.Entry(relative, entry);
                   },
               .folder = {},
               .error = [&](const absl::Status& why) { call.Error(why); }});
}

constexpr const char* kOptions =
    R"({"path": "", "recursive": true, "glob": ""})";
constexpr const char* kDescription = "Takes a file, or the files of a folder";

}  // namespace

const cupel_plugin_v1 kFiledirSource = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .category = CUPEL_PLUGIN_SOURCE,
    .name = "filedir",
    .version = "1.0",
    .description = kDescription,
    .options = kOptions,
    .ingest = Enter<kFiledirSource, Ingest>};

const cupel_plugin_v1 kFileSource = {.struct_size = sizeof(cupel_plugin_v1),
                                     .abi = CUPEL_PLUGIN_ABI,
                                     .category = CUPEL_PLUGIN_SOURCE,
                                     .name = "file",
                                     .version = "1.0",
                                     .description = kDescription,
                                     .options = kOptions,
                                     .ingest = Enter<kFileSource, Ingest>};

}  // namespace cupel
