#include "archive/zip_crypto.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "base/status.h"

namespace cupel {
namespace {

constexpr size_t kBuffer = 64u << 10;

uint32_t CrcByte(uint32_t crc, uint8_t byte) {
  static const z_crc_t* const table = get_crc_table();
  return static_cast<uint32_t>(table[(crc ^ byte) & 0xff]) ^ (crc >> 8);
}

}  // namespace

ZipCryptoKeys::ZipCryptoKeys(std::string_view password) {
  for (const char c : password) Update(static_cast<uint8_t>(c));
}

void ZipCryptoKeys::Update(uint8_t plain) {
  keys_[0] = CrcByte(keys_[0], plain);
  keys_[1] = (keys_[1] + (keys_[0] & 0xff)) * 134775813u + 1;
  keys_[2] = CrcByte(keys_[2], static_cast<uint8_t>(keys_[1] >> 24));
}

uint8_t ZipCryptoKeys::Decrypt(uint8_t byte) {
  const uint32_t t = (keys_[2] | 2) & 0xffff;
  const auto plain = static_cast<uint8_t>(byte ^ (((t * (t ^ 1)) >> 8) & 0xff));
  Update(plain);
  return plain;
}

absl::StatusOr<bool> ZipCryptoInput::Begin(std::string_view password,
                                           uint8_t check) {
  at_ = filled_ = 0;
  keys_ = ZipCryptoKeys(password);
  CUPEL_ASSIGN_OR_RETURN(const std::string_view header,
                         raw_.Peek(kZipCryptoHeader));
  if (header.size() < kZipCryptoHeader) {
    return DataLoss("zip: cut off in the header of the encryption at byte {}",
                    raw_.position());
  }
  uint8_t last = 0;
  for (size_t i = 0; i < kZipCryptoHeader; ++i) {
    last = keys_.Decrypt(static_cast<uint8_t>(header[i]));
  }
  raw_.Consume(kZipCryptoHeader);
  return last == check;
}

absl::StatusOr<std::string_view> ZipCryptoInput::Peek(size_t least) {
  if (buffer_ == nullptr) buffer_ = std::make_unique<char[]>(kBuffer);
  least = std::min(least, kBuffer);
  while (filled_ - at_ < least) {
    std::memmove(buffer_.get(), buffer_.get() + at_, filled_ - at_);
    filled_ -= at_;
    at_ = 0;
    CUPEL_ASSIGN_OR_RETURN(const std::string_view raw, raw_.Peek(1));
    if (raw.empty()) break;
    const size_t take = std::min(raw.size(), kBuffer - filled_);
    for (size_t i = 0; i < take; ++i) {
      buffer_[filled_ + i] =
          static_cast<char>(keys_.Decrypt(static_cast<uint8_t>(raw[i])));
    }
    filled_ += take;
    raw_.Consume(take);
  }
  return std::string_view(buffer_.get() + at_, filled_ - at_);
}

}  // namespace cupel
