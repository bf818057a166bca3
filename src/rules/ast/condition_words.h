// The words and operators of conditions.
#ifndef CUPEL_RULES_AST_CONDITION_WORDS_H_
#define CUPEL_RULES_AST_CONDITION_WORDS_H_

#include <algorithm>
#include <iterator>
#include <string_view>

#include "rules/ast/ast.h"

namespace cupel::ast {

inline constexpr std::string_view kKeywords[] = {
    "all",      "and",        "any",         "ascii",     "at",
    "base64",   "base64wide", "condition",   "contains",  "defined",
    "endswith", "entrypoint", "false",       "filesize",  "for",
    "fullword", "global",     "icontains",   "iendswith", "iequals",
    "import",   "in",         "istartswith", "matches",   "meta",
    "nocase",   "none",       "not",         "of",        "or",
    "private",  "rule",       "startswith",  "strings",   "them",
    "true",     "wide",       "xor",
};

inline constexpr std::string_view kIntegerReaders[] = {
    "int16",  "int16be",  "int32",  "int32be",  "int8",  "int8be",
    "uint16", "uint16be", "uint32", "uint32be", "uint8", "uint8be",
};

struct NamedOp {
  std::string_view name;
  Expr::Op op;
};

inline constexpr NamedOp kComparisons[] = {
    {"==", Expr::Op::kEq}, {"!=", Expr::Op::kNe}, {"<", Expr::Op::kLt},
    {"<=", Expr::Op::kLe}, {">", Expr::Op::kGt},  {">=", Expr::Op::kGe},
};

inline constexpr NamedOp kTextOps[] = {
    {"contains", Expr::Op::kContains},
    {"icontains", Expr::Op::kIContains},
    {"startswith", Expr::Op::kStartsWith},
    {"istartswith", Expr::Op::kIStartsWith},
    {"endswith", Expr::Op::kEndsWith},
    {"iendswith", Expr::Op::kIEndsWith},
    {"iequals", Expr::Op::kIEquals},
    {"matches", Expr::Op::kMatches},
};

// All of them bind to the left.
struct BinaryOp {
  std::string_view name;
  Expr::Op op;
  int precedence;
};

inline constexpr BinaryOp kBinaryOps[] = {
    {"|", Expr::Op::kBitOr, 1},       {"^", Expr::Op::kBitXor, 2},
    {"&", Expr::Op::kBitAnd, 3},      {"<<", Expr::Op::kShiftLeft, 4},
    {">>", Expr::Op::kShiftRight, 4}, {"+", Expr::Op::kAdd, 5},
    {"-", Expr::Op::kSub, 5},         {"*", Expr::Op::kMul, 6},
    {"\\", Expr::Op::kDiv, 6},        {"%", Expr::Op::kMod, 6},
};

template <typename Table>
auto FindWord(const Table& table, std::string_view name)
    -> decltype(&table[0]) {
  const auto found =
      std::find_if(std::begin(table), std::end(table),
                   [&](const auto& entry) { return entry.name == name; });
  return found == std::end(table) ? nullptr : &*found;
}

inline bool IsKeyword(std::string_view word) {
  return std::binary_search(std::begin(kKeywords), std::end(kKeywords), word);
}

inline bool IsIntegerReader(std::string_view word) {
  return std::binary_search(std::begin(kIntegerReaders),
                            std::end(kIntegerReaders), word);
}

}  // namespace cupel::ast

#endif  // CUPEL_RULES_AST_CONDITION_WORDS_H_
