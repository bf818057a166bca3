#include "prefilter/window.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>

#include "prefilter/literal_image.h"

namespace cupel::prefilter {
namespace {

// So many windows of a long literal are looked at.
constexpr size_t kWindows = 128;
// More literals than these on one gram make it cost more.
constexpr uint32_t kFew = 4;

constexpr std::array<uint8_t, 256> FrequencyOfBytes() {
  std::array<uint8_t, 256> out{};
  for (uint8_t& weight : out) weight = 1;
  for (int c = '!'; c <= '~'; ++c) out[c] = 4;
  for (int c = 'a'; c <= 'z'; ++c) out[c] = 6;
  for (const char c : {'e', 't', 'a', 'o', 'i', 'n', 's', 'r'}) {
    out[static_cast<uint8_t>(c)] = 12;
  }
  for (const char c : {'j', 'q', 'x', 'z', 'k', 'v', 'w'}) {
    out[static_cast<uint8_t>(c)] = 2;
  }
  out[' '] = 16;  // folded, that is 0, too
  out[0xFF] = 8;
  return out;
}
constexpr std::array<uint8_t, 256> kFrequency = FrequencyOfBytes();

}  // namespace

uint32_t UsualCost(uint32_t gram) {
  uint32_t cost = 1;
  for (int shift = 0; shift < 32; shift += 8) {
    cost *= kFrequency[gram >> shift & 0xFF];
  }
  return cost;
}

bool IsSeenInRuns(std::string_view bytes, size_t window) {
  const size_t first = window == 0 ? 0 : window - 1;
  const size_t end = std::min(bytes.size(), window + kWordBytes + 1);
  for (size_t i = first + 1; i < end; ++i) {
    if (bytes[i] != bytes[first]) return true;
  }
  return false;
}

uint64_t WindowChooser::Score(const char* window) const {
  const uint32_t gram = WordAt(window);
  const auto found = users_.find(gram);
  const uint32_t users = found == users_.end() ? 0 : found->second;
  const uint64_t cost = uint64_t{CostOf(cost_, gram)} + 1;
  return cost * (1 + users / kFew * 8);
}

size_t WindowChooser::Choose(std::string_view bytes) {
  constexpr uint64_t kNone = std::numeric_limits<uint64_t>::max();
  // A literal that is one run has no better one: it occurs where a run of the
  // text begins, and the first place that is looked at there is.
  size_t best = 0;
  uint64_t best_score = kNone;
  for (size_t i = 0; i + kWordBytes + 1 <= bytes.size(); ++i) {
    if (i >= kWindows && best_score != kNone) break;
    if (!IsSeenInRuns(bytes, i) || !IsSeenInRuns(bytes, i + 1)) continue;
    const uint64_t score =
        Score(bytes.data() + i) + Score(bytes.data() + i + 1);
    if (score < best_score) {
      best_score = score;
      best = i;
    }
  }
  ++users_[WordAt(bytes.data() + best)];
  ++users_[WordAt(bytes.data() + best + 1)];
  return best;
}

}  // namespace cupel::prefilter
