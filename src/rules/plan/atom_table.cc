#include "rules/plan/atom_table.h"

#include <utility>

namespace cupel::plan {

AtomNeed AtomTable::Intern(Need need) {
  AtomNeed out;
  out.op = need.op;
  if (need.op == Need::Op::kAtom) out.atom = InternAtom(std::move(need.atom));
  out.children.reserve(need.children.size());
  for (Need& child : need.children) {
    out.children.push_back(Intern(std::move(child)));
  }
  return out;
}

uint32_t AtomTable::InternAtom(Atom atom) {
  std::string key = atom.text;
  key += atom.regex ? 'r' : atom.nocase ? 'i' : 'l';
  const auto [found, added] = ids_.try_emplace(std::move(key), size());
  if (added) atoms_.push_back(std::move(atom));
  return found->second;
}

}  // namespace cupel::plan
