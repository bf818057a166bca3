#include "capi/variables.h"

#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "capi/arguments.h"

namespace cupel::capi {

absl::StatusOr<Variables> VariablesOf(const cupel_field* variables,
                                      size_t count) {
  CUPEL_ASSIGN_OR_RETURN(const std::span<const cupel_field> list,
                         ListOf(variables, count, "variables"));
  Variables out;
  for (size_t i = 0; i < list.size(); ++i) {
    CUPEL_ASSIGN_OR_RETURN(
        const std::string name,
        NameOf(list[i].name, fmt::format("variables[{}].name", i)));
    CUPEL_ASSIGN_OR_RETURN(
        const std::string_view value,
        BytesOf(list[i].value, fmt::format("variables[{}].value", i)));
    out.Add(name, value);
  }
  return out;
}

}  // namespace cupel::capi
