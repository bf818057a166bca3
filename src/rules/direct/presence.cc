#include "rules/direct/presence.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace cupel::direct {
namespace {

// The bits of a hash: so that few places of a file share one with a text, and
// the table of hashes stays in the nearest cache if they are not many.
constexpr uint32_t kLeastBits = 15;
constexpr uint32_t kMostBits = 19;
constexpr size_t kHashesPerText = 256;

// Where the gram of a text stands more often, without the text, its own search
// is no slower.
constexpr size_t kLooks = 64;
constexpr size_t kBytesPerLook = 64;

constexpr size_t kPlacesPerWord = 4;

// Milliseconds of searching.
constexpr size_t kPiece = size_t{1} << 20;

// The first byte is the lowest.
uint64_t Load(const char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof(word));
  if constexpr (std::endian::native == std::endian::big) {
    word = __builtin_bswap64(word);
  }
  return word;
}

// Zeros behind the end.
uint64_t LoadAtEnd(std::string_view file, size_t place) {
  std::array<char, sizeof(uint64_t)> bytes = {};
  file.copy(bytes.data(), bytes.size(), place);
  return Load(bytes.data());
}

// The lowest four bytes are the gram.
template <bool kDifferences>
uint64_t Fold(uint64_t word) {
  return kDifferences ? FoldToDifferences(word) : FoldCase(word);
}

uint32_t Hash(uint32_t gram) { return gram * 0x9E3779B1u; }

}  // namespace

uint32_t Presence::Table::HashOf(uint32_t gram) const {
  return Hash(gram) >> (32 - bits_);
}

void Presence::Table::Clear(size_t texts) {
  const size_t places = std::bit_ceil(std::max<size_t>(texts, 1));
  bits_ = std::clamp(
      static_cast<uint32_t>(std::countr_zero(places * kHashesPerText)),
      kLeastBits, kMostBits);
  seen_.assign((size_t{1} << bits_) / 32, 0);
  slots_.assign(2 * places, Slot());
  used_ = 0;
}

Presence::Table::Slot& Presence::Table::SlotOf(uint32_t hash) {
  size_t at = hash & (slots_.size() - 1);
  while (slots_[at].hash != hash && slots_[at].hash != kNone) {
    at = (at + 1) & (slots_.size() - 1);
  }
  return slots_[at];
}

void Presence::Table::Add(uint32_t text, uint32_t gram,
                          std::vector<Text>* texts) {
  const uint32_t hash = HashOf(gram);
  Slot& slot = SlotOf(hash);
  slot.hash = hash;
  (*texts)[text].next = slot.first;
  slot.first = text;
  seen_[hash / 32] |= 1u << (hash % 32);
  ++used_;
}

// The next place in [place, end) whose hash is that of a text, or `end`. All
// that the loop needs is in registers.
template <bool kDifferences>
size_t Presence::Table::Next(const char* file, size_t place, size_t end) const {
  const uint32_t* const seen = seen_.data();
  const uint32_t shift = 32 - bits_;
  const auto is_seen = [=](uint64_t folded) {
    const uint32_t hash = Hash(static_cast<uint32_t>(folded)) >> shift;
    return seen[hash / 32] >> (hash % 32) & 1;
  };
  // The grams of four places are in one word.
  for (; place + kPlacesPerWord <= end; place += kPlacesPerWord) {
    const uint64_t folded = Fold<kDifferences>(Load(file + place));
    if ((is_seen(folded) | is_seen(folded >> 8) | is_seen(folded >> 16) |
         is_seen(folded >> 24)) != 0) {
      break;
    }
  }
  for (; place < end; ++place) {
    if (is_seen(Fold<kDifferences>(Load(file + place))) != 0) break;
  }
  return place;
}

template <bool kDifferences>
void Presence::Table::Find(std::string_view file, size_t begin, size_t end,
                           Presence* presence) {
  const auto look = [&](size_t place, uint64_t word) {
    const uint32_t hash =
        HashOf(static_cast<uint32_t>(Fold<kDifferences>(word)));
    uint32_t& seen = seen_[hash / 32];
    if ((seen >> (hash % 32) & 1) == 0) return;
    Slot& slot = SlotOf(hash);
    presence->Look(file, place, &slot.first);
    if (slot.first == kNone) seen &= ~(1u << (hash % 32));
  };
  const size_t words =
      file.size() < sizeof(uint64_t) ? 0 : file.size() - sizeof(uint64_t) + 1;
  const size_t last = std::min(end, words);
  size_t place = Next<kDifferences>(file.data(), begin, last);
  while (place < last) {
    look(place, Load(file.data() + place));
    place = Next<kDifferences>(file.data(), place + 1, last);
  }
  for (place = std::max(begin, last); place < end; ++place) {
    look(place, LoadAtEnd(file, place));
  }
}

void Presence::Clear() { texts_.clear(); }

bool Presence::Find(std::string_view file, const std::function<bool()>& stop) {
  plain_.Clear(texts_.size());
  differences_.Clear(static_cast<size_t>(
      std::count_if(texts_.begin(), texts_.end(), [](const Text& text) {
        return text.text->gram().has_value() && text.text->gram()->differences;
      })));
  for (uint32_t i = 0; i < texts_.size(); ++i) {
    const auto& gram = texts_[i].text->gram();
    if (!gram.has_value()) continue;
    (gram->differences ? differences_ : plain_).Add(i, gram->value, &texts_);
    texts_[i].state = State::kAbsent;
  }
  most_looks_ = static_cast<uint32_t>(kLooks + file.size() / kBytesPerLook);
  for (size_t begin = 0; begin < file.size(); begin += kPiece) {
    if (stop()) {
      for (Text& text : texts_) text.state = State::kUnknown;
      return false;
    }
    const size_t end = std::min(file.size(), begin + kPiece);
    if (!plain_.empty()) plain_.Find<false>(file, begin, end, this);
    if (!differences_.empty()) differences_.Find<true>(file, begin, end, this);
  }
  return true;
}

double Presence::ShareLeft() const {
  const auto left = std::count_if(
      texts_.begin(), texts_.end(),
      [](const Text& text) { return text.state != State::kAbsent; });
  return texts_.empty()
             ? 0
             : static_cast<double>(left) / static_cast<double>(texts_.size());
}

void Presence::Look(std::string_view file, size_t place, uint32_t* first) {
  for (uint32_t* at = first; *at != kNone;) {
    Text& text = texts_[*at];
    const uint32_t before = text.text->gram()->at;
    if (place >= before && text.text->StandsAt(file, place - before)) {
      text.state = State::kPresent;
    } else if (++text.looks > most_looks_) {
      text.state = State::kUnknown;
    } else {
      at = &text.next;
      continue;
    }
    *at = text.next;
  }
}

}  // namespace cupel::direct
