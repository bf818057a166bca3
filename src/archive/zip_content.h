// The bytes of one member of a zip file: decrypted, decompressed, checked.
#ifndef CUPEL_ARCHIVE_ZIP_CONTENT_H_
#define CUPEL_ARCHIVE_ZIP_CONTENT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "archive/archive.h"
#include "archive/decoder.h"
#include "archive/input.h"
#include "archive/zip_aes.h"
#include "archive/zip_crypto.h"
#include "archive/zip_records.h"

namespace cupel {

// Used for all members, one after the other: decoders and buffers are kept.
// One thread at a time. What it borrows must outlive it.
class ZipContent {
 public:
  ZipContent(ByteSource& source, const ArchiveOptions& options);

  // Begins a member whose data is at `begin`. If not `sized`, the entry's sizes
  // and CRC are unknown and stand after the data; of stored data, which says
  // nothing about its end, compressed_size is then what can be read.
  void Open(const ZipEntry& entry, uint64_t begin, bool sized);

  // A member that can't be read.
  void Fail(absl::Status status);

  // As ArchiveReader::Read.
  absl::StatusOr<size_t> Read(char* buffer, size_t size);

  // Where in the entry's data bytes stand that its stream does not use; known
  // after the end.
  std::optional<uint64_t> leftover() const { return leftover_; }

  // How far the data of the current member was used, as an offset in the
  // source.
  uint64_t reached() const { return reached_; }

  // For headers too, while no member is being read.
  RangeInput& raw() { return raw_; }

 private:
  absl::Status Begin(const ZipEntry& entry);
  absl::Status BeginDecrypting();
  absl::Status BeginAes(const ZipEntry& entry);
  // Ready to read with this password; false if it is certainly wrong.
  absl::StatusOr<bool> TryPassword(const std::string& password);
  enum class Fit : uint8_t { kNo, kPerhaps, kYes };
  absl::StatusOr<Fit> Verify();
  void Rewind();
  absl::StatusOr<size_t> Pull(char* buffer, size_t size);
  absl::StatusOr<size_t> PullStored(char* buffer, size_t size);
  absl::Status Finish();
  absl::Status CheckDescriptor();

  const ArchiveOptions& options_;
  RangeInput raw_;
  const uint64_t source_size_;

  ZipEntry entry_;  // without its views
  uint64_t begin_ = 0;
  uint64_t end_ = 0;  // as announced
  bool sized_ = true;
  uint16_t method_ = 0;
  bool crc_stored_ = true;

  std::array<std::unique_ptr<Decoder>, 5> decoders_;
  Decoder* decoder_ = nullptr;  // null: stored
  std::unique_ptr<ZipCryptoInput> crypto_;
  std::unique_ptr<ZipAesStream> aes_;
  Input* input_ = nullptr;
  size_t last_password_ = 0;
  std::unique_ptr<char[]> scratch_;

  uint32_t crc_ = 0;
  uint64_t produced_ = 0;
  uint64_t reached_ = 0;
  bool done_ = true;
  absl::Status error_;
  std::optional<uint64_t> leftover_;
};

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_ZIP_CONTENT_H_
