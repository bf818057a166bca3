// The errors that OpenKAT's API has a text for.
#ifndef CUPEL_REGISTRY_REGISTRY_ERRORS_H_
#define CUPEL_REGISTRY_REGISTRY_ERRORS_H_

#include <string_view>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {

inline absl::Status NoOrganisation(std::string_view id) {
  return NotFound("Organisation with id '{}' not found", EscapePrintable(id));
}

inline absl::Status NoPlugin(std::string_view id) {
  return NotFound("Plugin with id '{}' not found", EscapePrintable(id));
}

inline absl::Status NoSettings(std::string_view organisation,
                               std::string_view plugin) {
  return NotFound("Setting not found for organisation '{}' and plugin '{}'",
                  EscapePrintable(organisation), EscapePrintable(plugin));
}

inline absl::Status StaticPlugin(std::string_view id) {
  return FailedPrecondition(
      "Plugin with id '{}' is static, so updating it is not allowed",
      EscapePrintable(id));
}

inline absl::Status DuplicatePlugin(std::string_view field) {
  return MakeStatus(absl::StatusCode::kAlreadyExists,
                    "Duplicate plugin: a plugin with this {} already exists",
                    field);
}

}  // namespace cupel

#endif  // CUPEL_REGISTRY_REGISTRY_ERRORS_H_
