#include "rules/plan/formula.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "rules/plan/formula_make.h"
#include "rules/plan/formula_names.h"
#include "rules/plan/formula_reader.h"

namespace cupel::plan {
namespace {

// The formulas of the conditions alone, in the order of the rules: they refer
// to those before them only.
std::vector<Formula> OwnFormulas(const PlanInput& input, size_t* nodes_left) {
  const Names names(input);
  std::vector<Formula> own;
  own.reserve(input.rules.size());
  for (uint32_t i = 0; i < input.rules.size(); ++i) {
    const size_t most =
        kMaxFormulaNodes + 2 * input.rules[i].rule->strings.size();
    Reader reader(input, names, own, i, std::min(most, *nodes_left));
    own.push_back(reader.Condition());
    *nodes_left -= std::min(*nodes_left, NodesOf(own.back()));
  }
  return own;
}

// What the global rules of each namespace ask for.
HashMap<uint32_t, Formula> GlobalFormulas(const PlanInput& input,
                                          const std::vector<Formula>& own) {
  HashMap<uint32_t, std::vector<Formula>> parts;
  for (size_t i = 0; i < input.rules.size(); ++i) {
    if (input.rules[i].rule->global) {
      parts[input.rules[i].ns].push_back(own[i]);
    }
  }
  HashMap<uint32_t, Formula> out;
  for (auto& [ns, formulas] : parts) out[ns] = All(std::move(formulas));
  return out;
}

}  // namespace

std::vector<Formula> MakeFormulas(const PlanInput& input) {
  size_t nodes_left = kMaxNodes;
  std::vector<Formula> formulas = OwnFormulas(input, &nodes_left);
  const HashMap<uint32_t, Formula> globals = GlobalFormulas(input, formulas);
  for (size_t i = 0; i < formulas.size(); ++i) {
    const auto global = globals.find(input.rules[i].ns);
    if (global == globals.end()) continue;
    const size_t nodes = NodesOf(global->second);
    if (nodes > kMaxFormulaNodes || nodes > nodes_left) continue;
    nodes_left -= nodes;
    formulas[i] = All({std::move(formulas[i]), global->second});
  }
  return formulas;
}

}  // namespace cupel::plan
