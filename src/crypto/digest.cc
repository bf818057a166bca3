#include "crypto/digest.h"

#include <sodium.h>

#include "crypto/sodium_start.h"

namespace cupel {
namespace {

const unsigned char* Data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

struct Blake2b::State {
  crypto_generichash_state hash;
};

Blake2b::Blake2b() : state_(std::make_unique<State>()) {
  StartSodium();
  crypto_generichash_init(&state_->hash, nullptr, 0, sizeof(Digest));
}

Blake2b::~Blake2b() = default;

void Blake2b::Update(std::string_view bytes) {
  crypto_generichash_update(&state_->hash, Data(bytes), bytes.size());
}

void Blake2b::UpdateFramed(std::string_view bytes) {
  std::array<char, 8> length;
  for (size_t i = 0; i < length.size(); ++i) {
    length[i] = static_cast<char>(uint64_t{bytes.size()} >> (56 - 8 * i));
  }
  Update({length.data(), length.size()});
  Update(bytes);
}

Digest Blake2b::Finish() {
  Digest out;
  crypto_generichash_final(&state_->hash, out.data(), out.size());
  return out;
}

std::string HexDigest(const Digest& digest) {
  std::string hex(digest.size() * 2, '\0');
  for (size_t i = 0; i < digest.size(); ++i) {
    static constexpr char kDigits[] = "0123456789abcdef";
    hex[2 * i] = kDigits[digest[i] >> 4];
    hex[2 * i + 1] = kDigits[digest[i] & 15];
  }
  return hex;
}

}  // namespace cupel
