#include "schema/keywords.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cupel {
namespace {

constexpr Use kChecked = Use::kChecked;
constexpr Use kNote = Use::kNote;
constexpr Use kRefused = Use::kRefused;
constexpr Use kUnknown = Use::kUnknown;

constexpr std::string_view kOfDraft7 =
    "it is of older drafts: say so with \"$schema\", or use the keyword that "
    "took its place";
constexpr std::string_view kOf2020 =
    "it is of newer drafts: name 2020-12 in \"$schema\"";
constexpr std::string_view kOfDraft3 = "it is of draft 3";
constexpr std::string_view kDynamic = "use \"$ref\" to a place in the document";
constexpr std::string_view kUnevaluated =
    "list the properties and items, and use additionalProperties or items";
constexpr std::string_view kHowMany = "use minItems, maxItems and contains";

constexpr std::array kKeywords = {
    Keyword{"$anchor", Shape::kString, kNote, kUnknown},
    Keyword{"$comment", Shape::kString, kNote, kNote},
    Keyword{"$defs", Shape::kSchemaMap, kChecked, kChecked},
    Keyword{"$dynamicAnchor", Shape::kString, kNote, kUnknown},
    Keyword{"$dynamicRef", Shape::kString, kRefused, kRefused, kDynamic},
    Keyword{"$id", Shape::kString, kChecked, kChecked},
    Keyword{"$recursiveAnchor", Shape::kAny, kRefused, kRefused, kDynamic},
    Keyword{"$recursiveRef", Shape::kString, kRefused, kRefused, kDynamic},
    Keyword{"$ref", Shape::kString, kChecked, kChecked},
    Keyword{"$schema", Shape::kString, kChecked, kChecked},
    Keyword{"$vocabulary", Shape::kObject, kNote, kUnknown},
    Keyword{"additionalItems", Shape::kSchema, kRefused, kChecked, kOfDraft7},
    Keyword{"additionalProperties", Shape::kSchema, kChecked, kChecked},
    Keyword{"allOf", Shape::kSchemas, kChecked, kChecked},
    Keyword{"anyOf", Shape::kSchemas, kChecked, kChecked},
    Keyword{"const", Shape::kAny, kChecked, kChecked},
    Keyword{"contains", Shape::kSchema, kChecked, kChecked},
    Keyword{"contentEncoding", Shape::kString, kNote, kNote},
    Keyword{"contentMediaType", Shape::kString, kNote, kNote},
    Keyword{"contentSchema", Shape::kSchema, kChecked, kUnknown},
    Keyword{"default", Shape::kAny, kNote, kNote},
    Keyword{"definitions", Shape::kSchemaMap, kChecked, kChecked},
    Keyword{"dependencies", Shape::kDependencies, kRefused, kChecked,
            kOfDraft7},
    Keyword{"dependentRequired", Shape::kNameLists, kChecked, kRefused,
            kOf2020},
    Keyword{"dependentSchemas", Shape::kSchemaMap, kChecked, kRefused, kOf2020},
    Keyword{"deprecated", Shape::kBool, kNote, kUnknown},
    Keyword{"description", Shape::kString, kNote, kNote},
    Keyword{"disallow", Shape::kAny, kRefused, kRefused, kOfDraft3},
    Keyword{"divisibleBy", Shape::kAny, kRefused, kRefused, kOfDraft3},
    Keyword{"else", Shape::kSchema, kChecked, kChecked},
    Keyword{"enum", Shape::kArray, kChecked, kChecked},
    Keyword{"examples", Shape::kArray, kNote, kNote},
    Keyword{"exclusiveMaximum", Shape::kNumber, kChecked, kChecked},
    Keyword{"exclusiveMinimum", Shape::kNumber, kChecked, kChecked},
    Keyword{"extends", Shape::kAny, kRefused, kRefused, kOfDraft3},
    Keyword{"format", Shape::kString, kNote, kNote},
    Keyword{"if", Shape::kSchema, kChecked, kChecked},
    Keyword{"items", Shape::kItems, kChecked, kChecked},
    Keyword{"maxContains", Shape::kCount, kRefused, kRefused, kHowMany},
    Keyword{"maxItems", Shape::kCount, kChecked, kChecked},
    Keyword{"maxLength", Shape::kCount, kChecked, kChecked},
    Keyword{"maxProperties", Shape::kCount, kChecked, kChecked},
    Keyword{"maximum", Shape::kNumber, kChecked, kChecked},
    Keyword{"minContains", Shape::kCount, kRefused, kRefused, kHowMany},
    Keyword{"minItems", Shape::kCount, kChecked, kChecked},
    Keyword{"minLength", Shape::kCount, kChecked, kChecked},
    Keyword{"minProperties", Shape::kCount, kChecked, kChecked},
    Keyword{"minimum", Shape::kNumber, kChecked, kChecked},
    Keyword{"multipleOf", Shape::kPositive, kChecked, kChecked},
    Keyword{"not", Shape::kSchema, kChecked, kChecked},
    Keyword{"oneOf", Shape::kSchemas, kChecked, kChecked},
    Keyword{"pattern", Shape::kString, kChecked, kChecked},
    Keyword{"patternProperties", Shape::kSchemaMap, kChecked, kChecked},
    Keyword{"prefixItems", Shape::kSchemas, kChecked, kRefused, kOf2020},
    Keyword{"properties", Shape::kSchemaMap, kChecked, kChecked},
    Keyword{"propertyNames", Shape::kSchema, kChecked, kChecked},
    Keyword{"readOnly", Shape::kBool, kNote, kNote},
    Keyword{"required", Shape::kNames, kChecked, kChecked},
    Keyword{"secret", Shape::kAny, kChecked, kChecked},
    Keyword{"then", Shape::kSchema, kChecked, kChecked},
    Keyword{"title", Shape::kString, kNote, kNote},
    Keyword{"type", Shape::kType, kChecked, kChecked},
    Keyword{"unevaluatedItems", Shape::kAny, kRefused, kRefused, kUnevaluated},
    Keyword{"unevaluatedProperties", Shape::kAny, kRefused, kRefused,
            kUnevaluated},
    Keyword{"uniqueItems", Shape::kBool, kChecked, kChecked},
    Keyword{"writeOnly", Shape::kBool, kNote, kNote},
};

constexpr bool InOrder() {
  for (size_t i = 1; i < kKeywords.size(); ++i) {
    if (!(kKeywords[i - 1].name < kKeywords[i].name)) return false;
  }
  return true;
}
static_assert(InOrder());

}  // namespace

const Keyword* FindKeyword(std::string_view name) {
  const auto* const found =
      std::lower_bound(kKeywords.begin(), kKeywords.end(), name,
                       [](const Keyword& k, std::string_view wanted) {
                         return k.name < wanted;
                       });
  return found != kKeywords.end() && found->name == name ? found : nullptr;
}

bool IsTypeName(std::string_view name) {
  constexpr std::array<std::string_view, 7> kTypes = {
      "array", "boolean", "integer", "null", "number", "object", "string"};
  return std::find(kTypes.begin(), kTypes.end(), name) != kTypes.end();
}

}  // namespace cupel
