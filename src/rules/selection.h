// Choosing rules when results are reported. All rules still run, because others
// may refer to them.
#ifndef CUPEL_RULES_SELECTION_H_
#define CUPEL_RULES_SELECTION_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/rule_info.h"
#include "rules/scratch.h"

namespace cupel {

// Each pattern is one of
//   name:GLOB   (or GLOB alone)
//   ns:GLOB     the namespace
//   tag:GLOB    any of the tags
//   meta:KEY    a meta of that name
//   meta:KEY=GLOB   … whose value, written as in the source without quotes,
//   fits
// with * for any bytes and ? for one.
struct SelectionSpec {
  std::vector<std::string> include;  // empty: every rule
  std::vector<std::string> exclude;  // wins over include
};

// A value type; const methods are thread-safe.
class Selection {
 public:
  // A pattern that fits no rule is an error: it is most likely misspelled, and
  // would make a scan say nothing for the wrong reason.
  static absl::StatusOr<Selection> Compile(const SelectionSpec& spec,
                                           std::span<const RuleInfo> rules);

  bool Selects(uint32_t rule) const {
    return rule < selected_.size() && selected_[rule];
  }
  size_t count() const { return count_; }

  // Removes the matches of rules that are not selected.
  void Filter(std::vector<RuleMatch>* matches) const;

 private:
  std::vector<bool> selected_;
  size_t count_ = 0;
};

// True if all of `text` fits `pattern`. At most |pattern| * |text| steps.
bool GlobMatches(std::string_view pattern, std::string_view text);

}  // namespace cupel

#endif  // CUPEL_RULES_SELECTION_H_
