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

// The rules in their order, as one unit for each namespace.
std::vector<RuleUnit> UnitsOf(RuleExtract extract) {
  std::vector<RuleUnit> units;
  for (auto& [ns, text] : extract.texts) {
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

absl::StatusOr<std::unique_ptr<const ParsedRules>> ParseExtract(
    RuleExtract extract, const Defines& defines) {
  const size_t size = extract.rules.size();
  auto out = std::make_unique<ParsedRules>();
  out->input.defines = defines;
  for (RuleUnit& unit : UnitsOf(std::move(extract))) {
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
  if (out->input.rules.size() != size) {
    return Internal("{} of {} rules are understood", out->input.rules.size(),
                    size);
  }
  return out;
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
  std::vector<uint32_t> all(texts.size());
  std::iota(all.begin(), all.end(), 0);
  return ParseExtract(texts.Extract(all), defines);
}

absl::StatusOr<std::shared_ptr<const plan::Plan>> MakePlan(
    const RuleTexts& texts, const Defines& defines) {
  CUPEL_ASSIGN_OR_RETURN(const auto parsed, ParseRules(texts, defines));
  return plan::Plan::Build(parsed->input, {});
}

absl::StatusOr<PlanOfSome> MakePlanOfSome(const RuleTexts& texts,
                                          const std::vector<uint32_t>& rules,
                                          const Defines& defines) {
  PlanOfSome out;
  // All of them are asked for: none is to be made private.
  out.to_part = texts.Closure(rules);
  CUPEL_ASSIGN_OR_RETURN(const auto parsed,
                         ParseExtract(texts.Extract(out.to_part), defines));
  // On the thread that scans, which is one of as many as there are to be.
  plan::PlanOptions options;
  options.threads = 1;
  CUPEL_ASSIGN_OR_RETURN(out.plan, plan::Plan::Build(parsed->input, options));
  return out;
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
