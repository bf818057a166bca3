// Running one part of a rule set over files, for one thread.
#ifndef CUPEL_RULES_PART_SCANNER_H_
#define CUPEL_RULES_PART_SCANNER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "rules/direct/direct_rules.h"
#include "rules/exact_choice.h"
#include "rules/interrupts.h"
#include "rules/plan/plan.h"
#include "rules/plan_view.h"
#include "rules/rule_set_impl.h"
#include "rules/scratch.h"
#include "rules/unit_scanners.h"
#include "yara/rule_scanner.h"

namespace cupel {

// A file on its way through the parts.
struct FileScan {
  const ScanRequest& request;
  const FileExternals& externals;  // cut as libyara sees them
  Deadline deadline;
  ScanAnswer* answer;
};

// With a plan it finds out which rules can match a file, and answers for those
// without libyara or runs them alone, together or with all the others,
// whichever is cheapest. Without one it runs all. Where only some rules are
// asked for it does with them as if there were no others, once enough was
// scanned to pay for a plan of theirs.
class PartScanner {
 public:
  // All must outlive it.
  PartScanner(const RuleSetImpl* rules, uint32_t part, Interrupts* interrupts);

  absl::Status Init();

  // Appends the matches, in no order. One time-out holds for all that it runs;
  // an error of one rule keeps no other from being run.
  absl::Status Scan(const FileScan& file);

 private:
  absl::Status InitPlan();
  absl::Status LoadTexts();
  absl::Status ScanSubset(const FileScan& file);
  absl::Status RunSubset(const FileScan& file, SubsetView* subset);
  bool AreFew(const SubsetView& subset) const;
  void MakePlanFor(SubsetView* subset);
  absl::Status ScanPlanned(const FileScan& file, PlanView* view);
  absl::Status ScanWanted(const FileScan& file, PlanView* view);
  bool AsksFor(const FileScan& file, uint32_t rule) const;
  bool AsksForAny(const FileScan& file,
                  const std::vector<uint32_t>& rules) const;
  void FindWanted(const FileScan& file);
  AlwaysRules& AlwaysOf(const FileScan& file, PlanView* view);
  ExactWay Choose(const FileScan& file, const std::vector<uint32_t>& rules,
                  const AlwaysRules& always, std::optional<double> direct);

  // Answers for the rules of wanted_ that it can, the rest is in left_.
  absl::Status RunDirect(const FileScan& file, const AlwaysRules& always);
  void FindDirect(const FileScan& file, const AlwaysRules& always);
  absl::Status StopOf(const FileScan& file) const;

  // False if there are rules that can't be had without the others; what the
  // scans said is added to `status`.
  bool RunAlways(const FileScan& file, AlwaysRules* always,
                 absl::Status* status);
  bool RunLeft(const FileScan& file, ExactWay way, absl::Status* status);
  bool RunKept(const FileScan& file, const std::vector<uint32_t>& rules,
               bool pinned, std::unique_ptr<UnitScanner>* unit,
               absl::Status* status);
  absl::Status RunUnit(const FileScan& file, const UnitScanner& unit,
                       const std::vector<uint32_t>* learn_of = nullptr);

  // `view` is what `wanted_` was found by; null: all rules are candidates.
  absl::Status RunWhole(const FileScan& file, const PlanView* view);
  absl::Status MakeWhole();
  bool IsCandidate(uint32_t rule, const PlanView* view) const;

  absl::Status DefineExternals(const FileScan& file, uint32_t which,
                               YaraScanner* scanner) const;
  // With `nanos` it says what the scan took, if that teaches anything.
  YaraScan RunScanner(const FileScan& file, YaraScanner* scanner,
                      std::optional<int64_t>* nanos = nullptr);

  const RuleSetImpl& rules_;
  const uint32_t index_;
  const CompiledPart& part_;
  Interrupts* const interrupts_;
  std::unique_ptr<YaraScanner> whole_;

  // Of a part with texts.
  std::optional<UnitScanners> units_;
  SubsetViews subsets_;

  // Of a part with a plan.
  std::shared_ptr<const RuleTexts> texts_;
  std::unique_ptr<PlanView> all_;
  std::optional<ExactChoice> choice_;
  std::vector<bool> broken_;  // rules that can't be had without the others
  std::optional<direct::DirectRules> direct_;

  // Of the file at hand.
  plan::Candidates found_;
  std::vector<uint32_t> wanted_;   // candidates that could be reported
  std::vector<uint32_t> without_;  // those of them that don't need libyara
  std::vector<uint32_t> left_;     // those that it has to be asked about
};

}  // namespace cupel

#endif  // CUPEL_RULES_PART_SCANNER_H_
