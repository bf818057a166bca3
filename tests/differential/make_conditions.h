// Makes conditions over the whole grammar.
#ifndef CUPEL_TESTS_DIFFERENTIAL_MAKE_CONDITIONS_H_
#define CUPEL_TESTS_DIFFERENTIAL_MAKE_CONDITIONS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "rules/rule_set.h"
#include "tests/differential/draw.h"
#include "tests/differential/made.h"

namespace cupel::differential {

// What a condition may speak of.
struct Names {
  std::vector<std::string> strings;  // "$a", without anonymous ones
  bool anonymous = false;            // there are some beside them
  std::vector<std::string> rules;    // earlier ones of the namespace
  std::vector<std::string> modules;  // those that are imported
  const std::vector<std::pair<std::string, ExternalValue>>* defines = nullptr;
};

// Values of the externals of files, of which conditions and files both take
// theirs, so that they meet.
std::string SomeFileName(Draw* draw);
std::string SomeFilePath(Draw* draw);
std::string SomeExtension(Draw* draw);
std::string SomeFileType(Draw* draw);
std::string SomeOwner(Draw* draw);

class ConditionMaker {
 public:
  // Numbers that are spoken of are added to `numbers`.
  ConditionMaker(Draw* draw, const Names* names, std::vector<int64_t>* numbers)
      : draw_(draw), names_(names), numbers_(numbers) {}

  Node Boolean(int depth);
  // True for many files, false for some: for globals.
  Node Lenient();

 private:
  // In conditions_strings.cc: what is said of strings.
  Node OfStrings(int depth);
  Node OneString();
  Node CountOf();
  Node OffsetOrLength();
  Node Of();
  Node ForOf(int depth);
  Node InBody(int depth);
  std::string Quantifier(int64_t members);
  std::string StringSet(int64_t* members);
  std::string SomeString() { return draw_->Pick(names_->strings); }
  // "$a" as "a", for what comes after # @ !.
  std::string BareString() { return SomeString().substr(1); }

  // In make_conditions.cc: the others.
  Node Logic(int depth);
  Node ForIn(int depth);
  Node Compare();
  Node Integer(int depth);
  Node ReadInteger();
  Node TextOperator();
  Node OfRules();
  std::string Number();
  std::string SmallNumber();
  std::string CompareOp();
  std::string External(bool text);

  // In make_module_terms.cc.
  Node OfModules();

  Draw* const draw_;
  const Names* const names_;
  std::vector<int64_t>* const numbers_;
  std::vector<std::string> loop_integers_;  // variables in scope
};

}  // namespace cupel::differential

#endif  // CUPEL_TESTS_DIFFERENTIAL_MAKE_CONDITIONS_H_
