#include "schema/number.h"

#include <cmath>
#include <compare>
#include <cstdint>

namespace cupel {
namespace {

// An integer as sign and magnitude: int64_t and uint64_t in one.
struct Whole {
  bool negative = false;
  uint64_t magnitude = 0;
};

Whole WholeOf(const Json& value) {
  if (value.is_number_unsigned()) return {false, value.get<uint64_t>()};
  const auto number = value.get<int64_t>();
  if (number >= 0) return {false, static_cast<uint64_t>(number)};
  return {true, ~static_cast<uint64_t>(number) + 1};
}

std::partial_ordering CompareWholes(const Whole& a, const Whole& b) {
  if (a.negative != b.negative) {
    return a.negative ? std::partial_ordering::less
                      : std::partial_ordering::greater;
  }
  return a.negative ? b.magnitude <=> a.magnitude : a.magnitude <=> b.magnitude;
}

std::partial_ordering Reversed(std::partial_ordering order) {
  if (order == std::partial_ordering::less) {
    return std::partial_ordering::greater;
  }
  if (order == std::partial_ordering::greater) {
    return std::partial_ordering::less;
  }
  return order;
}

constexpr double kTwoTo64 = 18446744073709551616.0;

std::partial_ordering CompareWholeToDouble(const Whole& a, double b) {
  if (std::isnan(b)) return std::partial_ordering::unordered;
  if (b >= kTwoTo64) return std::partial_ordering::less;
  if (b <= -kTwoTo64) return std::partial_ordering::greater;
  const double truncated = std::trunc(b);
  const Whole whole = {truncated < 0,
                       static_cast<uint64_t>(std::fabs(truncated))};
  const std::partial_ordering order = CompareWholes(a, whole);
  if (order != std::partial_ordering::equivalent) return order;
  return truncated <=> b;
}

// The nearest double, rounded once.
double DoubleOf(const Json& value) {
  if (value.is_number_unsigned()) {
    return static_cast<double>(value.get<uint64_t>());
  }
  if (value.is_number_integer()) {
    return static_cast<double>(value.get<int64_t>());
  }
  return value.get<double>();
}

}  // namespace

bool IsInteger(const Json& value) {
  if (value.is_number_integer()) return true;
  if (!value.is_number_float()) return false;
  const auto number = value.get<double>();
  return std::isfinite(number) && std::trunc(number) == number;
}

std::partial_ordering CompareNumbers(const Json& a, const Json& b) {
  const bool a_whole = a.is_number_integer();
  const bool b_whole = b.is_number_integer();
  if (a_whole && b_whole) return CompareWholes(WholeOf(a), WholeOf(b));
  if (a_whole) return CompareWholeToDouble(WholeOf(a), b.get<double>());
  if (b_whole) {
    return Reversed(CompareWholeToDouble(WholeOf(b), a.get<double>()));
  }
  return a.get<double>() <=> b.get<double>();
}

bool IsMultipleOf(const Json& value, const Json& divisor) {
  if (value.is_number_integer() && divisor.is_number_integer()) {
    return WholeOf(value).magnitude % WholeOf(divisor).magnitude == 0;
  }
  const double number = DoubleOf(value);
  const double by = DoubleOf(divisor);
  if (divisor.is_number_integer()) return std::fmod(number, by) == 0;
  const double quotient = number / by;
  if (std::isfinite(quotient)) return std::trunc(quotient) == quotient;
  return std::fmod(number, by) == 0;
}

}  // namespace cupel
