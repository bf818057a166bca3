// SHA-256 of payloads, which may be large, so that it can be stopped.
#ifndef CUPEL_PIPELINE_HASHING_H_
#define CUPEL_PIPELINE_HASHING_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "crypto/digest.h"
#include "payload/byte_source.h"

namespace cupel {

// True once nobody wants the digest any more. Asked every few milliseconds.
using StopCheck = std::function<bool()>;

struct Hashed {
  Digest sha256{};
  uint64_t size = 0;    // bytes that were hashed
  absl::Status status;  // of reading; what was read until then is hashed
};

// Nothing if it was stopped.
std::optional<Hashed> HashBytes(std::string_view bytes,
                                const StopCheck& stopped);

// A source that is not in memory, to its end or where it can't be read.
std::optional<Hashed> HashSource(ByteSource& source, const StopCheck& stopped);

// Equal for equal bytes and, but for a few, different for different ones; reads
// next to nothing. Holds for this process only.
uint64_t SketchOf(std::string_view bytes);

// The same of a source; nothing if it can't be read.
std::optional<uint64_t> SketchOf(ByteSource& source);

}  // namespace cupel

#endif  // CUPEL_PIPELINE_HASHING_H_
