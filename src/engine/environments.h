// Environments of plugins over JSON text, as the C interface has them;
// environment/environment.h comes with this header.
#ifndef CUPEL_ENGINE_ENVIRONMENTS_H_
#define CUPEL_ENGINE_ENVIRONMENTS_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/secret_text.h"
#include "engine/variables.h"
#include "environment/environment.h"
#include "settings/keyring.h"

namespace cupel {

struct EnvironmentInput {
  std::shared_ptr<const Schema> schema;  // or
  std::string_view schema_text;          // this, or neither
  std::vector<std::string> keys;
  std::string_view settings;  // JSON; empty: none
  Variables variables;
  bool apply_defaults = false;
  std::string plugin;
};

// As Environment::Build.
absl::StatusOr<Environment> BuildEnvironment(EnvironmentInput input);
// Adds the process's variables that plugins may be given.
void AddPluginVariables(Variables* variables);

std::string ExplainJson(const Environment& environment);
SecretText ValuesJson(const Environment& environment, bool reveal);
absl::Status NoFingerprintKey();
// Hexadecimal, with the ring's sealing key. FAILED_PRECONDITION without one.
absl::StatusOr<std::string> EnvironmentFingerprint(
    const Environment& environment, const Keyring& keys);

}  // namespace cupel

#endif  // CUPEL_ENGINE_ENVIRONMENTS_H_
