// How much bytes look like noise, as a whole and piece by piece.
#ifndef CUPEL_BUILTIN_WORKER_ENTROPY_H_
#define CUPEL_BUILTIN_WORKER_ENTROPY_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "builtin/stop.h"

namespace cupel {

struct EntropyProfile {
  double entropy = 0;          // bits a byte, 0 to 8; of nothing: 0
  double chi_square = 0;       // against bytes that are equally frequent
  size_t block_size = 0;       // bytes; the last block may be shorter
  std::vector<double> blocks;  // entropy of each
};

// Blocks of `block_size` bytes, or of a multiple of it if there were more than
// `max_blocks`. The only error is CANCELLED.
absl::StatusOr<EntropyProfile> ProfileEntropy(std::string_view bytes,
                                              size_t block_size,
                                              size_t max_blocks,
                                              const StopFn& stop = {});

}  // namespace cupel

#endif  // CUPEL_BUILTIN_WORKER_ENTROPY_H_
