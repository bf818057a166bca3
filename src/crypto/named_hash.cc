#include "crypto/named_hash.h"

#include <openssl/evp.h>

#include <array>
#include <utility>

#include "base/status.h"
#include "crypto/digest.h"

namespace cupel {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"md5", "sha1", "sha256",
                                                    "sha512"};

// Fetched once each and never freed, as in sha256.cc.
const EVP_MD* Algorithm(HashName name) {
  static const std::array<const EVP_MD*, kNames.size()> kAlgorithms = {
      EVP_MD_fetch(nullptr, "MD5", nullptr),
      EVP_MD_fetch(nullptr, "SHA1", nullptr),
      EVP_MD_fetch(nullptr, "SHA256", nullptr),
      EVP_MD_fetch(nullptr, "SHA512", nullptr)};
  return kAlgorithms[static_cast<size_t>(name)];
}

std::string Hex(const unsigned char* bytes, size_t size) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * size);
  for (size_t i = 0; i < size; ++i) {
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

absl::Status Missing(HashName name) {
  return Unimplemented("the OpenSSL of this process has no {}",
                       HashNameText(name));
}

}  // namespace

std::string_view HashNameText(HashName name) {
  return kNames[static_cast<size_t>(name)];
}

absl::StatusOr<std::string> HexHash(HashName name, std::string_view bytes) {
  if (name == HashName::kSha256) return HexDigest(Sha256(bytes));
  const EVP_MD* const algorithm = Algorithm(name);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (algorithm == nullptr ||
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, algorithm,
                 nullptr) != 1) {
    return Missing(name);
  }
  return Hex(digest.data(), size);
}

struct NamedHashStream::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

NamedHashStream::NamedHashStream(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
NamedHashStream::NamedHashStream(NamedHashStream&&) noexcept = default;
NamedHashStream& NamedHashStream::operator=(NamedHashStream&&) noexcept =
    default;
NamedHashStream::~NamedHashStream() = default;

absl::StatusOr<NamedHashStream> NamedHashStream::New(HashName name) {
  const EVP_MD* const algorithm = Algorithm(name);
  auto state = std::make_unique<State>();
  if (algorithm == nullptr ||
      EVP_DigestInit_ex(state->context, algorithm, nullptr) != 1) {
    return Missing(name);
  }
  return NamedHashStream(std::move(state));
}

void NamedHashStream::Update(std::string_view bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

std::string NamedHashStream::Finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(state_->context, digest.data(), &size);
  return Hex(digest.data(), size);
}

}  // namespace cupel
