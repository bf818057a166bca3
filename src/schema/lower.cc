#include "schema/lower.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "format/json_fields.h"
#include "schema/graph.h"
#include "schema/references.h"
#include "schema/walk.h"

namespace cupel {
namespace {

constexpr size_t kMaxValues = 100000;
constexpr size_t kMaxNesting = 100;
constexpr size_t kMaxBytes = size_t{4} << 20;
constexpr size_t kMaxKeyBytes = 1024;
// Subschemas that refer to one another in circles; valijson recurses in them.
constexpr size_t kMaxCircle = 128;

absl::StatusOr<Dialect> DialectOf(const Json& schema) {
  if (!schema.is_object()) return Dialect::k2020;
  const auto found = schema.find("$schema");
  if (found == schema.end()) return Dialect::k2020;
  if (!found->is_string()) {
    return InvalidArgument(
        "schema: $[\"$schema\"]: expected a string, found {}",
        JsonTypeName(*found));
  }
  std::string_view uri = found->get_ref<const std::string&>();
  if (!uri.empty() && uri.back() == '#') uri.remove_suffix(1);
  constexpr std::array<std::string_view, 2> kOf2020 = {
      "https://json-schema.org/draft/2020-12/schema",
      "http://json-schema.org/draft/2020-12/schema"};
  constexpr std::array<std::string_view, 2> kOfDraft7 = {
      "http://json-schema.org/draft-07/schema",
      "https://json-schema.org/draft-07/schema"};
  if (std::find(kOf2020.begin(), kOf2020.end(), uri) != kOf2020.end()) {
    return Dialect::k2020;
  }
  if (std::find(kOfDraft7.begin(), kOfDraft7.end(), uri) != kOfDraft7.end()) {
    return Dialect::kDraft7;
  }
  return Unimplemented(
      "schema: $[\"$schema\"]: not a version that is supported: \"{}\" and "
      "\"{}\" are",
      kOf2020[0], kOfDraft7[0]);
}

// Any place will do, be it under a word that is no keyword: what is referred to
// is a schema.
absl::StatusOr<size_t> NodeAt(const Json& target,
                              const SchemaReference& reference,
                              SchemaWalk* walk) {
  const auto found = walk->node_of().find(&target);
  if (found != walk->node_of().end()) return found->second;
  const std::string text = reference.target;
  const Place root;
  const Place above = root.Key("$ref");
  return walk->Visit(target, above.Key(text));
}

absl::Status ResolveAll(const Json& schema, SchemaWalk* walk) {
  // What is referred to may bring in more.
  for (size_t i = 0; i < walk->references().size(); ++i) {
    const SchemaReference reference = walk->references()[i];
    const auto target = ResolveReference(schema, reference.target);
    if (!target.ok()) {
      return MakeStatus(target.status().code(), "schema: {}: {}",
                        PathText(reference.path), MessageOf(target.status()));
    }
    CUPEL_ASSIGN_OR_RETURN(const size_t node,
                           NodeAt(**target, reference, walk));
    SchemaNode& from = walk->nodes()[reference.from];
    from.leads_to.push_back(node);
    from.in_place.push_back(node);
    AddAllOf(DefinitionReference(node), &from);
  }
  return absl::OkStatus();
}

// A schema that applies itself to the same value again never ends.
absl::Status CheckLoops(SchemaWalk& walk) {
  Graph in_place;
  for (const SchemaNode& node : walk.nodes()) in_place.push_back(node.in_place);
  for (const auto& component : Components(in_place)) {
    const std::vector<size_t>& edges = in_place[component[0]];
    const bool loop =
        component.size() > 1 ||
        std::find(edges.begin(), edges.end(), component[0]) != edges.end();
    if (!loop) continue;
    for (const SchemaReference& reference : walk.references()) {
      if (std::find(component.begin(), component.end(), reference.from) !=
          component.end()) {
        return ResourceExhausted("schema: {}: it refers to itself without end",
                                 PathText(reference.path));
      }
    }
    return Internal("schema: a loop without a reference");
  }
  return absl::OkStatus();
}

absl::StatusOr<nlohmann::json> MakeDocument(size_t root, SchemaWalk* walk) {
  Graph edges;
  for (const SchemaNode& node : walk->nodes()) edges.push_back(node.leads_to);
  nlohmann::json order = nlohmann::json::array();
  for (const auto& component : Components(edges)) {
    if (component.size() > kMaxCircle) {
      return ResourceExhausted(
          "schema: more than {} subschemas refer to one another in circles",
          kMaxCircle);
    }
    for (const size_t node : component) {
      order.push_back(DefinitionReference(node));
    }
  }
  order.push_back(DefinitionReference(root));
  nlohmann::json definitions = nlohmann::json::object();
  for (size_t i = 0; i < walk->nodes().size(); ++i) {
    SchemaNode& node = walk->nodes()[i];
    if (!node.checks.empty()) node.lowered[std::string(kChecksKeyword)] = i;
    definitions[std::to_string(i)] = std::move(node.lowered);
  }
  nlohmann::json document = nlohmann::json::object();
  document["definitions"] = std::move(definitions);
  document["anyOf"] = std::move(order);
  return document;
}

}  // namespace

absl::Status CheckSchemaSize(const Json& document) {
  std::vector<std::pair<const Json*, size_t>> open = {{&document, 1}};
  size_t values = 0;
  size_t bytes = 0;
  while (!open.empty()) {
    const auto [value, depth] = open.back();
    open.pop_back();
    if (++values > kMaxValues) {
      return ResourceExhausted("schema: more than {} values", kMaxValues);
    }
    if (depth > kMaxNesting) {
      return ResourceExhausted("schema: nested more than {} deep", kMaxNesting);
    }
    if (value->is_string()) {
      bytes += value->get_ref<const std::string&>().size();
    }
    if (value->is_array()) {
      for (const Json& child : *value) open.emplace_back(&child, depth + 1);
    } else if (value->is_object()) {
      for (const auto& [key, child] : value->get_ref<const Json::object_t&>()) {
        if (key.size() > kMaxKeyBytes) {
          return ResourceExhausted(
              "schema: a key of {} bytes, at most {} are "
              "allowed",
              key.size(), kMaxKeyBytes);
        }
        bytes += key.size();
        open.emplace_back(&child, depth + 1);
      }
    }
    if (bytes > kMaxBytes) {
      return ResourceExhausted("schema: more than {} bytes of text", kMaxBytes);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Lowered> Lower(const Json& schema) {
  CUPEL_ASSIGN_OR_RETURN(const Dialect dialect, DialectOf(schema));
  SchemaWalk walk(dialect);
  CUPEL_ASSIGN_OR_RETURN(const size_t root, walk.Visit(schema, Place{}));
  CUPEL_RETURN_IF_ERROR(ResolveAll(schema, &walk));
  CUPEL_RETURN_IF_ERROR(CheckLoops(walk));
  Lowered lowered;
  CUPEL_ASSIGN_OR_RETURN(lowered.document, MakeDocument(root, &walk));
  for (SchemaNode& node : walk.nodes()) {
    lowered.checks.push_back(std::move(node.checks));
  }
  lowered.name_patterns = std::move(walk.name_patterns());
  lowered.warnings = std::move(walk.warnings());
  return lowered;
}

}  // namespace cupel
