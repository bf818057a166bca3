#include "settings/openkat.h"

#include <cstring>
#include <utility>

#include "base/status.h"
#include "format/base64.h"

namespace cupel {

absl::StatusOr<std::string> SealOpenKat(
    std::string_view plaintext, const BoxKeyPair& keys,
    const std::array<uint8_t, kBoxNonceBytes>& nonce) {
  CUPEL_ASSIGN_OR_RETURN(
      const std::string box,
      BoxSeal(plaintext, nonce, keys.public_key, keys.secret_key));
  std::string bytes(reinterpret_cast<const char*>(nonce.data()), nonce.size());
  bytes += box;
  return Base64Encode(bytes);
}

absl::StatusOr<std::string> DecodeOpenKat(std::string_view row) {
  auto bytes = Base64Decode(row);
  if (!bytes.has_value()) {
    return InvalidArgument(
        "the row of settings is neither one of Cupel nor base64, as OpenKAT "
        "seals it");
  }
  if (bytes->size() < kBoxNonceBytes + kBoxMacBytes) {
    return DataLoss(
        "the row of settings is cut: {} bytes are too few for OpenKAT's box",
        bytes->size());
  }
  return *std::move(bytes);
}

absl::StatusOr<Secret> OpenOpenKat(std::string_view row,
                                   const BoxKeyPair& keys) {
  CUPEL_ASSIGN_OR_RETURN(const std::string bytes, DecodeOpenKat(row));
  std::array<uint8_t, kBoxNonceBytes> nonce;
  std::memcpy(nonce.data(), bytes.data(), nonce.size());
  return BoxOpen(std::string_view(bytes).substr(nonce.size()), nonce,
                 keys.public_key, keys.secret_key);
}

}  // namespace cupel
