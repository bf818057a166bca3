#include <openssl/evp.h>

#include "crypto/digest.h"

namespace cupel {
namespace {

// Fetched once: looking the algorithm up by name costs as much as hashing a
// small file. Never freed, because hosts may scan while the process exits.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm =
      EVP_MD_fetch(nullptr, "SHA256", nullptr);
  // A process whose OpenSSL configuration has no default provider.
  return algorithm != nullptr ? algorithm : EVP_sha256();
}

}  // namespace

struct Sha256Stream::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context, Algorithm(), nullptr);
}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::Update(std::string_view bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

Digest Sha256Stream::Finish() {
  Digest out{};
  EVP_DigestFinal_ex(state_->context, out.data(), nullptr);
  return out;
}

Digest Sha256(std::string_view bytes) {
  Digest out{};
  EVP_Digest(bytes.data(), bytes.size(), out.data(), nullptr, Algorithm(),
             nullptr);
  return out;
}

}  // namespace cupel
