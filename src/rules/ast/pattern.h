// What a string of a rule searches for, as a tree. Hex strings and regular
// expressions become the same kind of tree, so that whoever reasons about them
// does it once.
#ifndef CUPEL_RULES_AST_PATTERN_H_
#define CUPEL_RULES_AST_PATTERN_H_

#include <bitset>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cupel::ast {

using ByteSet = std::bitset<256>;

struct Pattern {
  enum class Kind : uint8_t {
    kEmpty,         // matches the empty string
    kBytes,         // one byte out of `set`
    kConcat,        // children, one after another
    kAlternate,     // any one of the children
    kRepeat,        // the only child, min to max times
    kStart,         // ^: only at the start of the data
    kEnd,           // $: only at the end of it
    kWordBoundary,  // \b
    kNotWordBoundary,
  };
  static constexpr uint32_t kUnbounded = std::numeric_limits<uint32_t>::max();

  Kind kind = Kind::kEmpty;
  ByteSet set;
  uint32_t min = 0;  // of kRepeat
  uint32_t max = 0;  // kUnbounded: no limit
  bool greedy = true;
  std::vector<Pattern> children;
};

// The flags of a regular expression are resolved: `.` is any byte with /s and
// any but \n without, and with /i (or `nocase`, which the caller passes) the
// sets hold both cases of each ASCII letter. \s, \w, \d and escapes are
// libyara's. `token` is /…/is as in the source. Returns false if it is not
// understood; nothing may be concluded then.
bool ParseRegex(std::string_view token, bool nocase, Pattern* out);

// `token` is { … } as in the source: bytes, ??, nibbles, ~, jumps and
// alternatives.
bool ParseHex(std::string_view token, Pattern* out);

}  // namespace cupel::ast

#endif  // CUPEL_RULES_AST_PATTERN_H_
