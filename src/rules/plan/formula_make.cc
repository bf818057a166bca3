#include "rules/plan/formula_make.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/hash.h"

namespace cupel::plan {
namespace {

using Op = Formula::Op;

void AppendNumber(uint64_t number, std::string* out) {
  out->append(reinterpret_cast<const char*>(&number), sizeof(number));
}

// Equal for equal formulas, and only for them.
void AppendKey(const Formula& formula, std::string* out) {
  out->push_back(static_cast<char>(formula.op));
  switch (formula.op) {
    case Op::kTrue:
    case Op::kFalse:
      return;
    case Op::kString:
      AppendNumber(formula.string.rule, out);
      AppendNumber(formula.string.string, out);
      return;
    case Op::kFact:
    case Op::kNotFact: {
      const Fact& fact = formula.fact;
      out->push_back(static_cast<char>(fact.kind));
      out->push_back(static_cast<char>(fact.op));
      out->push_back(static_cast<char>(fact.external));
      AppendNumber(fact.offset, out);
      AppendNumber(static_cast<uint64_t>(fact.number), out);
      AppendNumber(fact.bytes.size(), out);
      *out += fact.bytes;
      AppendNumber(fact.mask.size(), out);
      *out += fact.mask;
      return;
    }
    case Op::kAll:
    case Op::kAny:
    case Op::kAtLeast:
      AppendNumber(formula.count, out);
      AppendNumber(formula.children.size(), out);
      for (const Formula& child : formula.children) AppendKey(child, out);
      return;
  }
}

std::string KeyOf(const Formula& formula) {
  std::string key;
  AppendKey(formula, &key);
  return key;
}

// kAll and kAny, which differ in what their constants do.
Formula Join(Op op, std::vector<Formula> children) {
  const Op neutral = op == Op::kAll ? Op::kTrue : Op::kFalse;
  const Op decisive = op == Op::kAll ? Op::kFalse : Op::kTrue;
  Formula out;
  out.op = op;
  HashSet<std::string> seen;
  const auto add = [&](Formula&& child) {
    if (children.size() > 1 && !seen.insert(KeyOf(child)).second) return;
    out.children.push_back(std::move(child));
  };
  for (Formula& child : children) {
    if (child.op == neutral) continue;
    if (child.op == decisive) return std::move(child);
    if (child.op != op) {
      add(std::move(child));
      continue;
    }
    for (Formula& grandchild : child.children) add(std::move(grandchild));
  }
  if (out.children.size() == 1) {
    Formula only = std::move(out.children.front());
    return only;
  }
  if (out.children.empty()) out.op = neutral;
  return out;
}

// How many of the different ones have to hold if `count` of all have to, and
// each of the different ones stands for as many as `times` says.
uint64_t DifferentOnes(uint64_t count, std::vector<uint64_t> times) {
  std::sort(times.rbegin(), times.rend());
  uint64_t different = 0;
  for (const uint64_t n : times) {
    if (count == 0) break;
    count -= std::min(count, n);
    ++different;
  }
  return count == 0 ? different : times.size() + 1;
}

}  // namespace

Formula False() {
  Formula out;
  out.op = Op::kFalse;
  return out;
}

Formula Occurs(StringRef string) {
  Formula out;
  out.op = Op::kString;
  out.string = string;
  return out;
}

Formula Have(Fact fact) {
  Formula out;
  out.op = Op::kFact;
  out.fact = std::move(fact);
  return out;
}

Formula HaveNot(Fact fact) {
  Formula out = Have(std::move(fact));
  out.op = Op::kNotFact;
  return out;
}

Formula All(std::vector<Formula> children) {
  return Join(Op::kAll, std::move(children));
}

Formula Any(std::vector<Formula> children) {
  return Join(Op::kAny, std::move(children));
}

Formula AtLeast(uint64_t count, std::vector<Formula> children) {
  std::vector<Formula> different;
  std::vector<uint64_t> times;
  HashMap<std::string, size_t> index;
  for (Formula& child : children) {
    if (IsFalse(child)) continue;
    if (IsTrue(child)) {
      if (count > 0) --count;
      continue;
    }
    const auto [at, is_new] = index.try_emplace(KeyOf(child), times.size());
    if (is_new) {
      different.push_back(std::move(child));
      times.push_back(0);
    }
    ++times[at->second];
  }
  if (count == 0) return True();
  count = DifferentOnes(count, std::move(times));
  if (count > different.size()) return False();
  if (count == 1) return Any(std::move(different));
  if (count == different.size()) return All(std::move(different));
  Formula out;
  out.op = Op::kAtLeast;
  out.count = static_cast<uint32_t>(count);
  out.children = std::move(different);
  return out;
}

size_t NodesOf(const Formula& formula) {
  size_t nodes = 1;
  for (const Formula& child : formula.children) nodes += NodesOf(child);
  return nodes;
}

int DepthOf(const Formula& formula) {
  int depth = 0;
  for (const Formula& child : formula.children) {
    depth = std::max(depth, DepthOf(child));
  }
  return depth + 1;
}

Fact FileSize(Fact::Op op, int64_t number) {
  Fact fact;
  fact.kind = Fact::Kind::kFileSize;
  fact.op = op;
  fact.number = number;
  return fact;
}

Fact BytesAt(uint64_t offset, std::string bytes, std::string mask) {
  Fact fact;
  fact.offset = offset;
  fact.mask = mask.empty() ? std::string(bytes.size(), '\xff') : mask;
  fact.bytes = std::move(bytes);
  return fact;
}

}  // namespace cupel::plan
