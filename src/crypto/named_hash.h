// The hashes that files are known by elsewhere, old ones among them. For names
// and look-ups only: nothing of ours relies on MD5 or SHA-1.
#ifndef CUPEL_CRYPTO_NAMED_HASH_H_
#define CUPEL_CRYPTO_NAMED_HASH_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cupel {

enum class HashName : uint8_t { kMd5, kSha1, kSha256, kSha512 };

// "sha1".
std::string_view HashNameText(HashName name);

// In lower-case hexadecimal. UNIMPLEMENTED if the process's OpenSSL does not
// have it, as where MD5 is forbidden.
absl::StatusOr<std::string> HexHash(HashName name, std::string_view bytes);

// The same, fed in pieces. One thread at a time.
class NamedHashStream {
 public:
  static absl::StatusOr<NamedHashStream> New(HashName name);
  NamedHashStream(NamedHashStream&&) noexcept;
  NamedHashStream& operator=(NamedHashStream&&) noexcept;
  ~NamedHashStream();

  void Update(std::string_view bytes);
  std::string Finish();

 private:
  struct State;
  explicit NamedHashStream(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cupel

#endif  // CUPEL_CRYPTO_NAMED_HASH_H_
