// Two engines over the same rules and files, and how their answers differ.
#ifndef CUPEL_TESTS_DIFFERENTIAL_COMPARE_H_
#define CUPEL_TESTS_DIFFERENTIAL_COMPARE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/rule_set.h"
#include "rules/scratch.h"
#include "tests/differential/made.h"
#include "tests/differential/make_files.h"
#include "tests/differential/plan_check.h"

namespace cupel::differential {

// Rules compiled twice: for plain libyara, and for the engine under test, whose
// plan is also asked by itself.
class EnginePair {
 public:
  static absl::StatusOr<std::unique_ptr<EnginePair>> Compile(
      const RuleSources& sources, RuleOptions options);

  // What is different for this file; empty if nothing is. So it is, too, if
  // plain libyara needs seconds: then there is nothing to compare with.
  // `matched` gets the indices of the rules that match, if it is not null.
  std::string Compare(const MadeFile& file, std::vector<uint32_t>* matched,
                      uint64_t max_strings_per_rule = 1000);

  const RuleSet& plain() const { return *plain_; }
  const RuleSet& tested() const { return *tested_; }
  const PlanCheck& plan() const { return *plan_; }

 private:
  EnginePair() = default;

  std::shared_ptr<const RuleSet> plain_;
  std::shared_ptr<const RuleSet> tested_;
  std::unique_ptr<Scratch> plain_scratch_;
  std::unique_ptr<Scratch> tested_scratch_;
  std::unique_ptr<PlanCheck> plan_;
};

// Compiles a made set. With includes it has to be written into files: into a
// folder of its own, which is gone afterwards.
absl::StatusOr<std::unique_ptr<EnginePair>> CompileMade(const MadeSet& set);

// Leaves out the rules that libyara refuses; gives how many.
size_t DropRefused(MadeSet* set);

}  // namespace cupel::differential

#endif  // CUPEL_TESTS_DIFFERENTIAL_COMPARE_H_
