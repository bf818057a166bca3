// The matches of some rules as bytes.
#ifndef CUPEL_ANSWERS_ANSWER_TEXT_H_
#define CUPEL_ANSWERS_ANSWER_TEXT_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/scratch.h"

namespace cupel {

// RuleMatch::rule is whatever number the caller gives rules. No match is no
// byte.
std::string EncodeMatches(std::span<const RuleMatch> matches);

// Ids point into `bytes`. None if the bytes are not what EncodeMatches makes.
std::optional<std::vector<RuleMatch>> DecodeMatches(std::string_view bytes);

}  // namespace cupel

#endif  // CUPEL_ANSWERS_ANSWER_TEXT_H_
