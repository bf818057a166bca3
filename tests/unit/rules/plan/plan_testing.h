// Random strings and conditions for tests of src/rules/plan, and what libyara
// says of them.
#ifndef CUPEL_TESTS_UNIT_RULES_PLAN_PLAN_TESTING_H_
#define CUPEL_TESTS_UNIT_RULES_PLAN_PLAN_TESTING_H_

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "rules/ast/ast.h"
#include "rules/ast/parser.h"
#include "rules/plan/formula.h"
#include "yara/rule_scanner.h"

namespace cupel::plan {

// Equal sequences for equal seeds.
class Dice {
 public:
  explicit Dice(uint32_t seed) : engine_(seed) {}
  // In [0, n).
  size_t Below(size_t n) { return engine_() % n; }
  bool Chance(int percent) { return Below(100) < static_cast<size_t>(percent); }
  template <typename T>
  const T& Pick(const std::vector<T>& items) {
    return items[Below(items.size())];
  }

 private:
  std::mt19937 engine_;
};

// What stands behind "$a = ": a string of any kind with modifiers that libyara
// takes together.
std::string RandomString(Dice* dice);

// Bytes that a string matches, as far as that can be made without libyara; now
// and then changed a little, so that it doesn't.
std::string RandomMatch(const ast::String& string, Dice* dice);

// Rules of one text, parsed; `input` points into it.
struct ParsedRules {
  RuleUnit unit;
  ast::Source source;
  PlanInput input;
};
std::unique_ptr<ParsedRules> ParseRules(const std::string& text);

// What libyara says: compiled once, scanned often.
class Oracle {
 public:
  explicit Oracle(const std::string& text);
  // Indices of the rules that match; private ones too.
  std::vector<uint32_t> Matching(std::string_view bytes);
  bool ok() const { return scanner_ != nullptr; }

 private:
  std::unique_ptr<YaraScanner> scanner_;
};

}  // namespace cupel::plan

#endif  // CUPEL_TESTS_UNIT_RULES_PLAN_PLAN_TESTING_H_
