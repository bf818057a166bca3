// TLSH, a hash that is alike for files that are alike. The only folder that
// includes tlsh.h.
#ifndef CUPEL_FUZZYHASH_TLSH_H_
#define CUPEL_FUZZYHASH_TLSH_H_

#include <memory>
#include <string>
#include <string_view>

namespace cupel {

// Fed in pieces. One thread at a time.
class TlshStream {
 public:
  TlshStream();
  ~TlshStream();
  TlshStream(const TlshStream&) = delete;
  TlshStream& operator=(const TlshStream&) = delete;

  void Update(std::string_view bytes);
  // "T1" and 70 hexadecimal digits in upper case, as TLSH 4 writes it. Empty
  // if there was too little for one: TLSH wants some 256 bytes that differ.
  std::string Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cupel

#endif  // CUPEL_FUZZYHASH_TLSH_H_
