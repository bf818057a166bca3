// Raws: what plugins gave, each organisation's own rows over bytes that are
// stored once.
#ifndef CUPEL_STORE_RAW_STORE_H_
#define CUPEL_STORE_RAW_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/digest.h"
#include "store/run_database.h"

namespace cupel {

// Whose job it is. Ids of an organisation and of a job (a boefje meta).
struct RawOwner {
  std::string organisation;
  std::string job;

  friend bool operator==(const RawOwner&, const RawOwner&) = default;
};
// INVALID_ARGUMENT if one is empty, has over 256 bytes, a NUL or no UTF-8.
absl::Status CheckOwner(const RawOwner& owner);

// Bytes with their MIME types, which are a set. Does not own the bytes.
struct RawOutput {
  std::string_view bytes;
  std::vector<std::string> mime_types;
  std::string id;  // a UUID that was promised; empty: a new one (only for Put)
};

struct RawRow {
  std::string id;  // a random UUID, that of no other raw
  RawOwner owner;
  std::vector<std::string> mime_types;  // sorted
  int64_t created_micros = 0;           // since 1970, UTC
  Digest sha256{};
  uint64_t size = 0;
};

struct RawFilter {
  std::string organisation;
  std::optional<std::string> job;
  std::optional<std::string> mime_type;
  uint64_t offset = 0;
  uint64_t limit = 0;  // 0: all
};

struct RawUsage {
  uint64_t raws = 0;
  uint64_t raw_bytes = 0;  // as if each were stored for itself
  uint64_t blobs = 0;
  uint64_t blob_bytes = 0;
};

// Bytes that are stored, while nobody may have a raw of them yet.
struct StoredBlob {
  int64_t number = 0;
  Digest sha256{};
  uint64_t size = 0;
  std::string mime_types;  // sorted, one a line
};

// Thread-safe. Each call is a transaction of its own, or part of that of
// RunDatabase::Atomically around it. One organisation's raws are not there for
// another: NOT_FOUND, as if they did not exist.
class RawStore {
 public:
  static constexpr uint64_t kDefaultRawBytes = uint64_t{64} << 20;

  // RESOURCE_EXHAUSTED for more than `most_bytes` in one raw.
  explicit RawStore(std::shared_ptr<RunDatabase> database,
                    uint64_t most_bytes = kDefaultRawBytes);

  absl::StatusOr<RawRow> Put(const RawOwner& owner, const RawOutput& output,
                             int64_t created_micros);

  absl::StatusOr<RawRow> Row(std::string_view organisation,
                             std::string_view id);
  // Whosever it is: for the host, who asks on nobody's behalf.
  absl::StatusOr<RawRow> Find(std::string_view id);
  // DATA_LOSS, naming the raw, if the bytes are not those that were stored.
  absl::StatusOr<std::string> Bytes(std::string_view organisation,
                                    std::string_view id);
  // In the order in which they were made.
  absl::StatusOr<std::vector<RawRow>> List(const RawFilter& filter);
  // With the last raw of some bytes go the bytes, and the run that gave them.
  absl::Status Delete(std::string_view organisation, std::string_view id);
  absl::StatusOr<uint64_t> DeleteOf(std::string_view organisation);
  absl::StatusOr<RawUsage> Usage();

  // Put in two halves: bytes once, then a row for each who gets them. Only
  // within one Atomically, or the bytes may belong to nobody.
  absl::StatusOr<StoredBlob> Keep(const RawOutput& output);
  absl::StatusOr<RawRow> Grant(const RawOwner& owner, const StoredBlob& blob,
                               int64_t created_micros,
                               std::string_view id = {});

 private:
  absl::Status CheckOutput(const RawOutput& output) const;

  const std::shared_ptr<RunDatabase> database_;
  const uint64_t most_bytes_;
};

}  // namespace cupel

#endif  // CUPEL_STORE_RAW_STORE_H_
