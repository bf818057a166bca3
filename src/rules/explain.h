// Why a rule is run for a file, or is not.
#ifndef CUPEL_RULES_EXPLAIN_H_
#define CUPEL_RULES_EXPLAIN_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/plan/plan.h"
#include "rules/rule_set.h"
#include "rules/scratch.h"

namespace cupel {

struct RuleExplanation {
  // What must hold of a file for the rule to match it; for people.
  std::string formula;

  struct Class {
    std::string formula;  // what is left of it for these files
    std::string cover;    // what is searched for, for people
    bool killed = false;  // the rule can't match such a file
    bool always = false;  // it is run for each of them
  };
  std::array<Class, plan::kFileClasses> classes;  // by plan::FileClass
};

struct FileExplanation {
  plan::FileClass file_class = plan::FileClass::kOther;
  // The parts of the formula, and whether they hold of the file. Strings as
  // "$a", or "other.$a" for those of rules that it depends on.
  std::vector<std::pair<std::string, bool>> facts;
  std::vector<std::pair<std::string, bool>> strings;
  bool formula = false;    // whether the whole of it does
  bool candidate = false;  // libyara is asked
  bool matches = false;    // and says so; false for private rules
};

// Explains one rule. One thread.
class RuleExplainer {
 public:
  // kFailedPrecondition if nothing is known of the rule but its name, as of
  // rules that yarac compiled; all of those are run for every file.
  static absl::StatusOr<std::unique_ptr<RuleExplainer>> New(
      std::shared_ptr<const RuleSet> rules, uint32_t rule);

  virtual ~RuleExplainer() = default;
  virtual const RuleExplanation& rule() const = 0;
  virtual absl::StatusOr<FileExplanation> Explain(const ScanRequest& file) = 0;
};

// For each rule a bit for every class (1 << FileClass) for whose files it is
// always run: nothing that is cheap to see rules it out.
std::vector<uint8_t> AlwaysRun(const RuleSet& rules);

// "text", "mz", "other".
std::string_view FileClassName(plan::FileClass file_class);

}  // namespace cupel

#endif  // CUPEL_RULES_EXPLAIN_H_
