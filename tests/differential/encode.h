// The bytes that a string of a rule matches, and bytes that it nearly matches.
#ifndef CUPEL_TESTS_DIFFERENTIAL_ENCODE_H_
#define CUPEL_TESTS_DIFFERENTIAL_ENCODE_H_

#include <string>

#include "tests/differential/draw.h"
#include "tests/differential/made.h"

namespace cupel::differential {

// Some occurrence, in one of the forms that the modifiers allow: wide, of other
// case, with a key, in base64 at one of three alignments.
std::string Occurrence(Draw* draw, const MadeString& string);

// Like an occurrence, but for a byte, a cut, a form that is not asked for.
// Matches now and then all the same.
std::string NearMiss(Draw* draw, const MadeString& string);

std::string Wide(const std::string& bytes);

}  // namespace cupel::differential

#endif  // CUPEL_TESTS_DIFFERENTIAL_ENCODE_H_
