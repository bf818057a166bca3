// YARA rules as trees (the grammar of libyara 4.5).
//
// Nothing here decides whether a rule is valid: libyara compiles the same text
// and says that. What the parser does not understand is there as
// Expr::Kind::kUnknown, about which nothing may be concluded.
#ifndef CUPEL_RULES_AST_AST_H_
#define CUPEL_RULES_AST_AST_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/ast/pattern.h"
#include "rules/rule_info.h"

namespace cupel::ast {

// Bytes [begin, end) of a file of the unit; `line` from 1, of the first byte.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
  uint32_t line = 0;
};

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

// Whose strings or rules `of` and `for … of` quantify over, or what a `for …
// in` runs through.
struct Set {
  enum class Kind : uint8_t {
    kNone,
    kThem,     // all strings of the rule
    kStrings,  // items: "$a", "$b*", "$" (in the order of the source)
    kRules,    // items: "name", "prefix*"
    kTexts,    // for s in ("a", "b"): items are the bytes
    kRange,    // children of the expression: low, high
    kValues,   // children: the integers
    kIterable  // the child: pe.sections, an array or dictionary of a module
  };
  Kind kind = Kind::kNone;
  std::vector<std::string> items;
};

struct Expr {
  enum class Kind : uint8_t {
    kUnknown,
    // Values.
    kBool,     // boolean
    kInteger,  // integer (KB and MB are multiplied out)
    kFloat,    // real
    kText,     // text: the bytes
    kRegex,    // pattern, text: as in the source
    kFilesize,
    kEntrypoint,
    kIdentifier,   // text: a rule, an external, a module or a loop variable
    kField,        // child 0 . text
    kIndex,        // child 0 [ child 1 ]
    kCall,         // child 0 ( the others )
    kReadInteger,  // text: "uint16be"; child 0: the offset
    // Strings of the rule; text is "$a", or "$" for the loop's. kStringCount
    // to kStringLength have the same text: "$a" for #a.
    kString,
    kStringAt,      // child 0: the offset
    kStringIn,      // children: low, high
    kStringCount,   // #a; with two children: #a in (low..high)
    kStringOffset,  // @a, or @a[child 0]
    kStringLength,  // !a, or !a[child 0]
    // Logic; kAnd and kOr have two or more children.
    kAnd,
    kOr,
    kNot,
    kDefined,
    // Comparisons and the operators on texts: op, two children.
    kCompare,
    kTextOp,
    // Arithmetic: op, two children (one for negation and ~).
    kArithmetic,
    // Quantifiers: `quantifier`, `set`.
    kOf,     // then children of the set, then what is behind `at` (1), `in` (2)
    kForOf,  // child 0: the body
    kForIn,  // variables; children: those of the set, then the body
  };

  enum class Op : uint8_t {
    kNone,
    kEq,
    kNe,
    kLt,
    kLe,
    kGt,
    kGe,  // kCompare
    kContains,
    kIContains,
    kStartsWith,
    kIStartsWith,  // kTextOp
    kEndsWith,
    kIEndsWith,
    kIEquals,
    kMatches,
    kAdd,
    kSub,
    kMul,
    kDiv,
    kMod,
    kBitAnd,
    kBitOr,  // kArithmetic
    kBitXor,
    kShiftLeft,
    kShiftRight,
    kNegate,
    kComplement,
  };

  struct Quantifier {
    enum class Kind : uint8_t {
      kNone,  // this is no quantifier expression
      kAll,
      kAny,
      kNoneOf,      // `none`
      kExpression,  // `value` of them
      kPercent,     // `value` % of them
    };
    Kind kind = Kind::kNone;
    ExprPtr value;
  };

  // Where `of` looks; its children are the last of the expression.
  enum class Place : uint8_t { kAnywhere, kAt, kIn };

  Kind kind = Kind::kUnknown;
  Op op = Op::kNone;
  Place place = Place::kAnywhere;  // of kOf
  bool boolean = false;
  Span span;
  int64_t integer = 0;
  double real = 0;
  std::string text;
  std::unique_ptr<Pattern> pattern;
  Quantifier quantifier;
  Set set;
  std::vector<std::string> variables;
  std::vector<ExprPtr> children;
};

struct String {
  enum class Kind : uint8_t { kText, kHex, kRegex };

  std::string id;  // "$a", or "$" for an anonymous one
  Kind kind = Kind::kText;
  Span span;
  std::string source;  // the literal as it stands there, with its quotes

  // False if value or modifiers are not understood: then it may match anything.
  bool understood = false;
  std::string bytes;  // of kText
  Pattern pattern;    // of kHex and kRegex

  bool ascii = false;  // also if neither ascii nor wide is written
  bool wide = false;
  bool nocase = false;  // for kRegex: the modifier or /i
  bool fullword = false;
  bool is_private = false;
  bool has_xor = false;
  uint8_t xor_min = 0;
  uint8_t xor_max = 0;
  // With one of these the text is searched in its encoded forms only.
  bool base64 = false;
  bool base64wide = false;
  std::string base64_alphabet;  // 64 bytes, given or the standard one
};

struct Rule {
  std::string name;
  bool global = false;
  bool is_private = false;
  std::vector<std::string> tags;
  std::vector<std::pair<std::string, MetaValue>> metas;
  std::vector<String> strings;
  // Never null; kUnknown if it is not understood.
  ExprPtr condition;
  uint32_t file = 0;  // index of the file in its unit
  Span span;          // from the first modifier to the closing brace
  uint32_t name_line = 0;
};

struct Import {
  std::string module;
  uint32_t file = 0;
  Span span;
};

// Everything of one namespace in the order in which libyara meets it: the rules
// of an included file stand where its `include` is.
struct Source {
  std::vector<Rule> rules;
  std::vector<Import> imports;
  // False if something beside well-formed rules, imports and includes was met,
  // or a file is included twice: then rules may be missing from the list, and
  // nothing may be concluded from it.
  bool understood = true;
};

}  // namespace cupel::ast

#endif  // CUPEL_RULES_AST_AST_H_
