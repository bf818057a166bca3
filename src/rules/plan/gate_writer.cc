#include "rules/plan/gate_writer.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "rules/compiled_set.h"
#include "rules/wire.h"

namespace cupel::plan {
namespace {

GateOp OpOf(uint32_t word) {
  return static_cast<GateOp>(word & ((uint32_t{1} << kGateOpBits) - 1));
}

// True if it takes one atom to pass.
bool IsAnyOfAtoms(const GateWords& gate) {
  if (gate.size() == 1) return OpOf(gate[0]) == GateOp::kAtom;
  return !gate.empty() && OpOf(gate[0]) == GateOp::kAny &&
         std::all_of(gate.begin() + 2, gate.end(),
                     [](uint32_t word) { return OpOf(word) == GateOp::kAtom; });
}

std::string EncodeFact(const Fact& fact) {
  WireWriter out;
  out.U32(static_cast<uint32_t>(fact.kind));
  out.U32(static_cast<uint32_t>(fact.op));
  out.U32(fact.external);
  out.U64(fact.offset);
  out.U64(static_cast<uint64_t>(fact.number));
  out.String(fact.bytes);
  out.String(fact.mask);
  return std::move(out.out());
}

bool ReadFact(WireReader* in, Fact* fact) {
  const uint32_t kind = in->U32();
  const uint32_t op = in->U32();
  const uint32_t external = in->U32();
  fact->offset = in->U64();
  fact->number = static_cast<int64_t>(in->U64());
  fact->bytes = in->String();
  fact->mask = in->String();
  if (!in->ok() || kind > static_cast<uint32_t>(Fact::Kind::kExternal) ||
      op > static_cast<uint32_t>(Fact::Op::kNotEmpty) ||
      external >= kFileExternals.size()) {
    return false;
  }
  fact->kind = static_cast<Fact::Kind>(kind);
  fact->op = static_cast<Fact::Op>(op);
  fact->external = static_cast<uint8_t>(external);
  return fact->kind != Fact::Kind::kBytesAt ||
         fact->mask.size() == fact->bytes.size();
}

}  // namespace

uint32_t FactTable::Intern(const Fact& fact) {
  std::string encoded = EncodeFact(fact);
  const auto [found, added] = ids_.try_emplace(encoded, size());
  if (added) encoded_.push_back(std::move(encoded));
  return found->second;
}

std::string FactTable::Encode() const {
  WireWriter out;
  out.U64(encoded_.size());
  for (const std::string& fact : encoded_) out.Raw(fact);
  return std::move(out.out());
}

bool ReadFacts(std::string_view bytes, std::vector<Fact>* out) {
  constexpr uint64_t kLeastFactBytes = 44;
  WireReader in(bytes);
  out->resize(in.Count(kLeastFactBytes));
  for (Fact& fact : *out) {
    if (!ReadFact(&in, &fact)) return false;
  }
  return in.at_end();
}

GateWords GateWriter::Write(const RuleCover& rule) {
  GateWords out;
  // A formula that is false whatever happens is no error of anybody: nothing
  // comes of the rule but a little work.
  if (Append(rule.formula, 0, &out) != Value::kOpen) out.clear();
  // One of the atoms is there already when the gate is asked.
  if (rule.state == RuleCover::State::kSearched && IsAnyOfAtoms(out)) {
    out.clear();
  }
  return out;
}

GateWriter::Value GateWriter::Append(const Formula& formula, int depth,
                                     GateWords* out) {
  if (depth >= kMostGateDepth - 1) return Value::kTrue;
  switch (formula.op) {
    case Formula::Op::kTrue:
      return Value::kTrue;
    case Formula::Op::kFalse:
      return Value::kFalse;
    case Formula::Op::kString:
      return AppendString(strings_.IndexOf(formula.string), out);
    case Formula::Op::kFact:
      AppendLeaf(GateOp::kFact, facts_.Intern(formula.fact), out);
      return Value::kOpen;
    case Formula::Op::kNotFact:
      AppendLeaf(GateOp::kNotFact, facts_.Intern(formula.fact), out);
      return Value::kOpen;
    case Formula::Op::kAll:
    case Formula::Op::kAny:
    case Formula::Op::kAtLeast:
      break;
  }
  return AppendNode(formula, depth, out);
}

GateWriter::Value GateWriter::AppendString(uint32_t string, GateWords* out) {
  if (!cover_.Known(string)) return Value::kTrue;
  const std::vector<uint32_t>& atoms = cover_.strings[string].atoms;
  GateWords body;
  for (const uint32_t id : atoms) {
    AppendLeaf(GateOp::kAtom, ids_[id], &body);
  }
  if (atoms.size() == 1) {
    out->push_back(body.front());
  } else {
    cupel::plan::AppendNode(GateOp::kAny, atoms.size(), 1, body, out);
  }
  return Value::kOpen;
}

GateWriter::Value GateWriter::AppendNode(const Formula& formula, int depth,
                                         GateWords* out) {
  size_t needed = formula.count;
  if (formula.op == Formula::Op::kAll) needed = formula.children.size();
  if (formula.op == Formula::Op::kAny) needed = 1;
  if (needed == 0) return Value::kTrue;
  std::vector<GateWords> open;
  for (const Formula& child : formula.children) {
    GateWords words;
    const Value value = Append(child, depth + 1, &words);
    if (value == Value::kTrue && --needed == 0) return Value::kTrue;
    if (value == Value::kOpen) open.push_back(std::move(words));
  }
  if (needed > open.size()) return Value::kFalse;
  if (open.size() == 1) {
    out->insert(out->end(), open.front().begin(), open.front().end());
    return Value::kOpen;
  }
  // What is quick to look at first.
  std::stable_sort(open.begin(), open.end(),
                   [](const GateWords& a, const GateWords& b) {
                     return a.size() < b.size();
                   });
  GateWords body;
  for (const GateWords& words : open) {
    body.insert(body.end(), words.begin(), words.end());
  }
  GateOp op = GateOp::kAtLeast;
  if (needed == open.size()) op = GateOp::kAll;
  if (needed == 1) op = GateOp::kAny;
  cupel::plan::AppendNode(op, open.size(), static_cast<uint32_t>(needed), body,
                          out);
  return Value::kOpen;
}

}  // namespace cupel::plan
