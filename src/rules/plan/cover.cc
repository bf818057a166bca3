#include "rules/plan/cover.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "rules/plan/fact_chance.h"
#include "rules/plan/frequency.h"

// Costs are in the unit of giving one rule to libyara for an ordinary file: a
// cover costs its chance, and a little for being searched for.
namespace cupel::plan {
namespace {

constexpr float kNever = std::numeric_limits<float>::infinity();
// Two or three bytes are looked up by themselves, four take a slow way.
constexpr float kTwoBytesCost = 1.0F / 64;
constexpr float kFewBytesCost = 1.0F / 256;
constexpr float kRegexCost = 1.0F / 128;
constexpr float kLiteralCost = 1.0F / 65536;
// Evaluating the gate of one rule for every file.
constexpr float kGateCost = 1.0F / 512;
// A rule that is run for more of the files than this is run for all.
constexpr float kNearlyAlways = 0.7F;
// One that is run for more than this gets its whole formula looked at.
constexpr float kOften = 1.0F / 128;
constexpr float kTellsNothing = 0.5F;
constexpr size_t kMostGateAtoms = 64;
// Atoms of one class; what would need more is left without.
constexpr size_t kMostAtoms = 400'000;
constexpr int kMostDepth = 200;

class ClassCoverer {
 public:
  ClassCoverer(FileClass file_class, const std::vector<Formula>& formulas,
               const StringTable& strings, const std::vector<AtomNeed>& needs,
               const AtomTable& atoms, const std::vector<bool>& refused)
      : class_(file_class),
        corpus_(static_cast<size_t>(CorpusOf(file_class))),
        strings_(strings),
        needs_(needs),
        atoms_(atoms),
        refused_(refused),
        shares_(atoms.size(), 0) {
    out_.rules.resize(formulas.size());
    for (size_t i = 0; i < formulas.size(); ++i) {
      out_.rules[i].formula = InClass(formulas[i], file_class);
    }
  }

  ClassCover Run() && {
    // How many rules would hang on an atom is known after the first time.
    CoverAll();
    CountShares();
    CoverAll();
    out_.searched.assign(atoms_.size(), false);
    for (RuleCover& rule : out_.rules) Search(&rule);
    for (const RuleCover& rule : out_.rules) {
      if (rule.chance > kOften) SearchMore(rule);
    }
    for (uint32_t id = 0; id < atoms_.size(); ++id) {
      if (out_.searched[id]) out_.atoms.push_back(id);
    }
    return std::move(out_);
  }

 private:
  struct Choice {
    float cost = kNever;
    float chance = 1;
    std::vector<uint32_t> items;  // atoms, or strings
    bool facts = false;
  };

  void CoverAll() {
    std::vector<bool> wanted(needs_.size());
    for (const RuleCover& rule : out_.rules) {
      strings_.Mark(rule.formula, &wanted);
    }
    out_.strings.assign(needs_.size(), {});
    for (size_t i = 0; i < needs_.size(); ++i) {
      if (!wanted[i]) continue;
      Choice choice = Cheapest(needs_[i]);
      out_.strings[i] = {choice.cost < kNever, choice.cost, choice.chance,
                         std::move(choice.items)};
    }
    for (RuleCover& rule : out_.rules) CoverRule(&rule);
  }

  void CoverRule(RuleCover* rule) const {
    rule->strings.clear();
    rule->chance = 0;
    rule->state = RuleCover::State::kKilled;
    if (rule->formula.op == Formula::Op::kFalse) return;
    Choice choice = Cheapest(rule->formula, 0);
    if (choice.cost == kNever || choice.chance > kNearlyAlways) {
      rule->state = RuleCover::State::kAlways;
      rule->chance = 1;
      return;
    }
    rule->state =
        choice.facts ? RuleCover::State::kGated : RuleCover::State::kSearched;
    rule->chance = choice.chance;
    rule->strings = std::move(choice.items);
  }

  static void Join(Choice from, Choice* to) {
    to->cost += from.cost;
    to->chance = std::min(to->chance + from.chance, 1.0F);
    to->facts = to->facts || from.facts;
    std::move(from.items.begin(), from.items.end(),
              std::back_inserter(to->items));
  }

  // Of `count` children each of which can be missing if enough others are
  // there: the cheapest so many that one of them must be.
  static Choice OneOf(std::vector<Choice> choices, size_t count) {
    std::stable_sort(
        choices.begin(), choices.end(),
        [](const Choice& a, const Choice& b) { return a.cost < b.cost; });
    Choice out{0, 0, {}, false};
    for (size_t i = 0; i < count && i < choices.size(); ++i) {
      Join(std::move(choices[i]), &out);
    }
    return out;
  }

  float Cost(uint32_t id) const {
    const Atom& atom = atoms_[id];
    float cost = std::exp2(atom.chance[corpus_]);
    if (atom.regex) {
      cost += kRegexCost;
    } else if (atom.text.size() <= 4) {
      cost += atom.text.size() == 2 ? kTwoBytesCost : kFewBytesCost;
    }
    // What many rules wait for is not as rare as it looks.
    const float share = static_cast<float>(std::max(shares_[id], 1U));
    return cost * std::sqrt(share) + kLiteralCost;
  }

  Choice Cheapest(const AtomNeed& need) const {
    switch (need.op) {
      case Need::Op::kTrue:
        return {};
      case Need::Op::kAtom:
        if (refused_[need.atom]) return {};
        return {Cost(need.atom),
                std::exp2(atoms_[need.atom].chance[corpus_]),
                {need.atom},
                false};
      case Need::Op::kAll:
      case Need::Op::kAny:
        break;
    }
    std::vector<Choice> choices;
    choices.reserve(need.children.size());
    for (const AtomNeed& child : need.children) {
      choices.push_back(Cheapest(child));
    }
    const size_t many = need.op == Need::Op::kAll ? 1 : choices.size();
    return OneOf(std::move(choices), many);
  }

  Choice Cheapest(const Formula& formula, int depth) const {
    if (depth > kMostDepth) return {};
    switch (formula.op) {
      case Formula::Op::kTrue:
        return {};
      case Formula::Op::kFalse:
        return {0, 0, {}, false};
      case Formula::Op::kString: {
        const uint32_t number = strings_.IndexOf(formula.string);
        const StringCover& string = out_.strings[number];
        if (!string.possible) return {};
        return {string.cost, string.chance, {number}, false};
      }
      case Formula::Op::kFact:
      case Formula::Op::kNotFact: {
        float chance = ChanceOf(formula.fact, class_);
        if (formula.op == Formula::Op::kNotFact) chance = 1 - chance;
        return {chance + kGateCost, chance, {}, true};
      }
      case Formula::Op::kAll:
      case Formula::Op::kAny:
      case Formula::Op::kAtLeast:
        break;
    }
    // Of nothing, all are there.
    if (formula.children.empty() && formula.op != Formula::Op::kAny) return {};
    std::vector<Choice> choices;
    choices.reserve(formula.children.size());
    for (const Formula& child : formula.children) {
      choices.push_back(Cheapest(child, depth + 1));
    }
    size_t many = choices.size();
    if (formula.op == Formula::Op::kAll) many = 1;
    if (formula.op == Formula::Op::kAtLeast) many -= formula.count - 1;
    return OneOf(std::move(choices), many);
  }

  void CountShares() {
    for (const RuleCover& rule : out_.rules) {
      for (const uint32_t string : rule.strings) {
        for (const uint32_t id : out_.strings[string].atoms) ++shares_[id];
      }
    }
  }

  bool Add(const std::vector<uint32_t>& atoms) {
    if (searched_ + atoms.size() > kMostAtoms) return false;
    for (const uint32_t id : atoms) {
      if (!out_.searched[id]) ++searched_;
      out_.searched[id] = true;
    }
    return true;
  }

  void Search(RuleCover* rule) {
    for (const uint32_t string : rule->strings) {
      if (Add(out_.strings[string].atoms)) continue;
      rule->state = RuleCover::State::kAlways;
      rule->chance = 1;
      rule->strings.clear();
      return;
    }
  }

  // The other strings of a rule that is run often: with them it is run less.
  void SearchMore(const RuleCover& rule) {
    std::vector<bool> wanted(needs_.size());
    if (rule.state == RuleCover::State::kAlways) return;
    strings_.Mark(rule.formula, &wanted);
    size_t atoms = 0;
    for (size_t i = 0; i < wanted.size(); ++i) {
      const StringCover& string = out_.strings[i];
      if (!wanted[i] || !string.possible || string.chance > kTellsNothing) {
        continue;
      }
      atoms += string.atoms.size();
      if (atoms > kMostGateAtoms || !Add(string.atoms)) return;
    }
  }

  const FileClass class_;
  const size_t corpus_;
  const StringTable& strings_;
  const std::vector<AtomNeed>& needs_;
  const AtomTable& atoms_;
  const std::vector<bool>& refused_;
  std::vector<uint32_t> shares_;  // rules by atom
  size_t searched_ = 0;
  ClassCover out_;
};

}  // namespace

StringTable::StringTable(const PlanInput& input) {
  first_.reserve(input.rules.size() + 1);
  first_.push_back(0);
  for (const PlanRule& rule : input.rules) {
    first_.push_back(first_.back() +
                     static_cast<uint32_t>(rule.rule->strings.size()));
  }
}

void StringTable::Mark(const Formula& formula, std::vector<bool>* marks) const {
  if (formula.op == Formula::Op::kString) {
    (*marks)[IndexOf(formula.string)] = true;
  }
  for (const Formula& child : formula.children) Mark(child, marks);
}

bool ClassCover::Known(uint32_t string) const {
  const StringCover& cover = strings[string];
  return cover.possible &&
         std::all_of(cover.atoms.begin(), cover.atoms.end(),
                     [this](uint32_t id) { return searched[id]; });
}

ClassCover CoverClass(FileClass file_class,
                      const std::vector<Formula>& formulas,
                      const StringTable& strings,
                      const std::vector<AtomNeed>& needs,
                      const AtomTable& atoms,
                      const std::vector<bool>& refused) {
  return ClassCoverer(file_class, formulas, strings, needs, atoms, refused)
      .Run();
}

}  // namespace cupel::plan
