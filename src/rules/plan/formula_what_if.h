// "What if this string did not occur?"
#ifndef CUPEL_RULES_PLAN_FORMULA_WHAT_IF_H_
#define CUPEL_RULES_PLAN_FORMULA_WHAT_IF_H_

#include <cstdint>
#include <optional>

namespace cupel::plan {

// What Reader::Value supposes to be absent, beside the index of a string.
inline constexpr uint32_t kNoString = UINT32_MAX;
inline constexpr uint32_t kAllStrings = UINT32_MAX - 1;

inline bool IsAbsent(std::optional<uint32_t> string, uint32_t absent) {
  return string.has_value() && absent != kNoString &&
         (absent == kAllStrings || absent == *string);
}

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_FORMULA_WHAT_IF_H_
