// SHA-256 (what the world names files by) and BLAKE2b-256 (what we name our own
// things by). The only folder that includes sodium.h and openssl/*.h.
#ifndef CUPEL_CRYPTO_DIGEST_H_
#define CUPEL_CRYPTO_DIGEST_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cupel {

using Digest = std::array<uint8_t, 32>;

// By OpenSSL's libcrypto, which libyara brings into the process anyhow: five
// times as fast as libsodium's where the processor has SHA instructions, and
// hashing is done for every file.
Digest Sha256(std::string_view bytes);

// The same, fed in pieces. One thread at a time.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  void Update(std::string_view bytes);
  Digest Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// BLAKE2b with 32 bytes of output, fed in pieces.
class Blake2b {
 public:
  Blake2b();
  ~Blake2b();
  Blake2b(const Blake2b&) = delete;
  Blake2b& operator=(const Blake2b&) = delete;

  void Update(std::string_view bytes);
  // A field with its length before it, so that ("ab","c") and ("a","bc")
  // differ.
  void UpdateFramed(std::string_view bytes);
  Digest Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string HexDigest(const Digest& digest);

}  // namespace cupel

#endif  // CUPEL_CRYPTO_DIGEST_H_
