// Makes strings of rules: text, hex and regular expressions.
#ifndef CUPEL_TESTS_DIFFERENTIAL_MAKE_STRINGS_H_
#define CUPEL_TESTS_DIFFERENTIAL_MAKE_STRINGS_H_

#include <string>

#include "tests/differential/draw.h"
#include "tests/differential/made.h"

namespace cupel::differential {

// A few words over a small alphabet, so that strings of different rules share
// pieces, are part of one another, and occur by chance.
std::string MakeWord(Draw* draw);

// `text` as a literal of YARA, now and then with needless escapes.
std::string Quoted(Draw* draw, const std::string& text);

// Value, modifiers, samples; the caller gives the id. libyara refuses a few of
// them.
MadeString MakeTextString(Draw* draw);
MadeString MakeHexString(Draw* draw);
MadeString MakeRegexString(Draw* draw);

// "/…/is" for `matches`, and texts that it matches.
MadeString MakeRegex(Draw* draw);

}  // namespace cupel::differential

#endif  // CUPEL_TESTS_DIFFERENTIAL_MAKE_STRINGS_H_
