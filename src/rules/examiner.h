// Finding every error of a source that does not compile, and the rules to
// leave out so that the rest does.
#ifndef CUPEL_RULES_EXAMINER_H_
#define CUPEL_RULES_EXAMINER_H_

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/diagnostic.h"
#include "rules/unit.h"
#include "yara/rule_compiler.h"

namespace cupel {

// A compiler with the externals defined.
using CompilerFactory =
    std::function<absl::StatusOr<std::unique_ptr<YaraCompiler>>()>;

struct Examination {
  // The first error of each broken rule, and what belongs to no rule.
  std::vector<RuleDiagnostic> errors;
  // The broken rules and those that refer to them, blanked in the unit.
  std::vector<SkippedRule> skipped;
  // The errors could not be narrowed down to rules: nothing of the unit can be
  // used, and `skipped` says so.
  bool whole = false;
};

// Compiles `unit` on its own as often as it takes: libyara goes on at the next
// rule after an error, but not after every one, so broken rules are blanked
// (lines stay) and the rest is compiled again, at most kMaxRounds times.
inline constexpr int kMaxExaminationRounds = 64;
absl::StatusOr<Examination> Examine(const CompilerFactory& new_compiler,
                                    RuleUnit* unit);

RuleDiagnostic ToDiagnostic(const RuleUnit& unit, const YaraMessage& message);

}  // namespace cupel

#endif  // CUPEL_RULES_EXAMINER_H_
