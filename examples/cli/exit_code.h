// What the program tells the shell.
#ifndef CUPEL_EXAMPLES_CLI_EXIT_CODE_H_
#define CUPEL_EXAMPLES_CLI_EXIT_CODE_H_

#include "cupel/cupel.hpp"

namespace cli {

enum ExitCode : int {
  kExitClean = 0,    // everything was scanned, nothing matched
  kExitMatched = 1,  // a rule matched
  kExitError = 2,    // wrong use, broken rules, nowhere to write, …
  kExitUnknown = 3,  // nothing matched, but not everything was scanned
  kExitNothing = 4,  // nothing could be scanned
};

// Values that this program does not know yet count as "unknown".
inline ExitCode ExitCodeOf(cupel::Verdict verdict, cupel::Coverage coverage) {
  if (verdict == cupel::Verdict::kMatched) return kExitMatched;
  if (coverage == cupel::Coverage::kNone) return kExitNothing;
  if (verdict != cupel::Verdict::kClean) return kExitUnknown;
  return coverage == cupel::Coverage::kComplete ? kExitClean : kExitUnknown;
}

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_EXIT_CODE_H_
