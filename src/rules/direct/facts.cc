#include "rules/direct/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "yara/rule_compiler.h"

namespace cupel::direct {

// Known last: memory may run out on the way, and then it is not there.
uint32_t Facts::Add(const FactText& text) {
  std::string key = fmt::format("{}{}{}", text.imports,
                                text.defined_matters ? "?" : "!", text.text);
  if (const auto known = known_.find(key); known != known_.end()) {
    return known->second;
  }
  auto group =
      std::find_if(groups_.begin(), groups_.end(), [&](const Group& one) {
        return !one.alone && one.imports == text.imports;
      });
  if (text.alone || group == groups_.end()) {
    Group made;
    made.imports = text.imports;
    made.alone = text.alone;
    group = groups_.insert(groups_.end(), std::move(made));
  }
  const auto number = static_cast<uint32_t>(facts_.size());
  facts_.push_back({text.text, static_cast<uint32_t>(group - groups_.begin()),
                    text.defined_matters});
  group->facts.push_back(number);
  known_.emplace(std::move(key), number);
  return number;
}

size_t Facts::NewIn(uint32_t group) const {
  return groups_[group].facts.size() - groups_[group].compiled;
}

void Facts::Begin(const Run* run) {
  run_ = run;
  for (Fact& fact : facts_) fact.state = State::kUnasked;
}

Value Facts::Of(uint32_t fact) {
  if (facts_[fact].state == State::kUnasked) Ask(&groups_[facts_[fact].group]);
  switch (facts_[fact].state) {
    case State::kTrue:
      return Value::Of(1);
    case State::kFalse:
      return Value::Of(0);
    case State::kUndefined:
      return Value::Undefined();
    default:
      return Value::Unknown();
  }
}

void Facts::Ask(Group* group) {
  bool asked = run_ != nullptr && !group->broken && Compile(group);
  if (asked) {
    for (const uint32_t fact : group->facts) {
      facts_[fact].state =
          facts_[fact].defined_matters ? State::kUndefined : State::kFalse;
    }
    asked = std::all_of(group->units.begin(), group->units.end(),
                        [this](const Unit& unit) { return Scan(unit); });
  }
  if (asked) return;
  for (const uint32_t fact : group->facts) {
    facts_[fact].state = State::kUnknown;
  }
}

// What is new becomes a unit; all of them one when they have become many.
bool Facts::Compile(Group* group) {
  if (group->compiled == group->facts.size()) return true;
  const bool anew = group->units.size() >= kMostUnits;
  auto unit = MakeUnit(*group, anew ? 0 : group->compiled);
  if (!unit.ok()) {
    // An expression that is no condition by itself.
    group->broken = true;
    return false;
  }
  if (anew) {
    group->units.clear();
    group->compiled = 0;
  }
  group->units.push_back(*std::move(unit));
  group->compiled = group->facts.size();
  return true;
}

absl::StatusOr<Facts::Unit> Facts::MakeUnit(const Group& group,
                                            size_t first) const {
  Unit unit;
  std::string text = group.imports;
  const auto add = [&](uint32_t fact, std::string_view before, bool defined) {
    text += fmt::format("rule f{} {{ condition: {} ({}) }}\n",
                        unit.rules.size(), before, facts_[fact].text);
    unit.rules.push_back({fact, defined});
  };
  for (size_t i = first; i < group.facts.size(); ++i) {
    const uint32_t fact = group.facts[i];
    add(fact, "", false);
    if (facts_[fact].defined_matters) add(fact, "defined", true);
  }
  CUPEL_ASSIGN_OR_RETURN(const auto compiler,
                         YaraCompiler::New(YaraCompiler::Rules::kFew));
  std::vector<YaraMessage> messages;
  if (!compiler->Add(text, "facts", &messages)) {
    return Internal("facts do not compile");
  }
  CUPEL_ASSIGN_OR_RETURN(auto rules, compiler->Finish());
  CUPEL_ASSIGN_OR_RETURN(
      unit.scanner,
      YaraScanner::New(std::move(rules), YaraScanner::Search::kOnlyConditions));
  return unit;
}

bool Facts::Scan(const Unit& unit) {
  const YaraScan scan = (*run_)(unit.scanner.get());
  if (!scan.status.ok()) return false;
  for (const YaraMatch& match : scan.matches) {
    const Unit::Told& told = unit.rules[match.rule];
    State& state = facts_[told.fact].state;
    if (!told.defined) {
      state = State::kTrue;
    } else if (state != State::kTrue) {
      state = State::kFalse;
    }
  }
  return true;
}

}  // namespace cupel::direct
