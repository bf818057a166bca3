// Files that are complete or not there.
#ifndef CUPEL_BUILTIN_FILES_NEW_FILE_H_
#define CUPEL_BUILTIN_FILES_NEW_FILE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "builtin/files/descriptor.h"
#include "builtin/files/folder.h"

namespace cupel {

// A file that is written before it has its name, 0600. Until Publish it has
// none at all, so that a process that is killed leaves nothing; where the file
// system can't do that, it has the name ".cupel-<random>.tmp". Borrows the
// folder. One thread at a time.
class NewFile {
 public:
  enum class Way : uint8_t { kUnnamed, kNamed };

  // `way` is the better one to try.
  static absl::StatusOr<NewFile> In(const Folder& folder,
                                    Way way = Way::kUnnamed);
  NewFile(NewFile&& other) noexcept;
  ~NewFile();

  // RESOURCE_EXHAUSTED for a full disk or a limit on the size of files.
  absl::Status Write(std::string_view bytes);
  // Onto the disk: before Publish, or a crash of the system may leave the name
  // without the bytes.
  absl::Status Sync();
  // Gives it its name, a plain one. ALREADY_EXISTS leaves what is there alone,
  // and another name may be tried.
  absl::Status Publish(const std::string& name);
  // The same, in place of what is there.
  absl::Status Replace(const std::string& name);

 private:
  NewFile(const Folder& folder, OwnedFd file, std::string temporary);
  absl::Status Named();

  const Folder& folder_;
  OwnedFd file_;
  std::string temporary_;  // its name until Publish; empty: none
};

// Under `stem` and `suffix` ("report", ".json"), or with a number between them
// if that is taken: "report.1.json". Gives the name. Nothing is overwritten.
absl::StatusOr<std::string> PublishNumbered(const Folder& folder,
                                            std::string_view stem,
                                            std::string_view suffix,
                                            NewFile& file);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_FILES_NEW_FILE_H_
