#include "rules/plan/gate.h"

namespace cupel::plan {
namespace {

GateOp OpOf(uint32_t word) {
  return static_cast<GateOp>(word & ((uint32_t{1} << kGateOpBits) - 1));
}
uint32_t NumberOf(uint32_t word) { return word >> kGateOpBits; }

class Checker {
 public:
  Checker(std::span<const uint32_t> words, uint32_t atoms, uint32_t facts)
      : words_(words), atoms_(atoms), facts_(facts) {}

  size_t Tree(size_t at, size_t end, int depth) const {
    if (at >= end || depth > kMostGateDepth) return 0;
    const uint32_t number = NumberOf(words_[at]);
    switch (OpOf(words_[at])) {
      case GateOp::kAtom:
        return number < atoms_ ? at + 1 : 0;
      case GateOp::kFact:
      case GateOp::kNotFact:
        return number < facts_ ? at + 1 : 0;
      case GateOp::kAll:
      case GateOp::kAny:
        return Body(at + 1, end, number, depth);
      case GateOp::kAtLeast:
        return at + 1 < end ? Body(at + 2, end, number, depth) : 0;
    }
    return 0;
  }

 private:
  // `at` is that of the length.
  size_t Body(size_t at, size_t end, uint32_t children, int depth) const {
    if (at >= end) return 0;
    const size_t body_end = at + 1 + words_[at];
    if (body_end > end) return 0;
    ++at;
    for (uint32_t i = 0; i < children; ++i) {
      at = Tree(at, body_end, depth + 1);
      if (at == 0) return 0;
    }
    return at == body_end ? at : 0;
  }

  const std::span<const uint32_t> words_;
  const uint32_t atoms_;
  const uint32_t facts_;
};

class Evaluator {
 public:
  Evaluator(const PrefilterHits& hits, const std::vector<Fact>& facts,
            const FileView& file)
      : hits_(hits), facts_(facts), file_(file) {}

  // Leaves *at behind the tree.
  bool Tree(const uint32_t** at) const {
    const uint32_t word = *(*at)++;
    const uint32_t number = NumberOf(word);
    switch (OpOf(word)) {
      case GateOp::kAtom:
        return hits_.Has(number);
      case GateOp::kFact:
        return Holds(facts_[number], file_);
      case GateOp::kNotFact:
        return !Holds(facts_[number], file_);
      case GateOp::kAll:
        return AtLeast(number, number, at);
      case GateOp::kAny:
        return AtLeast(number, 1, at);
      case GateOp::kAtLeast: {
        const uint32_t count = *(*at)++;
        return AtLeast(number, count, at);
      }
    }
    return true;
  }

 private:
  bool AtLeast(uint32_t children, uint32_t count, const uint32_t** at) const {
    const uint32_t* const end = *at + 1 + **at;
    ++*at;
    for (uint32_t left = children; count != 0 && left >= count; --left) {
      if (Tree(at)) --count;
    }
    *at = end;
    return count == 0;
  }

  const PrefilterHits& hits_;
  const std::vector<Fact>& facts_;
  const FileView& file_;
};

}  // namespace

void AppendLeaf(GateOp op, uint32_t number, GateWords* out) {
  out->push_back(number << kGateOpBits | static_cast<uint32_t>(op));
}

void AppendNode(GateOp op, size_t children, uint32_t count,
                const GateWords& body, GateWords* out) {
  AppendLeaf(op, static_cast<uint32_t>(children), out);
  if (op == GateOp::kAtLeast) out->push_back(count);
  out->push_back(static_cast<uint32_t>(body.size()));
  out->insert(out->end(), body.begin(), body.end());
}

size_t CheckGate(std::span<const uint32_t> words, size_t at, uint32_t atoms,
                 uint32_t facts) {
  return Checker(words, atoms, facts).Tree(at, words.size(), 0);
}

bool EvaluateGate(const uint32_t* gate, const PrefilterHits& hits,
                  const std::vector<Fact>& facts, const FileView& file) {
  return Evaluator(hits, facts, file).Tree(&gate);
}

}  // namespace cupel::plan
