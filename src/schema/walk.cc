#include "schema/walk.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "schema/number.h"

namespace cupel {
namespace {

constexpr size_t kMaxDepth = 32;
constexpr size_t kMaxSubschemas = 10000;
constexpr size_t kMaxReferences = 256;
constexpr size_t kMaxWarnings = 100;

absl::Status WrongShape(const Place& at, std::string_view expected,
                        const Json& found) {
  return InvalidArgument("schema: {}: expected {}, found {}",
                         PathText(at.Path()), expected, JsonTypeName(found));
}

absl::Status AtPlace(const Place& at, const absl::Status& status) {
  return MakeStatus(status.code(), "schema: {}: {}", PathText(at.Path()),
                    MessageOf(status));
}

// valijson hands names on as C strings.
absl::Status CheckName(std::string_view name, const Place& at) {
  if (name.find('\0') == std::string_view::npos) return absl::OkStatus();
  return Unimplemented(
      "schema: {}: a NUL in the name of a property is not supported",
      PathText(at.Path()));
}

// A count beyond all that can be counted is as good as the largest.
uint64_t CountOf(const Json& value) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  if (CompareNumbers(value, Json(kMost)) > 0) return kMost;
  if (value.is_number_float()) {
    return static_cast<uint64_t>(value.get<double>());
  }
  return value.get<uint64_t>();
}

bool IsInPlace(std::string_view keyword) {
  return keyword == "not" || keyword == "if" || keyword == "then" ||
         keyword == "else" || keyword == "allOf" || keyword == "anyOf" ||
         keyword == "oneOf";
}

const Json* Member(const Json& object, std::string_view name) {
  for (const auto& [key, value] : object.get_ref<const Json::object_t&>()) {
    if (key == name) return &value;
  }
  return nullptr;
}

// Draft 7 looks at nothing beside "$ref"; definitions are only referred to.
bool CountsBesideReference(std::string_view keyword) {
  return keyword == "$ref" || keyword == "definitions" || keyword == "$defs" ||
         keyword == "$schema" || keyword == "secret";
}

}  // namespace

nlohmann::json DefinitionReference(size_t node) {
  nlohmann::json reference = nlohmann::json::object();
  reference["$ref"] = fmt::format("#/definitions/{}", node);
  return reference;
}

void AddAllOf(nlohmann::json part, SchemaNode* node) {
  nlohmann::json& all = node->lowered["allOf"];
  if (all.is_null()) all = nlohmann::json::array();
  all.push_back(std::move(part));
}

void SchemaWalk::Warn(const Place& at, std::string_view what) {
  if (warnings_.size() >= kMaxWarnings) return;
  warnings_.push_back(fmt::format("{}: {}", PathText(at.Path()), what));
}

nlohmann::json SchemaWalk::Link(size_t node, size_t child, bool in_place) {
  nodes_[node].leads_to.push_back(child);
  if (in_place) nodes_[node].in_place.push_back(child);
  return DefinitionReference(child);
}

absl::StatusOr<size_t> SchemaWalk::Visit(const Json& schema, const Place& at) {
  if (!schema.is_object() && !schema.is_boolean()) {
    return WrongShape(at, "a schema: an object, true or false", schema);
  }
  if (nodes_.size() >= kMaxSubschemas) {
    return ResourceExhausted("schema: more than {} subschemas", kMaxSubschemas);
  }
  const size_t node = nodes_.size();
  nodes_.emplace_back();
  node_of_[&schema] = node;
  if (schema.is_boolean()) {
    if (!schema.get<bool>()) nodes_[node].lowered = false;
    return node;
  }
  if (depth_ >= kMaxDepth) {
    return ResourceExhausted(
        "schema: {}: subschemas within one another more than {} deep",
        PathText(at.Path()), kMaxDepth);
  }
  ++depth_;
  const bool only_reference =
      dialect_ == Dialect::kDraft7 && Member(schema, "$ref") != nullptr;
  for (const auto& [key, value] : schema.get_ref<const Json::object_t&>()) {
    const Place here = at.Key(key);
    const Keyword* const keyword = FindKeyword(key);
    if (keyword == nullptr || keyword->use(dialect_) == Use::kUnknown) {
      Warn(here, "no keyword of JSON Schema, and not checked");
    } else if (only_reference && !CountsBesideReference(key)) {
      Warn(here, "draft-07 looks at nothing beside \"$ref\"");
    } else {
      CUPEL_RETURN_IF_ERROR(VisitKeyword(*keyword, value, schema, node, here));
    }
  }
  --depth_;
  return node;
}

absl::Status SchemaWalk::VisitKeyword(const Keyword& keyword, const Json& value,
                                      const Json& schema, size_t node,
                                      const Place& at) {
  if (keyword.use(dialect_) == Use::kRefused) {
    return Unimplemented("schema: {}: \"{}\" is not supported: {}",
                         PathText(at.Path()), keyword.name, keyword.remedy);
  }
  if (const auto expected = ShapeProblem(keyword.shape, value);
      !expected.empty()) {
    return WrongShape(at, expected, value);
  }
  if (keyword.use(dialect_) == Use::kNote) return absl::OkStatus();
  switch (keyword.shape) {
    case Shape::kSchema:
      return VisitSchema(keyword, value, node, at);
    case Shape::kSchemas:
      return VisitSchemas(keyword, value, node, at);
    case Shape::kSchemaMap:
      return VisitSchemaMap(keyword, value, node, at);
    case Shape::kItems:
      return VisitItems(value, Member(schema, "prefixItems") != nullptr, node,
                        at);
    case Shape::kDependencies:
      return VisitDependencies(value, node, at);
    case Shape::kNames:
    case Shape::kNameLists:
      return VisitNames(keyword, value, node, at);
    case Shape::kCount:
      nodes_[node].lowered[std::string(keyword.name)] = CountOf(value);
      return absl::OkStatus();
    case Shape::kBool:
    case Shape::kType:
      nodes_[node].lowered[std::string(keyword.name)] = nlohmann::json(value);
      return absl::OkStatus();
    default:
      return VisitNamed(keyword, value, node, at);
  }
}

absl::Status SchemaWalk::VisitNamed(const Keyword& keyword, const Json& value,
                                    size_t node, const Place& at) {
  const bool top = at.up->up == nullptr;
  if (keyword.name == "$ref") return AddReference(value, node, at);
  if (keyword.name == "$schema" || keyword.name == "$id") {
    if (top) return absl::OkStatus();
    return Unimplemented(
        "schema: {}: a schema with a \"{}\" of its own within another is not "
        "supported: leave it out",
        PathText(at.Path()), keyword.name);
  }
  if (keyword.name == "secret") {
    if (!top) {
      Warn(at, "names secrets only at the top of the schema");
    } else if (const auto expected = ShapeProblem(Shape::kNames, value);
               !expected.empty()) {
      return WrongShape(at, expected, value);
    }
    return absl::OkStatus();
  }
  auto check = MakeCheck(keyword.name, value);
  if (!check.ok()) return AtPlace(at, check.status());
  if (*check == nullptr) {
    return Internal("schema: {}: nothing checks this keyword",
                    PathText(at.Path()));
  }
  nodes_[node].checks.push_back(*std::move(check));
  return absl::OkStatus();
}

absl::Status SchemaWalk::VisitSchema(const Keyword& keyword, const Json& value,
                                     size_t node, const Place& at) {
  CUPEL_ASSIGN_OR_RETURN(const size_t child, Visit(value, at));
  if (keyword.name == "contentSchema") return absl::OkStatus();  // a note
  nodes_[node].lowered[std::string(keyword.name)] =
      Link(node, child, IsInPlace(keyword.name));
  return absl::OkStatus();
}

absl::Status SchemaWalk::VisitSchemas(const Keyword& keyword, const Json& value,
                                      size_t node, const Place& at) {
  nlohmann::json list = nlohmann::json::array();
  for (size_t i = 0; i < value.size(); ++i) {
    CUPEL_ASSIGN_OR_RETURN(const size_t child, Visit(value[i], at.Index(i)));
    list.push_back(Link(node, child, IsInPlace(keyword.name)));
  }
  if (keyword.name == "allOf") {
    for (nlohmann::json& part : list) AddAllOf(std::move(part), &nodes_[node]);
  } else {
    const bool prefix = keyword.name == "prefixItems";
    nodes_[node].lowered[prefix ? "items" : std::string(keyword.name)] =
        std::move(list);
  }
  return absl::OkStatus();
}

absl::Status SchemaWalk::VisitSchemaMap(const Keyword& keyword,
                                        const Json& value, size_t node,
                                        const Place& at) {
  const bool definitions =
      keyword.name == "$defs" || keyword.name == "definitions";
  const bool dependent = keyword.name == "dependentSchemas";
  nlohmann::json map = nlohmann::json::object();
  for (const auto& [name, schema] : value.get_ref<const Json::object_t&>()) {
    const Place here = at.Key(name);
    CUPEL_ASSIGN_OR_RETURN(const size_t child, Visit(schema, here));
    if (definitions) continue;
    CUPEL_RETURN_IF_ERROR(CheckName(name, here));
    if (keyword.name == "patternProperties") {
      CUPEL_RETURN_IF_ERROR(AddNamePattern(name, here));
    }
    map[name] = Link(node, child, dependent);
  }
  if (definitions) return absl::OkStatus();
  if (dependent) {
    // Apart from dependentRequired, which may have the same names.
    nlohmann::json part = nlohmann::json::object();
    part["dependencies"] = std::move(map);
    AddAllOf(std::move(part), &nodes_[node]);
  } else {
    nodes_[node].lowered[std::string(keyword.name)] = std::move(map);
  }
  return absl::OkStatus();
}

absl::Status SchemaWalk::VisitItems(const Json& value, bool after_prefix,
                                    size_t node, const Place& at) {
  if (value.is_array()) {
    if (dialect_ == Dialect::k2020) {
      return InvalidArgument(
          "schema: {}: expected a schema, found an array: in 2020-12 that is "
          "\"prefixItems\"",
          PathText(at.Path()));
    }
    return VisitSchemas(*FindKeyword("prefixItems"), value, node, at);
  }
  CUPEL_ASSIGN_OR_RETURN(const size_t child, Visit(value, at));
  const bool rest = after_prefix && dialect_ == Dialect::k2020;
  nodes_[node].lowered[rest ? "additionalItems" : "items"] =
      Link(node, child, false);
  return absl::OkStatus();
}

absl::Status SchemaWalk::VisitDependencies(const Json& value, size_t node,
                                           const Place& at) {
  nlohmann::json map = nlohmann::json::object();
  for (const auto& [name, wanted] : value.get_ref<const Json::object_t&>()) {
    const Place here = at.Key(name);
    CUPEL_RETURN_IF_ERROR(CheckName(name, here));
    if (wanted.is_array()) {
      for (const Json& other : wanted) {
        CUPEL_RETURN_IF_ERROR(
            CheckName(other.get_ref<const std::string&>(), here));
      }
      map[name] = nlohmann::json(wanted);
      continue;
    }
    CUPEL_ASSIGN_OR_RETURN(const size_t child, Visit(wanted, here));
    map[name] = Link(node, child, true);
  }
  nodes_[node].lowered["dependencies"] = std::move(map);
  return absl::OkStatus();
}

absl::Status SchemaWalk::VisitNames(const Keyword& keyword, const Json& value,
                                    size_t node, const Place& at) {
  if (keyword.shape == Shape::kNameLists) {
    return VisitDependencies(value, node, at);
  }
  for (const Json& name : value) {
    CUPEL_RETURN_IF_ERROR(CheckName(name.get_ref<const std::string&>(), at));
  }
  nodes_[node].lowered[std::string(keyword.name)] = nlohmann::json(value);
  return absl::OkStatus();
}

absl::Status SchemaWalk::AddReference(const Json& value, size_t node,
                                      const Place& at) {
  if (references_.size() >= kMaxReferences) {
    return ResourceExhausted("schema: more than {} references (\"$ref\")",
                             kMaxReferences);
  }
  references_.push_back({node, value.get<std::string>(), at.Path()});
  return absl::OkStatus();
}

absl::Status SchemaWalk::AddNamePattern(const std::string& pattern,
                                        const Place& at) {
  if (name_patterns_.find(pattern) != name_patterns_.end()) {
    return absl::OkStatus();
  }
  auto compiled = Pattern::CompileEcma(pattern);
  if (!compiled.ok()) return AtPlace(at, compiled.status());
  name_patterns_.emplace(pattern, *std::move(compiled));
  return absl::OkStatus();
}

}  // namespace cupel
