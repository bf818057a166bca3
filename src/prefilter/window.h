// By which of its windows a literal is to be found.
#ifndef CUPEL_PREFILTER_WINDOW_H_
#define CUPEL_PREFILTER_WINDOW_H_

#include <cstdint>
#include <string_view>

#include "base/hash.h"
#include "prefilter/prefilter.h"

namespace cupel::prefilter {

// PrefilterGramCost where nobody gave one: what is known of text and programs
// in general.
uint32_t UsualCost(uint32_t gram);

inline uint32_t CostOf(const PrefilterGramCost& cost, uint32_t gram) {
  return cost ? cost(gram) : UsualCost(gram);
}

// A search passes over the inside of runs: places where the byte before, those
// of the key and the one behind are all the same. False if an occurrence of the
// literal could have its window there. `bytes` are in lower case if the literal
// is found in either.
bool IsSeenInRuns(std::string_view bytes, size_t window);

// Spreads literals over windows that are rare, and that few others have.
class WindowChooser {
 public:
  explicit WindowChooser(const PrefilterGramCost& cost) : cost_(cost) {}
  // The first of two neighbouring windows. `bytes` has five or more. Remembers
  // the choice.
  size_t Choose(std::string_view bytes);

 private:
  uint64_t Score(const char* window) const;

  const PrefilterGramCost& cost_;
  HashMap<uint32_t, uint32_t> users_;  // by gram
};

}  // namespace cupel::prefilter

#endif  // CUPEL_PREFILTER_WINDOW_H_
