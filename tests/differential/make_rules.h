// Makes sets of rules.
#ifndef CUPEL_TESTS_DIFFERENTIAL_MAKE_RULES_H_
#define CUPEL_TESTS_DIFFERENTIAL_MAKE_RULES_H_

#include "tests/differential/draw.h"
#include "tests/differential/made.h"

namespace cupel::differential {

// One to three namespaces of a few rules each. libyara refuses some of the
// rules.
MadeSet MakeRules(Draw* draw);

}  // namespace cupel::differential

#endif  // CUPEL_TESTS_DIFFERENTIAL_MAKE_RULES_H_
