#include "crypto/box.h"

#include <sodium.h>

#include <cstdlib>

#include "base/status.h"
#include "crypto/sodium_start.h"

namespace cupel {
namespace {

static_assert(kBoxKeyBytes == crypto_box_PUBLICKEYBYTES);
static_assert(kBoxKeyBytes == crypto_box_SECRETKEYBYTES);
static_assert(kBoxNonceBytes == crypto_box_NONCEBYTES &&
              kBoxMacBytes == crypto_box_MACBYTES);

const unsigned char* Data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* Data(std::string* bytes) {
  return reinterpret_cast<unsigned char*>(bytes->data());
}

absl::Status CheckKey(const Secret& secret_key) {
  if (secret_key.size() == kBoxKeyBytes) return absl::OkStatus();
  return InvalidArgument("a secret key has {} bytes, not {}", kBoxKeyBytes,
                         secret_key.size());
}

absl::Status NoPublicKey() {
  return InvalidArgument("the public key is none: nothing can be sealed");
}

absl::Status DoesNotOpen() {
  return DataLoss(
      "the box does not open: its bytes were changed, or it was made for "
      "another key");
}

}  // namespace

BoxKeyPair NewBoxKeyPair() {
  StartSodium();
  BoxKeyPair keys;
  keys.secret_key = Secret::OfSize(kBoxKeyBytes);
  crypto_box_keypair(keys.public_key.data(), keys.secret_key.data());
  return keys;
}

absl::StatusOr<BoxKeyPair> BoxKeyPairFromSeed(const Secret& seed) {
  StartSodium();
  static_assert(kBoxKeyBytes == crypto_box_SEEDBYTES);
  CUPEL_RETURN_IF_ERROR(CheckKey(seed));
  BoxKeyPair keys;
  keys.secret_key = Secret::OfSize(kBoxKeyBytes);
  crypto_box_seed_keypair(keys.public_key.data(), keys.secret_key.data(),
                          seed.data());
  return keys;
}

absl::StatusOr<BoxPublicKey> PublicKeyOf(const Secret& secret_key) {
  StartSodium();
  CUPEL_RETURN_IF_ERROR(CheckKey(secret_key));
  BoxPublicKey key;
  crypto_scalarmult_base(key.data(), secret_key.data());
  return key;
}

absl::StatusOr<std::string> BoxSeal(
    std::string_view plaintext,
    const std::array<uint8_t, kBoxNonceBytes>& nonce,
    const BoxPublicKey& public_key, const Secret& secret_key) {
  StartSodium();
  CUPEL_RETURN_IF_ERROR(CheckKey(secret_key));
  std::string box(plaintext.size() + crypto_box_MACBYTES, '\0');
  // Fails only for a public key of low order.
  if (crypto_box_easy(Data(&box), Data(plaintext), plaintext.size(),
                      nonce.data(), public_key.data(),
                      secret_key.data()) != 0) {
    return NoPublicKey();
  }
  return box;
}

absl::StatusOr<Secret> BoxOpen(std::string_view box,
                               const std::array<uint8_t, kBoxNonceBytes>& nonce,
                               const BoxPublicKey& public_key,
                               const Secret& secret_key) {
  StartSodium();
  CUPEL_RETURN_IF_ERROR(CheckKey(secret_key));
  if (box.size() < crypto_box_MACBYTES) return DoesNotOpen();
  Secret plaintext = Secret::OfSize(box.size() - crypto_box_MACBYTES);
  if (crypto_box_open_easy(plaintext.data(), Data(box), box.size(),
                           nonce.data(), public_key.data(),
                           secret_key.data()) != 0) {
    return DoesNotOpen();
  }
  return plaintext;
}

absl::StatusOr<std::string> SealedBox(std::string_view plaintext,
                                      const BoxPublicKey& to) {
  StartSodium();
  std::string box(plaintext.size() + crypto_box_SEALBYTES, '\0');
  if (crypto_box_seal(Data(&box), Data(plaintext), plaintext.size(),
                      to.data()) != 0) {
    return NoPublicKey();
  }
  return box;
}

absl::StatusOr<Secret> OpenSealedBox(std::string_view box,
                                     const BoxKeyPair& keys) {
  StartSodium();
  CUPEL_RETURN_IF_ERROR(CheckKey(keys.secret_key));
  if (box.size() < crypto_box_SEALBYTES) return DoesNotOpen();
  Secret plaintext = Secret::OfSize(box.size() - crypto_box_SEALBYTES);
  if (crypto_box_seal_open(plaintext.data(), Data(box), box.size(),
                           keys.public_key.data(),
                           keys.secret_key.data()) != 0) {
    return DoesNotOpen();
  }
  return plaintext;
}

void RandomBytes(void* data, size_t size) {
  StartSodium();
  randombytes_buf(data, size);
}

Digest KeyedDigest(const Secret& key, std::string_view bytes) {
  StartSodium();
  Digest out{};
  // A key of another length is a programming error; it must not pass for one.
  if (crypto_generichash(out.data(), out.size(), Data(bytes), bytes.size(),
                         key.data(), key.size()) != 0 ||
      key.empty()) {
    std::abort();
  }
  return out;
}

}  // namespace cupel
