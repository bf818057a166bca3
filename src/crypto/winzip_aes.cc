#include "crypto/winzip_aes.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace cupel {
namespace {

constexpr int kIterations = 1000;
constexpr size_t kBlock = 16;

const EVP_CIPHER* CipherOf(int strength) {
  switch (strength) {
    case 1:
      return EVP_aes_128_ecb();
    case 2:
      return EVP_aes_192_ecb();
    default:
      return EVP_aes_256_ecb();
  }
}

}  // namespace

struct WinZipAes::State {
  std::array<uint8_t, 66> keys{};  // cipher key, MAC key, verifier
  size_t key_bytes = 0;
  EVP_CIPHER_CTX* cipher = nullptr;
  EVP_MAC* mac = nullptr;
  EVP_MAC_CTX* mac_context = nullptr;
  uint64_t counter = 0;
  std::array<uint8_t, kBlock * 64> keystream{};
  size_t used = 0;

  ~State() {
    OPENSSL_cleanse(keys.data(), keys.size());
    OPENSSL_cleanse(keystream.data(), keystream.size());
    EVP_CIPHER_CTX_free(cipher);
    EVP_MAC_CTX_free(mac_context);
    EVP_MAC_free(mac);
  }

  // The counter is little-endian and starts at 1, unlike in any mode that
  // OpenSSL knows.
  void NextKeystream() {
    for (size_t block = 0; block < keystream.size(); block += kBlock) {
      ++counter;
      for (size_t i = 0; i < kBlock; ++i) {
        keystream[block + i] =
            i < 8 ? static_cast<uint8_t>(counter >> (8 * i)) : 0;
      }
    }
    int length = 0;
    EVP_EncryptUpdate(cipher, keystream.data(), &length, keystream.data(),
                      static_cast<int>(keystream.size()));
    used = 0;
  }
};

WinZipAes::WinZipAes(std::unique_ptr<State> state) : state_(std::move(state)) {}
WinZipAes::~WinZipAes() = default;
WinZipAes::WinZipAes(WinZipAes&&) noexcept = default;
WinZipAes& WinZipAes::operator=(WinZipAes&&) noexcept = default;

std::optional<WinZipAes> WinZipAes::New(int strength, std::string_view password,
                                        std::string_view salt,
                                        std::string_view verifier) {
  auto state = std::make_unique<State>();
  state->key_bytes = 8u + 8u * static_cast<size_t>(strength);
  const size_t wanted = 2 * state->key_bytes + kVerifierBytes;
  if (PKCS5_PBKDF2_HMAC_SHA1(
          password.data(), static_cast<int>(password.size()),
          reinterpret_cast<const unsigned char*>(salt.data()),
          static_cast<int>(salt.size()), kIterations, static_cast<int>(wanted),
          state->keys.data()) != 1) {
    return std::nullopt;
  }
  if (verifier.size() != kVerifierBytes ||
      CRYPTO_memcmp(state->keys.data() + 2 * state->key_bytes, verifier.data(),
                    kVerifierBytes) != 0) {
    return std::nullopt;
  }
  state->cipher = EVP_CIPHER_CTX_new();
  state->mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  state->mac_context = EVP_MAC_CTX_new(state->mac);
  if (state->cipher == nullptr || state->mac_context == nullptr ||
      EVP_EncryptInit_ex(state->cipher, CipherOf(strength), nullptr,
                         state->keys.data(), nullptr) != 1) {
    return std::nullopt;
  }
  EVP_CIPHER_CTX_set_padding(state->cipher, 0);
  WinZipAes aes(std::move(state));
  aes.Restart();
  return aes;
}

void WinZipAes::Restart() {
  char digest[] = "SHA1";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string("digest", digest, 0),
      OSSL_PARAM_construct_end()};
  EVP_MAC_init(state_->mac_context, state_->keys.data() + state_->key_bytes,
               state_->key_bytes, parameters);
  state_->counter = 0;
  state_->used = state_->keystream.size();
}

void WinZipAes::Decrypt(char* bytes, size_t size) {
  auto* data = reinterpret_cast<uint8_t*>(bytes);
  EVP_MAC_update(state_->mac_context, data, size);
  while (size > 0) {
    if (state_->used == state_->keystream.size()) state_->NextKeystream();
    const size_t step = std::min(size, state_->keystream.size() - state_->used);
    for (size_t i = 0; i < step; ++i) {
      data[i] ^= state_->keystream[state_->used + i];
    }
    state_->used += step;
    data += step;
    size -= step;
  }
}

bool WinZipAes::TagFits(std::string_view tag) {
  std::array<uint8_t, 20> own{};
  size_t length = 0;
  return EVP_MAC_final(state_->mac_context, own.data(), &length, own.size()) ==
             1 &&
         tag.size() == kTagBytes &&
         CRYPTO_memcmp(own.data(), tag.data(), kTagBytes) == 0;
}

}  // namespace cupel
