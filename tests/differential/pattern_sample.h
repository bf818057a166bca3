// Bytes that a pattern of a rule's string matches.
#ifndef CUPEL_TESTS_DIFFERENTIAL_PATTERN_SAMPLE_H_
#define CUPEL_TESTS_DIFFERENTIAL_PATTERN_SAMPLE_H_

#include <string>

#include "rules/ast/ast.h"
#include "tests/differential/draw.h"
#include "tests/differential/made.h"

namespace cupel::differential {

// Some text that it matches, as far as anchors and word boundaries allow.
std::string Sample(Draw* draw, const ast::Pattern& pattern);

// A string of a rule that was parsed, with a few samples.
MadeString FromTree(Draw* draw, const ast::String& string);

}  // namespace cupel::differential

#endif  // CUPEL_TESTS_DIFFERENTIAL_PATTERN_SAMPLE_H_
