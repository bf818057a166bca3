// What `cupel selftest` tries, one check per promise.
#ifndef CUPEL_EXAMPLES_CLI_SELFTEST_CHECKS_H_
#define CUPEL_EXAMPLES_CLI_SELFTEST_CHECKS_H_

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"

namespace cli {

// What a check saw.
struct Seen {
  std::string incident;  // "limit", "encrypted", …; "-": none
  std::string covered;   // how far it got, "-" if that is not known
  std::string answer;    // "unknown partial": verdict and coverage
  bool ok = false;
};

struct SelfCheck {
  std::string name;  // of the limit, where there is one
  std::string set;   // the value the limit was set to
  std::string fed;   // what was scanned
  std::function<Seen(const cupel::Engine&)> run;
};

std::vector<SelfCheck> SelfChecks();

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_SELFTEST_CHECKS_H_
