// A folder to keep files in, below which no link is ever followed.
#ifndef CUPEL_BUILTIN_FILES_FOLDER_H_
#define CUPEL_BUILTIN_FILES_FOLDER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "builtin/files/descriptor.h"

namespace cupel {

// Thread-safe: it has no state but the open folder. A folder that is moved away
// stays the one that was opened. What is made is 0600, folders 0700.
class Folder {
 public:
  // `path` is the operator's, and may lead through links. With `make`, all of
  // it that is missing is made.
  static absl::StatusOr<Folder> Open(const std::string& path, bool make);

  // The folder "2026/11/30" below it. Each part must be a plain name;
  // FAILED_PRECONDITION for one that is a link or a file. An empty `relative`
  // is the folder itself.
  absl::StatusOr<Folder> Below(std::string_view relative, bool make) const;

  // A regular file in it, for reading. FAILED_PRECONDITION for a link or a
  // device; NOT_FOUND.
  absl::StatusOr<OwnedFd> OpenFile(const std::string& name) const;
  // All of it; RESOURCE_EXHAUSTED for more than `most` bytes.
  absl::StatusOr<std::string> Read(const std::string& name,
                                   uint64_t most) const;
  bool Has(const std::string& name) const;
  // So that what was made in it is there after a crash of the system.
  absl::Status Sync() const;

  int descriptor() const { return folder_.get(); }
  const std::string& path() const { return path_; }  // for messages
  // "'<path>/<name>'", printable.
  std::string Shown(std::string_view name) const;

 private:
  Folder(OwnedFd folder, std::string path)
      : folder_(std::move(folder)), path_(std::move(path)) {}

  OwnedFd folder_;
  std::string path_;
};

// Cuts "a/b/c" into the folder "a/b" and the name "c". INVALID_ARGUMENT unless
// every part is a plain name: not empty, "." or "..", and without NUL.
absl::Status CheckRelative(std::string_view path);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_FILES_FOLDER_H_
