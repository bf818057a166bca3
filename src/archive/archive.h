// Taking containers apart, one member after the other, without ever writing a
// byte anywhere.
#ifndef CUPEL_ARCHIVE_ARCHIVE_H_
#define CUPEL_ARCHIVE_ARCHIVE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "budget/cancel.h"
#include "payload/byte_source.h"
#include "payload/type.h"

namespace cupel {

enum class MemberKind : uint8_t {
  kFile,
  kDirectory,
  kSymlink,   // link_target is relative to the member's folder
  kHardLink,  // link_target is the name of another member
  kOther,     // device, fifo, socket, …: has no bytes
};

// Where a member stands in its container and what the container says of it.
// Nothing in here can be trusted.
struct Member {
  std::string raw_name;  // the bytes as stored; any byte, NUL too
  MemberKind kind = MemberKind::kFile;
  std::string link_target;                // raw bytes, for links
  std::optional<uint64_t> declared_size;  // absent for streams
  std::optional<uint32_t> mode;           // permission bits
  std::optional<int64_t> mtime_s;         // seconds since 1970, UTC
  uint64_t offset = 0;  // of its header; in the decoded stream for tar.gz
  bool encrypted = false;
};

// Something about a container that is legal to read past but that an honest
// tool does not make. `name` is stable: "trailing_data", "prefix_data",
// "overlapping_entries", "crc_mismatch", "size_mismatch", "missing_directory"…
struct Anomaly {
  std::string name;
  std::string detail;
  uint64_t offset = 0;
};

struct ArchiveOptions {
  // Tried in this order on encrypted members.
  std::vector<std::string> passwords;
  // Names longer than this are cut while reading, to this many bytes plus one,
  // so that the caller sees that the limit was passed without holding more.
  uint64_t name_bytes = 4096;
  // Polled between blocks; may be null.
  const Cancel* cancel = nullptr;
};

// Reads one container from front to back. One thread at a time.
//
// Errors of Next and Read carry the cause in their code:
//   kDataLoss           corrupt or truncated: what was read so far is good
//   kPermissionDenied   encrypted and no password fits
//   kUnimplemented      a method or feature that nobody here can decode
//   kCancelled          the token was triggered
//   kResourceExhausted  a decoder asks for more memory than is reasonable
// After an error of Read, Next goes on with the next member where the format
// allows. After an error of Next, the container is at its end.
class ArchiveReader {
 public:
  virtual ~ArchiveReader() = default;

  // The next member, or nothing at the end. Skips what is left of the last.
  virtual absl::StatusOr<std::optional<Member>> Next() = 0;

  // Bytes of the current member; 0 at its end. Only kFile members have any.
  // A CRC that does not fit is an error (kDataLoss) of the last call, after
  // all bytes were handed out.
  virtual absl::StatusOr<size_t> Read(char* buffer, size_t size) = 0;

  // What was noticed since the last call.
  std::vector<Anomaly> TakeAnomalies() { return std::move(anomalies_); }

  // "zip", "tar.gz", "cpio.xz", "gzip", "7z": what was really found. May
  // become more exact with the first Next.
  virtual std::string_view format() const = 0;

  // True when the content is wholly in the members, so that the container's own
  // bytes say nothing more: compressed streams, and tar.
  virtual bool wrapper() const = 0;

 protected:
  void AddAnomaly(std::string_view name, std::string detail, uint64_t offset) {
    // A crafted file could make millions; the first ones tell the story.
    if (anomaly_count_++ < kMaxAnomalies) {
      anomalies_.push_back({std::string(name), std::move(detail), offset});
    }
  }

 private:
  static constexpr size_t kMaxAnomalies = 16;
  size_t anomaly_count_ = 0;
  std::vector<Anomaly> anomalies_;
};

// `source` and `options.cancel` must outlive the reader. `name` is that of the
// container itself: a compressed stream that is no tar has one member, called
// by the name in its header (gzip) or by `name` without its last extension.
// Fails only when not even the first member can be looked for.
absl::StatusOr<std::unique_ptr<ArchiveReader>> OpenArchive(
    Container container, ByteSource& source, std::string_view name,
    const ArchiveOptions& options);

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_ARCHIVE_H_
