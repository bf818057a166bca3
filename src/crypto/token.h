// Bearer tokens: shown once, kept as a hash.
#ifndef CUPEL_CRYPTO_TOKEN_H_
#define CUPEL_CRYPTO_TOKEN_H_

#include <string>
#include <string_view>

#include "crypto/secret.h"

namespace cupel {

// "cupel-token-1:" and 32 random bytes in hexadecimal.
Secret NewToken();

// What is kept of a token: 64 hexadecimal digits, BLAKE2b. Tokens are as good
// as keys, so that no slow hash is needed.
std::string HashToken(std::string_view token);

// Takes the same time whatever the token is.
bool TokenMatches(std::string_view token, std::string_view hash);

}  // namespace cupel

#endif  // CUPEL_CRYPTO_TOKEN_H_
