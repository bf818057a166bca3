#include "rules/partition.h"

#include <algorithm>
#include <string_view>

#include "base/hash.h"
#include "rules/proof.h"

namespace cupel {
namespace {

// Puts back what the rules that stay refer to, until nothing changes.
void KeepReferenced(const SplitText& split, std::string_view text,
                    std::vector<bool>* left_out) {
  std::vector<size_t> stays;
  for (size_t i = 0; i < split.rules.size(); ++i) {
    if (!(*left_out)[i]) stays.push_back(i);
  }
  HashMap<std::string, std::vector<size_t>> by_name;
  for (size_t i = 0; i < split.rules.size(); ++i) {
    by_name[split.rules[i].name].push_back(i);
  }
  const auto keep = [&](size_t i) {
    if (!(*left_out)[i]) return;
    (*left_out)[i] = false;
    stays.push_back(i);
  };
  while (!stays.empty()) {
    const RuleText& rule = split.rules[stays.back()];
    stays.pop_back();
    const RuleReferences uses = ReferencesOf(split, rule, text);
    for (const std::string_view name : uses.names) {
      const auto found = by_name.find(std::string(name));
      if (found == by_name.end()) continue;
      for (const size_t i : found->second) keep(i);
    }
    for (const std::string_view prefix : uses.prefixes) {
      for (size_t i = 0; i < split.rules.size(); ++i) {
        if (split.rules[i].name.starts_with(prefix)) keep(i);
      }
    }
  }
}

bool Mentions(const SplitText& split, const RuleText& rule,
              std::string_view text, std::string_view word) {
  for (uint32_t i = rule.condition.begin; i < rule.condition.end; ++i) {
    if (split.tokens[i].kind == TokenKind::kIdentifier &&
        split.tokens[i].In(text) == word) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::optional<std::string> ReduceUnit(const RuleUnit& unit,
                                      const SplitText& split) {
  const std::string& text = unit.files.front().text;
  if (unit.files.size() != 1 || !split.understood || !split.includes.empty()) {
    return std::nullopt;
  }
  std::vector<bool> left_out(split.rules.size());
  for (size_t i = 0; i < split.rules.size(); ++i) {
    const RuleText& rule = split.rules[i];
    left_out[i] = !rule.global && FalseWithoutMz(split, rule, text);
  }
  KeepReferenced(split, text, &left_out);
  if (std::find(left_out.begin(), left_out.end(), true) == left_out.end()) {
    return std::nullopt;
  }
  std::string reduced = text;
  for (size_t i = 0; i < split.rules.size(); ++i) {
    if (left_out[i]) Blank(&reduced, split.rules[i].begin, split.rules[i].end);
  }
  for (const ImportText& import : split.imports) {
    bool used = false;
    for (size_t i = 0; i < split.rules.size() && !used; ++i) {
      used =
          !left_out[i] && Mentions(split, split.rules[i], text, import.module);
    }
    if (!used) Blank(&reduced, import.begin, import.end);
  }
  return reduced;
}

}  // namespace cupel
