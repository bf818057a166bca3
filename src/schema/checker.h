// Holds a value against a schema that valijson parsed.
#ifndef CUPEL_SCHEMA_CHECKER_H_
#define CUPEL_SCHEMA_CHECKER_H_

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "format/json.h"
#include "format/json_fields.h"
#include "pattern/pattern.h"
#include "schema/place.h"
#include "schema/steps.h"
#include "valijson/constraints/concrete_constraints.hpp"
#include "valijson/constraints/constraint_visitor.hpp"
#include "valijson/subschema.hpp"

namespace cupel {

// A visitor of valijson's constraints in place of its own one, which runs
// std::regex on whatever it is given, copies the path at every step, has no
// bound on its work, and whose messages do not say what was expected. For one
// value.
class Checker final : public valijson::constraints::ConstraintVisitor {
 public:
  using NamePatterns = std::map<std::string, Pattern, std::less<>>;

  Checker(const NamePatterns& name_patterns, size_t steps, JsonIssues* issues)
      : name_patterns_(name_patterns), steps_(steps), issues_(issues) {}

  // If the work is more than the steps allow, that is an issue.
  void Run(const valijson::Subschema& schema, const Json& value);

  bool visit(const AllOfConstraint& constraint) override;
  bool visit(const AnyOfConstraint& constraint) override;
  bool visit(const ConditionalConstraint& constraint) override;
  bool visit(const ContainsConstraint& constraint) override;
  bool visit(const DependenciesConstraint& constraint) override;
  bool visit(const LinearItemsConstraint& constraint) override;
  bool visit(const MaxItemsConstraint& constraint) override;
  bool visit(const MaxLengthConstraint& constraint) override;
  bool visit(const MaxPropertiesConstraint& constraint) override;
  bool visit(const MinItemsConstraint& constraint) override;
  bool visit(const MinLengthConstraint& constraint) override;
  bool visit(const MinPropertiesConstraint& constraint) override;
  bool visit(const NotConstraint& constraint) override;
  bool visit(const OneOfConstraint& constraint) override;
  bool visit(const PolyConstraint& constraint) override;
  bool visit(const PropertiesConstraint& constraint) override;
  bool visit(const PropertyNamesConstraint& constraint) override;
  bool visit(const RequiredConstraint& constraint) override;
  bool visit(const SingularItemsConstraint& constraint) override;
  bool visit(const TypeConstraint& constraint) override;
  bool visit(const UniqueItemsConstraint& constraint) override;

  // Those that Lower() turns into Checks or leaves out.
  bool visit(const ConstConstraint&) override { return Unexpected(); }
  bool visit(const EnumConstraint&) override { return Unexpected(); }
  bool visit(const FormatConstraint&) override { return Unexpected(); }
  bool visit(const MaximumConstraint&) override { return Unexpected(); }
  bool visit(const MinimumConstraint&) override { return Unexpected(); }
  bool visit(const MultipleOfDoubleConstraint&) override {
    return Unexpected();
  }
  bool visit(const MultipleOfIntConstraint&) override { return Unexpected(); }
  bool visit(const PatternConstraint&) override { return Unexpected(); }

 private:
  struct Members;

  // Whether `value` fits; adds issues unless this is a question (Fits).
  bool Apply(const valijson::Subschema& schema, const Json& value,
             const Place& place);
  bool ApplyHere(const valijson::Subschema& schema) {
    return Apply(schema, *value_, *place_);
  }
  // The same without issues.
  bool Fits(const valijson::Subschema& schema, const Json& value);

  bool CheckProperties(const PropertiesConstraint& constraint,
                       Members* members);
  bool CheckNamePatterns(const PropertiesConstraint& constraint,
                         Members* members);
  bool CheckOthers(const PropertiesConstraint& constraint,
                   const Members& members);
  bool CheckItems(const valijson::Subschema* schema, size_t first);
  bool CheckCount(bool good, std::string_view type, std::string_view what,
                  size_t limit, std::string_view unit);
  const Json* Find(std::string_view key);

  // An issue at the present place, or at a child of it.
  bool Fail(std::string_view type, std::string message) {
    return FailAt(*place_, type, std::move(message));
  }
  bool FailAt(const Place& place, std::string_view type, std::string message);
  bool Unexpected();
  // Whether it makes sense to go on after something was wrong.
  bool GoOn() const { return !quiet_ && !Stopped(); }
  bool Stopped() const { return steps_.exhausted() || full_; }

  const NamePatterns& name_patterns_;
  Steps steps_;
  JsonIssues* issues_;
  size_t added_ = 0;
  bool full_ = false;   // no room for more issues
  bool quiet_ = false;  // only whether, not what
  size_t depth_ = 0;
  const Json* value_ = nullptr;
  const Place* place_ = nullptr;
};

}  // namespace cupel

#endif  // CUPEL_SCHEMA_CHECKER_H_
