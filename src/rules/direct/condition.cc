#include "rules/direct/condition.h"

#include <algorithm>
#include <string>
#include <utility>

#include "rules/plan/formula_bytes.h"

namespace cupel::direct {
namespace {

using ast::Expr;
using Kind = Expr::Kind;
using Op = Expr::Op;

// Of all loops of a condition together, in one file. What takes more is left to
// libyara, which looks at its clock meanwhile.
constexpr size_t kMostRounds = 10'000;

// Integers that wrap around, as libyara's do.
int64_t Wrapped(uint64_t number) { return static_cast<int64_t>(number); }

Value Calculate(Op op, int64_t left, int64_t right) {
  const auto a = static_cast<uint64_t>(left);
  const auto b = static_cast<uint64_t>(right);
  switch (op) {
    case Op::kAdd:
      return Value::Of(Wrapped(a + b));
    case Op::kSub:
      return Value::Of(Wrapped(a - b));
    case Op::kMul:
      return Value::Of(Wrapped(a * b));
    case Op::kBitAnd:
      return Value::Of(left & right);
    case Op::kBitOr:
      return Value::Of(left | right);
    case Op::kBitXor:
      return Value::Of(left ^ right);
    default:
      return Value::Unknown();
  }
}

Value Compare(Op op, int64_t left, int64_t right) {
  switch (op) {
    case Op::kEq:
      return Value::Of(left == right ? 1 : 0);
    case Op::kNe:
      return Value::Of(left != right ? 1 : 0);
    case Op::kLt:
      return Value::Of(left < right ? 1 : 0);
    case Op::kLe:
      return Value::Of(left <= right ? 1 : 0);
    case Op::kGt:
      return Value::Of(left > right ? 1 : 0);
    case Op::kGe:
      return Value::Of(left >= right ? 1 : 0);
    default:
      return Value::Unknown();
  }
}

bool IsCalculated(Op op) {
  return op == Op::kAdd || op == Op::kSub || op == Op::kMul ||
         op == Op::kBitAnd || op == Op::kBitOr || op == Op::kBitXor;
}

// libyara works these out when it compiles.
bool IsConstant(const Expr& expr) {
  return expr.kind == Kind::kInteger ||
         (expr.kind == Kind::kArithmetic &&
          std::all_of(
              expr.children.begin(), expr.children.end(),
              [](const ast::ExprPtr& child) { return IsConstant(*child); }));
}

}  // namespace

// Takes a condition apart. Everything gives false where it is left to libyara.
class Condition::Reader {
 public:
  Reader(const ast::Rule& rule, std::string_view source, const Names& names)
      : rule_(rule),
        source_(source),
        names_(names),
        uses_(rule.strings.size()) {}

  bool Bool(const Expr& expr, Node* out) {
    if (Fact(expr, out)) return true;
    out->kind = expr.kind;
    switch (expr.kind) {
      case Kind::kBool:
        out->number = expr.boolean ? 1 : 0;
        return true;
      case Kind::kString:
        return One(expr, out);
      case Kind::kStringAt:
        return At(expr, out);
      case Kind::kStringIn:
        return One(expr, out) && Numbers(expr, out);
      case Kind::kNot: {
        ++nots_;
        const bool read =
            Bool(*expr.children.front(), &out->children.emplace_back());
        --nots_;
        return read;
      }
      case Kind::kAnd:
      case Kind::kOr:
        return std::all_of(expr.children.begin(), expr.children.end(),
                           [&](const ast::ExprPtr& child) {
                             return Bool(*child, &out->children.emplace_back());
                           });
      case Kind::kCompare:
        out->op = expr.op;
        return Numbers(expr, out);
      case Kind::kOf:
        return Of(expr, out);
      case Kind::kForIn:
        return Loop(expr, out);
      case Kind::kIdentifier:
        if (!LoopOf(expr.text).has_value()) out->rule = names_(expr.text);
        return out->rule.has_value();
      default:
        return Number(expr, out);
    }
  }

  std::vector<FactText> TakeFacts() { return std::move(facts_); }

  std::vector<std::optional<int64_t>> FixedOffsets() const {
    std::vector<std::optional<int64_t>> out;
    out.reserve(uses_.size());
    for (const Use& use : uses_) {
      out.push_back(use.elsewhere ? std::nullopt : use.at);
    }
    return out;
  }

 private:
  // What is asked of a string.
  struct Use {
    std::optional<int64_t> at;
    bool elsewhere = false;
  };

  bool Fact(const Expr& expr, Node* out) {
    std::optional<FactText> fact = FactTextOf(expr, source_);
    if (!fact.has_value()) return false;
    fact->defined_matters = nots_ > 0;
    out->fact = static_cast<uint32_t>(facts_.size());
    facts_.push_back(*std::move(fact));
    return true;
  }

  bool Number(const Expr& expr, Node* out) {
    out->kind = expr.kind;
    switch (expr.kind) {
      case Kind::kInteger:
        out->number = expr.integer;
        return true;
      case Kind::kFilesize:
        return true;
      case Kind::kIdentifier: {
        const auto loop = LoopOf(expr.text);
        out->number = loop.value_or(0);
        return loop.has_value();
      }
      case Kind::kReadInteger: {
        const auto read = plan::IntegerReadOf(expr.text);
        if (!read.has_value()) return false;
        out->width = static_cast<uint8_t>(read->width);
        out->is_signed = read->is_signed;
        out->big_endian = read->big_endian;
        return Numbers(expr, out);
      }
      case Kind::kStringCount:
        return expr.children.empty() && One(expr, out);
      case Kind::kStringOffset:
      case Kind::kStringLength:
        return One(expr, out) && Numbers(expr, out);
      case Kind::kArithmetic:
        out->op = expr.op;
        return IsCalculated(expr.op) && Numbers(expr, out);
      default:
        return false;
    }
  }

  bool Numbers(const Expr& expr, Node* out) {
    return std::all_of(expr.children.begin(), expr.children.end(),
                       [&](const ast::ExprPtr& child) {
                         return Number(*child, &out->children.emplace_back());
                       });
  }

  // The string that is named. "$" is that of a loop, which there is none of.
  std::optional<uint32_t> Find(const std::string& id) const {
    if (id == "$") return std::nullopt;
    for (uint32_t i = 0; i < rule_.strings.size(); ++i) {
      if (rule_.strings[i].id == id) return i;
    }
    return std::nullopt;
  }

  bool One(const Expr& expr, Node* out) {
    const auto string = Find(expr.text);
    if (!string.has_value()) return false;
    uses_[*string].elsewhere = true;
    out->strings = {*string};
    return true;
  }

  bool At(const Expr& expr, Node* out) {
    const auto string = Find(expr.text);
    if (!string.has_value()) return false;
    const Expr& offset = *expr.children.front();
    Use& use = uses_[*string];
    if (offset.kind == Kind::kInteger) {
      if (!use.at.has_value()) use.at = offset.integer;
      if (*use.at != offset.integer) use.elsewhere = true;
    } else if (IsConstant(offset)) {
      return false;
    } else {
      use.elsewhere = true;
    }
    out->strings = {*string};
    return Numbers(expr, out);
  }

  // The innermost loop, counted from outside, with this variable.
  std::optional<int64_t> LoopOf(std::string_view name) const {
    for (size_t i = variables_.size(); i-- > 0;) {
      if (variables_[i] == name) return static_cast<int64_t>(i);
    }
    return std::nullopt;
  }

  // Over integers, with one variable.
  bool Loop(const Expr& expr, Node* out) {
    using Quantifier = Expr::Quantifier::Kind;
    if (expr.set.kind != ast::Set::Kind::kRange || expr.variables.size() != 1 ||
        expr.children.size() != 3) {
      return false;
    }
    switch (expr.quantifier.kind) {
      case Quantifier::kAll:
        break;
      case Quantifier::kAny:
        out->quantity = 1;
        break;
      case Quantifier::kExpression:
        out->quantity = expr.quantifier.value->integer;
        if (expr.quantifier.value->kind != Kind::kInteger ||
            *out->quantity < 1) {
          return false;
        }
        break;
      default:
        return false;
    }
    // Children are not referred to while others are added.
    out->children.resize(3);
    if (!Number(*expr.children[0], &out->children[0]) ||
        !Number(*expr.children[1], &out->children[1])) {
      return false;
    }
    variables_.push_back(expr.variables.front());
    const bool read = Bool(*expr.children[2], &out->children[2]);
    variables_.pop_back();
    return read;
  }

  bool Of(const Expr& expr, Node* out) {
    using Quantifier = Expr::Quantifier::Kind;
    if (expr.place != Expr::Place::kAnywhere || !AddSet(expr.set, out)) {
      return false;
    }
    switch (expr.quantifier.kind) {
      case Quantifier::kAll:
        return true;
      case Quantifier::kAny:
        out->quantity = 1;
        return true;
      case Quantifier::kNoneOf:
        out->quantity = 0;
        return true;
      case Quantifier::kPercent:
      case Quantifier::kExpression:
        if (expr.quantifier.value->kind != Kind::kInteger) return false;
        out->percent = expr.quantifier.kind == Quantifier::kPercent;
        out->quantity = expr.quantifier.value->integer;
        return true;
      case Quantifier::kNone:
        return false;
    }
    return false;
  }

  // A string that is named twice counts twice.
  bool AddSet(const ast::Set& set, Node* out) {
    if (set.kind == ast::Set::Kind::kThem) return AddMatching("$*", out);
    return set.kind == ast::Set::Kind::kStrings &&
           std::all_of(
               set.items.begin(), set.items.end(),
               [&](const std::string& item) { return AddMatching(item, out); });
  }

  bool AddMatching(std::string_view item, Node* out) {
    const bool prefix = item.ends_with('*');
    if (prefix) item.remove_suffix(1);
    for (uint32_t i = 0; i < rule_.strings.size(); ++i) {
      const std::string_view id = rule_.strings[i].id;
      if (prefix ? !id.starts_with(item) : id != item) continue;
      uses_[i].elsewhere = true;
      out->strings.push_back(i);
    }
    return true;
  }

  const ast::Rule& rule_;
  const std::string_view source_;
  const Names& names_;
  std::vector<std::string_view> variables_;  // of the loops around
  std::vector<Use> uses_;                    // by string
  std::vector<FactText> facts_;
  int nots_ = 0;  // around what is read
};

std::optional<Condition> Condition::Make(const ast::Rule& rule,
                                         std::string_view source,
                                         const Names& names) {
  Condition out;
  Reader reader(rule, source, names);
  if (!reader.Bool(*rule.condition, &out.root_)) return std::nullopt;
  out.fixed_ = reader.FixedOffsets();
  out.facts_ = reader.TakeFacts();
  return out;
}

class Condition::Run {
 public:
  Run(std::string_view bytes, const Asked& asked)
      : bytes_(bytes), asked_(asked) {}

  Value Of(const Node& node) const {
    if (node.fact.has_value()) return asked_.fact(*node.fact);
    switch (node.kind) {
      case Kind::kBool:
      case Kind::kInteger:
        return Value::Of(node.number);
      case Kind::kFilesize:
        return Value::Of(static_cast<int64_t>(bytes_.size()));
      case Kind::kIdentifier:
        return node.rule.has_value()
                   ? asked_.rule(*node.rule)
                   : Value::Of(loops_[static_cast<size_t>(node.number)]);
      case Kind::kForIn:
        return Loop(node);
      case Kind::kReadInteger:
        return Read(node);
      case Kind::kAnd:
        return And(node);
      case Kind::kOr:
        return Or(node);
      case Kind::kNot:
        return Not(Of(node.children.front()));
      case Kind::kCompare:
      case Kind::kArithmetic:
        return Two(node);
      case Kind::kOf:
        return Quorum(node);
      default:
        return String(node);
    }
  }

 private:
  // In both, what is undefined does not hold, and then the whole is defined.
  Value And(const Node& node) const {
    Value out = Value::Of(1);
    for (const Node& child : node.children) {
      const Value value = Of(child);
      if (value.Holds()) continue;
      if (value.state != Value::State::kUnknown) return Value::Of(0);
      out = value;
    }
    return out;
  }

  Value Or(const Node& node) const {
    Value out = Value::Of(0);
    for (const Node& child : node.children) {
      const Value value = Of(child);
      if (value.Holds()) return Value::Of(1);
      if (value.state == Value::State::kUnknown) out = value;
    }
    return out;
  }

  static Value Not(Value value) {
    return value.known() ? Value::Of(value.number == 0 ? 1 : 0) : value;
  }

  Value Two(const Node& node) const {
    const Value left = Of(node.children[0]);
    if (!left.known()) return left;
    const Value right = Of(node.children[1]);
    if (!right.known()) return right;
    return node.kind == Kind::kCompare
               ? Compare(node.op, left.number, right.number)
               : Calculate(node.op, left.number, right.number);
  }

  Value Read(const Node& node) const {
    const Value offset = Of(node.children.front());
    if (!offset.known()) return offset;
    const size_t width = node.width;
    if (offset.number < 0 || bytes_.size() < width ||
        static_cast<uint64_t>(offset.number) > bytes_.size() - width) {
      return Value::Undefined();
    }
    const auto at = static_cast<size_t>(offset.number);
    uint64_t number = 0;
    for (size_t i = 0; i < width; ++i) {
      const size_t from = node.big_endian ? at + i : at + width - 1 - i;
      number = number << 8 | static_cast<uint8_t>(bytes_[from]);
    }
    const size_t unused = 64 - 8 * width;
    const auto top = static_cast<int64_t>(number << unused);
    return Value::Of(node.is_signed ? top >> unused
                                    : static_cast<int64_t>(number));
  }

  // Without a round it does not hold. What libyara makes of a body that is
  // undefined is left to it.
  Value Loop(const Node& node) const {
    const Value low = Of(node.children[0]);
    const Value high = Of(node.children[1]);
    if (!low.known() || !high.known()) return Value::Unknown();
    if (high.number < low.number) return Value::Of(0);
    // There libyara wraps around, or meets the number that stands for what is
    // undefined.
    if (low.number < 0 || high.number == INT64_MAX) return Value::Unknown();
    const uint64_t more =
        static_cast<uint64_t>(high.number) - static_cast<uint64_t>(low.number);
    loops_.push_back(low.number);
    const Value out = Rounds(node, more);
    loops_.pop_back();
    return out;
  }

  // One round, and `more`.
  Value Rounds(const Node& node, uint64_t more) const {
    int64_t held = 0;
    for (;; --more, ++loops_.back()) {
      if (rounds_++ == kMostRounds) return Value::Unknown();
      const Value value = Of(node.children[2]);
      if (!value.known()) return Value::Unknown();
      if (value.Holds()) {
        ++held;
        if (held == node.quantity) return Value::Of(1);
      } else if (!node.quantity.has_value()) {
        return Value::Of(0);
      }
      if (more == 0) return Value::Of(node.quantity.has_value() ? 0 : 1);
    }
  }

  Value Quorum(const Node& node) const {
    size_t found = 0;
    size_t unknown = 0;
    for (const uint32_t string : node.strings) {
      const std::vector<Place>* places = asked_.places(string);
      if (places == nullptr) {
        ++unknown;
      } else if (!places->empty()) {
        ++found;
      }
      // More can't change it.
      if (!node.percent && node.quantity == 1 && found > 0) {
        return Value::Of(1);
      }
    }
    const bool least = IsQuorum(node, found);
    if (unknown > 0 && least != IsQuorum(node, found + unknown)) {
      return Value::Unknown();
    }
    return Value::Of(least ? 1 : 0);
  }

  static bool IsQuorum(const Node& node, size_t found) {
    const size_t count = node.strings.size();
    if (!node.quantity.has_value()) return found >= count;
    if (node.percent) {
      return static_cast<double>(found) / static_cast<double>(count) * 100 >=
             static_cast<double>(*node.quantity);
    }
    if (*node.quantity == 0) return found == 0;
    return static_cast<int64_t>(found) >= *node.quantity;
  }

  Value String(const Node& node) const {
    std::vector<int64_t> numbers;
    for (const Node& child : node.children) {
      const Value value = Of(child);
      if (!value.known()) return value;
      numbers.push_back(value.number);
    }
    const std::vector<Place>* places = asked_.places(node.strings.front());
    if (places == nullptr) return Value::Unknown();
    switch (node.kind) {
      case Kind::kString:
        return Value::Of(places->empty() ? 0 : 1);
      case Kind::kStringCount:
        return Value::Of(static_cast<int64_t>(places->size()));
      case Kind::kStringAt:
        return Value::Of(IsBetween(*places, numbers[0], numbers[0]) ? 1 : 0);
      case Kind::kStringIn:
        return Value::Of(IsBetween(*places, numbers[0], numbers[1]) ? 1 : 0);
      default:
        return Nth(*places, numbers.empty() ? 1 : numbers[0], node.kind);
    }
  }

  static bool IsBetween(const std::vector<Place>& places, int64_t low,
                        int64_t high) {
    const auto first = std::lower_bound(
        places.begin(), places.end(), low, [](const Place& place, int64_t at) {
          return static_cast<int64_t>(place.offset) < at;
        });
    return first != places.end() && static_cast<int64_t>(first->offset) <= high;
  }

  // Counted from 1.
  static Value Nth(const std::vector<Place>& places, int64_t nth, Kind kind) {
    if (nth < 1 || static_cast<uint64_t>(nth) > places.size()) {
      return Value::Undefined();
    }
    const Place& place = places[static_cast<size_t>(nth - 1)];
    return Value::Of(kind == Kind::kStringOffset
                         ? static_cast<int64_t>(place.offset)
                         : int64_t{place.length});
  }

  const std::string_view bytes_;
  const Asked& asked_;
  mutable std::vector<int64_t> loops_;  // their variables, from outside
  mutable size_t rounds_ = 0;
};

Value Condition::Evaluate(std::string_view bytes, const Asked& asked) const {
  return Run(bytes, asked).Of(root_);
}

}  // namespace cupel::direct
