#include "rules/planning.h"

#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "rules/ast/parser.h"

namespace cupel {
namespace {

// All rules, in their order, as one unit for each namespace.
std::vector<RuleUnit> UnitsOf(const RuleTexts& texts) {
  std::vector<uint32_t> all(texts.size());
  std::iota(all.begin(), all.end(), 0);
  std::vector<RuleUnit> units;
  for (auto& [ns, text] : texts.Extract(all).texts) {
    RuleUnit& unit = units.emplace_back();
    unit.files.push_back({ns, "", std::move(text), false});
    unit.ns = std::move(ns);
  }
  return units;
}

absl::StatusOr<std::shared_ptr<const plan::Plan>> PlanOf(
    const CompiledPart& part, const Defines& defines) {
  CUPEL_ASSIGN_OR_RETURN(const auto texts, part.texts->Get());
  return MakePlan(*texts, defines);
}

}  // namespace

std::string_view ParsedRules::TextOf(plan::StringRef string) const {
  const plan::PlanRule& rule = input.rules[string.rule];
  const ast::Span& span = rule.rule->strings[string.string].span;
  return std::string_view(texts[rule.ns])
      .substr(span.begin, span.end - span.begin);
}

absl::StatusOr<std::unique_ptr<const ParsedRules>> ParseRules(
    const RuleTexts& texts, const Defines& defines) {
  auto out = std::make_unique<ParsedRules>();
  out->input.defines = defines;
  for (RuleUnit& unit : UnitsOf(texts)) {
    out->sources.push_back(ast::Parse(unit));
    if (!out->sources.back().understood) {
      return Internal("the rules of '{}' are not understood", unit.ns);
    }
    out->texts.push_back(std::move(unit.files.front().text));
  }
  for (uint32_t ns = 0; ns < out->sources.size(); ++ns) {
    for (const ast::Rule& rule : out->sources[ns].rules) {
      out->input.rules.push_back({&rule, ns});
    }
  }
  if (out->input.rules.size() != texts.size()) {
    return Internal("{} of {} rules are understood", out->input.rules.size(),
                    texts.size());
  }
  return out;
}

absl::StatusOr<std::shared_ptr<const plan::Plan>> MakePlan(
    const RuleTexts& texts, const Defines& defines) {
  CUPEL_ASSIGN_OR_RETURN(const auto parsed, ParseRules(texts, defines));
  return plan::Plan::Build(parsed->input, {});
}

Defines EffectiveDefines(const CompiledPart& part, const RuleOptions& options) {
  Defines out = part.defines;
  for (auto& [name, value] : out) {
    for (const auto& [other, wins] : options.defines) {
      if (name == other) value = wins;
    }
  }
  return out;
}

void PlanParts(const RuleOptions& options, CompiledSet* set) {
  for (CompiledPart& part : set->parts) {
    if (options.engine == RuleEngine::kLibyara) {
      part.plan = nullptr;
      continue;
    }
    Defines defines = EffectiveDefines(part, options);
    if (part.plan != nullptr && defines == part.defines) continue;
    part.plan = nullptr;
    part.defines = std::move(defines);
    if (part.texts == nullptr || part.whole->size() == 0) continue;
    auto plan = PlanOf(part, part.defines);
    if (plan.ok()) {
      part.plan = *std::move(plan);
    } else {
      set->warnings.push_back(
          {RuleDiagnostic::Severity::kWarning, "", 0, "",
           fmt::format("all rules are run for each file: {}",
                       MessageOf(plan.status()))});
    }
  }
}

}  // namespace cupel
