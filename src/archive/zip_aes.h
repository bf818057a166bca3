// Members encrypted the WinZip way (AES), by way of libarchive.
#ifndef CUPEL_ARCHIVE_ZIP_AES_H_
#define CUPEL_ARCHIVE_ZIP_AES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "archive/input.h"
#include "archive/zip_records.h"

struct archive;

namespace cupel {

// Decrypts and decompresses one member. libarchive is given a zip file of this
// member alone, whose header is made here of what we believe.
class ZipAesStream {
 public:
  // `raw` stands at the member's data and must outlive the stream.
  // kPermissionDenied if the password is not the right one.
  static absl::StatusOr<std::unique_ptr<ZipAesStream>> Open(
      Input& raw, const ZipEntry& entry, const std::string& password);
  ~ZipAesStream();
  ZipAesStream(const ZipAesStream&) = delete;
  ZipAesStream& operator=(const ZipAesStream&) = delete;

  absl::StatusOr<size_t> Read(char* buffer, size_t size);

 private:
  ZipAesStream(Input& raw, const ZipEntry& entry);
  static ptrdiff_t Feed(archive* reader, void* self, const void** bytes);
  absl::Status Begin(const std::string& password);
  absl::Status NextBlock();

  Input& raw_;
  std::string header_;
  bool header_given_ = false;
  size_t given_ = 0;  // of raw_, at the last call
  archive* reader_ = nullptr;
  absl::Status input_error_;
  absl::Status pending_;  // after the block
  // What libarchive lends until it is called again.
  const char* block_ = nullptr;
  size_t block_size_ = 0;
  size_t at_ = 0;
  bool end_ = false;
};

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_ZIP_AES_H_
