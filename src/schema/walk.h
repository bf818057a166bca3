// The walk over a schema that lowers it; see lower.h.
#ifndef CUPEL_SCHEMA_WALK_H_
#define CUPEL_SCHEMA_WALK_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "format/json.h"
#include "schema/keywords.h"
#include "schema/lower.h"
#include "schema/place.h"

namespace cupel {

// A subschema on its way.
struct SchemaNode {
  nlohmann::json lowered = nlohmann::json::object();
  Checks checks;
  std::vector<size_t> leads_to;  // every other that it applies
  std::vector<size_t> in_place;  // those of them applied to the same value
};

// "$ref" of a node, to be resolved when all are known.
struct SchemaReference {
  size_t from = 0;
  std::string target;
  JsonPath path;
};

class SchemaWalk {
 public:
  explicit SchemaWalk(Dialect dialect) : dialect_(dialect) {}

  // The number of the node made of `schema` and, recursively, of all in it.
  absl::StatusOr<size_t> Visit(const Json& schema, const Place& at);

  std::deque<SchemaNode>& nodes() { return nodes_; }
  const std::vector<SchemaReference>& references() const { return references_; }
  const std::unordered_map<const Json*, size_t>& node_of() const {
    return node_of_;
  }
  std::map<std::string, Pattern, std::less<>>& name_patterns() {
    return name_patterns_;
  }
  std::vector<std::string>& warnings() { return warnings_; }

 private:
  absl::Status VisitKeyword(const Keyword& keyword, const Json& value,
                            const Json& schema, size_t node, const Place& at);
  absl::Status VisitNamed(const Keyword& keyword, const Json& value,
                          size_t node, const Place& at);
  absl::Status VisitSchema(const Keyword& keyword, const Json& value,
                           size_t node, const Place& at);
  absl::Status VisitSchemas(const Keyword& keyword, const Json& value,
                            size_t node, const Place& at);
  absl::Status VisitSchemaMap(const Keyword& keyword, const Json& value,
                              size_t node, const Place& at);
  absl::Status VisitItems(const Json& value, bool after_prefix, size_t node,
                          const Place& at);
  absl::Status VisitDependencies(const Json& value, size_t node,
                                 const Place& at);
  absl::Status VisitNames(const Keyword& keyword, const Json& value,
                          size_t node, const Place& at);
  absl::Status AddReference(const Json& value, size_t node, const Place& at);
  absl::Status AddNamePattern(const std::string& pattern, const Place& at);
  void Warn(const Place& at, std::string_view what);
  // Notes that `node` applies `child`; what stands for it in the document.
  nlohmann::json Link(size_t node, size_t child, bool in_place);

  const Dialect dialect_;
  size_t depth_ = 0;
  std::deque<SchemaNode> nodes_;
  std::vector<SchemaReference> references_;
  std::unordered_map<const Json*, size_t> node_of_;
  std::map<std::string, Pattern, std::less<>> name_patterns_;
  std::vector<std::string> warnings_;
};

// {"$ref":"#/definitions/3"}.
nlohmann::json DefinitionReference(size_t node);
// Adds one to "allOf".
void AddAllOf(nlohmann::json part, SchemaNode* node);

}  // namespace cupel

#endif  // CUPEL_SCHEMA_WALK_H_
