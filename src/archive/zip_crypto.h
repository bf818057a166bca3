// The traditional encryption of zip files: weak, but what malware samples are
// passed around in.
#ifndef CUPEL_ARCHIVE_ZIP_CRYPTO_H_
#define CUPEL_ARCHIVE_ZIP_CRYPTO_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "archive/input.h"

namespace cupel {

class ZipCryptoKeys {
 public:
  explicit ZipCryptoKeys(std::string_view password);
  uint8_t Decrypt(uint8_t byte);

 private:
  void Update(uint8_t plain);

  std::array<uint32_t, 3> keys_ = {0x12345678, 0x23456789, 0x34567890};
};

// Before the data stand twelve bytes; the last of them, decrypted, is known.
inline constexpr size_t kZipCryptoHeader = 12;

// The plain text of what `raw` gives, header left out. Holds a fixed buffer.
// `raw` must outlive it.
class ZipCryptoInput final : public Input {
 public:
  explicit ZipCryptoInput(Input& raw) : raw_(raw) {}

  // Decrypts the header, which `raw` must be at. False if the password can't be
  // the right one; right ones pass always, wrong ones one in 256 times.
  absl::StatusOr<bool> Begin(std::string_view password, uint8_t check);

  absl::StatusOr<std::string_view> Peek(size_t least) override;
  void Consume(size_t bytes) override { at_ += bytes; }
  uint64_t position() const override {
    return raw_.position() - (filled_ - at_);
  }

 private:
  Input& raw_;
  ZipCryptoKeys keys_{""};
  std::unique_ptr<char[]> buffer_;
  size_t at_ = 0;
  size_t filled_ = 0;
};

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_ZIP_CRYPTO_H_
