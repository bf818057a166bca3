// Payloads as files that are named by a hash of what is in them.
#ifndef CUPEL_BUILTIN_FILES_PAYLOAD_TREE_H_
#define CUPEL_BUILTIN_FILES_PAYLOAD_TREE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "builtin/files/folder.h"
#include "crypto/named_hash.h"

namespace cupel {

// How a hash becomes a path: the digits of each folder on the way, and the
// whole hash as name. {1, 1, 1, 1, 1} is stoQ's: a/9/9/9/3/a9993e36…
struct TreeLayout {
  HashName hash = HashName::kSha256;
  std::vector<size_t> digits;
};

// Thread-safe; any number of processes may use one folder.
class PayloadTree {
 public:
  PayloadTree(Folder base, TreeLayout layout, bool sync)
      : base_(std::move(base)), layout_(std::move(layout)), sync_(sync) {}

  struct Stored {
    std::string hash;
    bool added = false;  // false: it was there
  };
  // Stored once. A file of that name that is damaged is replaced;
  // ALREADY_EXISTS if it is not, but has other bytes with the same hash.
  // `extra`, if not empty, is put beside it as <hash>.json the first time.
  absl::StatusOr<Stored> Put(std::string_view bytes,
                             std::string_view extra) const;

  // `hash`: in lower-case hexadecimal, complete. NOT_FOUND; DATA_LOSS if the
  // bytes are not those of the hash; RESOURCE_EXHAUSTED if over `most`.
  absl::StatusOr<std::string> Get(const std::string& hash, uint64_t most) const;

  size_t hash_digits() const;

 private:
  std::string FolderOf(std::string_view hash) const;
  absl::Status CheckDamaged(const Folder& folder,
                            const std::string& name) const;
  absl::StatusOr<bool> PutFile(const Folder& folder, const std::string& name,
                               std::string_view bytes) const;

  const Folder base_;
  const TreeLayout layout_;
  const bool sync_;
};

}  // namespace cupel

#endif  // CUPEL_BUILTIN_FILES_PAYLOAD_TREE_H_
