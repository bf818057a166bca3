#include "rules/compiled_set.h"

#include <algorithm>

#include "base/hash.h"

namespace cupel {
namespace {

std::vector<std::string> SplitAtSpaces(std::string_view text) {
  std::vector<std::string> out;
  while (true) {
    const size_t space = text.find(' ');
    out.emplace_back(text.substr(0, space));
    if (space == std::string_view::npos) return out;
    text.remove_prefix(space + 1);
  }
}

// The first meta of that name decides, even if it is of the wrong type.
const MetaValue* FirstMeta(const RuleInfo& rule, std::string_view name) {
  const auto meta =
      std::find_if(rule.metas.begin(), rule.metas.end(),
                   [name](const auto& m) { return m.first == name; });
  return meta == rule.metas.end() ? nullptr : &meta->second;
}

// Gives namespaces of `more` that the set has already other names.
void RenameTaken(const CompiledSet& set, CompiledSet* more) {
  if (set.rules.empty()) return;
  HashSet<std::string> taken;
  for (const RuleInfo& rule : set.rules) taken.insert(rule.ns);
  HashMap<std::string, std::string> renamed;
  for (RuleInfo& rule : more->rules) {
    auto [name, is_new] = renamed.try_emplace(rule.ns, rule.ns);
    for (size_t n = 2; is_new && taken.contains(name->second); ++n) {
      name->second = rule.ns + "~" + std::to_string(n);
    }
    rule.ns = name->second;
  }
}

}  // namespace

RuleInfo DescribeRule(const YaraRules& rules, size_t index) {
  YaraRule from = rules.rule(index);
  RuleInfo rule;
  rule.name = from.name;
  rule.ns = from.ns;
  rule.global = from.global;
  rule.is_private = from.is_private;
  rule.tags.assign(from.tags.begin(), from.tags.end());
  rule.metas = std::move(from.metas);
  ReadKnownMetas(&rule);
  return rule;
}

void ReadKnownMetas(RuleInfo* rule) {
  if (const MetaValue* weight = FirstMeta(*rule, "weight")) {
    if (const auto* value = std::get_if<int64_t>(weight)) rule->weight = *value;
  }
  if (const MetaValue* filetype = FirstMeta(*rule, "filetype")) {
    if (const auto* value = std::get_if<std::string>(filetype)) {
      rule->has_filetype = true;
      rule->suffixes = SplitAtSpaces(*value);
    }
  }
}

void Append(CompiledSet more, CompiledSet* set) {
  RenameTaken(*set, &more);
  const auto first = static_cast<uint32_t>(set->rules.size());
  for (CompiledPart& part : more.parts) {
    part.first_rule += first;
    set->parts.push_back(std::move(part));
  }
  MoveBehind(&more.rules, &set->rules);
  MoveBehind(&more.identities, &set->identities);
  MoveBehind(&more.warnings, &set->warnings);
  MoveBehind(&more.skipped, &set->skipped);
}

}  // namespace cupel
