// What the meta-schema of JSON Schema asks of the values of keywords.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "schema/keywords.h"
#include "schema/number.h"

namespace cupel {
namespace {

bool AreDifferentStrings(const Json& value) {
  if (!value.is_array()) return false;
  std::vector<std::string_view> names;
  names.reserve(value.size());
  for (const Json& name : value) {
    if (!name.is_string()) return false;
    names.push_back(name.get_ref<const std::string&>());
  }
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) == names.end();
}

bool IsType(const Json& value) {
  const auto named = [](const Json& type) {
    return type.is_string() && IsTypeName(type.get_ref<const std::string&>());
  };
  if (!value.is_array()) return named(value);
  return !value.empty() && AreDifferentStrings(value) &&
         std::all_of(value.begin(), value.end(), named);
}

// Schemas are looked into when their turn comes.
bool IsSchema(const Json& value) {
  return value.is_object() || value.is_boolean();
}

bool AreSchemas(const Json& value) {
  return value.is_array() && !value.empty() &&
         std::all_of(value.begin(), value.end(), IsSchema);
}

bool AreMembers(const Json& value, bool schemas, bool name_lists) {
  if (!value.is_object()) return false;
  for (const auto& [key, member] : value.get_ref<const Json::object_t&>()) {
    const bool good = (schemas && IsSchema(member)) ||
                      (name_lists && AreDifferentStrings(member));
    if (!good) return false;
  }
  return true;
}

bool IsPositive(const Json& value) {
  return value.is_number() &&
         CompareNumbers(value, Json(0)) == std::partial_ordering::greater;
}

std::string_view Unless(bool good, std::string_view expected) {
  return good ? std::string_view() : expected;
}

}  // namespace

std::string_view ShapeProblem(Shape shape, const Json& value) {
  switch (shape) {
    case Shape::kAny:
      return {};
    case Shape::kArray:
      return Unless(value.is_array(), "an array");
    case Shape::kBool:
      return Unless(value.is_boolean(), "true or false");
    case Shape::kCount:
      return Unless(IsInteger(value) && CompareNumbers(value, Json(0)) >= 0,
                    "an integer of 0 or more");
    case Shape::kDependencies:
      return Unless(AreMembers(value, true, true),
                    "an object of schemas and arrays of different strings");
    case Shape::kItems:
      return Unless(IsSchema(value) || AreSchemas(value),
                    "a schema, or an array of them");
    case Shape::kNameLists:
      return Unless(AreMembers(value, false, true),
                    "an object of arrays of different strings");
    case Shape::kNames:
      return Unless(AreDifferentStrings(value),
                    "an array of different strings");
    case Shape::kNumber:
      return Unless(value.is_number(), "a number");
    case Shape::kObject:
      return Unless(value.is_object(), "an object");
    case Shape::kPositive:
      return Unless(IsPositive(value), "a number of more than 0");
    case Shape::kSchema:
      return Unless(IsSchema(value), "a schema: an object, true or false");
    case Shape::kSchemas:
      return Unless(AreSchemas(value), "an array of at least one schema");
    case Shape::kSchemaMap:
      return Unless(AreMembers(value, true, false), "an object of schemas");
    case Shape::kString:
      return Unless(value.is_string(), "a string");
    case Shape::kType:
      return Unless(IsType(value),
                    "the name of a type (array, boolean, integer, null, "
                    "number, object or string), or an array of different ones");
  }
  return "nothing";
}

}  // namespace cupel
