#include "crypto/token.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "crypto/box.h"
#include "crypto/digest.h"

namespace cupel {
namespace {

constexpr std::string_view kPrefix = "cupel-token-1:";
constexpr std::string_view kDigits = "0123456789abcdef";
// What is hashed otherwise can never give the same.
constexpr std::string_view kDomain = "cupel token 1";

}  // namespace

Secret NewToken() {
  std::array<uint8_t, 32> random;
  RandomBytes(random.data(), random.size());
  Secret token = Secret::OfSize(kPrefix.size() + 2 * random.size());
  std::memcpy(token.data(), kPrefix.data(), kPrefix.size());
  uint8_t* to = token.data() + kPrefix.size();
  for (const uint8_t byte : random) {
    *to++ = static_cast<uint8_t>(kDigits[byte >> 4]);
    *to++ = static_cast<uint8_t>(kDigits[byte & 15]);
  }
  Wipe(random.data(), random.size());
  return token;
}

std::string HashToken(std::string_view token) {
  Blake2b hash;
  hash.UpdateFramed(kDomain);
  hash.UpdateFramed(token);
  return HexDigest(hash.Finish());
}

bool TokenMatches(std::string_view token, std::string_view hash) {
  return ConstantTimeEqual(HashToken(token), hash);
}

}  // namespace cupel
