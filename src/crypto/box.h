// Public-key boxes, random bytes and keyed hashes, all libsodium's.
#ifndef CUPEL_CRYPTO_BOX_H_
#define CUPEL_CRYPTO_BOX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/digest.h"
#include "crypto/secret.h"

namespace cupel {

inline constexpr size_t kBoxKeyBytes = 32;
inline constexpr size_t kBoxNonceBytes = 24;
inline constexpr size_t kBoxMacBytes = 16;
using BoxPublicKey = std::array<uint8_t, kBoxKeyBytes>;

// An X25519 key pair.
struct BoxKeyPair {
  BoxPublicKey public_key{};
  Secret secret_key;  // kBoxKeyBytes
};

BoxKeyPair NewBoxKeyPair();
// The pair that follows from a seed of kBoxKeyBytes. INVALID_ARGUMENT if it has
// another length.
absl::StatusOr<BoxKeyPair> BoxKeyPairFromSeed(const Secret& seed);
// The public key of a secret one. INVALID_ARGUMENT if it is not 32 bytes.
absl::StatusOr<BoxPublicKey> PublicKeyOf(const Secret& secret_key);

// crypto_box_easy: MAC (16 bytes) and ciphertext. INVALID_ARGUMENT for a secret
// key that has not kBoxKeyBytes, and for a public key as below.
absl::StatusOr<std::string> BoxSeal(
    std::string_view plaintext,
    const std::array<uint8_t, kBoxNonceBytes>& nonce,
    const BoxPublicKey& public_key, const Secret& secret_key);
// DATA_LOSS if the bytes were changed or made with another key.
absl::StatusOr<Secret> BoxOpen(std::string_view box,
                               const std::array<uint8_t, kBoxNonceBytes>& nonce,
                               const BoxPublicKey& public_key,
                               const Secret& secret_key);

// crypto_box_seal: an anonymous sealed box. INVALID_ARGUMENT for a public key
// of low order, which would hide nothing.
absl::StatusOr<std::string> SealedBox(std::string_view plaintext,
                                      const BoxPublicKey& to);
// DATA_LOSS as above.
absl::StatusOr<Secret> OpenSealedBox(std::string_view box,
                                     const BoxKeyPair& keys);

void RandomBytes(void* data, size_t size);

// BLAKE2b-256 with a secret key of 16 to 64 bytes; aborts for another length.
Digest KeyedDigest(const Secret& key, std::string_view bytes);

}  // namespace cupel

#endif  // CUPEL_CRYPTO_BOX_H_
