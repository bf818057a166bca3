#include "rules/plan/formula_number.h"

#include <algorithm>
#include <initializer_list>
#include <optional>

namespace cupel::plan {
namespace {

using Op = ast::Expr::Op;
using Wide = __int128;  // NOLINT: sums and products of two of 64 bits

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

// libyara's numbers wrap around: a range that leaves 64 bits says nothing.
Number Range(Wide low, Wide high) {
  if (low < kMin || high > kMax) return AnyNumber();
  return {static_cast<int64_t>(low), static_cast<int64_t>(high)};
}

Number Product(const Number& a, const Number& b) {
  const Wide ends[] = {Wide(a.low) * b.low, Wide(a.low) * b.high,
                       Wide(a.high) * b.low, Wide(a.high) * b.high};
  return Range(*std::min_element(ends, ends + 4),
               *std::max_element(ends, ends + 4));
}

Number ShiftLeft(int64_t value, int64_t bits) {
  if (bits < 0) return NeverNumber();
  if (bits > 63) return Constant(0);
  return Constant(static_cast<int64_t>(static_cast<uint64_t>(value) << bits));
}

Number ShiftRight(int64_t value, int64_t bits) {
  if (bits < 0) return NeverNumber();
  return Constant(bits > 63 ? 0 : value >> bits);
}

Number OfConstants(Op op, int64_t a, int64_t b) {
  switch (op) {
    case Op::kAdd:
      return Range(Wide(a) + b, Wide(a) + b);
    case Op::kSub:
      return Range(Wide(a) - b, Wide(a) - b);
    case Op::kMul:
      return Range(Wide(a) * b, Wide(a) * b);
    case Op::kDiv:
      if (b == 0) return NeverNumber();
      return a == kMin && b == -1 ? AnyNumber() : Constant(a / b);
    case Op::kMod:
      if (b == 0) return NeverNumber();
      return a == kMin && b == -1 ? AnyNumber() : Constant(a % b);
    case Op::kBitAnd:
      return Constant(a & b);
    case Op::kBitOr:
      return Constant(a | b);
    case Op::kBitXor:
      return Constant(a ^ b);
    case Op::kShiftLeft:
      return ShiftLeft(a, b);
    case Op::kShiftRight:
      return ShiftRight(a, b);
    case Op::kNegate:
      return Range(-Wide(b), -Wide(b));
    case Op::kComplement:
      return Constant(~b);
    default:
      return AnyNumber();
  }
}

Number OfRanges(Op op, const Number& a, const Number& b) {
  switch (op) {
    case Op::kAdd:
      return Range(Wide(a.low) + b.low, Wide(a.high) + b.high);
    case Op::kSub:
      return Range(Wide(a.low) - b.high, Wide(a.high) - b.low);
    case Op::kMul:
      return Product(a, b);
    case Op::kDiv:
      if (b.low < 1 || a.low < 0) return AnyNumber();
      return {a.low / b.high, a.high / b.low};
    case Op::kMod:
      if (b.low < 1 || a.low < 0) return AnyNumber();
      return {0, std::min(a.high, b.high - 1)};
    case Op::kBitAnd:
      if (a.low < 0 || b.low < 0) return AnyNumber();
      return {0, std::min(a.high, b.high)};
    case Op::kShiftRight:
      if (a.low < 0 || b.low < 0) return AnyNumber();
      return {0, a.high};
    case Op::kNegate:
      return Range(-Wide(b.high), -Wide(b.low));
    default:
      return AnyNumber();
  }
}

}  // namespace

Number Constant(int64_t value) {
  return value == kYaraUndefined ? AnyNumber() : Number{value, value};
}

Number Arithmetic(Op op, const Number& left, const Number& right) {
  const bool unary = op == Op::kNegate || op == Op::kComplement;
  if (right.IsNever() || (!unary && left.IsNever())) return NeverNumber();
  if (right.IsConstant() && (unary || left.IsConstant())) {
    const Number out = OfConstants(op, left.low, right.low);
    // Where the sum wraps to is not worth knowing.
    return out.IsConstant() ? Constant(out.low) : out;
  }
  return OfRanges(op, left, right);
}

bool CanHold(Op op, const Number& left, const Number& right) {
  if (left.IsNever() || right.IsNever()) return false;
  switch (op) {
    case Op::kEq:
      return left.low <= right.high && right.low <= left.high;
    case Op::kNe:
      return !left.IsConstant() || !right.IsConstant() || left.low != right.low;
    case Op::kLt:
      return left.low < right.high;
    case Op::kLe:
      return left.low <= right.high;
    case Op::kGt:
      return left.high > right.low;
    case Op::kGe:
      return left.high >= right.low;
    default:
      return true;
  }
}

}  // namespace cupel::plan
