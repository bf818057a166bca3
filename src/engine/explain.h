// cupel_ruleset_explain: why a rule is run for a file, or is not.
#ifndef CUPEL_ENGINE_EXPLAIN_H_
#define CUPEL_ENGINE_EXPLAIN_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rules/rule_set.h"

namespace cupel {

struct FileToExplain {
  std::string_view path;  // what externals are made of; may be empty
  std::string_view bytes;
};

// Of all rules of that name, one for each namespace that has it; docs/report.md
// has the shape. kNotFound if there is none. `file` may be null.
absl::StatusOr<std::string> ExplainJson(std::shared_ptr<const RuleSet> rules,
                                        std::string_view name,
                                        const FileToExplain* file);

}  // namespace cupel

#endif  // CUPEL_ENGINE_EXPLAIN_H_
