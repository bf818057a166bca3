#include "builtin/byte_entropy.h"

#include <array>
#include <cmath>
#include <cstdint>

namespace cupel {

double ByteEntropy(std::string_view bytes) {
  std::array<uint64_t, 256> counts{};
  for (const char c : bytes) ++counts[static_cast<uint8_t>(c)];
  double entropy = 0;
  for (const uint64_t count : counts) {
    if (count == 0) continue;
    const double share =
        static_cast<double>(count) / static_cast<double>(bytes.size());
    entropy -= share * std::log2(share);
  }
  return entropy;
}

}  // namespace cupel
