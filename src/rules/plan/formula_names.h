// What the names in a condition stand for.
#ifndef CUPEL_RULES_PLAN_FORMULA_NAMES_H_
#define CUPEL_RULES_PLAN_FORMULA_NAMES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "rules/plan/formula.h"

namespace cupel::plan {

class Names {
 public:
  // `input` must outlive the object.
  explicit Names(const PlanInput& input);

  // The rule that `asking` means by `name`: the only one of that name in its
  // namespace, if it comes before it.
  std::optional<uint32_t> Rule(std::string_view name, uint32_t asking) const;

  struct Wildcard {
    std::vector<uint32_t> rules;  // before `asking`, in its namespace
    // libyara counts some of them more than once: it walks through the names of
    // all namespaces, up to that of the asking rule, and looks each of them up
    // in the asking rule's.
    bool is_miscounted = false;
    bool is_known = true;
  };
  Wildcard Rules(std::string_view prefix, uint32_t asking) const;

  const ExternalValue* Define(std::string_view name) const;
  // Index into kFileExternals.
  static std::optional<uint8_t> FileExternal(std::string_view name);

 private:
  const PlanInput& input_;
  std::vector<std::pair<std::string_view, uint32_t>> rules_;  // sorted
  HashMap<std::string, ExternalValue> defines_;
};

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_FORMULA_NAMES_H_
