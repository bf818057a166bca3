// Formulas as words, to be evaluated for a file without following pointers.
//
// A gate is a tree in prefix order. The lowest 4 bits of a word say what it is,
// the others are a number n:
//   kAtom    n is an id of the prefilter of the class
//   kFact    n is an index of the plan's facts; kNotFact likewise
//   kAll     n children; the next word says how many words they take
//   kAny     likewise
//   kAtLeast likewise; one word more says how many of them
#ifndef CUPEL_RULES_PLAN_GATE_H_
#define CUPEL_RULES_PLAN_GATE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "prefilter/prefilter.h"
#include "rules/plan/formula.h"

namespace cupel::plan {

enum class GateOp : uint32_t { kAtom, kFact, kNotFact, kAll, kAny, kAtLeast };
inline constexpr uint32_t kGateOpBits = 4;
inline constexpr uint32_t kMostGateNumber = (uint32_t{1} << 28) - 1;
inline constexpr int kMostGateDepth = 64;

using GateWords = std::vector<uint32_t>;

// Appends; `children` is how many trees `body` is made of.
void AppendLeaf(GateOp op, uint32_t number, GateWords* out);
void AppendNode(GateOp op, size_t children, uint32_t count,
                const GateWords& body, GateWords* out);

// Checks one tree that begins at `at`; gives where it ends, or 0 if it is none:
// an unknown op, a number out of range, a body of another length, too deep.
size_t CheckGate(std::span<const uint32_t> words, size_t at, uint32_t atoms,
                 uint32_t facts);

// A tree that CheckGate found to be one.
bool EvaluateGate(const uint32_t* gate, const PrefilterHits& hits,
                  const std::vector<Fact>& facts, const FileView& file);

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_GATE_H_
