// What can be proved of a rule from its text.
#ifndef CUPEL_RULES_PROOF_H_
#define CUPEL_RULES_PROOF_H_

#include <span>
#include <string_view>

#include "rules/splitter.h"

namespace cupel {

// True only if the condition of `rule`, a well-formed rule of `text`, is false
// for every payload that does not begin with "MZ". Whatever is not understood
// counts as true.
bool FalseWithoutMz(const SplitText& split, const RuleText& rule,
                    std::string_view text);

// Fields ("machine", "sections") and functions ("imphash") of the pe module
// that are undefined for every payload that does not begin with "MZ". A test
// asks the libyara in use about each of them.
std::span<const std::string_view> UndefinedPeFields();
std::span<const std::string_view> UndefinedPeFunctions();

}  // namespace cupel

#endif  // CUPEL_RULES_PROOF_H_
