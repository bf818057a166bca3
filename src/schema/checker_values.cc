// What the checker asks about a value by itself.
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "schema/checker.h"
#include "schema/checks_constraint.h"
#include "schema/equality.h"
#include "schema/number.h"

namespace cupel {
namespace {

size_t CountCharacters(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(),
      [](char c) { return (static_cast<uint8_t>(c) & 0xc0) != 0x80; }));
}

std::string_view TypeWords(
    valijson::constraints::TypeConstraint::JsonType type) {
  using Type = valijson::constraints::TypeConstraint;
  switch (type) {
    case Type::kArray:
      return "an array";
    case Type::kBoolean:
      return "true or false";
    case Type::kInteger:
      return "an integer";
    case Type::kNull:
      return "null";
    case Type::kNumber:
      return "a number";
    case Type::kObject:
      return "an object";
    case Type::kString:
      return "a string";
    default:
      return "nothing";
  }
}

bool IsOfType(const Json& value,
              valijson::constraints::TypeConstraint::JsonType type) {
  using Type = valijson::constraints::TypeConstraint;
  switch (type) {
    case Type::kArray:
      return value.is_array();
    case Type::kBoolean:
      return value.is_boolean();
    case Type::kInteger:
      return IsInteger(value);
    case Type::kNull:
      return value.is_null();
    case Type::kNumber:
      return value.is_number();
    case Type::kObject:
      return value.is_object();
    case Type::kString:
      return value.is_string();
    default:
      return false;
  }
}

}  // namespace

bool Checker::CheckCount(bool good, std::string_view type,
                         std::string_view what, size_t limit,
                         std::string_view unit) {
  if (good) return true;
  return Fail(type, fmt::format("{} {} {}{}", what, limit, unit,
                                limit == 1 ? "" : "s"));
}

bool Checker::visit(const MaxItemsConstraint& constraint) {
  const uint64_t most = constraint.getMaxItems();
  return !value_->is_array() || CheckCount(value_->size() <= most, "maxItems",
                                           "more than", most, "element");
}

bool Checker::visit(const MinItemsConstraint& constraint) {
  const uint64_t least = constraint.getMinItems();
  return !value_->is_array() || CheckCount(value_->size() >= least, "minItems",
                                           "fewer than", least, "element");
}

bool Checker::visit(const MaxLengthConstraint& constraint) {
  if (!value_->is_string()) return true;
  const auto& text = value_->get_ref<const std::string&>();
  const uint64_t most = constraint.getMaxLength();
  return CheckCount(
      steps_.Spend(text.size() / 64) && CountCharacters(text) <= most,
      "maxLength", "longer than", most, "character");
}

bool Checker::visit(const MinLengthConstraint& constraint) {
  if (!value_->is_string()) return true;
  const auto& text = value_->get_ref<const std::string&>();
  const uint64_t least = constraint.getMinLength();
  return CheckCount(
      steps_.Spend(text.size() / 64) && CountCharacters(text) >= least,
      "minLength", "shorter than", least, "character");
}

bool Checker::visit(const MaxPropertiesConstraint& constraint) {
  if (!value_->is_object()) return true;
  const uint64_t most = constraint.getMaxProperties();
  const bool good = value_->size() <= most;
  return CheckCount(good, "maxProperties", "more than", most, "member");
}

bool Checker::visit(const MinPropertiesConstraint& constraint) {
  if (!value_->is_object()) return true;
  const uint64_t least = constraint.getMinProperties();
  const bool good = value_->size() >= least;
  return CheckCount(good, "minProperties", "fewer than", least, "member");
}

bool Checker::visit(const TypeConstraint& constraint) {
  bool good = false;
  std::string expected;
  constraint.applyToNamedTypes([&](TypeConstraint::JsonType type) {
    good = IsOfType(*value_, type);
    if (!good && !quiet_) {
      if (!expected.empty()) expected += " or ";
      expected += TypeWords(type);
    }
    return !good;
  });
  return good || Fail("type", fmt::format("expected {}, found {}", expected,
                                          JsonTypeName(*value_)));
}

bool Checker::visit(const UniqueItemsConstraint&) {
  if (!value_->is_array() || AllDifferent(*value_, &steps_)) return true;
  return Fail("uniqueItems", "two elements are equal");
}

bool Checker::visit(const PolyConstraint& constraint) {
  const auto* const own = dynamic_cast<const ChecksConstraint*>(&constraint);
  if (own == nullptr) return Unexpected();
  bool good = true;
  for (const auto& check : own->checks()) {
    if (check->Passes(*value_, &steps_)) continue;
    good = Fail(check->type(), check->message());
    if (!GoOn()) break;
  }
  return good;
}

}  // namespace cupel
