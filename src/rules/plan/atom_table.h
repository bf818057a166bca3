// What strings need, with every atom once.
#ifndef CUPEL_RULES_PLAN_ATOM_TABLE_H_
#define CUPEL_RULES_PLAN_ATOM_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/hash.h"
#include "rules/plan/literals.h"

namespace cupel::plan {

// A Need with numbers of atoms in the place of atoms.
struct AtomNeed {
  Need::Op op = Need::Op::kTrue;
  uint32_t atom = 0;
  std::vector<AtomNeed> children;
};

class AtomTable {
 public:
  AtomNeed Intern(Need need);

  const Atom& operator[](uint32_t id) const { return atoms_[id]; }
  uint32_t size() const { return static_cast<uint32_t>(atoms_.size()); }

 private:
  uint32_t InternAtom(Atom atom);

  std::vector<Atom> atoms_;
  HashMap<std::string, uint32_t> ids_;
};

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_ATOM_TABLE_H_
