// One round: rules are made, files are made of them, the engines are compared.
#ifndef CUPEL_TESTS_DIFFERENTIAL_ROUND_H_
#define CUPEL_TESTS_DIFFERENTIAL_ROUND_H_

#include <cstddef>
#include <string>
#include <vector>

#include "tests/differential/draw.h"

namespace cupel::differential {

// What a number of rounds covered; without matches they would prove nothing.
struct Tally {
  size_t rounds = 0;
  size_t rules = 0;
  size_t refused = 0;  // rules that libyara did not take
  size_t files = 0;
  size_t matches = 0;
  size_t asked = 0;          // rules times files
  size_t kept_back = 0;      // of these, by the plan
  size_t rules_matched = 0;  // of rules that are reported, by some file
};

std::string ToText(const Tally& tally);

// Gives the failing case as a test, small, or nothing. `heads` as for MakeFile.
std::string RunRound(Draw* draw, size_t files,
                     const std::vector<std::string>& heads, Tally* tally);

}  // namespace cupel::differential

#endif  // CUPEL_TESTS_DIFFERENTIAL_ROUND_H_
