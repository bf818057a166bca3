#include "schema/schema.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/status.h"
#include "schema/lower.h"
#include "schema/model.h"
#include "schema/number.h"
#include "schema/references.h"

namespace cupel {
namespace {

constexpr size_t kMaxWarnings = 100;

const Json* Member(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  for (const auto& [key, value] : object.get_ref<const Json::object_t&>()) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string_view TypeOf(const Json& value) {
  if (value.is_string()) return "string";
  if (value.is_boolean()) return "boolean";
  if (value.is_null()) return "null";
  if (value.is_array()) return "array";
  if (value.is_object()) return "object";
  return IsInteger(value) ? "integer" : "number";
}

void AddType(std::string_view type, std::vector<std::string>* types) {
  if (std::find(types->begin(), types->end(), type) == types->end()) {
    types->emplace_back(type);
  }
}

std::vector<std::string> TypesIn(const Json& schema) {
  std::vector<std::string> types;
  if (const Json* const type = Member(schema, "type"); type != nullptr) {
    if (type->is_string()) return {type->get<std::string>()};
    for (const Json& name : *type) types.push_back(name.get<std::string>());
  } else if (const Json* const values = Member(schema, "enum");
             values != nullptr) {
    for (const Json& value : *values) AddType(TypeOf(value), &types);
  } else if (const Json* const value = Member(schema, "const");
             value != nullptr) {
    AddType(TypeOf(*value), &types);
  }
  return types;
}

// The schema is known to be good: Lower() has been over it.
class CompiledSchema final : public Schema {
 public:
  explicit CompiledSchema(const Json& document)
      : document_(std::make_unique<const Json>(document)) {}

  absl::Status Compile() {
    CUPEL_ASSIGN_OR_RETURN(Lowered lowered, Lower(*document_));
    warnings_ = std::move(lowered.warnings);
    CUPEL_ASSIGN_OR_RETURN(SchemaModel model,
                           SchemaModel::Parse(std::move(lowered)));
    model_ = std::make_unique<const SchemaModel>(std::move(model));
    FindTop();
    return absl::OkStatus();
  }

  void Validate(const Json& value, JsonIssues* issues) const override {
    model_->Validate(value, issues);
  }
  const std::vector<std::string>& warnings() const override {
    return warnings_;
  }
  const Json& document() const override { return *document_; }
  const std::vector<std::string>& properties() const override {
    return properties_;
  }
  std::vector<std::string> TypesOf(std::string_view name) const override;
  const Json* DefaultOf(std::string_view name) const override {
    const Json* const property = Property(name);
    return property == nullptr ? nullptr : Member(*property, "default");
  }
  bool IsSecret(std::string_view name) const override {
    return std::binary_search(secrets_.begin(), secrets_.end(), name);
  }

 private:
  void FindTop();
  const Json* Property(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }

  // On its own, because the model points into it.
  std::unique_ptr<const Json> document_;
  std::unique_ptr<const SchemaModel> model_;
  std::vector<std::string> properties_;
  std::unordered_map<std::string_view, const Json*> by_name_;
  std::vector<std::string> secrets_;
  std::vector<std::string> warnings_;
};

void CompiledSchema::FindTop() {
  if (const Json* const all = Member(*document_, "properties");
      all != nullptr) {
    for (const auto& [key, value] : all->get_ref<const Json::object_t&>()) {
      properties_.push_back(key);
      by_name_.emplace(key, &value);
    }
  }
  if (const Json* const names = Member(*document_, "secret");
      names != nullptr) {
    for (const Json& name : *names) {
      secrets_.push_back(name.get<std::string>());
      if (Property(secrets_.back()) == nullptr &&
          warnings_.size() < kMaxWarnings) {
        warnings_.push_back("$.secret: names what is no property");
      }
    }
  }
  std::sort(secrets_.begin(), secrets_.end());
}

std::vector<std::string> CompiledSchema::TypesOf(std::string_view name) const {
  const Json* schema = Property(name);
  if (schema == nullptr) return {};
  // It was checked that references end.
  while (true) {
    std::vector<std::string> types = TypesIn(*schema);
    const Json* const reference = Member(*schema, "$ref");
    if (!types.empty() || reference == nullptr) return types;
    const auto target =
        ResolveReference(*document_, reference->get_ref<const std::string&>());
    if (!target.ok()) return {};
    schema = *target;
  }
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Schema>> Schema::Compile(
    const Json& schema) {
  CUPEL_RETURN_IF_ERROR(CheckSchemaSize(schema));
  auto compiled = std::make_shared<CompiledSchema>(schema);
  CUPEL_RETURN_IF_ERROR(compiled->Compile());
  return compiled;
}

}  // namespace cupel
