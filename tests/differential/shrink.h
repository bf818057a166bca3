// Makes a failing case small, and prints it as a test.
#ifndef CUPEL_TESTS_DIFFERENTIAL_SHRINK_H_
#define CUPEL_TESTS_DIFFERENTIAL_SHRINK_H_

#include <functional>
#include <string>

#include "tests/differential/made.h"
#include "tests/differential/make_files.h"

namespace cupel::differential {

struct Case {
  MadeSet set;
  MadeFile file;
};

// True if the case still fails.
using StillFails = std::function<bool(const Case&)>;

// Takes away rules, strings, parts of conditions and bytes as long as the case
// fails, with at most `tries` calls.
Case Shrink(Case failing, const StillFails& fails, int tries = 1500);

// A test for regressions_test.cc, in C++; `difference` becomes its comment.
std::string AsTest(const Case& failing, const std::string& difference);

}  // namespace cupel::differential

#endif  // CUPEL_TESTS_DIFFERENTIAL_SHRINK_H_
