// Where the rules of a source text are, without compiling it.
#ifndef CUPEL_RULES_SPLITTER_H_
#define CUPEL_RULES_SPLITTER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/lexer.h"

namespace cupel {

// Half-open range of indices into SplitText::tokens.
struct TokenRange {
  uint32_t begin = 0;
  uint32_t end = 0;
};

struct RuleText {
  std::string name;
  bool global = false;
  bool is_private = false;
  // False if the rule does not have the shape that the grammar asks for; the
  // ranges below are then empty.
  bool well_formed = false;
  uint32_t begin = 0;  // bytes, from the first modifier to the closing brace
  uint32_t end = 0;
  uint32_t line = 0;  // of the name
  uint32_t first_line = 0;
  uint32_t last_line = 0;
  TokenRange strings;    // behind `strings:`; empty if there are none
  TokenRange condition;  // behind `condition:`
};

struct ImportText {
  std::string module;
  uint32_t begin = 0;
  uint32_t end = 0;
};

struct SplitText {
  // True only if every token is exact, every rule well formed and nothing else
  // was met: only then may anything be concluded from what is *not* in here.
  bool understood = true;
  std::vector<Token> tokens;
  std::vector<RuleText> rules;  // in source order
  std::vector<ImportText> imports;
  std::vector<uint32_t> includes;  // indices of kInclude tokens
};

// Never fails; offsets are into `text`.
SplitText Split(std::string_view text);

// Names that the condition of `rule` could use for other rules: identifiers
// that do not follow a dot, and prefixes of wildcards ("a" for `any of (a*)`).
struct RuleReferences {
  std::vector<std::string_view> names;
  std::vector<std::string_view> prefixes;
};
RuleReferences ReferencesOf(const SplitText& split, const RuleText& rule,
                            std::string_view text);

}  // namespace cupel

#endif  // CUPEL_RULES_SPLITTER_H_
