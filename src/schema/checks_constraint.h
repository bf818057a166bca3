// Checks among the constraints of valijson.
#ifndef CUPEL_SCHEMA_CHECKS_CONSTRAINT_H_
#define CUPEL_SCHEMA_CHECKS_CONSTRAINT_H_

#include <cstddef>
#include <new>
#include <string>
#include <vector>

#include "schema/check.h"
#include "valijson/constraints/concrete_constraints.hpp"

namespace cupel {

// Stands for the checks of one subschema, which it does not own.
class ChecksConstraint final : public valijson::constraints::PolyConstraint {
 public:
  explicit ChecksConstraint(const Checks* checks) : checks_(checks) {}

  const Checks& checks() const { return *checks_; }

  // Only valijson's own visitor asks; Checker does the checks itself.
  bool validate(const valijson::adapters::Adapter&,
                const std::vector<std::string>&,
                valijson::ValidationResults*) const override {
    return false;
  }

 private:
  valijson::constraints::Constraint* cloneInto(void* memory) const override {
    return new (memory) ChecksConstraint(checks_);
  }
  size_t sizeOf() const override { return sizeof(ChecksConstraint); }

  const Checks* checks_;
};

}  // namespace cupel

#endif  // CUPEL_SCHEMA_CHECKS_CONSTRAINT_H_
