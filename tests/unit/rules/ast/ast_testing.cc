#include "ast_testing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "rules/ast/condition.h"

namespace cupel::ast {
namespace {

using Kind = Expr::Kind;

const char* OpText(Expr::Op op) {
  static constexpr const char* kTexts[] = {
      "?",           "==",       "!=",        "<",         "<=",
      ">",           ">=",       "contains",  "icontains", "startswith",
      "istartswith", "endswith", "iendswith", "iequals",   "matches",
      "+",           "-",        "*",         "\\",        "%",
      "&",           "|",        "^",         "<<",        ">>",
      "-",           "~",
  };
  return kTexts[static_cast<size_t>(op)];
}

std::string Quoted(std::string_view bytes) {
  std::string out = "\"";
  for (const char c : bytes) {
    char hex[5];
    snprintf(hex, sizeof(hex), "\\x%02x", static_cast<unsigned char>(c));
    const bool plain = c >= ' ' && c < 127 && c != '"' && c != '\\';
    out += plain ? std::string(1, c) : hex;
  }
  return out + '"';
}

std::string List(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ", ") + item;
  return out;
}

class Printer {
 public:
  std::string Print(const Expr& e) {
    switch (e.kind) {
      case Kind::kUnknown:
        return "<?>";
      case Kind::kBool:
        return e.boolean ? "true" : "false";
      case Kind::kInteger:
        return std::to_string(e.integer);
      case Kind::kFloat:
        return std::to_string(e.real);
      case Kind::kText:
        return Quoted(e.text);
      case Kind::kRegex:
        return e.pattern != nullptr ? e.text : "<" + e.text + ">";
      case Kind::kFilesize:
        return "filesize";
      case Kind::kEntrypoint:
        return "entrypoint";
      case Kind::kIdentifier:
      case Kind::kString:
        return e.text;
      case Kind::kField:
        return Child(e, 0) + "." + e.text;
      case Kind::kIndex:
        return Child(e, 0) + "[" + Child(e, 1) + "]";
      case Kind::kCall:
        return Child(e, 0) + "(" + Children(e, 1, e.children.size()) + ")";
      case Kind::kReadInteger:
        return e.text + "(" + Child(e, 0) + ")";
      case Kind::kStringAt:
        return e.text + " at " + Child(e, 0);
      case Kind::kStringIn:
        return e.text + " in " + Range(e, 0);
      case Kind::kStringCount:
        return "#" + e.text.substr(1) +
               (e.children.empty() ? "" : " in " + Range(e, 0));
      case Kind::kStringOffset:
      case Kind::kStringLength:
        return (e.kind == Kind::kStringOffset ? "@" : "!") + e.text.substr(1) +
               (e.children.empty() ? "" : "[" + Child(e, 0) + "]");
      case Kind::kAnd:
        return Joined(e, " and ");
      case Kind::kOr:
        return Joined(e, " or ");
      case Kind::kNot:
        return "(not " + Child(e, 0) + ")";
      case Kind::kDefined:
        return "(defined " + Child(e, 0) + ")";
      case Kind::kCompare:
      case Kind::kTextOp:
      case Kind::kArithmetic:
        return Operator(e);
      case Kind::kOf:
        return "(" + Quantifier(e) + " of " + SetText(e) + Place(e) + ")";
      case Kind::kForOf:
        return "(for " + Quantifier(e) + " of " + SetText(e) + " : (" +
               Child(e, 0) + "))";
      case Kind::kForIn:
        return "(for " + Quantifier(e) + " " + List(e.variables) + " in " +
               SetText(e) + " : (" + Child(e, e.children.size() - 1) + "))";
    }
    return "<bad kind>";
  }

 private:
  std::string Child(const Expr& e, size_t i) { return Print(*e.children[i]); }

  std::string Children(const Expr& e, size_t from, size_t to) {
    std::vector<std::string> texts;
    for (size_t i = from; i < to; ++i) texts.push_back(Child(e, i));
    return List(texts);
  }

  std::string Range(const Expr& e, size_t i) {
    return "(" + Child(e, i) + ".." + Child(e, i + 1) + ")";
  }

  std::string Joined(const Expr& e, const char* word) {
    std::string out;
    for (size_t i = 0; i < e.children.size(); ++i) {
      out += (out.empty() ? "(" : word) + Child(e, i);
    }
    return out + ")";
  }

  std::string Operator(const Expr& e) {
    if (e.children.size() == 1)
      return std::string("(") + OpText(e.op) + Child(e, 0) + ")";
    return "(" + Child(e, 0) + " " + OpText(e.op) + " " + Child(e, 1) + ")";
  }

  std::string Quantifier(const Expr& e) {
    switch (e.quantifier.kind) {
      case Expr::Quantifier::Kind::kNone:
        return "<no quantifier>";
      case Expr::Quantifier::Kind::kAll:
        return "all";
      case Expr::Quantifier::Kind::kAny:
        return "any";
      case Expr::Quantifier::Kind::kNoneOf:
        return "none";
      case Expr::Quantifier::Kind::kExpression:
        return Print(*e.quantifier.value);
      case Expr::Quantifier::Kind::kPercent:
        return Print(*e.quantifier.value) + "%";
    }
    return "<bad quantifier>";
  }

  std::string SetText(const Expr& e) {
    switch (e.set.kind) {
      case Set::Kind::kNone:
        return "<no set>";
      case Set::Kind::kThem:
        return "them";
      case Set::Kind::kStrings:
      case Set::Kind::kRules:
        return "(" + List(e.set.items) + ")";
      case Set::Kind::kTexts: {
        std::vector<std::string> quoted;
        for (const std::string& item : e.set.items) {
          quoted.push_back(Quoted(item));
        }
        return "(" + List(quoted) + ")";
      }
      case Set::Kind::kRange:
        return Range(e, 0);
      case Set::Kind::kValues:
        return "(" + Children(e, 0, e.children.size() - 1) + ")";
      case Set::Kind::kIterable:
        return Child(e, 0);
    }
    return "<bad set>";
  }

  std::string Place(const Expr& e) {
    if (e.place == Expr::Place::kAt) return " at " + Child(e, 0);
    if (e.place == Expr::Place::kIn) return " in " + Range(e, 0);
    return "";
  }
};

// The members of a set, as ranges of hex numbers; "@" for all there are.
std::string SetText(const ByteSet& set) {
  if (set.count() == 1) {
    for (size_t b = 0; b < 256; ++b) {
      if (set.test(b) && b > ' ' && b < 127) {
        return std::string(1, static_cast<char>(b));
      }
    }
  }
  if (set.all()) return "@";
  std::string out = "[";
  for (size_t b = 0; b < 256; ++b) {
    if (!set.test(b)) continue;
    size_t last = b;
    while (last + 1 < 256 && set.test(last + 1)) ++last;
    char range[8];
    snprintf(range, sizeof(range), b == last ? "%02x" : "%02x-%02x",
             static_cast<unsigned>(b), static_cast<unsigned>(last));
    out += (out.size() > 1 ? "," : "") + std::string(range);
    b = last;
  }
  return out + "]";
}

}  // namespace

std::string ToSource(const Expr& expr) { return Printer().Print(expr); }

std::string ToText(const Pattern& pattern) {
  std::string out;
  switch (pattern.kind) {
    case Pattern::Kind::kEmpty:
      return "()";
    case Pattern::Kind::kBytes:
      return SetText(pattern.set);
    case Pattern::Kind::kConcat:
      for (const Pattern& child : pattern.children) out += ToText(child);
      return "(" + out + ")";
    case Pattern::Kind::kAlternate:
      for (const Pattern& child : pattern.children) {
        out += (out.empty() ? "" : "|") + ToText(child);
      }
      return "(" + out + ")";
    case Pattern::Kind::kRepeat:
      out = ToText(pattern.children[0]) + "{" + std::to_string(pattern.min);
      if (pattern.max == Pattern::kUnbounded) {
        out += ",";
      } else if (pattern.max != pattern.min) {
        out += "," + std::to_string(pattern.max);
      }
      return out + (pattern.greedy ? "}" : "}?");
    case Pattern::Kind::kStart:
      return "^";
    case Pattern::Kind::kEnd:
      return "$";
    case Pattern::Kind::kWordBoundary:
      return "\\b";
    case Pattern::Kind::kNotWordBoundary:
      return "\\B";
  }
  return "<bad kind>";
}

RuleUnit UnitOf(std::vector<std::string> texts) {
  RuleUnit unit;
  unit.ns = "t";
  for (std::string& text : texts) {
    unit.files.push_back({"t", "", std::move(text), false});
  }
  return unit;
}

std::string Condition(std::string_view text) {
  const TokenList list = Tokenize(text);
  return ToSource(*ParseCondition(text, list.tokens));
}

String StringOf(const std::string& declaration) {
  Source source = Parse(
      UnitOf({"rule r { strings: $a = " + declaration + " condition: $a }"}));
  if (source.rules.size() != 1 || source.rules[0].strings.size() != 1) {
    ADD_FAILURE() << declaration;
    return {};
  }
  return std::move(source.rules[0].strings[0]);
}

bool Understood(const Expr& expr) {
  if (expr.kind == Kind::kUnknown) return false;
  if (expr.kind == Kind::kRegex && expr.pattern == nullptr) return false;
  if (expr.quantifier.value != nullptr && !Understood(*expr.quantifier.value)) {
    return false;
  }
  return std::all_of(expr.children.begin(), expr.children.end(),
                     [](const ExprPtr& child) { return Understood(*child); });
}

int Height(const Expr& expr) {
  int height = 0;
  if (expr.quantifier.value != nullptr) height = Height(*expr.quantifier.value);
  for (const ExprPtr& child : expr.children) {
    height = std::max(height, Height(*child));
  }
  return height + 1;
}

}  // namespace cupel::ast
