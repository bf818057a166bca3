// Looking into folders that others filled: nothing is waited for, nothing but
// regular files is opened, everything is bounded.
#ifndef CUPEL_REGISTRY_FOLDER_H_
#define CUPEL_REGISTRY_FOLDER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace cupel {

// Owns a descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  ~Descriptor();
  int get() const { return fd_; }

 private:
  int fd_;
};

enum class EntryKind : int32_t {
  kFile = 0,        // regular, perhaps through a link
  kFolder = 1,      // not through a link
  kLink = 2,        // to a folder, or to nothing
  kSpecial = 3,     // pipe, socket, device, perhaps through a link
  kUnreadable = 4,  // nothing could be learnt about it
};

struct FolderEntry {
  std::string name;
  EntryKind kind = EntryKind::kFile;
};

// `path` in errors is escaped. A link is followed if `follow`; otherwise it is
// an error.
absl::StatusOr<Descriptor> OpenFolder(int parent, const std::string& name,
                                      std::string_view path, bool follow);

// What is in a folder, by the bytes of the names. RESOURCE_EXHAUSTED if it is
// more than `limit`.
absl::StatusOr<std::vector<FolderEntry>> ListFolder(int folder,
                                                    std::string_view path,
                                                    uint64_t limit);

// What a link says.
absl::StatusOr<std::string> ReadLink(int folder, const std::string& name,
                                     std::string_view path);

// Feeds the bytes of a regular file to `sink`, piece by piece; gives their
// number. RESOURCE_EXHAUSTED if it is more than `limit`.
absl::StatusOr<uint64_t> ReadFileAt(
    int folder, const std::string& name, std::string_view path, uint64_t limit,
    const std::function<void(std::string_view)>& sink);

// The same, as a whole.
absl::StatusOr<std::string> ReadSmallFileAt(int folder, const std::string& name,
                                            std::string_view path,
                                            uint64_t limit);

// The first `count` bytes of a regular file, or fewer if it is shorter.
absl::StatusOr<std::string> ReadHeadAt(int folder, const std::string& name,
                                       std::string_view path, size_t count);

}  // namespace cupel

#endif  // CUPEL_REGISTRY_FOLDER_H_
