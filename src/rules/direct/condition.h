// Conditions that are worked out without libyara, and just as it would.
#ifndef CUPEL_RULES_DIRECT_CONDITION_H_
#define CUPEL_RULES_DIRECT_CONDITION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "rules/ast/ast.h"
#include "rules/direct/fact_text.h"
#include "rules/direct/fixed_text.h"

namespace cupel::direct {

struct Value {
  enum class State : uint8_t {
    kKnown,
    kUndefined,  // as libyara has it
    kUnknown,    // only libyara can tell
  };
  State state = State::kUnknown;
  int64_t number = 0;  // of kKnown; a condition holds if it is not 0

  static Value Of(int64_t number) { return {State::kKnown, number}; }
  static Value Undefined() { return {State::kUndefined, 0}; }
  static Value Unknown() { return {}; }
  bool known() const { return state == State::kKnown; }
  bool Holds() const { return known() && number != 0; }
};

// Where the strings of the rule are, by index; null if only libyara knows.
// Asked when a condition needs it.
using PlacesOf = std::function<const std::vector<Place>*(uint32_t string)>;

// What else a condition asks of the file: a fact by index, and whether another
// rule holds, by the number that its name stands for. Likewise.
using FactOf = std::function<Value(uint32_t fact)>;
using RuleOf = std::function<Value(uint32_t rule)>;

struct Asked {
  const PlacesOf& places;
  const FactOf& fact;
  const RuleOf& rule;
};

// A condition as a tree of small nodes. Immutable and thread-safe.
class Condition {
 public:
  // The number of an earlier rule of that name.
  using Names = std::function<std::optional<uint32_t>(std::string_view name)>;

  // Nullopt if there is anything in it that is left to libyara: externals,
  // loops over strings, reals and texts; and modules where they are not facts.
  // `source` is what the rule was parsed of.
  static std::optional<Condition> Make(const ast::Rule& rule,
                                       std::string_view source,
                                       const Names& names);

  Value Evaluate(std::string_view bytes, const Asked& asked) const;

  // What is asked of modules.
  const std::vector<FactText>& facts() const { return facts_; }

  // The offset that is the only one at which libyara takes note of the string,
  // because nothing else is asked of it.
  std::optional<int64_t> FixedOffset(uint32_t string) const {
    return fixed_[string];
  }

 private:
  struct Node {
    ast::Expr::Kind kind = ast::Expr::Kind::kUnknown;
    ast::Expr::Op op = ast::Expr::Op::kNone;
    bool percent = false;             // of kOf
    std::optional<int64_t> quantity;  // of kOf and kForIn; nothing: all
    // Of kInteger and kBool; of kIdentifier the loop, from outside, whose
    // variable it is.
    int64_t number = 0;
    std::optional<uint32_t> fact;  // whatever kind it is of
    std::optional<uint32_t> rule;  // of kIdentifier: another rule
    uint8_t width = 0;             // of kReadInteger, in bytes
    bool is_signed = false;
    bool big_endian = false;
    std::vector<uint32_t> strings;  // of kOf, or the one
    std::vector<Node> children;
  };
  class Reader;
  class Run;

  Node root_;
  std::vector<std::optional<int64_t>> fixed_;  // by string
  std::vector<FactText> facts_;
};

}  // namespace cupel::direct

#endif  // CUPEL_RULES_DIRECT_CONDITION_H_
