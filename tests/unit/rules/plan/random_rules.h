// Rules and files at random, over what formulas have to understand.
#ifndef CUPEL_TESTS_UNIT_RULES_PLAN_RANDOM_RULES_H_
#define CUPEL_TESTS_UNIT_RULES_PLAN_RANDOM_RULES_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace cupel::plan {

// A string of a rule: how it is declared, and bytes in which it occurs.
struct RandomString {
  std::string declaration;  // behind `$a = `
  std::string sample;
};

struct RandomRule {
  std::string name;
  std::string modifiers;  // "global ", "private "
  std::vector<std::string> ids;
  std::vector<RandomString> strings;
  std::string condition;

  std::string Text() const;
};

class RandomRules {
 public:
  explicit RandomRules(uint32_t seed) : random_(seed) {}

  // A rule of the namespace that has those of `before` already. Nearly all of
  // them compile.
  RandomRule Rule(const std::string& name,
                  const std::vector<RandomRule>& before);

  // Pieces of `samples`, whole and damaged, between other bytes.
  std::string File(const std::vector<std::string>& samples);

  // "a.js" and the like, or nothing.
  std::string Name();

 private:
  using Texts = std::vector<std::string>;

  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }
  bool OneIn(uint32_t n) { return Below(n) == 0; }
  const std::string& Pick(const Texts& texts) {
    return texts[Below(static_cast<uint32_t>(texts.size()))];
  }

  RandomString String();
  std::string Bool(int depth);
  std::string Atom(int depth);
  std::string Integer(int depth);
  std::string Constant();
  std::string Offset();
  std::string StringId();  // with its $, maybe "$" in a loop
  std::string Sets();
  std::string Quantifier();
  std::string Of(int depth);
  std::string ForOf(int depth);
  std::string ForIn(int depth);
  std::string Read(int depth);
  std::string External();
  std::string Module();
  std::string RuleSet();

  std::mt19937 random_;
  const std::vector<RandomRule>* before_ = nullptr;
  const RandomRule* rule_ = nullptr;
  Texts variables_;
  bool in_for_of_ = false;
};

}  // namespace cupel::plan

#endif  // CUPEL_TESTS_UNIT_RULES_PLAN_RANDOM_RULES_H_
