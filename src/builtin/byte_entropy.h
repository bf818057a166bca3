#ifndef CUPEL_BUILTIN_BYTE_ENTROPY_H_
#define CUPEL_BUILTIN_BYTE_ENTROPY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cupel {

// Shannon's entropy of the bytes, 0 to 8 bits each; of none: 0.
double ByteEntropy(std::string_view bytes);

// The same of bytes that were counted: `size` is the sum of all counts.
using ByteCounts = std::array<uint64_t, 256>;
double EntropyOf(const ByteCounts& counts, size_t size);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_BYTE_ENTROPY_H_
