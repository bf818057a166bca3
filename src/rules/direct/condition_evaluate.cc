// Working a condition out for a file.
#include <algorithm>
#include <string_view>
#include <vector>

#include "rules/direct/condition.h"

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

}  // namespace

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
