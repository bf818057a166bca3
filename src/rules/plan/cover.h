// For every rule of a class the cheapest atoms of which at least one must be
// in a file that it matches.
#ifndef CUPEL_RULES_PLAN_COVER_H_
#define CUPEL_RULES_PLAN_COVER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rules/plan/atom_table.h"
#include "rules/plan/formula.h"

namespace cupel::plan {

// All strings of all rules, numbered through.
class StringTable {
 public:
  explicit StringTable(const PlanInput& input);
  size_t size() const { return first_.back(); }
  uint32_t IndexOf(const StringRef& ref) const {
    return first_[ref.rule] + ref.string;
  }
  // Marks those that the formula speaks of.
  void Mark(const Formula& formula, std::vector<bool>* marks) const;

 private:
  std::vector<uint32_t> first_;
};

// One of the atoms is in every file that the string matches in.
struct StringCover {
  bool possible = false;
  float cost = 0;    // see cover.cc
  float chance = 0;  // part of the files that have one of them
  std::vector<uint32_t> atoms;
};

struct RuleCover {
  enum class State : uint8_t {
    kKilled,    // matches no file of the class
    kAlways,    // may match every file
    kSearched,  // one of `strings` must be there
    kGated,     // facts are needed, too: the gate is for every file
  };
  State state = State::kAlways;
  float chance = 1;               // part of the files that it is run for
  std::vector<uint32_t> strings;  // by number
  Formula formula;                // in this class
};

struct ClassCover {
  std::vector<StringCover> strings;  // by number
  std::vector<RuleCover> rules;
  std::vector<uint32_t> atoms;  // to be searched for, ascending
  std::vector<bool> searched;   // by atom

  // True if all atoms of the string are searched for: it is then known whether
  // it may be there.
  bool Known(uint32_t string) const;
};

// `needs` by number of string. Atoms marked in `refused` are never used.
ClassCover CoverClass(FileClass file_class,
                      const std::vector<Formula>& formulas,
                      const StringTable& strings,
                      const std::vector<AtomNeed>& needs,
                      const AtomTable& atoms, const std::vector<bool>& refused);

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_COVER_H_
