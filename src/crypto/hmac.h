// Proof that who sent something knows a secret.
#ifndef CUPEL_CRYPTO_HMAC_H_
#define CUPEL_CRYPTO_HMAC_H_

#include <initializer_list>
#include <string_view>

#include "crypto/digest.h"

namespace cupel {

// HMAC-SHA256 (RFC 2104) over the parts, one after the other. A key of any
// length.
Digest HmacSha256(std::string_view key,
                  std::initializer_list<std::string_view> parts);

}  // namespace cupel

#endif  // CUPEL_CRYPTO_HMAC_H_
