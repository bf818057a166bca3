// What compiling gives, however it came about: from source, a cache or a file.
#ifndef CUPEL_RULES_COMPILED_SET_H_
#define CUPEL_RULES_COMPILED_SET_H_

#include <array>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/diagnostic.h"
#include "rules/lazy_rules.h"
#include "rules/lazy_texts.h"
#include "rules/plan/plan.h"
#include "rules/rule_info.h"
#include "rules/rule_set.h"
#include "rules/unit.h"
#include "yara/compiled_rules.h"

namespace cupel {

// The externals that every scan sets, in the order of the bits of
// CompiledPart::externals.
inline constexpr std::array<const char*, 5> kFileExternals = {
    "filename", "filepath", "extension", "filetype", "owner"};
inline constexpr uint32_t kAllExternals = 31;

// Rules that were compiled together.
struct CompiledPart {
  std::shared_ptr<LazyRules> whole;
  // What rules are cut from; null if there is nothing that can be.
  std::shared_ptr<LazyTexts> texts;
  // Which rules can match a file; null if all have to be run. Else there are
  // texts.
  std::shared_ptr<const plan::Plan> plan;
  // What the rules were compiled with, beside kFileExternals.
  Defines defines;
  uint32_t externals = 0;   // bits: those that conditions refer to
  uint32_t first_rule = 0;  // index of whole's first rule in the set
  bool foreign = false;
};

struct CompiledSet {
  std::vector<CompiledPart> parts;
  std::vector<RuleInfo> rules;           // of all parts, one after another
  std::vector<RuleIdentity> identities;  // one for each of `rules`
  std::vector<RuleDiagnostic> warnings;
  std::vector<SkippedRule> skipped;
  std::vector<IncludedFile> included;
  std::string digest;  // hex
};

// Of one part there is nothing to move.
template <typename T>
void MoveBehind(std::vector<T>* from, std::vector<T>* to) {
  if (to->empty()) {
    *to = std::move(*from);
  } else {
    to->insert(to->end(), std::make_move_iterator(from->begin()),
               std::make_move_iterator(from->end()));
  }
  from->clear();
}

// Fills what libyara knows; `file` and `line` are the caller's.
RuleInfo DescribeRule(const YaraRules& rules, size_t index);

// Fills what follows from the metas: weight and suffixes.
void ReadKnownMetas(RuleInfo* rule);

// Adds the parts and rules of `more` behind those of `set`; a namespace that
// both have is renamed in the descriptions of the newcomer.
void Append(CompiledSet more, CompiledSet* set);

// Compiles. Errors go to `diagnostics` (not null); the status names the first.
absl::StatusOr<CompiledSet> CompileUnits(
    RuleUnits units, std::vector<SkippedRule> skipped,
    const RuleOptions& options, std::vector<RuleDiagnostic>* diagnostics);

// OK, or what is wrong with options.defines.
absl::Status CheckDefines(const RuleOptions& options);

}  // namespace cupel

#endif  // CUPEL_RULES_COMPILED_SET_H_
