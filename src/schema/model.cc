#include "schema/model.h"

#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "schema/checker.h"
#include "schema/checks_constraint.h"
#include "valijson/adapters/nlohmann_json_adapter.hpp"
#include "valijson/constraint_builder.hpp"
#include "valijson/schema.hpp"
#include "valijson/schema_parser.hpp"

namespace cupel {
namespace {

// Pieces of work for one validation: well under a second.
constexpr size_t kMaxSteps = 4000000;
constexpr size_t kMaxValueDepth = 128;

class ChecksBuilder final : public valijson::ConstraintBuilder {
 public:
  explicit ChecksBuilder(const std::vector<Checks>* checks) : checks_(checks) {}

  valijson::constraints::Constraint* make(
      const valijson::adapters::Adapter& index) const override {
    return new ChecksConstraint(
        &checks_->at(static_cast<size_t>(index.getInteger())));
  }

 private:
  const std::vector<Checks>* checks_;
};

// What the last entry of the document's list is; see Lowered::document.
const valijson::Subschema* RootOf(const valijson::Schema& schema) {
  const valijson::Subschema* root = nullptr;
  valijson::Subschema::ApplyFunction find =
      [&root](const valijson::constraints::Constraint& constraint) {
        const auto* const list =
            dynamic_cast<const valijson::constraints::AnyOfConstraint*>(
                &constraint);
        if (list == nullptr) return true;
        list->applyToSubschemas(
            [&root](unsigned int, const valijson::Subschema* subschema) {
              root = subschema;
              return true;
            });
        return true;
      };
  schema.root()->apply(find);
  return root;
}

bool DeeperThan(const Json& value, size_t depth) {
  if (!value.is_structured()) return false;
  if (depth == 0) return true;
  for (const Json& child : value) {
    if (DeeperThan(child, depth - 1)) return true;
  }
  return false;
}

}  // namespace

struct SchemaModel::Parsed {
  Lowered lowered;
  valijson::Schema schema;
  const valijson::Subschema* root = nullptr;
};

SchemaModel::SchemaModel(std::unique_ptr<const Parsed> parsed)
    : parsed_(std::move(parsed)) {}
SchemaModel::SchemaModel(SchemaModel&&) noexcept = default;
SchemaModel& SchemaModel::operator=(SchemaModel&&) noexcept = default;
SchemaModel::~SchemaModel() = default;

absl::StatusOr<SchemaModel> SchemaModel::Parse(Lowered lowered) {
  auto parsed = std::make_unique<Parsed>();
  parsed->lowered = std::move(lowered);
  try {
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    auto builder = std::make_unique<ChecksBuilder>(&parsed->lowered.checks);
    parser.addConstraintBuilder(std::string(kChecksKeyword), builder.get());
    (void)builder.release();  // the parser's now
    const valijson::adapters::NlohmannJsonAdapter document(
        parsed->lowered.document);
    parser.populateSchema(document, parsed->schema);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& e) {
    return Internal("schema: valijson does not take it: {}", e.what());
  }
  parsed->root = RootOf(parsed->schema);
  if (parsed->root == nullptr) {
    return Internal("schema: valijson lost the root of it");
  }
  parsed->lowered.document = nullptr;
  return SchemaModel(std::move(parsed));
}

void SchemaModel::Validate(const Json& value, JsonIssues* issues) const {
  if (DeeperThan(value, kMaxValueDepth)) {
    issues->Add({}, "too_complex", "nested too deeply to be checked");
    return;
  }
  Checker checker(parsed_->lowered.name_patterns, kMaxSteps, issues);
  checker.Run(*parsed_->root, value);
}

}  // namespace cupel
