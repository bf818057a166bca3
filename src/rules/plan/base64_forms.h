// How a text looks inside of base64.
#ifndef CUPEL_RULES_PLAN_BASE64_FORMS_H_
#define CUPEL_RULES_PLAN_BASE64_FORMS_H_

#include <string>
#include <vector>

#include "rules/ast/ast.h"

namespace cupel::plan {

// Each of `forms` at each of the three places that it can have in a group of
// three bytes, without the characters that depend on what stands beside it; for
// base64wide, wide. Some may be empty.
std::vector<std::string> Base64Forms(const std::vector<std::string>& forms,
                                     const ast::String& string);

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_BASE64_FORMS_H_
