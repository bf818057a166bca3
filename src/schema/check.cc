#include "schema/check.h"

#include <fmt/format.h>

#include <compare>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "pattern/pattern.h"
#include "schema/equality.h"
#include "schema/number.h"

namespace cupel {
namespace {

class PatternCheck : public Check {
 public:
  explicit PatternCheck(Pattern pattern)
      : Check("pattern", "no match for the pattern"),
        pattern_(std::move(pattern)) {}

  bool Passes(const Json& value, Steps* steps) const override {
    if (!value.is_string()) return true;
    const auto& text = value.get_ref<const std::string&>();
    // Usually a few nanoseconds a byte; at worst one for each instruction.
    return steps->Spend(1 + text.size() * pattern_.size() / 1024) &&
           pattern_.Finds(text);
  }

 private:
  Pattern pattern_;
};

class EnumCheck : public Check {
 public:
  explicit EnumCheck(const Json& values)
      : Check("enum",
              fmt::format("not one of the {} allowed values", values.size())),
        values_(values) {}

  bool Passes(const Json& value, Steps* steps) const override {
    for (const Json& allowed : values_) {
      if (JsonEqual(allowed, value, steps)) return true;
    }
    return false;
  }

 private:
  const Json& values_;
};

class ConstCheck : public Check {
 public:
  explicit ConstCheck(const Json& wanted)
      : Check("const", "not the one allowed value"), wanted_(wanted) {}

  bool Passes(const Json& value, Steps* steps) const override {
    return JsonEqual(wanted_, value, steps);
  }

 private:
  const Json& wanted_;
};

class MultipleCheck : public Check {
 public:
  explicit MultipleCheck(const Json& divisor)
      : Check("multipleOf", "no multiple of " + PrintJson(divisor)),
        divisor_(divisor) {}

  bool Passes(const Json& value, Steps*) const override {
    return !value.is_number() || IsMultipleOf(value, divisor_);
  }

 private:
  const Json& divisor_;
};

enum class Side : bool { kLower, kUpper };

class BoundCheck : public Check {
 public:
  BoundCheck(std::string_view keyword, Side side, bool exclusive,
             const Json& bound)
      : Check(keyword, Words(side, exclusive) + PrintJson(bound)),
        side_(side),
        exclusive_(exclusive),
        bound_(bound) {}

  bool Passes(const Json& value, Steps*) const override {
    if (!value.is_number()) return true;
    const std::partial_ordering order = CompareNumbers(value, bound_);
    if (order == 0) return !exclusive_;
    return side_ == Side::kLower ? order > 0 : order < 0;
  }

 private:
  static std::string Words(Side side, bool exclusive) {
    if (side == Side::kLower) {
      return exclusive ? "not greater than " : "less than ";
    }
    return exclusive ? "not less than " : "greater than ";
  }

  Side side_;
  bool exclusive_;
  const Json& bound_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<const Check>> MakeCheck(std::string_view keyword,
                                                       const Json& value) {
  std::unique_ptr<const Check> check;
  if (keyword == "pattern") {
    CUPEL_ASSIGN_OR_RETURN(
        Pattern pattern,
        Pattern::CompileEcma(value.get_ref<const std::string&>()));
    check = std::make_unique<PatternCheck>(std::move(pattern));
  } else if (keyword == "enum") {
    check = std::make_unique<EnumCheck>(value);
  } else if (keyword == "const") {
    check = std::make_unique<ConstCheck>(value);
  } else if (keyword == "multipleOf") {
    check = std::make_unique<MultipleCheck>(value);
  } else if (keyword == "minimum" || keyword == "exclusiveMinimum") {
    check = std::make_unique<BoundCheck>(keyword, Side::kLower,
                                         keyword != "minimum", value);
  } else if (keyword == "maximum" || keyword == "exclusiveMaximum") {
    check = std::make_unique<BoundCheck>(keyword, Side::kUpper,
                                         keyword != "maximum", value);
  }
  return check;
}

}  // namespace cupel
