#include "queue/random_source.h"

#include <cstdint>

#include "crypto/box.h"

namespace cupel::queue {

// Not std::random_device: a static libstdc++ would ask a newer glibc for it
// than everything else does.
std::function<double()> RandomSource() {
  return [] {
    uint64_t bits = 0;
    RandomBytes(&bits, sizeof(bits));
    return static_cast<double>(bits >> 11) * 0x1.0p-53;
  };
}

}  // namespace cupel::queue
