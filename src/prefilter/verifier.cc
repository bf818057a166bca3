#include "prefilter/verifier.h"

#include <cstring>
#include <optional>

namespace cupel::prefilter {
namespace {

bool EqualsInEitherCase(const char* text, const char* lower, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const unsigned folded = c - unsigned{'A'} < 26 ? c | 0x20 : c;
    if (folded != static_cast<unsigned char>(lower[i])) return false;
  }
  return true;
}

}  // namespace

bool Verifier::Occurs(const ImageEntry& entry, size_t position) const {
  const ImageLiteral& literal = tables_.literals[entry.literal];
  if (position < entry.key_at) return false;
  const size_t start = position - entry.key_at;
  if (literal.length > text_.size() - start) return false;
  const char* bytes = tables_.bytes.data() + literal.first_byte;
  const char* there = text_.data() + start;
  return literal.nocase ? EqualsInEitherCase(there, bytes, literal.length)
                        : std::memcmp(there, bytes, literal.length) == 0;
}

bool Verifier::HasWord(uint32_t word, int32_t delta, size_t position) const {
  // Unsigned: what lies before the text is far behind it.
  const size_t at = position + static_cast<size_t>(int64_t{delta});
  return at < text_.size() && text_.size() - at >= kWordBytes &&
         WordAt(text_.data() + at) == word;
}

void Verifier::Visit(const ImageNode& node, size_t position) {
  work_ += node.entries;
  for (const ImageEntry& entry :
       tables_.entries.subspan(node.first_entry, node.entries)) {
    if (entry.check_delta != kNoCheck &&
        !HasWord(entry.check, entry.check_delta, position)) {
      continue;
    }
    if (hits_->Has(entry.literal)) continue;
    work_ +=
        kComparing + tables_.literals[entry.literal].length / kBytesCompared;
    if (Occurs(entry, position)) hits_->Add(entry.literal);
  }
  for (const ImageProbe& probe :
       tables_.probes.subspan(node.first_probe, node.probes)) {
    const size_t at = position + static_cast<size_t>(int64_t{probe.delta});
    if (at >= text_.size() || text_.size() - at < kWordBytes) continue;
    Follow(probe, WordAt(text_.data() + at), position);
  }
}

void Verifier::Follow(const ImageProbe& probe, uint32_t key, size_t position) {
  work_ += kFollowing;
  if (const auto slot = FindSlot(tables_.slots, probe, key)) {
    Visit(tables_.nodes[tables_.slots[*slot].node], position);
  }
}

// The tables are larger than the caches: so what each place needs is asked for
// before the first of them is looked at.
void Verifier::Look(Kind kind, const Places& places) {
  const ImageProbe& probe = tables_.probes[kind];
  for (size_t i = 0; i < places.count; ++i) {
    __builtin_prefetch(
        &tables_.slots[probe.first_slot +
                       SlotOf(places.keys[i], probe.log2_slots)]);
  }
  std::array<const ImageNode*, kBlock> nodes;
  std::array<size_t, kBlock> positions;
  size_t count = 0;
  for (size_t i = 0; i < places.count; ++i) {
    const auto slot = FindSlot(tables_.slots, probe, places.keys[i]);
    if (!slot) continue;
    nodes[count] = &tables_.nodes[tables_.slots[*slot].node];
    __builtin_prefetch(nodes[count]);
    positions[count++] = places.positions[i];
  }
  for (size_t i = 0; i < count; ++i) {
    __builtin_prefetch(tables_.entries.data() + nodes[i]->first_entry);
  }
  work_ += places.count * kFollowing;
  for (size_t i = 0; i < count; ++i) Visit(*nodes[i], positions[i]);
}

void Verifier::AddAll() {
  for (uint32_t id = 0; id < tables_.literals.size(); ++id) hits_->Add(id);
}

}  // namespace cupel::prefilter
