#include "prefilter/literal_builder.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <tuple>
#include <utility>

#include "base/status.h"
#include "prefilter/literal_image.h"
#include "prefilter/window.h"

namespace cupel::prefilter {
namespace {

// A node has that many literals before it looks at more bytes, at most so many
// times, at most so far from the key.
constexpr size_t kFew = 4;
constexpr size_t kMaxProbes = 4;
constexpr int32_t kFarthest = 64;
constexpr size_t kSample = 1024;
// Slots for keys, and how far from where it belongs a key may be before the
// table is made larger, up to a bound.
constexpr int kSpare = 1;  // log2
constexpr int kMostSpare = 4;
constexpr uint32_t kFewSteps = 8;

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// A literal by one of its keys, or by a word that a node looks at.
struct Item {
  uint32_t key;
  uint32_t literal;
  uint32_t key_at;
};

bool ByKey(const Item& a, const Item& b) {
  return std::tie(a.key, a.literal, a.key_at) <
         std::tie(b.key, b.literal, b.key_at);
}

class Builder {
 public:
  explicit Builder(const PrefilterGramCost& cost) : cost_(cost) {}
  absl::StatusOr<std::string> Build(
      const std::vector<PrefilterLiteral>& literals);

 private:
  absl::Status AddLiterals(const std::vector<PrefilterLiteral>& literals);
  std::string_view BytesOf(uint32_t index) const {
    const ImageLiteral& literal = literals_[index];
    return std::string_view(bytes_).substr(literal.first_byte, literal.length);
  }
  std::vector<Item> Grams() const;
  std::vector<Item> Triples() const;
  std::vector<Item> Pairs() const;

  // Makes the table of a probe, whose keys are those of the sorted `items`, and
  // gives the slot of each group of equal keys, in order.
  std::vector<uint32_t> MakeTable(std::span<const Item> items, uint32_t probe);
  uint32_t Place(uint32_t key, const ImageProbe& probe);
  // The nodes that a table leads to, one for each group.
  void MakeChildren(std::span<const Item> items,
                    std::span<const uint32_t> slots, uint32_t depth);
  uint32_t MakeNode(std::vector<Item> items, uint32_t depth);
  ImageEntry EntryOf(const Item& item) const;
  // At which distance from the key words tell the items apart best; 0 if
  // none does.
  int32_t BestDelta(const std::vector<Item>& items) const;
  bool HasWordAt(const Item& item, int32_t delta) const;
  // Those that have one there, which is their key then; sorted.
  std::vector<Item> WithWordAt(std::span<const Item> items,
                               int32_t delta) const;

  const PrefilterGramCost& cost_;
  std::vector<ImageLiteral> literals_;
  std::vector<ImageNode> nodes_;
  std::vector<ImageProbe> probes_;
  std::vector<ImageEntry> entries_;
  std::vector<ImageSlot> slots_;
  std::string bytes_;
};

absl::Status Builder::AddLiterals(
    const std::vector<PrefilterLiteral>& literals) {
  // Of each there are two entries and up to 32 slots at most.
  constexpr size_t kMostLiterals = size_t{1} << 24;
  constexpr size_t kMostBytes = size_t{1} << 30;
  size_t bytes = 0;
  for (const PrefilterLiteral& literal : literals) {
    if (literal.bytes.size() < kLeastLiteral) {
      return InvalidArgument("prefilter: a literal of {} bytes",
                             literal.bytes.size());
    }
    bytes += literal.bytes.size();
    if (literals.size() > kMostLiterals || bytes > kMostBytes) {
      return ResourceExhausted("prefilter: too many literals");
    }
    literals_.push_back(
        {static_cast<uint32_t>(bytes_.size()),
         static_cast<uint32_t>(literal.bytes.size()) & 0x7FFFFFFF,
         literal.nocase});
    bytes_ += literal.bytes;
    if (!literal.nocase) continue;
    std::transform(bytes_.end() - static_cast<ptrdiff_t>(literal.bytes.size()),
                   bytes_.end(),
                   bytes_.end() - static_cast<ptrdiff_t>(literal.bytes.size()),
                   Lower);
  }
  return absl::OkStatus();
}

std::vector<Item> Builder::Grams() const {
  std::vector<uint32_t> literals;
  for (uint32_t i = 0; i < literals_.size(); ++i) {
    if (literals_[i].length > kForms[kGram].bytes) literals.push_back(i);
  }
  // The shorter, the less choice.
  std::stable_sort(literals.begin(), literals.end(),
                   [this](uint32_t a, uint32_t b) {
                     return literals_[a].length < literals_[b].length;
                   });
  WindowChooser chooser(cost_);
  std::vector<Item> items;
  for (const uint32_t i : literals) {
    const std::string_view bytes = BytesOf(i);
    const size_t window = chooser.Choose(bytes);
    for (const size_t at : {window, window + 1}) {
      items.push_back(
          {WordAt(bytes.data() + at), i, static_cast<uint32_t>(at)});
    }
  }
  return items;
}

std::vector<Item> Builder::Triples() const {
  constexpr KeyForm kForm = kForms[kTriple];
  std::vector<Item> items;
  for (uint32_t i = 0; i < literals_.size(); ++i) {
    if (literals_[i].length != kForm.bytes + 1) continue;
    const uint32_t word = Load32(BytesOf(i).data());
    items.push_back({KeyOf(kForm, word), i, 0});
    items.push_back({KeyOf(kForm, word >> 8), i, 1});
  }
  return items;
}

std::vector<Item> Builder::Pairs() const {
  std::vector<Item> items;
  for (uint32_t i = 0; i < literals_.size(); ++i) {
    const ImageLiteral& literal = literals_[i];
    if (literal.length > kForms[kPair].bytes + 1) continue;
    const auto both = [&literal](char c) {
      const bool letter = literal.nocase && c >= 'a' && c <= 'z';
      return std::string{c} + (letter ? std::string{char(c & ~0x20)} : "");
    };
    const std::string_view bytes = BytesOf(i);
    for (const char first : both(bytes[0])) {
      for (const char second : both(bytes[1])) {
        const char word[] = {first, second, 0, 0};
        items.push_back({KeyOf(kForms[kPair], Load32(word)), i, 0});
      }
    }
  }
  return items;
}

uint32_t Builder::Place(uint32_t key, const ImageProbe& probe) {
  const uint32_t mask = (uint32_t{1} << probe.log2_slots) - 1;
  uint32_t step = 0;
  uint32_t at = SlotOf(key, probe.log2_slots);
  while (slots_[probe.first_slot + at].node != kNoNode) {
    at = (at + 1) & mask;
    ++step;
  }
  slots_[probe.first_slot + at] = {key, 0};
  return step;
}

std::vector<uint32_t> Builder::MakeTable(std::span<const Item> items,
                                         uint32_t probe_index) {
  std::vector<uint32_t> keys;
  for (const Item& item : items) {
    if (keys.empty() || keys.back() != item.key) keys.push_back(item.key);
  }
  ImageProbe& probe = probes_[probe_index];
  probe.first_slot = static_cast<uint32_t>(slots_.size());
  for (int spare = kSpare; spare <= kMostSpare; ++spare) {
    probe.log2_slots =
        static_cast<uint32_t>(std::bit_width(keys.size()) + spare);
    probe.steps = 0;
    slots_.resize(probe.first_slot);
    slots_.resize(probe.first_slot + (size_t{1} << probe.log2_slots),
                  {0, kNoNode});
    for (const uint32_t key : keys) {
      probe.steps = std::max(probe.steps, Place(key, probe) + 1);
    }
    if (probe.steps <= kFewSteps) break;
  }
  std::vector<uint32_t> places;
  for (const uint32_t key : keys) {
    places.push_back(*FindSlot(slots_, probe, key));
  }
  return places;
}

void Builder::MakeChildren(std::span<const Item> items,
                           std::span<const uint32_t> slots, uint32_t depth) {
  size_t first = 0;
  for (const uint32_t slot : slots) {
    size_t end = first;
    while (end < items.size() && items[end].key == items[first].key) ++end;
    const uint32_t node =
        MakeNode({items.begin() + first, items.begin() + end}, depth);
    slots_[slot].node = node;
    first = end;
  }
}

// The node, its probes and their slots come before those of its children.
uint32_t Builder::MakeNode(std::vector<Item> items, uint32_t depth) {
  const auto index = static_cast<uint32_t>(nodes_.size());
  const auto first_probe = static_cast<uint32_t>(probes_.size());
  nodes_.push_back({});
  std::vector<std::vector<Item>> groups;
  while (depth < kMaxDepth && items.size() > kFew &&
         groups.size() < kMaxProbes) {
    const int32_t delta = BestDelta(items);
    if (delta == 0) break;
    probes_.push_back({delta, 0, 0, 0});
    groups.push_back(WithWordAt(items, delta));
    std::erase_if(items, [this, delta](const Item& item) {
      return HasWordAt(item, delta);
    });
  }
  nodes_[index] = {static_cast<uint32_t>(entries_.size()),
                   static_cast<uint32_t>(items.size()), first_probe,
                   static_cast<uint32_t>(groups.size())};
  for (const Item& item : items) {
    entries_.push_back(EntryOf(item));
  }
  std::vector<std::vector<uint32_t>> slots;
  for (size_t i = 0; i < groups.size(); ++i) {
    slots.push_back(
        MakeTable(groups[i], first_probe + static_cast<uint32_t>(i)));
  }
  for (size_t i = 0; i < groups.size(); ++i) {
    MakeChildren(groups[i], slots[i], depth + 1);
  }
  return index;
}

ImageEntry Builder::EntryOf(const Item& item) const {
  ImageEntry entry = {item.literal, item.key_at, 0, kNoCheck};
  const std::string_view bytes = BytesOf(item.literal);
  uint64_t least = std::numeric_limits<uint64_t>::max();
  for (size_t i = 0; i < kFarthest && i + kWordBytes <= bytes.size(); ++i) {
    // What the key has of it is known to be there.
    const size_t distance = i < item.key_at ? item.key_at - i : i - item.key_at;
    const uint64_t cost =
        (uint64_t{CostOf(cost_, WordAt(bytes.data() + i))} + 1)
        << 8 * (kWordBytes - std::min<size_t>(distance, kWordBytes));
    if (cost >= least) continue;
    least = cost;
    entry.check = WordAt(bytes.data() + i);
    entry.check_delta =
        static_cast<int32_t>(i) - static_cast<int32_t>(item.key_at);
  }
  return entry;
}

bool Builder::HasWordAt(const Item& item, int32_t delta) const {
  const int64_t at = int64_t{item.key_at} + delta;
  return at >= 0 && at + int64_t{kWordBytes} <= literals_[item.literal].length;
}

std::vector<Item> Builder::WithWordAt(std::span<const Item> items,
                                      int32_t delta) const {
  std::vector<Item> out;
  for (const Item& item : items) {
    if (!HasWordAt(item, delta)) continue;
    const char* key = BytesOf(item.literal).data() + item.key_at;
    out.push_back({WordAt(key + delta), item.literal, item.key_at});
  }
  std::sort(out.begin(), out.end(), ByKey);
  return out;
}

int32_t Builder::BestDelta(const std::vector<Item>& items) const {
  std::vector<Item> sample;
  const size_t step = items.size() / kSample + 1;
  for (size_t i = 0; i < items.size(); i += step) sample.push_back(items[i]);
  // With how many literals a place would be compared: the sum of squares is
  // that, if all words were equally likely.
  uint64_t least = uint64_t{sample.size()} * sample.size() * 3 / 4;
  int32_t best = 0;
  for (int32_t distance = 1; distance <= kFarthest; ++distance) {
    for (const int32_t delta : {distance, -distance}) {
      const std::vector<Item> group = WithWordAt(sample, delta);
      const uint64_t rest = sample.size() - group.size();
      uint64_t sum = rest * rest;
      for (size_t i = 0, first = 0; i < group.size(); ++i) {
        if (group[i].key != group[first].key) first = i;
        sum += 2 * (i - first) + 1;
      }
      if (sum >= least) continue;
      least = sum;
      best = delta;
    }
  }
  return best;
}

std::vector<uint32_t> MakeFilter(const KeyForm& form,
                                 std::span<const Item> items) {
  std::vector<uint32_t> table;
  if (!items.empty()) table.resize(size_t{1} << form.log2_words);
  for (const Item& item : items) {
    const FilterBits at = BitsOf(form, item.key);
    table[at.word] |= at.bits;
  }
  return table;
}

absl::StatusOr<std::string> Builder::Build(
    const std::vector<PrefilterLiteral>& literals) {
  CUPEL_RETURN_IF_ERROR(AddLiterals(literals));
  std::array<std::vector<Item>, kKinds> items = {Grams(), Triples(), Pairs()};
  std::array<std::vector<uint32_t>, kKinds> slots;
  std::array<std::vector<uint32_t>, kKinds> filters;
  probes_.resize(kKinds);
  for (uint32_t kind = 0; kind < kKinds; ++kind) {
    std::sort(items[kind].begin(), items[kind].end(), ByKey);
    filters[kind] = MakeFilter(kForms[kind], items[kind]);
    slots[kind] = MakeTable(items[kind], kind);
  }
  for (size_t kind = 0; kind < kKinds; ++kind) {
    MakeChildren(items[kind], slots[kind], 0);
  }
  return WriteLiteralTables({literals_,
                             nodes_,
                             probes_,
                             entries_,
                             slots_,
                             {filters[kGram], filters[kTriple], filters[kPair]},
                             bytes_});
}

}  // namespace

absl::StatusOr<std::string> BuildLiteralTables(
    const std::vector<PrefilterLiteral>& literals,
    const PrefilterGramCost& cost) {
  return Builder(cost).Build(literals);
}

}  // namespace cupel::prefilter
