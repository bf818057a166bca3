#include "builtin/files/payload_tree.h"

#include "base/status.h"
#include "builtin/files/new_file.h"

namespace cupel {
namespace {

// Nobody has made longer ones collide than are read into memory here.
constexpr uint64_t kMostCompared = uint64_t{1} << 30;

}  // namespace

std::string PayloadTree::FolderOf(std::string_view hash) const {
  std::string path;
  size_t at = 0;
  for (const size_t digits : layout_.digits) {
    if (!path.empty()) path += '/';
    path += hash.substr(at, digits);
    at += digits;
  }
  return path;
}

size_t PayloadTree::hash_digits() const {
  switch (layout_.hash) {
    case HashName::kMd5:
      return 32;
    case HashName::kSha1:
      return 40;
    case HashName::kSha256:
      return 64;
    case HashName::kSha512:
      return 128;
  }
  return 0;
}

// The old hashes can be made to collide: what is kept under a name that is
// right stays.
absl::Status PayloadTree::CheckDamaged(const Folder& folder,
                                       const std::string& name) const {
  const auto old = folder.Read(name, kMostCompared);
  if (!old.ok()) return absl::OkStatus();
  CUPEL_ASSIGN_OR_RETURN(const std::string hash, HexHash(layout_.hash, *old));
  if (hash != name) return absl::OkStatus();
  return AlreadyExists(
      "{} has other bytes with the same {}: somebody made the two collide; "
      "keep this one by SHA-256",
      folder.Shown(name), HashNameText(layout_.hash));
}

// True if it was not there.
absl::StatusOr<bool> PayloadTree::PutFile(const Folder& folder,
                                          const std::string& name,
                                          std::string_view bytes) const {
  const bool there = folder.Has(name);
  if (there) {
    const auto old = folder.Read(name, bytes.size());
    if (old.ok() && *old == bytes) return false;
    // Too long is damage as well; what can't be read is not for us to remove.
    if (!old.ok() && !absl::IsResourceExhausted(old.status())) {
      return old.status();
    }
    CUPEL_RETURN_IF_ERROR(CheckDamaged(folder, name));
  }
  CUPEL_ASSIGN_OR_RETURN(NewFile file, NewFile::In(folder));
  CUPEL_RETURN_IF_ERROR(file.Write(bytes));
  if (sync_) CUPEL_RETURN_IF_ERROR(file.Sync());
  const absl::Status named = there ? file.Replace(name) : file.Publish(name);
  // Somebody else stored the same in the meantime.
  if (absl::IsAlreadyExists(named)) return false;
  CUPEL_RETURN_IF_ERROR(named);
  if (sync_) CUPEL_RETURN_IF_ERROR(folder.Sync());
  return true;
}

absl::StatusOr<PayloadTree::Stored> PayloadTree::Put(
    std::string_view bytes, std::string_view extra) const {
  Stored stored;
  CUPEL_ASSIGN_OR_RETURN(stored.hash, HexHash(layout_.hash, bytes));
  CUPEL_ASSIGN_OR_RETURN(const Folder folder,
                         base_.Below(FolderOf(stored.hash), true));
  CUPEL_ASSIGN_OR_RETURN(stored.added, PutFile(folder, stored.hash, bytes));
  const std::string beside = stored.hash + ".json";
  if (!extra.empty() && !folder.Has(beside)) {
    CUPEL_RETURN_IF_ERROR(PutFile(folder, beside, extra).status());
  }
  return stored;
}

absl::StatusOr<std::string> PayloadTree::Get(const std::string& hash,
                                             uint64_t most) const {
  const auto folder = base_.Below(FolderOf(hash), false);
  if (absl::IsNotFound(folder.status())) {
    return NotFound("there is no payload {} in '{}'", hash, base_.path());
  }
  CUPEL_RETURN_IF_ERROR(folder.status());
  auto bytes = folder->Read(hash, most);
  if (absl::IsNotFound(bytes.status())) {
    return NotFound("there is no payload {} in '{}'", hash, base_.path());
  }
  CUPEL_RETURN_IF_ERROR(bytes.status());
  CUPEL_ASSIGN_OR_RETURN(const std::string real, HexHash(layout_.hash, *bytes));
  if (real != hash) {
    return DataLoss("{} is damaged: its {} is {}", folder->Shown(hash),
                    HashNameText(layout_.hash), real);
  }
  return bytes;
}

}  // namespace cupel
