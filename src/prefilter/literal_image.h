// The tables that literals are searched with, as they lie in an image.
//
// Where the filter says so (filter.h), a table leads from a key to a node,
// which names the literals that have it. Where these would be many, the node
// looks at four more bytes, some way before or behind, and a table leads on to
// a smaller node.
#ifndef CUPEL_PREFILTER_LITERAL_IMAGE_H_
#define CUPEL_PREFILTER_LITERAL_IMAGE_H_

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "prefilter/filter.h"

namespace cupel::prefilter {

inline constexpr size_t kLeastLiteral = 2;
inline constexpr uint32_t kNoNode = 0xFFFFFFFF;
// Nodes below a root: how deep tables lead.
inline constexpr uint32_t kMaxDepth = 4;

inline uint32_t SlotOf(uint32_t key, uint32_t log2_slots) {
  return Hash(key) >> (32 - log2_slots);
}
// Words that nodes look at are folded as the keys of kGram are.
inline constexpr uint32_t kWordBytes = 4;
inline uint32_t WordAt(const char* bytes) {
  return KeyOf(kForms[kGram], Load32(bytes));
}

struct ImageLiteral {
  uint32_t first_byte;
  uint32_t length : 31;
  uint32_t nocase : 1;  // its bytes are in lower case
};
// That a literal has the key of its node, this far from its beginning; and the
// word that it has at `check_delta` from there, which tells nearly all places
// where it does not occur without a look at the literal.
struct ImageEntry {
  uint32_t literal;
  uint32_t key_at;
  uint32_t check;
  int32_t check_delta;  // kNoCheck: it is too short to have a word
};
inline constexpr int32_t kNoCheck = std::numeric_limits<int32_t>::min();

struct ImageNode {
  uint32_t first_entry;
  uint32_t entries;
  uint32_t first_probe;
  uint32_t probes;
};
// A hash table from the folded word at `delta` from the key to a node. Open
// addressing: a key is within `steps` slots of where it belongs.
struct ImageProbe {
  int32_t delta;
  uint32_t first_slot;
  uint32_t log2_slots;
  uint32_t steps;
};
struct ImageSlot {
  uint32_t word;
  uint32_t node;  // kNoNode: empty
};

// The first kKinds probes lead from keys to roots, and belong to no node.

// Which slot has the key; nothing if none has.
inline std::optional<uint32_t> FindSlot(std::span<const ImageSlot> slots,
                                        const ImageProbe& probe, uint32_t key) {
  const uint32_t mask = (uint32_t{1} << probe.log2_slots) - 1;
  uint32_t at = SlotOf(key, probe.log2_slots);
  for (uint32_t step = 0; step < probe.steps; ++step, ++at) {
    const uint32_t index = probe.first_slot + (at & mask);
    if (slots[index].node == kNoNode) break;
    if (slots[index].word == key) return index;
  }
  return std::nullopt;
}

struct LiteralTables {
  std::span<const ImageLiteral> literals;  // by id
  std::span<const ImageNode> nodes;
  std::span<const ImageProbe> probes;
  std::span<const ImageEntry> entries;
  std::span<const ImageSlot> slots;
  // For BlockFunction. Empty if there are no literals of the kind.
  std::array<std::span<const uint32_t>, kKinds> filters;
  std::string_view bytes;
};

// The size is a multiple of 8.
std::string WriteLiteralTables(const LiteralTables& tables);
// `image` must be 8-aligned, and outlive the result. Whatever it holds, no
// search with the result reads out of its bounds or goes on for ever.
absl::StatusOr<LiteralTables> ReadLiteralTables(std::string_view image);

}  // namespace cupel::prefilter

#endif  // CUPEL_PREFILTER_LITERAL_IMAGE_H_
