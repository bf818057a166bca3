#include "archive/zip_aes.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/status.h"

namespace cupel {
namespace {

void Put(uint64_t value, int bytes, std::string* out) {
  for (int i = 0; i < bytes; ++i) {
    out->push_back(static_cast<char>(value >> (8 * i)));
  }
}

std::string LocalHeader(const ZipEntry& entry) {
  constexpr uint32_t kSee64 = 0xffffffff;
  const bool wide = entry.size >= kSee64 || entry.compressed_size >= kSee64;
  std::string extra;
  if (wide) {
    Put(0x0001, 2, &extra);
    Put(16, 2, &extra);
    Put(entry.size, 8, &extra);
    Put(entry.compressed_size, 8, &extra);
  }
  const ZipExtra::Aes& aes = *entry.extra.aes;
  Put(0x9901, 2, &extra);
  Put(7, 2, &extra);
  Put(aes.version, 2, &extra);
  extra += "AE";
  Put(aes.strength, 1, &extra);
  Put(aes.method, 2, &extra);

  std::string header(kZipLocalMark);
  Put(51, 2, &header);
  Put(entry.flags & ~kZipDescriptor, 2, &header);
  Put(kZipAes, 2, &header);
  Put(entry.time, 2, &header);
  Put(entry.date, 2, &header);
  Put(entry.crc, 4, &header);
  Put(wide ? kSee64 : entry.compressed_size, 4, &header);
  Put(wide ? kSee64 : entry.size, 4, &header);
  Put(1, 2, &header);
  Put(extra.size(), 2, &header);
  return header + 'x' + extra;
}

std::string_view ErrorOf(archive* reader) {
  const char* text = archive_error_string(reader);
  return text != nullptr ? text : "unknown error";
}

}  // namespace

ZipAesStream::ZipAesStream(Input& raw, const ZipEntry& entry)
    : raw_(raw), header_(LocalHeader(entry)) {}

ZipAesStream::~ZipAesStream() { archive_read_free(reader_); }

ptrdiff_t ZipAesStream::Feed(archive* reader, void* self, const void** bytes) {
  auto* stream = static_cast<ZipAesStream*>(self);
  if (!stream->header_given_) {
    stream->header_given_ = true;
    *bytes = stream->header_.data();
    return static_cast<ptrdiff_t>(stream->header_.size());
  }
  stream->raw_.Consume(stream->given_);
  stream->given_ = 0;
  absl::StatusOr<std::string_view> piece = stream->raw_.Peek(1);
  if (!piece.ok()) {
    stream->input_error_ = piece.status();
    archive_set_error(reader, EIO, "input failed");
    return -1;
  }
  stream->given_ = piece->size();
  *bytes = piece->data();
  return static_cast<ptrdiff_t>(piece->size());
}

absl::StatusOr<std::unique_ptr<ZipAesStream>> ZipAesStream::Open(
    Input& raw, const ZipEntry& entry, const std::string& password) {
  std::unique_ptr<ZipAesStream> stream(new ZipAesStream(raw, entry));
  CUPEL_RETURN_IF_ERROR(stream->Begin(password));
  return stream;
}

absl::Status ZipAesStream::Begin(const std::string& password) {
  reader_ = archive_read_new();
  if (reader_ == nullptr) return ResourceExhausted("zip: no memory for AES");
  archive_read_support_format_zip_streamable(reader_);
  // An empty one is refused by libarchive, and nobody encrypts with it.
  if (password.empty() || password.find('\0') != std::string::npos ||
      archive_read_add_passphrase(reader_, password.c_str()) != ARCHIVE_OK) {
    return PermissionDenied("zip: not a password that AES can have");
  }
  archive_entry* entry = nullptr;
  if (archive_read_open(reader_, this, nullptr, Feed, nullptr) != ARCHIVE_OK ||
      archive_read_next_header(reader_, &entry) < ARCHIVE_WARN) {
    if (!input_error_.ok()) return input_error_;
    return DataLoss("zip: AES: {}", ErrorOf(reader_));
  }
  return NextBlock();
}

absl::Status ZipAesStream::NextBlock() {
  const void* block = nullptr;
  int64_t offset = 0;
  at_ = block_size_ = 0;
  const int result =
      archive_read_data_block(reader_, &block, &block_size_, &offset);
  if (result == ARCHIVE_EOF) {
    end_ = true;
    block_size_ = 0;
    return absl::OkStatus();
  }
  block_ = static_cast<const char*>(block);
  if (result == ARCHIVE_OK) return absl::OkStatus();
  if (result == ARCHIVE_WARN) {
    // A checksum or the authentication code is wrong; the bytes come first.
    pending_ = DataLoss("zip: AES: {}", ErrorOf(reader_));
    return block_size_ > 0 ? absl::OkStatus() : pending_;
  }
  block_size_ = 0;
  if (!input_error_.ok()) return input_error_;
  const std::string_view error = ErrorOf(reader_);
  if (error.find("assphrase") != std::string_view::npos) {
    return PermissionDenied("zip: AES: {}", error);
  }
  if (error.find("nsupported") != std::string_view::npos) {
    return Unimplemented("zip: AES: {}", error);
  }
  return DataLoss("zip: AES: {}", error);
}

absl::StatusOr<size_t> ZipAesStream::Read(char* buffer, size_t size) {
  while (at_ == block_size_) {
    CUPEL_RETURN_IF_ERROR(pending_);
    if (end_) return 0;
    CUPEL_RETURN_IF_ERROR(NextBlock());
  }
  const size_t got = std::min(size, block_size_ - at_);
  std::memcpy(buffer, block_ + at_, got);
  at_ += got;
  return got;
}

}  // namespace cupel
