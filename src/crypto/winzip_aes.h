// The AES of zip archives, as WinZip published it: AE-1 and AE-2.
#ifndef CUPEL_CRYPTO_WINZIP_AES_H_
#define CUPEL_CRYPTO_WINZIP_AES_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

namespace cupel {

// Decrypts one member from front to back. One thread at a time. Keys are wiped
// when it goes.
class WinZipAes {
 public:
  static constexpr size_t kVerifierBytes = 2;
  static constexpr size_t kTagBytes = 10;
  // `strength`: 1, 2, 3 for 128, 192, 256 bits.
  static size_t SaltBytes(int strength) { return 4u + 4u * strength; }

  // Nothing if the password is wrong (wrongly accepted: 1 in 65,536; the tag
  // tells).
  static std::optional<WinZipAes> New(int strength, std::string_view password,
                                      std::string_view salt,
                                      std::string_view verifier);
  ~WinZipAes();
  WinZipAes(WinZipAes&&) noexcept;
  WinZipAes& operator=(WinZipAes&&) noexcept;

  void Restart();
  void Decrypt(char* bytes, size_t size);  // in place
  // After the last byte, once. Compares in constant time.
  bool TagFits(std::string_view tag);

 private:
  struct State;
  explicit WinZipAes(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cupel

#endif  // CUPEL_CRYPTO_WINZIP_AES_H_
