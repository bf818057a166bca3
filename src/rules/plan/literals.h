// What must occur in a file for a string of a rule to match: literals and
// regular expressions for the prefilter, joined by "all of" and "any of".
//
// Everything here errs on one side: a text in which the string matches always
// has what is needed; a text that has it need not match.
#ifndef CUPEL_RULES_PLAN_LITERALS_H_
#define CUPEL_RULES_PLAN_LITERALS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rules/ast/ast.h"
#include "rules/plan/frequency.h"

namespace cupel::plan {

// Something that the prefilter can search for.
struct Atom {
  bool regex = false;
  bool nocase = false;  // of a literal, whose letters are lower case then
  std::string text;     // 2 or more bytes, or an expression of Hyperscan
  // log2 of the part of files it occurs in, by corpus; see frequency.h.
  std::array<float, kCorpora> chance = {};

  bool operator==(const Atom& other) const {
    return regex == other.regex && nocase == other.nocase && text == other.text;
  }
};

struct Need {
  enum class Op : uint8_t {
    kTrue,  // nothing is known
    kAtom,
    kAll,
    kAny,
  };
  Op op = Op::kTrue;
  Atom atom;
  std::vector<Need> children;  // two or more
};

// Literals are cut to this; the window is the one with the rarest bytes.
inline constexpr size_t kMaxLiteralBytes = 64;
// Alternatives to search for one string; with more, nothing is needed.
inline constexpr size_t kMaxAlternatives = 1024;

// `regexes`: expressions may be needed, too.
Need NeedOf(const ast::String& string, bool regexes);

// The best window of a literal of 2 or more bytes.
Atom LiteralAtom(std::string bytes, bool nocase);

// "any" or "all" of the needs, without what says nothing.
Need AnyOf(std::vector<Need> needs);
Need AllOf(std::vector<Need> needs);

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_LITERALS_H_
