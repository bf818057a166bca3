// What a rule compiler has to say to the author of a rule.
#ifndef CUPEL_RULES_DIAGNOSTIC_H_
#define CUPEL_RULES_DIAGNOSTIC_H_

#include <cstdint>
#include <string>
#include <vector>

namespace cupel {

struct RuleDiagnostic {
  enum class Severity : uint8_t { kError, kWarning };
  Severity severity = Severity::kError;
  std::string file;  // the file that holds the line: an included one too
  int line = 0;      // from 1; 0 when the whole file is meant
  std::string rule;  // identifier, where known
  std::string message;
};

// A rule (or with an empty name a whole file) that --skip-broken-rules left
// out.
struct SkippedRule {
  std::string file;
  int line = 0;
  std::string rule;
  std::string reason;
};

}  // namespace cupel

#endif  // CUPEL_RULES_DIAGNOSTIC_H_
