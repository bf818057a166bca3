// Rules as they are made up, in parts that can be taken away one by one.
#ifndef CUPEL_TESTS_DIFFERENTIAL_MADE_H_
#define CUPEL_TESTS_DIFFERENTIAL_MADE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/rule_set.h"

namespace cupel::differential {

// A string of a rule, and what is known of the bytes that it matches.
struct MadeString {
  std::string id;         // "$a", or "$" for an anonymous one
  std::string value;      // the literal as it stands in the source
  std::string modifiers;  // with a space before each

  // Bytes that it matches before modifiers change them: of a regular expression
  // or a hex string, some of many.
  std::vector<std::string> samples;
  bool ascii = true;
  bool wide = false;
  bool nocase = false;
  bool fullword = false;
  bool has_xor = false;
  uint8_t xor_min = 0;
  uint8_t xor_max = 0;
  bool base64 = false;
  bool base64wide = false;
  std::string alphabet;  // of base64; empty: the usual one
};

// A condition or a value in one: pieces[0] children[0] pieces[1] ...
struct Node {
  bool boolean = false;
  std::vector<std::string> pieces;  // one more than children
  std::vector<Node> children;

  std::string Text() const;
};

// A leaf.
Node Leaf(std::string text, bool boolean = true);
// Children go where the pattern has a '@@'.
Node Join(std::string_view pattern, std::vector<Node> children,
          bool boolean = true);

struct MadeRule {
  std::string name;
  bool global = false;
  bool is_private = false;
  std::string tags;   // ": a b", or nothing
  std::string metas;  // the whole section, or nothing
  std::vector<MadeString> strings;
  Node condition;

  std::string Text() const;
};

// One namespace. Rules [included_begin, included_end) stand in a file that is
// included where they would be.
struct MadeSource {
  std::string name;
  std::vector<std::string> imports;
  std::vector<MadeRule> rules;
  size_t included_begin = 0;
  size_t included_end = 0;

  bool includes() const { return included_begin < included_end; }
  std::string IncludedName() const { return name + ".inc"; }
  std::string Text() const;
  std::string IncludedText() const;
};

struct MadeSet {
  std::vector<MadeSource> sources;
  std::vector<std::pair<std::string, ExternalValue>> defines;
  // Numbers that conditions speak of: sizes and offsets worth trying.
  std::vector<int64_t> numbers;

  size_t rules() const;
};

// All of it as people would read it.
std::string ToText(const MadeSet& set);

}  // namespace cupel::differential

#endif  // CUPEL_TESTS_DIFFERENTIAL_MADE_H_
