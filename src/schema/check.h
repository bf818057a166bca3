// Keywords about one value that have to be exact where valijson rounds (it
// keeps bounds as doubles), is unbounded (std::regex), or has other rules for
// what is equal.
#ifndef CUPEL_SCHEMA_CHECK_H_
#define CUPEL_SCHEMA_CHECK_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "format/json.h"
#include "schema/steps.h"

namespace cupel {

// One keyword with its value. Immutable.
class Check {
 public:
  virtual ~Check() = default;

  // Whether the value is good. Those of a type that the keyword does not speak
  // about are.
  virtual bool Passes(const Json& value, Steps* steps) const = 0;

  // For JsonIssue: the keyword, and what is wrong in words.
  const std::string& type() const { return type_; }
  const std::string& message() const { return message_; }

 protected:
  Check(std::string_view type, std::string message)
      : type_(type), message_(std::move(message)) {}

 private:
  std::string type_;
  std::string message_;
};

using Checks = std::vector<std::unique_ptr<const Check>>;

// For pattern, enum, const, multipleOf, minimum, maximum, exclusiveMinimum and
// exclusiveMaximum; a null pointer for every other keyword. The value has the
// keyword's shape and must outlive the check.
absl::StatusOr<std::unique_ptr<const Check>> MakeCheck(std::string_view keyword,
                                                       const Json& value);

}  // namespace cupel

#endif  // CUPEL_SCHEMA_CHECK_H_
