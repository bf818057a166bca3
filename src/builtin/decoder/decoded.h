// What decoders of texts give back.
#ifndef CUPEL_BUILTIN_DECODER_DECODED_H_
#define CUPEL_BUILTIN_DECODER_DECODED_H_

#include <cstddef>
#include <functional>
#include <string>

#include "absl/status/status.h"

namespace cupel {

// Bytes up to where it went wrong, if it did.
struct Decoded {
  std::string bytes;
  absl::Status status;
};

// One piece of encoded text among other bytes.
struct EncodedRun {
  size_t offset = 0;
  size_t length = 0;
  std::string bytes;  // decoded
};

// Takes a run; what it returns ends the search unless it is OK.
using TakeRun = std::function<absl::Status(EncodedRun)>;

}  // namespace cupel

#endif  // CUPEL_BUILTIN_DECODER_DECODED_H_
