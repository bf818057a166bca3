// The bytes of one member of a zip archive.
#ifndef CUPEL_ARCHIVE_ZIP_MEMBER_H_
#define CUPEL_ARCHIVE_ZIP_MEMBER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "archive/decoder.h"
#include "archive/zip_format.h"
#include "budget/cancel.h"

namespace cupel {

// Opens one member after the other, with decoders kept between them. One thread
// at a time.
class ZipMember {
 public:
  ZipMember(ByteSource& source, const std::vector<std::string>& passwords,
            const Cancel* cancel)
      : source_(source), passwords_(passwords), cancel_(cancel) {}

  // `begin` and `end`: where the packed bytes lie. `known`: the entry says how
  // many there are and their checksum; otherwise (a member whose directory is
  // lost) the data decides, and `end` is only the farthest it can be.
  void Open(const ZipEntry& entry, uint64_t begin, uint64_t end, bool known);

  absl::StatusOr<size_t> Read(char* buffer, size_t size);

  // Where the packed bytes ended; true only after Read has returned 0.
  uint64_t packed_end() const { return input_.position(); }

 private:
  absl::Status Start();
  absl::Status StartDecoder(uint16_t method);
  absl::Status Unlock();
  absl::StatusOr<bool> PasswordFits(std::string_view password);
  absl::StatusOr<size_t> Pull(char* buffer, size_t size);
  absl::Status CheckEnd() const;

  ByteSource& source_;
  const std::vector<std::string>& passwords_;
  const Cancel* cancel_;

  ZipEntry entry_;
  uint64_t begin_ = 0;
  uint64_t end_ = 0;
  bool known_ = true;
  bool started_ = false;
  bool done_ = false;
  absl::Status failed_;
  std::unique_ptr<ByteSource> decrypted_;
  InputWindow input_;
  std::unique_ptr<RawDecoder> deflate_;
  std::unique_ptr<Decoder> other_;
  Decoder* decoder_ = nullptr;  // null: stored
  uint64_t produced_ = 0;
  uint32_t crc_ = 0;
};

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_ZIP_MEMBER_H_
