#include "rules/plan/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string>
#include <string_view>

#include "rules/plan/gate.h"

namespace cupel::plan {
namespace {

// Of a cover or a gate more is not for people.
constexpr size_t kMostBytes = 4096;

std::string Quoted(std::string_view bytes) {
  std::string out = "\"";
  for (const char c : bytes) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c >= 0x20 && c < 0x7F) {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", static_cast<uint8_t>(c));
    }
  }
  return out + '"';
}

// The expression with its bytes as letters and digits where they are that; the
// others stay in hexadecimal, as all are in the plan.
std::string Readable(std::string_view expression) {
  std::string out;
  for (size_t i = 0; i < expression.size(); ++i) {
    uint32_t byte = 0;
    if (expression.substr(i, 2) == "\\x" && i + 4 <= expression.size() &&
        std::from_chars(&expression[i + 2], &expression[i + 2] + 2, byte, 16)
                .ptr == &expression[i + 2] + 2) {
      const auto c = static_cast<char>(byte);
      if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
        out += c;
        i += 3;
        continue;
      }
    }
    out += expression[i];
  }
  return out;
}

class Explainer {
 public:
  Explainer(const ImageView& view, const ClassView& of)
      : view_(view), of_(of) {}

  // "any of ("abc", "def" nocase)"; empty if nothing is searched for.
  std::string Cover(uint32_t rule) const {
    std::string out;
    size_t atoms = 0;
    for (uint32_t id = 0; id < of_.atoms.size(); ++id) {
      const auto begin = of_.rules.begin() + of_.first[id];
      const auto end = of_.rules.begin() + of_.first[id + 1];
      if (std::find(begin, end, rule) == end) continue;
      ++atoms;
      Add(AtomText(id), &out);
    }
    return atoms < 2 ? out : "any of (" + out + ")";
  }

  std::string Gate(uint32_t at) const {
    const uint32_t* words = &of_.gates[at];
    return Tree(&words);
  }

 private:
  static void Add(std::string_view text, std::string* out) {
    if (out->size() > kMostBytes) return;
    if (!out->empty()) *out += ", ";
    *out += text;
    if (out->size() > kMostBytes) *out += ", …";
  }

  std::string AtomText(uint32_t id) const {
    const uint32_t atom = of_.atoms[id];
    const size_t begin = atom == 0 ? 0 : view_.text_ends[atom - 1];
    const std::string_view text =
        view_.texts.substr(begin, view_.text_ends[atom] - begin);
    if (text[0] == kRegexText) return "/" + Readable(text.substr(1)) + "/";
    const char* const nocase = text[0] == kNocaseText ? " nocase" : "";
    return Quoted(text.substr(1)) + nocase;
  }

  std::string FactText(GateOp op, uint32_t number) const {
    Formula formula;
    formula.op =
        op == GateOp::kFact ? Formula::Op::kFact : Formula::Op::kNotFact;
    formula.fact = of_.facts[number];
    return ToText(formula, {}, 0);
  }

  // Leaves *at behind the tree.
  std::string Tree(const uint32_t** at) const {
    const uint32_t word = *(*at)++;
    const uint32_t number = word >> kGateOpBits;
    const GateOp op =
        static_cast<GateOp>(word & ((uint32_t{1} << kGateOpBits) - 1));
    switch (op) {
      case GateOp::kAtom:
        return AtomText(number);
      case GateOp::kFact:
      case GateOp::kNotFact:
        return FactText(op, number);
      case GateOp::kAll:
        return Node("all", number, at);
      case GateOp::kAny:
        return Node("any", number, at);
      case GateOp::kAtLeast: {
        const uint32_t count = *(*at)++;
        return Node(fmt::format("{}", count), number, at);
      }
    }
    return {};
  }

  std::string Node(std::string_view quantifier, uint32_t children,
                   const uint32_t** at) const {
    ++*at;
    std::string out;
    for (uint32_t i = 0; i < children; ++i) Add(Tree(at), &out);
    return fmt::format("{} of ({})", quantifier, out);
  }

  const ImageView& view_;
  const ClassView& of_;
};

}  // namespace

Plan::Explanation ExplainRule(const ImageView& view, const ClassView& of,
                              uint32_t rule) {
  Plan::Explanation out;
  if (rule >= view.rules) return out;
  out.killed = of.gate_of[rule] == kKilledRule;
  out.always = std::binary_search(of.always.begin(), of.always.end(), rule);
  if (out.killed || out.always) return out;
  const Explainer explainer(view, of);
  out.cover = explainer.Cover(rule);
  if (of.gate_of[rule] != kNoGate) {
    if (!out.cover.empty()) out.cover += "; then ";
    out.cover += explainer.Gate(of.gate_of[rule]);
  }
  return out;
}

}  // namespace cupel::plan
