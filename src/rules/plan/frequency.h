// How often short runs of bytes occur in ordinary files.
//
// Bytes are folded as the prefilter folds them (each | 0x20). A chance is the
// log2 of the part of files that contain a thing, where a file counts by what
// it costs to give it to libyara: 0 is every file, -10 one in a thousand.
#ifndef CUPEL_RULES_PLAN_FREQUENCY_H_
#define CUPEL_RULES_PLAN_FREQUENCY_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "rules/plan/formula.h"

namespace cupel::plan {

enum class Corpus : uint8_t { kText, kBinary };
inline constexpr size_t kCorpora = 2;
Corpus CorpusOf(FileClass file_class);

// Nothing is taken for rarer.
inline constexpr float kLeastChance = -14;

// Of 2 to 4 bytes.
float GramChance(Corpus corpus, std::string_view bytes);

// Of 2 or more bytes: that of its rarest four, less a little for every byte
// more and for other rare ones.
float LiteralChance(Corpus corpus, std::string_view bytes);

// Of one byte at one place, not folded: log2 of the part of all bytes.
float ByteChance(Corpus corpus, uint8_t byte);

// GramChance as the prefilter wants it: the higher the more frequent. `gram` is
// folded, its first byte the lowest.
uint32_t GramCost(Corpus corpus, uint32_t gram);

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_FREQUENCY_H_
