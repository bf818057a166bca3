// Formulas to gates.
#ifndef CUPEL_RULES_PLAN_GATE_WRITER_H_
#define CUPEL_RULES_PLAN_GATE_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/hash.h"
#include "rules/plan/cover.h"
#include "rules/plan/gate.h"

namespace cupel::plan {

// Every fact once; they are numbered in the order of their first use.
class FactTable {
 public:
  uint32_t Intern(const Fact& fact);
  // For the image; ReadFacts reads it.
  std::string Encode() const;
  uint32_t size() const { return static_cast<uint32_t>(encoded_.size()); }

 private:
  std::vector<std::string> encoded_;
  HashMap<std::string, uint32_t> ids_;
};

// False if it is not what Encode writes.
bool ReadFacts(std::string_view bytes, std::vector<Fact>* out);

// Writes the gates of one class. `ids` are those of the prefilter by atom.
class GateWriter {
 public:
  GateWriter(const ClassCover& cover, const StringTable& strings,
             const std::vector<uint32_t>& ids)
      : cover_(cover), strings_(strings), ids_(ids) {}

  // The gate of a rule, or nothing: then it would let everything pass. What is
  // not searched for counts as there.
  GateWords Write(const RuleCover& rule);

  const FactTable& facts() const { return facts_; }

 private:
  enum class Value : uint8_t { kFalse, kTrue, kOpen };
  // Appends for kOpen only.
  Value Append(const Formula& formula, int depth, GateWords* out);
  Value AppendNode(const Formula& formula, int depth, GateWords* out);
  Value AppendString(uint32_t string, GateWords* out);

  const ClassCover& cover_;
  const StringTable& strings_;
  const std::vector<uint32_t>& ids_;
  FactTable facts_;
};

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_GATE_WRITER_H_
