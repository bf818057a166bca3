#include "prefilter/literal_image.h"

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "base/status.h"

namespace cupel::prefilter {
namespace {

struct Header {
  uint32_t literals;
  uint32_t nodes;
  uint32_t probes;
  uint32_t entries;
  uint32_t slots;
  uint32_t bytes;
  uint32_t has_filter[kKinds];
  uint32_t nothing;
};

template <typename T>
void Append(std::span<const T> items, std::string* image) {
  static_assert(std::has_unique_object_representations_v<T>);
  image->append(reinterpret_cast<const char*>(items.data()),
                items.size_bytes());
  image->resize((image->size() + 7) / 8 * 8);
}

// Takes tables off the front of what is left of an image.
class Reader {
 public:
  explicit Reader(std::string_view image) : rest_(image) {}

  template <typename T>
  bool Take(size_t count, std::span<const T>* items) {
    const size_t size = (count * sizeof(T) + 7) / 8 * 8;  // 32 bits of count
    if (size > rest_.size()) return false;
    *items = {reinterpret_cast<const T*>(rest_.data()), count};
    rest_.remove_prefix(size);
    return true;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

bool TakeFilters(const Header& header, Reader* reader, LiteralTables* tables) {
  for (size_t kind = 0; kind < kKinds; ++kind) {
    if (header.has_filter[kind] == 0) continue;
    if (!reader->Take(size_t{1} << kForms[kind].log2_words,
                      &tables->filters[kind])) {
      return false;
    }
  }
  return true;
}

bool WithinBounds(uint64_t first, uint64_t count, uint64_t size) {
  return first <= size && count <= size - first;
}

bool LiteralsAreGood(const LiteralTables& tables) {
  for (const ImageLiteral& literal : tables.literals) {
    if (literal.length < kLeastLiteral ||
        !WithinBounds(literal.first_byte, literal.length,
                      tables.bytes.size())) {
      return false;
    }
  }
  for (const ImageEntry& entry : tables.entries) {
    if (entry.literal >= tables.literals.size() ||
        entry.key_at >= tables.literals[entry.literal].length) {
      return false;
    }
  }
  return true;
}

// Probes share out the slots among them, in order.
bool ProbesAreGood(const LiteralTables& tables) {
  uint64_t next_slot = 0;
  for (const ImageProbe& probe : tables.probes) {
    if (probe.log2_slots == 0 || probe.log2_slots > 31 ||
        probe.first_slot != next_slot)
      return false;
    const uint64_t slots = uint64_t{1} << probe.log2_slots;
    next_slot += slots;
    if (next_slot > tables.slots.size() || probe.steps > slots) return false;
  }
  return next_slot == tables.slots.size();
}

// Nodes share out the probes but for the roots', in order. Tables lead only
// to nodes behind their own, and not deeper than kMaxDepth.
bool NodesAreGood(const LiteralTables& tables) {
  std::vector<uint8_t> depth(tables.nodes.size());
  const auto check_table = [&](const ImageProbe& probe, uint64_t least,
                               uint8_t new_depth) {
    for (const ImageSlot& slot : tables.slots.subspan(
             probe.first_slot, size_t{1} << probe.log2_slots)) {
      if (slot.node == kNoNode) continue;
      if (slot.node < least || slot.node >= tables.nodes.size()) return false;
      depth[slot.node] = std::max(depth[slot.node], new_depth);
    }
    return true;
  };
  for (const ImageProbe& root : tables.probes.first(kKinds)) {
    if (!check_table(root, 0, 0)) return false;
  }
  uint64_t next_probe = kKinds;
  for (size_t i = 0; i < tables.nodes.size(); ++i) {
    const ImageNode& node = tables.nodes[i];
    if (!WithinBounds(node.first_entry, node.entries, tables.entries.size()) ||
        !WithinBounds(next_probe, node.probes, tables.probes.size()) ||
        node.first_probe != next_probe ||
        (node.probes != 0 && depth[i] >= kMaxDepth)) {
      return false;
    }
    next_probe += node.probes;
    for (const ImageProbe& probe :
         tables.probes.subspan(node.first_probe, node.probes)) {
      if (!check_table(probe, i + 1, static_cast<uint8_t>(depth[i] + 1))) {
        return false;
      }
    }
  }
  return next_probe == tables.probes.size();
}

}  // namespace

std::string WriteLiteralTables(const LiteralTables& tables) {
  const Header header = {
      static_cast<uint32_t>(tables.literals.size()),
      static_cast<uint32_t>(tables.nodes.size()),
      static_cast<uint32_t>(tables.probes.size()),
      static_cast<uint32_t>(tables.entries.size()),
      static_cast<uint32_t>(tables.slots.size()),
      static_cast<uint32_t>(tables.bytes.size()),
      {!tables.filters[kGram].empty(), !tables.filters[kTriple].empty(),
       !tables.filters[kPair].empty()},
      0,
  };
  std::string image;
  Append(std::span<const Header>(&header, 1), &image);
  Append(tables.literals, &image);
  Append(tables.nodes, &image);
  Append(tables.probes, &image);
  Append(tables.entries, &image);
  Append(tables.slots, &image);
  for (const auto& filter : tables.filters) Append(filter, &image);
  Append(std::span<const char>(tables.bytes), &image);
  return image;
}

absl::StatusOr<LiteralTables> ReadLiteralTables(std::string_view image) {
  Reader reader(image);
  std::span<const Header> header;
  std::span<const char> bytes;
  LiteralTables tables;
  if (!reader.Take(1, &header) ||
      !reader.Take(header[0].literals, &tables.literals) ||
      !reader.Take(header[0].nodes, &tables.nodes) ||
      !reader.Take(header[0].probes, &tables.probes) ||
      !reader.Take(header[0].entries, &tables.entries) ||
      !reader.Take(header[0].slots, &tables.slots) ||
      !TakeFilters(header[0], &reader, &tables) ||
      !reader.Take(header[0].bytes, &bytes) || !reader.at_end()) {
    return DataLoss("prefilter: its literals are cut short");
  }
  tables.bytes = {bytes.data(), bytes.size()};
  if (tables.probes.size() < kKinds || !LiteralsAreGood(tables) ||
      !ProbesAreGood(tables) || !NodesAreGood(tables)) {
    return DataLoss("prefilter: its literals are damaged");
  }
  return tables;
}

}  // namespace cupel::prefilter
