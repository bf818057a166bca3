#include "archive/zip_member.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "archive/zip_crypto.h"
#include "base/status.h"

namespace cupel {
namespace {

// How much is decoded to see whether a password is right. A wrong one gives
// noise, in which deflate finds an error within a few hundred bytes.
constexpr uint64_t kProbeBytes = 1u << 20;

std::string_view MethodName(uint16_t method) {
  switch (method) {
    case 1:
      return "shrink";
    case 6:
      return "implode";
    case 9:
      return "deflate64";
    case 97:
      return "wavpack";
    case 98:
      return "ppmd";
    default:
      return "unknown";
  }
}

}  // namespace

void ZipMember::Open(const ZipEntry& entry, uint64_t begin, uint64_t end,
                     bool known) {
  entry_ = entry;
  begin_ = begin;
  end_ = end;
  known_ = known;
  started_ = done_ = false;
  failed_ = absl::OkStatus();
  decrypted_.reset();
}

absl::Status ZipMember::StartDecoder(uint16_t method) {
  produced_ = 0;
  crc_ = 0;
  decoder_ = nullptr;
  other_.reset();
  if (decrypted_ != nullptr) {
    input_.Reset(*decrypted_, 0, decrypted_->size());
  } else {
    input_.Reset(source_, begin_, end_);
  }
  switch (method) {
    case 0:
      return absl::OkStatus();
    case 8:
      if (deflate_ == nullptr) deflate_ = NewRawDeflateDecoder();
      decoder_ = deflate_.get();
      return deflate_->Reset();
    case 12:
      other_ = NewBzip2Decoder();
      break;
    case 14:
      other_ = NewZipLzmaDecoder(known_ ? entry_.size : UINT64_MAX);
      break;
    case 20:
    case 93:
      other_ = NewZstdDecoder();
      break;
    case 95:
      other_ = NewXzDecoder();
      break;
    default:
      return Unimplemented("zip: compression method {} ({}) can't be decoded",
                           method, MethodName(method));
  }
  decoder_ = other_.get();
  return absl::OkStatus();
}

absl::Status ZipMember::Start() {
  if (entry_.encrypted()) return Unlock();
  return StartDecoder(entry_.method);
}

absl::Status ZipMember::Unlock() {
  for (const std::string& password : passwords_) {
    CUPEL_ASSIGN_OR_RETURN(
        decrypted_, DecryptZipMember(source_, begin_, end_, entry_, password));
    if (decrypted_ == nullptr) continue;
    CUPEL_ASSIGN_OR_RETURN(const bool fits, PasswordFits(password));
    if (!fits) continue;
    const uint16_t method =
        entry_.aes.has_value() ? entry_.aes->method : entry_.method;
    return StartDecoder(method);
  }
  return PermissionDenied("zip: encrypted, and none of {} passwords fits",
                          passwords_.size());
}

// Decodes the beginning, or all of it if it is short, for its checksum.
absl::StatusOr<bool> ZipMember::PasswordFits(std::string_view) {
  const uint16_t method =
      entry_.aes.has_value() ? entry_.aes->method : entry_.method;
  CUPEL_RETURN_IF_ERROR(StartDecoder(method));
  std::vector<char> probe(64u << 10);
  while (produced_ < kProbeBytes) {
    absl::StatusOr<size_t> got = Pull(probe.data(), probe.size());
    if (!got.ok()) {
      if (got.status().code() != absl::StatusCode::kDataLoss) {
        return got.status();
      }
      return false;
    }
    if (*got == 0) return CheckEnd().ok();
  }
  return true;
}

absl::StatusOr<size_t> ZipMember::Pull(char* buffer, size_t size) {
  if (cancel_ != nullptr && cancel_->triggered()) return Cancelled("cancelled");
  size_t got = 0;
  if (decoder_ != nullptr) {
    CUPEL_ASSIGN_OR_RETURN(got, decoder_->Decode(input_, buffer, size));
  } else {
    CUPEL_ASSIGN_OR_RETURN(const std::string_view view, input_.Peek(1));
    got = std::min(size, view.size());
    if (got > 0) std::memcpy(buffer, view.data(), got);
    input_.Consume(got);
  }
  crc_ = static_cast<uint32_t>(crc32_z(
      crc_, reinterpret_cast<const Bytef*>(buffer), got));
  produced_ += got;
  return got;
}

absl::Status ZipMember::CheckEnd() const {
  if (!known_) return absl::OkStatus();
  if (produced_ != entry_.size) {
    return DataLoss("zip: member has {} bytes where its header says {}",
                    produced_, entry_.size);
  }
  // AE-2 has no checksum; its authentication code was checked.
  if (entry_.aes.has_value() && entry_.aes->version == 2) {
    return absl::OkStatus();
  }
  if (crc_ != entry_.crc) {
    return DataLoss("zip: checksum is {:08x} where the header says {:08x}",
                    crc_, entry_.crc);
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> ZipMember::Read(char* buffer, size_t size) {
  if (!failed_.ok()) return failed_;
  if (done_) return size_t{0};
  if (!started_) {
    started_ = true;
    failed_ = Start();
    if (!failed_.ok()) return failed_;
  }
  absl::StatusOr<size_t> got = Pull(buffer, size);
  if (!got.ok()) {
    failed_ = got.status();
    return failed_;
  }
  if (*got == 0) {
    done_ = true;
    failed_ = CheckEnd();
    if (!failed_.ok()) return failed_;
  }
  return got;
}

}  // namespace cupel
