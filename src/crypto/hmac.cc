#include "crypto/hmac.h"

#include <sodium.h>

namespace cupel {

Digest HmacSha256(std::string_view key,
                  std::initializer_list<std::string_view> parts) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes(key), key.size());
  for (const std::string_view part : parts) {
    crypto_auth_hmacsha256_update(&state, bytes(part), part.size());
  }
  Digest out{};
  static_assert(crypto_auth_hmacsha256_BYTES == sizeof out);
  crypto_auth_hmacsha256_final(&state, out.data());
  sodium_memzero(&state, sizeof state);
  return out;
}

}  // namespace cupel
