// OpenKAT's NACL_SEALBOX: not a sealed box, but crypto_box with a random nonce
// before it, in base64. Rows are bound to nobody: whoever can
// write to the database can move one to another organisation.
#ifndef CUPEL_SETTINGS_OPENKAT_H_
#define CUPEL_SETTINGS_OPENKAT_H_

#include <array>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/box.h"

namespace cupel {

// The nonce is an argument for known answers only; everything else takes a
// random one.
absl::StatusOr<std::string> SealOpenKat(
    std::string_view plaintext, const BoxKeyPair& keys,
    const std::array<uint8_t, kBoxNonceBytes>& nonce);

// The nonce and the box of a row. INVALID_ARGUMENT for what is no base64,
// DATA_LOSS for what is too short.
absl::StatusOr<std::string> DecodeOpenKat(std::string_view row);

// The plaintext of a row. Errors as above; DATA_LOSS for what does not open.
absl::StatusOr<Secret> OpenOpenKat(std::string_view row,
                                   const BoxKeyPair& keys);

}  // namespace cupel

#endif  // CUPEL_SETTINGS_OPENKAT_H_
