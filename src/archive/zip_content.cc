#include "archive/zip_content.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "archive/little_endian.h"
#include "base/status.h"

namespace cupel {
namespace {

constexpr size_t kScratch = 64u << 10;
// A wrong password makes noise, and noise does not decompress for long.
constexpr uint64_t kMostVerified = 16u << 20;

struct Method {
  uint16_t number;
  Codec codec;
};
constexpr Method kMethods[] = {
    {kZipDeflated, Codec::kDeflate},
    {12, Codec::kBzip2},
    {14, Codec::kZipLzma},
    {93, Codec::kZstd},
    {20, Codec::kZstd},
    {95, Codec::kXz},
};

std::optional<Codec> CodecOf(uint16_t method) {
  for (const Method& known : kMethods) {
    if (known.number == method) return known.codec;
  }
  return std::nullopt;
}

size_t SlotOf(Codec codec) {
  switch (codec) {
    case Codec::kBzip2:
      return 1;
    case Codec::kZipLzma:
      return 2;
    case Codec::kZstd:
      return 3;
    case Codec::kXz:
      return 4;
    default:
      return 0;
  }
}

std::string_view MethodName(uint16_t method) {
  switch (method) {
    case 1:
      return "shrink";
    case 2:
    case 3:
    case 4:
    case 5:
      return "reduce";
    case 6:
      return "implode";
    case 9:
      return "deflate64";
    case 10:
      return "implode (PKWARE library)";
    case 96:
      return "jpeg";
    case 97:
      return "wavpack";
    case 98:
      return "ppmd";
    default:
      return "unknown";
  }
}

}  // namespace

ZipContent::ZipContent(ByteSource& source, const ArchiveOptions& options)
    : options_(options),
      raw_(source, options.cancel),
      source_size_(source.size()) {}

void ZipContent::Fail(absl::Status status) {
  done_ = false;
  aes_ = nullptr;
  leftover_.reset();
  error_ = std::move(status);
}

void ZipContent::Open(const ZipEntry& entry, uint64_t begin, bool sized) {
  Fail(absl::OkStatus());
  entry_ = entry;
  entry_.name = {};
  entry_.extra.unicode_name.reset();
  begin_ = reached_ = begin;
  sized_ = sized;
  // What does not fit ends with the source, and then the data is cut off.
  const bool bounded = sized || entry.method == kZipStored;
  end_ = bounded && entry.compressed_size < source_size_ - begin
             ? begin + entry.compressed_size
             : source_size_;
  method_ = entry.method;
  crc_stored_ = true;
  input_ = &raw_;
  error_ = Begin(entry);
}

absl::Status ZipContent::Begin(const ZipEntry& entry) {
  if (entry.method == kZipAes && entry.encrypted()) return BeginAes(entry);
  if (entry.encrypted() && (entry.flags & kZipStrongEncryption) != 0) {
    return Unimplemented(
        "zip: the member at byte {} is encrypted in PKWARE's 'strong' way, "
        "which can't be read here",
        begin_);
  }
  decoder_ = nullptr;
  if (entry.method != kZipStored) {
    const std::optional<Codec> codec = CodecOf(entry.method);
    if (!codec.has_value()) {
      return Unimplemented("zip: compression method {} ({}) can't be read here",
                           entry.method, MethodName(entry.method));
    }
    std::unique_ptr<Decoder>& decoder = decoders_[SlotOf(*codec)];
    if (decoder == nullptr) decoder = NewDecoder(*codec);
    decoder_ = decoder.get();
  }
  if (entry.encrypted()) return BeginDecrypting();
  Rewind();
  return error_;
}

void ZipContent::Rewind() {
  raw_.Seek(begin_, end_);
  produced_ = 0;
  crc_ = static_cast<uint32_t>(crc32(0, nullptr, 0));
  if (decoder_ != nullptr) {
    const bool has_end_mark = (entry_.flags & kZipLzmaEndMark) != 0 || !sized_;
    error_ = decoder_->Reset(has_end_mark ? ~uint64_t{0} : entry_.size);
  }
}

absl::StatusOr<bool> ZipContent::TryPassword(const std::string& password) {
  Rewind();
  CUPEL_RETURN_IF_ERROR(error_);
  const auto check = static_cast<uint8_t>(
      entry_.described() ? entry_.time >> 8 : entry_.crc >> 24);
  return crypto_->Begin(password, check);
}

absl::StatusOr<ZipContent::Fit> ZipContent::Verify() {
  if (scratch_ == nullptr) scratch_ = std::make_unique<char[]>(kScratch);
  const bool whole =
      sized_ ? end_ - begin_ == entry_.compressed_size : decoder_ != nullptr;
  for (;;) {
    absl::StatusOr<size_t> got = Pull(scratch_.get(), kScratch);
    if (absl::IsCancelled(got.status())) return got.status();
    if (!got.ok()) {
      // Cut off, or the wrong password: then nothing comes out but noise.
      return whole || produced_ == 0 ? Fit::kNo : Fit::kPerhaps;
    }
    if (*got == 0) break;
    if (decoder_ != nullptr && produced_ > kMostVerified) return Fit::kYes;
  }
  if (!sized_) return Fit::kYes;
  return crc_ == entry_.crc ? Fit::kYes : Fit::kNo;
}

absl::Status ZipContent::BeginDecrypting() {
  if (crypto_ == nullptr) crypto_ = std::make_unique<ZipCryptoInput>(raw_);
  input_ = crypto_.get();
  const size_t count = options_.passwords.size();
  std::optional<size_t> chosen;
  for (size_t i = 0; i < count; ++i) {
    // What fitted the last member comes first.
    const size_t index = (i + last_password_) % count;
    const std::string& password = options_.passwords[index];
    CUPEL_ASSIGN_OR_RETURN(const bool possible, TryPassword(password));
    if (!possible) continue;
    CUPEL_ASSIGN_OR_RETURN(const Fit fit, Verify());
    if (fit == Fit::kNo) continue;
    if (fit == Fit::kYes || !chosen.has_value()) chosen = index;
    if (fit == Fit::kYes) break;
  }
  if (!chosen.has_value()) {
    return PermissionDenied(
        "zip: the member is encrypted and none of {} passwords fits", count);
  }
  last_password_ = *chosen;
  return TryPassword(options_.passwords[*chosen]).status();
}

absl::Status ZipContent::BeginAes(const ZipEntry& entry) {
  if (!entry.extra.aes.has_value() || !sized_) {
    return Unimplemented(
        "zip: the member at byte {} is encrypted with AES, but {}", begin_,
        sized_ ? "without the field that says how" : "nothing says how long");
  }
  method_ = entry.extra.aes->method;
  crc_stored_ = entry.extra.aes->version != 2;
  decoder_ = nullptr;
  absl::Status unreadable;
  const size_t count = options_.passwords.size();
  for (size_t i = 0; i < count; ++i) {
    const size_t index = (i + last_password_) % count;
    Rewind();
    absl::StatusOr<std::unique_ptr<ZipAesStream>> stream =
        ZipAesStream::Open(raw_, entry, options_.passwords[index]);
    if (stream.ok()) {
      aes_ = std::move(*stream);
      last_password_ = index;
      return absl::OkStatus();
    }
    if (!absl::IsPermissionDenied(stream.status())) return stream.status();
  }
  return PermissionDenied(
      "zip: the member is encrypted (AES) and none of {} passwords fits",
      count);
}

absl::StatusOr<size_t> ZipContent::PullStored(char* buffer, size_t size) {
  CUPEL_ASSIGN_OR_RETURN(const std::string_view bytes, input_->Peek(1));
  if (bytes.empty() && sized_ &&
      entry_.compressed_size > raw_.position() - begin_) {
    return DataLoss("zip: cut off: {} bytes of the member's data are missing",
                    entry_.compressed_size - (raw_.position() - begin_));
  }
  if (bytes.empty() && !sized_) {
    return DataLoss("zip: cut off: nothing says where the member's data ends");
  }
  const size_t got = std::min(size, bytes.size());
  if (got > 0) std::memcpy(buffer, bytes.data(), got);
  input_->Consume(got);
  return got;
}

absl::StatusOr<size_t> ZipContent::Pull(char* buffer, size_t size) {
  absl::StatusOr<size_t> got = aes_ != nullptr ? aes_->Read(buffer, size)
                               : decoder_ != nullptr
                                   ? decoder_->Read(*input_, buffer, size)
                                   : PullStored(buffer, size);
  reached_ = aes_ != nullptr ? raw_.position() : input_->position();
  if (got.ok()) {
    produced_ += *got;
    crc_ = static_cast<uint32_t>(
        crc32_z(crc_, reinterpret_cast<const unsigned char*>(buffer), *got));
  }
  return got;
}

absl::StatusOr<size_t> ZipContent::Read(char* buffer, size_t size) {
  CUPEL_RETURN_IF_ERROR(Poll(options_.cancel));
  CUPEL_RETURN_IF_ERROR(error_);
  if (done_ || size == 0) return 0;
  absl::StatusOr<size_t> got = Pull(buffer, size);
  if (!got.ok()) {
    error_ = got.status();
  } else if (*got == 0) {
    done_ = true;
    error_ = Finish();
    CUPEL_RETURN_IF_ERROR(error_);
  }
  return got;
}

absl::Status ZipContent::Finish() {
  if (!sized_) return CheckDescriptor();
  if (aes_ == nullptr && reached_ < end_) {
    leftover_ = reached_;
  }
  if (produced_ != entry_.size) {
    return DataLoss("zip: the member has {} bytes, but its entry says {}",
                    produced_, entry_.size);
  }
  if (crc_stored_ && crc_ != entry_.crc) {
    return DataLoss(
        "zip: the CRC-32 of the member is {:08x}, but its entry says {:08x}",
        crc_, entry_.crc);
  }
  return absl::OkStatus();
}

absl::Status ZipContent::CheckDescriptor() {
  raw_.Seek(reached_, source_size_);
  CUPEL_ASSIGN_OR_RETURN(std::string_view bytes, raw_.Peek(8));
  if (bytes.starts_with(kZipDescriptorMark)) bytes.remove_prefix(4);
  if (bytes.size() < 4) {
    return DataLoss("zip: cut off where the CRC-32 of the member must be");
  }
  if (const uint32_t stored = Le32(bytes, 0); stored != crc_) {
    return DataLoss(
        "zip: the CRC-32 of the member is {:08x}, but {:08x} stands after it",
        crc_, stored);
  }
  return absl::OkStatus();
}

}  // namespace cupel
