// What libyara's modules say of files that are not of their type.
#ifndef CUPEL_RULES_PLAN_FORMULA_MODULES_H_
#define CUPEL_RULES_PLAN_FORMULA_MODULES_H_

#include <span>
#include <string_view>

#include "rules/plan/formula.h"

namespace cupel::plan {

// Without the header of its type…
enum class ModuleMember : uint8_t {
  kUnknown,    // nothing is known of it
  kUndefined,  // it is undefined; an array or dictionary is empty
  kFalse,      // it is undefined or 0
};

struct FileModule {
  std::string_view name;
  // Fields, and functions whatever they are called with. Constants and what is
  // set without a header are not among them. Sorted.
  std::span<const std::string_view> undefined;
  std::span<const std::string_view> zero;  // kFalse
};

// A test asks the libyara in use about each entry.
std::span<const FileModule> FileModules();

ModuleMember MemberOf(std::string_view module, std::string_view member);

// That the file begins like one of the module's type; kTrue for modules that
// look at any file.
Formula HeaderOf(std::string_view module);

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_FORMULA_MODULES_H_
