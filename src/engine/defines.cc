#include "engine/defines.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/status.h"
#include "rules/compiled_set.h"

namespace cupel {

absl::Status AddDefine(std::string_view name, ExternalValue value,
                       RuleOptions* options) {
  if (std::find(kFileExternals.begin(), kFileExternals.end(), name) !=
      kFileExternals.end()) {
    return MakeStatus(absl::StatusCode::kAlreadyExists,
                      "define '{}': each scan sets it for every file; choose "
                      "another name",
                      name);
  }
  if (std::any_of(options->defines.begin(), options->defines.end(),
                  [name](const auto& other) { return other.first == name; })) {
    return MakeStatus(absl::StatusCode::kAlreadyExists,
                      "define '{}': given before", name);
  }
  RuleOptions alone;
  alone.defines.emplace_back(std::string(name), std::move(value));
  CUPEL_RETURN_IF_ERROR(CheckDefines(alone));
  options->defines.push_back(std::move(alone.defines.front()));
  return absl::OkStatus();
}

}  // namespace cupel
