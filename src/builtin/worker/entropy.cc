#include "builtin/worker/entropy.h"

#include <algorithm>
#include <cstdint>

#include "base/status.h"
#include "builtin/byte_entropy.h"

namespace cupel {
namespace {

double ChiSquareOf(const ByteCounts& counts, size_t size) {
  const double expected = static_cast<double>(size) / 256;
  double sum = 0;
  for (const uint64_t count : counts) {
    const double off = static_cast<double>(count) - expected;
    sum += off * off / expected;
  }
  return sum;
}

absl::Status CountBytes(std::string_view bytes, const StopFn& stop,
                        ByteCounts* counts) {
  for (size_t at = 0; at < bytes.size(); at += kStopInterval) {
    CUPEL_RETURN_IF_ERROR(CheckStop(stop));
    for (const char c : bytes.substr(at, kStopInterval)) {
      ++(*counts)[static_cast<uint8_t>(c)];
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<EntropyProfile> ProfileEntropy(std::string_view bytes,
                                              size_t block_size,
                                              size_t max_blocks,
                                              const StopFn& stop) {
  EntropyProfile profile;
  profile.block_size = block_size;
  if (bytes.empty()) return profile;
  const size_t blocks = (bytes.size() - 1) / block_size + 1;
  profile.block_size *= (blocks - 1) / max_blocks + 1;
  ByteCounts all{};
  for (size_t at = 0; at < bytes.size(); at += profile.block_size) {
    const std::string_view block = bytes.substr(at, profile.block_size);
    ByteCounts counts{};
    CUPEL_RETURN_IF_ERROR(CountBytes(block, stop, &counts));
    profile.blocks.push_back(EntropyOf(counts, block.size()));
    for (size_t i = 0; i < all.size(); ++i) all[i] += counts[i];
  }
  profile.entropy = EntropyOf(all, bytes.size());
  profile.chi_square = ChiSquareOf(all, bytes.size());
  return profile;
}

}  // namespace cupel
