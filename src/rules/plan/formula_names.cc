#include "rules/plan/formula_names.h"

#include <algorithm>

#include "rules/compiled_set.h"

namespace cupel::plan {

Names::Names(const PlanInput& input) : input_(input) {
  for (uint32_t i = 0; i < input.rules.size(); ++i) {
    rules_.emplace_back(input.rules[i].rule->name, i);
  }
  std::sort(rules_.begin(), rules_.end());
  for (const auto& [name, value] : input.defines) defines_[name] = value;
}

std::optional<uint32_t> Names::Rule(std::string_view name,
                                    uint32_t asking) const {
  std::optional<uint32_t> found;
  for (auto at = std::lower_bound(rules_.begin(), rules_.end(),
                                  std::pair(name, uint32_t{0}));
       at != rules_.end() && at->first == name; ++at) {
    if (input_.rules[at->second].ns != input_.rules[asking].ns) continue;
    if (found.has_value() || at->second >= asking) return std::nullopt;
    found = at->second;
  }
  return found;
}

Names::Wildcard Names::Rules(std::string_view prefix, uint32_t asking) const {
  Wildcard out;
  auto at = std::lower_bound(rules_.begin(), rules_.end(),
                             std::pair(prefix, uint32_t{0}));
  while (at != rules_.end() && at->first.starts_with(prefix)) {
    const std::string_view name = at->first;
    size_t times = 0;
    size_t of_namespace = 0;
    for (; at != rules_.end() && at->first == name; ++at) {
      if (at->second > asking) continue;
      ++times;
      if (input_.rules[at->second].ns != input_.rules[asking].ns) continue;
      ++of_namespace;
      if (at->second != asking) out.rules.push_back(at->second);
    }
    if (of_namespace == 0) continue;
    out.is_miscounted |= times > 1;
    out.is_known &= of_namespace == 1;
  }
  out.is_known &= !out.rules.empty();
  return out;
}

const ExternalValue* Names::Define(std::string_view name) const {
  const auto found = defines_.find(name);
  return found == defines_.end() ? nullptr : &found->second;
}

std::optional<uint8_t> Names::FileExternal(std::string_view name) {
  const auto* const found =
      std::find(kFileExternals.begin(), kFileExternals.end(), name);
  if (found == kFileExternals.end()) return std::nullopt;
  return static_cast<uint8_t>(found - kFileExternals.begin());
}

}  // namespace cupel::plan
