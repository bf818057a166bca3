// External variables of rules, checked as they come in.
#ifndef CUPEL_ENGINE_DEFINES_H_
#define CUPEL_ENGINE_DEFINES_H_

#include <string_view>

#include "absl/status/status.h"
#include "rules/rule_set.h"

namespace cupel {

// Appends to options->defines. kAlreadyExists for a name that was defined
// before, or that every scan sets itself; kInvalidArgument for one that rules
// cannot use and for a string with a NUL in it.
absl::Status AddDefine(std::string_view name, ExternalValue value,
                       RuleOptions* options);

}  // namespace cupel

#endif  // CUPEL_ENGINE_DEFINES_H_
