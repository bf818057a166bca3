#include "rules/ast/condition.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "rules/ast/condition_words.h"
#include "rules/ast/parser.h"
#include "rules/ast/token_cursor.h"

namespace cupel::ast {
namespace {

using Kind = Expr::Kind;
using Op = Expr::Op;

// An expression while it is being made. libyara's grammar knows two sorts:
// values can be operands of everything, the others of logic only.
struct Node {
  ExprPtr expr;
  int height = 1;
  bool value = false;

  explicit operator bool() const { return expr != nullptr; }
  Expr* operator->() const { return expr.get(); }
};

// For each token that opens a bracket the index of the one that closes it.
std::vector<uint32_t> MatchBrackets(std::string_view text,
                                    std::span<const Token> tokens) {
  std::vector<uint32_t> match(tokens.size(), 0);
  std::vector<uint32_t> open;
  for (uint32_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != TokenKind::kPunct) continue;
    const std::string_view punct = tokens[i].In(text);
    if (punct == "(" || punct == "[") {
      open.push_back(i);
    } else if ((punct == ")" || punct == "]") && !open.empty()) {
      const bool same = (tokens[open.back()].In(text) == "(") == (punct == ")");
      if (same) match[open.back()] = i;
      open.pop_back();
    }
  }
  return match;
}

class ConditionParser {
 public:
  ConditionParser(std::string_view text, std::span<const Token> tokens)
      : match_(MatchBrackets(text, tokens)), in_(text, tokens) {}

  ExprPtr Run() {
    Node node = Or();
    if (node && in_.AtEnd()) return std::move(node.expr);
    in_.set_at(match_.size());
    return Make(Kind::kUnknown, 0).expr;
  }

 private:
  // Counts how deep we are in the grammar.
  class Depth {
   public:
    explicit Depth(int* depth) : depth_(depth) { ++*depth_; }
    ~Depth() { --*depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    bool TooDeep() const { return *depth_ > kMaxNesting; }

   private:
    int* const depth_;
  };

  static Node Fail() { return {}; }

  Node Make(Kind kind, size_t first) const {
    Node node{std::make_unique<Expr>()};
    node->kind = kind;
    node->span = in_.SpanFrom(first);
    return node;
  }
  Node MakeValue(Kind kind, size_t first) const {
    Node node = Make(kind, first);
    node.value = true;
    return node;
  }
  static void Adopt(Node* parent, Node child) {
    parent->height = std::max(parent->height, child.height + 1);
    (*parent)->children.push_back(std::move(child.expr));
  }
  // What became too deep is replaced, so that nobody who walks the tree needs
  // more stack than kMaxNesting frames.
  Node Seal(Node node, size_t first) const {
    if (node.height > kMaxNesting) {
      Node unknown = Make(Kind::kUnknown, first);
      unknown.value = node.value;
      return unknown;
    }
    node->span = in_.SpanFrom(first);
    return node;
  }

  // A bracket whose inside is not understood: goes behind it.
  Node Recover(size_t open, size_t first) {
    const uint32_t close = match_[open];
    if (close == 0) return Fail();
    in_.set_at(close + 1);
    return MakeValue(Kind::kUnknown, first);
  }

  Node Or() { return Chain("or", Kind::kOr, &ConditionParser::And); }
  Node And() { return Chain("and", Kind::kAnd, &ConditionParser::Not); }

  Node Chain(std::string_view word, Kind kind,
             Node (ConditionParser::*operand)()) {
    const size_t first = in_.at();
    Node left = (this->*operand)();
    if (!left || !in_.IsWord(word)) return left;
    Node chain = Make(kind, first);
    Adopt(&chain, std::move(left));
    while (in_.TakeWord(word)) {
      Node next = (this->*operand)();
      if (!next) return Fail();
      Adopt(&chain, std::move(next));
    }
    return Seal(std::move(chain), first);
  }

  Node Not() {
    const size_t first = in_.at();
    const bool defined = in_.IsWord("defined");
    if (!defined && !in_.IsWord("not")) return Comparison();
    in_.Skip();
    const Depth depth(&depth_);
    if (depth.TooDeep()) return Fail();
    Node operand = Not();
    if (!operand) return Fail();
    Node node = Make(defined ? Kind::kDefined : Kind::kNot, first);
    Adopt(&node, std::move(operand));
    return Seal(std::move(node), first);
  }

  Node Comparison() {
    const size_t first = in_.at();
    if (in_.IsWord("true") || in_.IsWord("false")) {
      const bool value = in_.IsWord("true");
      in_.Skip();
      Node node = Make(Kind::kBool, first);
      node->boolean = value;
      return node;
    }
    if (in_.IsKind(TokenKind::kStringId) && in_.Text()[0] == '$') {
      return StringOccurs();
    }
    if (in_.IsWord("for")) return For();
    Expr::Quantifier quantifier;
    if (QuantifierWord(&quantifier)) {
      return in_.TakeWord("of") ? Of(std::move(quantifier), 1, first) : Fail();
    }
    Node left = Arithmetic(1);
    if (!left || !left.value) return left;
    if (in_.IsPunct("%") && in_.IsWord("of", 1)) {
      in_.Skip(2);
      return Of({Expr::Quantifier::Kind::kPercent, std::move(left.expr)},
                left.height, first);
    }
    if (in_.TakeWord("of")) {
      return Of({Expr::Quantifier::Kind::kExpression, std::move(left.expr)},
                left.height, first);
    }
    return BehindValue(std::move(left), first);
  }

  // Comparisons and operators on texts do not chain.
  Node BehindValue(Node left, size_t first) {
    Kind kind = Kind::kCompare;
    const NamedOp* op = nullptr;
    if (in_.IsKind(TokenKind::kPunct)) {
      op = FindWord(kComparisons, in_.Text());
    } else if (in_.IsKind(TokenKind::kIdentifier)) {
      op = FindWord(kTextOps, in_.Text());
      kind = Kind::kTextOp;
    }
    if (op == nullptr) return left;
    in_.Skip();
    Node right = Arithmetic(1);
    if (!right || !right.value) return Fail();
    Node node = Make(kind, first);
    node->op = op->op;
    Adopt(&node, std::move(left));
    Adopt(&node, std::move(right));
    return Seal(std::move(node), first);
  }

  // $a, $a at 0, $a in (0..10)
  Node StringOccurs() {
    const size_t first = in_.at();
    if (in_.Text().ends_with('*')) return Fail();
    Node node = Make(Kind::kString, first);
    node->text = in_.Text();
    in_.Skip();
    if (in_.TakeWord("at")) {
      node->kind = Kind::kStringAt;
      Node offset = Arithmetic(1);
      if (!offset || !offset.value) return Fail();
      Adopt(&node, std::move(offset));
    } else if (in_.TakeWord("in")) {
      node->kind = Kind::kStringIn;
      if (!Range(&node)) return Fail();
    }
    return Seal(std::move(node), first);
  }

  // ( low .. high ), as two more children.
  bool Range(Node* node) {
    if (!in_.TakePunct("(")) return false;
    Node low = Arithmetic(1);
    if (!low || !low.value || !in_.TakePunct("..")) return false;
    Node high = Arithmetic(1);
    if (!high || !high.value || !in_.TakePunct(")")) return false;
    Adopt(node, std::move(low));
    Adopt(node, std::move(high));
    return true;
  }

  bool QuantifierWord(Expr::Quantifier* out) {
    using Quantifier = Expr::Quantifier::Kind;
    if (in_.IsWord("all")) {
      out->kind = Quantifier::kAll;
    } else if (in_.IsWord("any")) {
      out->kind = Quantifier::kAny;
    } else if (in_.IsWord("none")) {
      out->kind = Quantifier::kNoneOf;
    } else {
      return false;
    }
    in_.Skip();
    return true;
  }

  // Behind `of`. `height` is that of the quantifier's value.
  Node Of(Expr::Quantifier quantifier, int height, size_t first) {
    Node node = Make(Kind::kOf, first);
    node.height = height + 1;
    node->quantifier = std::move(quantifier);
    if (!NameSet(&node->set)) return Fail();
    if (node->set.kind == Set::Kind::kRules) {
      return Seal(std::move(node), first);
    }
    if (in_.TakeWord("in")) {
      node->place = Expr::Place::kIn;
      if (!Range(&node)) return Fail();
    } else if (in_.TakeWord("at")) {
      node->place = Expr::Place::kAt;
      Node offset = Arithmetic(1);
      if (!offset || !offset.value) return Fail();
      Adopt(&node, std::move(offset));
    }
    return Seal(std::move(node), first);
  }

  // them, ($a, $b*), (rule, prefix*)
  bool NameSet(Set* set) {
    if (in_.TakeWord("them")) {
      set->kind = Set::Kind::kThem;
      return true;
    }
    if (!in_.TakePunct("(")) return false;
    set->kind = in_.IsKind(TokenKind::kStringId) ? Set::Kind::kStrings
                                                 : Set::Kind::kRules;
    do {
      if (set->kind == Set::Kind::kStrings) {
        if (!in_.IsKind(TokenKind::kStringId) || in_.Text()[0] != '$') {
          return false;
        }
        set->items.emplace_back(in_.Text());
        in_.Skip();
      } else {
        if (!AtName()) return false;
        set->items.emplace_back(in_.Text());
        in_.Skip();
        if (in_.TakePunct("*")) set->items.back() += '*';
      }
    } while (in_.TakePunct(","));
    return in_.TakePunct(")");
  }

  Node For() {
    const size_t first = in_.at();
    in_.Skip();
    const Depth depth(&depth_);
    if (depth.TooDeep()) return Fail();
    Node node = Make(Kind::kForIn, first);
    if (!QuantifierWord(&node->quantifier)) {
      Node value = Arithmetic(1);
      if (!value || !value.value) return Fail();
      node.height = value.height + 1;
      node->quantifier = {Expr::Quantifier::Kind::kExpression,
                          std::move(value.expr)};
    }
    if (in_.TakeWord("of")) {
      node->kind = Kind::kForOf;
      if (!NameSet(&node->set) || node->set.kind == Set::Kind::kRules) {
        return Fail();
      }
    } else if (!Variables(&node) || !Iterator(&node)) {
      return Fail();
    }
    if (!in_.TakePunct(":") || !in_.IsPunct("(")) return Fail();
    Node body = Parenthesised();
    if (!body) return Fail();
    Adopt(&node, std::move(body));
    return Seal(std::move(node), first);
  }

  bool Variables(Node* node) {
    do {
      if (!AtName()) return false;
      (*node)->variables.emplace_back(in_.Text());
      in_.Skip();
    } while (in_.TakePunct(","));
    return in_.TakeWord("in");
  }

  bool Iterator(Node* node) {
    Set& set = (*node)->set;
    if (!in_.IsPunct("(")) {
      set.kind = Set::Kind::kIterable;
      if (!AtName()) return false;
      Node iterable = Reference();
      if (!iterable) return false;
      Adopt(node, std::move(iterable));
      return true;
    }
    in_.Skip();
    std::vector<Node> values;
    do {
      Node value = Arithmetic(1);
      if (!value || !value.value) return false;
      values.push_back(std::move(value));
    } while (in_.TakePunct(","));
    if (values.size() == 1 && in_.TakePunct("..")) {
      set.kind = Set::Kind::kRange;
      Node high = Arithmetic(1);
      if (!high || !high.value) return false;
      values.push_back(std::move(high));
    } else if (std::all_of(values.begin(), values.end(), [](const Node& value) {
                 return value->kind == Kind::kText;
               })) {
      set.kind = Set::Kind::kTexts;
      for (Node& value : values) {
        set.items.push_back(std::move(value->text));
      }
      values.clear();
    } else {
      set.kind = Set::Kind::kValues;
    }
    for (Node& value : values) Adopt(node, std::move(value));
    return in_.TakePunct(")");
  }

  // Operators that bind at least as strongly as `least`.
  Node Arithmetic(int least) {
    const size_t first = in_.at();
    Node left = Unary();
    while (left && left.value && in_.IsKind(TokenKind::kPunct)) {
      const BinaryOp* op = FindWord(kBinaryOps, in_.Text());
      if (op == nullptr || op->precedence < least) break;
      if (op->op == Op::kMod && in_.IsWord("of", 1)) break;
      in_.Skip();
      Node right = Arithmetic(op->precedence + 1);
      if (!right || !right.value) return Fail();
      Node node = MakeValue(Kind::kArithmetic, first);
      node->op = op->op;
      Adopt(&node, std::move(left));
      Adopt(&node, std::move(right));
      left = Seal(std::move(node), first);
    }
    return left;
  }

  Node Unary() {
    const size_t first = in_.at();
    const bool negate = in_.IsPunct("-");
    if (!negate && !in_.IsPunct("~")) return Primary();
    in_.Skip();
    const Depth depth(&depth_);
    if (depth.TooDeep()) return Fail();
    Node operand = Unary();
    if (!operand || !operand.value) return Fail();
    Node node = MakeValue(Kind::kArithmetic, first);
    node->op = negate ? Op::kNegate : Op::kComplement;
    Adopt(&node, std::move(operand));
    return Seal(std::move(node), first);
  }

  Node Primary() {
    if (in_.IsPunct("(")) return Parenthesised();
    if (in_.IsKind(TokenKind::kStringId)) return StringValueOf();
    if (in_.IsKind(TokenKind::kIdentifier)) return Word();
    return Literal();
  }

  // ( … ) around whatever; the span takes the brackets in.
  Node Parenthesised() {
    const size_t open = in_.at();
    in_.Skip();
    const Depth depth(&depth_);
    if (depth.TooDeep()) return Recover(open, open);
    Node inner = Or();
    if (!inner || !in_.TakePunct(")")) return Recover(open, open);
    inner->span = in_.SpanFrom(open);
    return inner;
  }

  Node Literal() {
    const size_t first = in_.at();
    Node node = MakeValue(Kind::kUnknown, first);
    const std::string_view token = in_.Text();
    if (in_.IsKind(TokenKind::kNumber)) {
      Number(token, node.expr.get());
    } else if (in_.IsKind(TokenKind::kString)) {
      auto bytes = cupel::StringValue(token);
      if (bytes.has_value()) {
        node->kind = Kind::kText;
        node->text = *std::move(bytes);
      }
    } else if (in_.IsKind(TokenKind::kRegex)) {
      node->kind = Kind::kRegex;
      node->text = token;
      auto pattern = std::make_unique<Pattern>();
      if (ParseRegex(token, false, pattern.get())) {
        node->pattern = std::move(pattern);
      }
    } else {
      return Fail();
    }
    in_.Skip();
    return node;
  }

  static void Number(std::string_view token, Expr* out) {
    if (token.find('.') != std::string_view::npos) {
      const auto [end, error] =
          std::from_chars(token.data(), token.data() + token.size(), out->real);
      if (error == std::errc()) out->kind = Kind::kFloat;
      return;
    }
    const std::optional<int64_t> value = NumberValue(token);
    if (!value.has_value()) return;
    out->kind = Kind::kInteger;
    out->integer = *value;
  }

  // #a, #a in (0..10), @a, @a[1], !a, !a[1]
  Node StringValueOf() {
    const size_t first = in_.at();
    const char sigil = in_.Text()[0];
    if (sigil == '$') return Fail();
    Node node = MakeValue(Kind::kStringCount, first);
    if (sigil == '@') node->kind = Kind::kStringOffset;
    if (sigil == '!') node->kind = Kind::kStringLength;
    node->text.assign("$").append(in_.Text().substr(1));
    in_.Skip();
    if (sigil == '#') {
      if (in_.TakeWord("in") && !Range(&node)) return Fail();
    } else if (in_.TakePunct("[")) {
      Node index = Arithmetic(1);
      if (!index || !index.value || !in_.TakePunct("]")) return Fail();
      Adopt(&node, std::move(index));
    }
    return Seal(std::move(node), first);
  }

  // An identifier, not a keyword.
  bool AtName() const {
    return in_.IsKind(TokenKind::kIdentifier) && !IsKeyword(in_.Text()) &&
           !IsIntegerReader(in_.Text());
  }

  Node Word() {
    const size_t first = in_.at();
    if (in_.IsWord("filesize") || in_.IsWord("entrypoint")) {
      const Kind kind =
          in_.IsWord("filesize") ? Kind::kFilesize : Kind::kEntrypoint;
      in_.Skip();
      return MakeValue(kind, first);
    }
    if (IsIntegerReader(in_.Text())) {
      Node node = MakeValue(Kind::kReadInteger, first);
      node->text = in_.Text();
      in_.Skip();
      const size_t open = in_.at();
      if (!in_.TakePunct("(")) return Fail();
      const Depth depth(&depth_);
      if (depth.TooDeep()) return Recover(open, first);
      Node offset = Arithmetic(1);
      if (!offset || !offset.value || !in_.TakePunct(")")) {
        return Recover(open, first);
      }
      Adopt(&node, std::move(offset));
      return Seal(std::move(node), first);
    }
    return AtName() ? Reference() : Fail();
  }

  // name, and what may follow: .field, [index], (arguments)
  Node Reference() {
    const size_t first = in_.at();
    Node node = MakeValue(Kind::kIdentifier, first);
    node->text = in_.Text();
    in_.Skip();
    while (node) {
      const size_t open = in_.at();
      if (in_.TakePunct(".")) {
        node = Field(std::move(node), first);
      } else if (in_.IsPunct("[") || in_.IsPunct("(")) {
        const bool call = in_.IsPunct("(");
        Node outer = MakeValue(call ? Kind::kCall : Kind::kIndex, first);
        Adopt(&outer, std::move(node));
        in_.Skip();
        const Depth depth(&depth_);
        const bool good =
            !depth.TooDeep() && (call ? Arguments(&outer) : Index(&outer));
        node = good ? Seal(std::move(outer), first) : Recover(open, first);
      } else {
        break;
      }
    }
    return node;
  }

  Node Field(Node owner, size_t first) {
    if (!AtName()) return Fail();
    Node node = MakeValue(Kind::kField, first);
    node->text = in_.Text();
    in_.Skip();
    Adopt(&node, std::move(owner));
    return Seal(std::move(node), first);
  }

  bool Index(Node* node) {
    Node index = Arithmetic(1);
    if (!index || !index.value || !in_.TakePunct("]")) return false;
    Adopt(node, std::move(index));
    return true;
  }

  bool Arguments(Node* node) {
    if (in_.TakePunct(")")) return true;
    do {
      Node argument = Or();
      if (!argument) return false;
      Adopt(node, std::move(argument));
    } while (in_.TakePunct(","));
    return in_.TakePunct(")");
  }

  const std::vector<uint32_t> match_;
  TokenCursor in_;
  int depth_ = 0;
};

}  // namespace

ExprPtr ParseCondition(std::string_view text, std::span<const Token> tokens) {
  return ConditionParser(text, tokens).Run();
}

}  // namespace cupel::ast
