#include "rules/plan/frequency.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace cupel::plan {
namespace {

struct GramRow {
  Corpus corpus;
  uint8_t length;
  uint8_t halves;  // -log2 of the chance, in halves
  std::string_view grams;
};

struct ByteRow {
  Corpus corpus;
  std::string_view halves;  // of each byte, + 0x20
};

#define CUPEL_GRAMS(corpus, length, halves, text) \
  {Corpus::corpus, length, halves, std::string_view(text, sizeof(text) - 1)},
#define CUPEL_BYTES(corpus, text)
const GramRow kGramRows[] = {
#include "rules/plan/gram_table.inc"
};
#undef CUPEL_GRAMS
#undef CUPEL_BYTES

#define CUPEL_GRAMS(corpus, length, halves, text)
#define CUPEL_BYTES(corpus, text) \
  {Corpus::corpus, std::string_view(text, sizeof(text) - 1)},
const ByteRow kByteRows[] = {
#include "rules/plan/gram_table.inc"
};
#undef CUPEL_GRAMS
#undef CUPEL_BYTES

// Each byte more makes a literal rarer, though its grams may be frequent: by
// this much, up to as many. So does each gram that is not in the table.
constexpr float kRarerByByte = 0.25F;
constexpr size_t kMostRarerBytes = 12;
constexpr float kRarerByGram = 0.75F;
// What is not in the table is rarer than what is the rarest there: by this, if
// it has four bytes; by corpus. Of fewer bytes most that there are are listed.
constexpr std::array<float, kCorpora> kUnlisted = {2.5F, 6.0F};
constexpr float kUnlistedShort = 1;
// A literal with bytes that text does not have, in files that begin as text.
constexpr float kForeignChance = -9;
constexpr size_t kMostGramBytes = 4;

uint32_t Folded(std::string_view bytes) {
  uint32_t gram = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    gram |= (uint32_t{static_cast<uint8_t>(bytes[i])} | 0x20) << (8 * i);
  }
  return gram;
}

// Open addressing over the grams of one corpus. The lowest byte of a folded
// gram is never 0, nor is any other of its bytes: lengths can't be confused.
class GramTable {
 public:
  explicit GramTable(Corpus corpus)
      : unlisted_(kUnlisted[static_cast<size_t>(corpus)]) {
    size_t grams = 0;
    for (const GramRow& row : kGramRows) {
      if (row.corpus == corpus) grams += row.grams.size() / row.length;
    }
    size_t size = 64;
    while (size < 2 * grams) size *= 2;
    slots_.resize(size);
    for (const GramRow& row : kGramRows) {
      if (row.corpus == corpus) Insert(row);
    }
    for (const ByteRow& row : kByteRows) {
      if (row.corpus != corpus) continue;
      for (size_t i = 0; i < bytes_.size(); ++i) {
        bytes_[i] = -0.5F * static_cast<float>(row.halves[i] - 0x20);
      }
    }
  }

  // Chance and whether it is in the table.
  std::pair<float, bool> Gram(uint32_t gram, size_t length) const {
    const Slot& slot = slots_[Find(gram)];
    if (slot.gram == gram) return {slot.chance, true};
    const float less = length == kMostGramBytes ? unlisted_ : kUnlistedShort;
    return {rarest_[length] - less, false};
  }
  float Byte(uint8_t byte) const { return bytes_[byte]; }

 private:
  struct Slot {
    uint32_t gram = 0;
    float chance = 0;
  };

  size_t Find(uint32_t gram) const {
    size_t at = (gram * 0x9E3779B1U) >> 8 & (slots_.size() - 1);
    while (slots_[at].gram != 0 && slots_[at].gram != gram) {
      at = (at + 1) & (slots_.size() - 1);
    }
    return at;
  }

  void Insert(const GramRow& row) {
    const float chance = -0.5F * static_cast<float>(row.halves);
    rarest_[row.length] = std::min(rarest_[row.length], chance);
    for (size_t i = 0; i + row.length <= row.grams.size(); i += row.length) {
      const uint32_t gram = Folded(row.grams.substr(i, row.length));
      slots_[Find(gram)] = {gram, chance};
    }
  }

  const float unlisted_;
  std::vector<Slot> slots_;
  std::array<float, kMostGramBytes + 1> rarest_ = {};  // by length
  std::array<float, 256> bytes_ = {};
};

const GramTable& TableOf(Corpus corpus) {
  static const std::array<GramTable, kCorpora> tables = {
      GramTable(Corpus::kText), GramTable(Corpus::kBinary)};
  return tables[static_cast<size_t>(corpus)];
}

bool IsTextByte(char c) {
  const uint8_t byte = static_cast<uint8_t>(c);
  return byte >= 0x20 || byte == '\t' || byte == '\n' || byte == '\r';
}

}  // namespace

Corpus CorpusOf(FileClass file_class) {
  return file_class == FileClass::kText ? Corpus::kText : Corpus::kBinary;
}

float GramChance(Corpus corpus, std::string_view bytes) {
  return TableOf(corpus).Gram(Folded(bytes), bytes.size()).first;
}

float LiteralChance(Corpus corpus, std::string_view bytes) {
  const GramTable& table = TableOf(corpus);
  const size_t length = std::min(bytes.size(), kMostGramBytes);
  float chance = 0;
  size_t unlisted = 0;
  for (size_t i = 0; i + length <= bytes.size(); ++i) {
    const auto [gram, listed] =
        table.Gram(Folded(bytes.substr(i, length)), length);
    chance = std::min(chance, gram);
    unlisted += listed ? 0 : 1;
  }
  if (corpus == Corpus::kText &&
      !std::all_of(bytes.begin(), bytes.end(), IsTextByte)) {
    chance = std::min(chance, kForeignChance);
  }
  const size_t more = std::min(bytes.size() - length, kMostRarerBytes);
  chance -= kRarerByByte * static_cast<float>(more);
  if (unlisted > 1) chance -= kRarerByGram * static_cast<float>(unlisted - 1);
  return std::max(chance, kLeastChance);
}

float ByteChance(Corpus corpus, uint8_t byte) {
  return TableOf(corpus).Byte(byte);
}

uint32_t GramCost(Corpus corpus, uint32_t gram) {
  const float chance = TableOf(corpus).Gram(gram, kMostGramBytes).first;
  return static_cast<uint32_t>(std::exp2(chance - kLeastChance));
}

}  // namespace cupel::plan
