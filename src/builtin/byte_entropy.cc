#include "builtin/byte_entropy.h"

#include <cmath>
#include <cstdint>

namespace cupel {

double ByteEntropy(std::string_view bytes) {
  ByteCounts counts{};
  for (const char c : bytes) ++counts[static_cast<uint8_t>(c)];
  return EntropyOf(counts, bytes.size());
}

double EntropyOf(const ByteCounts& counts, size_t size) {
  double entropy = 0;
  for (const uint64_t count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / static_cast<double>(size);
    entropy -= share * std::log2(share);
  }
  return entropy;
}

}  // namespace cupel
