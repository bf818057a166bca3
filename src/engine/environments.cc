#include "engine/environments.h"

#include <utility>

#include "base/status.h"
#include "engine/schemas.h"
#include "engine/secret_json.h"

namespace cupel {

absl::StatusOr<Environment> BuildEnvironment(EnvironmentInput input) {
  if (!input.schema_text.empty()) {
    if (input.schema != nullptr) {
      return InvalidArgument(
          "the schema is given twice, as an object and as JSON");
    }
    CUPEL_ASSIGN_OR_RETURN(input.schema, CompileSchemaText(input.schema_text));
  }
  Json settings;
  const WipeJsonAtEnd wipe(&settings);
  if (!input.settings.empty()) {
    CUPEL_ASSIGN_OR_RETURN(settings, ParseJson(input.settings, "settings"));
    if (!settings.is_object()) {
      return InvalidArgument("settings: expected an object, found {}",
                             JsonTypeName(settings));
    }
  }
  EnvironmentRequest request;
  request.settings = std::move(settings);
  request.schema = input.schema.get();
  request.environment_keys = std::move(input.keys);
  request.variables = input.variables.Release();
  request.apply_defaults = input.apply_defaults;
  request.plugin = std::move(input.plugin);
  return Environment::Build(std::move(request));
}

void AddPluginVariables(Variables* variables) {
  variables->AddFromProcess({"BOEFJE_"});
}

std::string ExplainJson(const Environment& environment) {
  return PrintJson(environment.Explain());
}

SecretText ValuesJson(const Environment& environment, bool reveal) {
  Json values = environment.Values(!reveal);
  const WipeJsonAtEnd wipe(&values);
  return PrintSecretJson(values);
}

absl::Status NoFingerprintKey() {
  return FailedPrecondition(
      "the keyring has no key to make a fingerprint with: add one "
      "(CUPEL_SETTINGS_KEYS or CUPEL_SETTINGS_KEYS_FILE)");
}

absl::StatusOr<std::string> EnvironmentFingerprint(
    const Environment& environment, const Keyring& keys) {
  const SettingsKey* key = keys.sealing_key();
  if (key == nullptr) return NoFingerprintKey();
  return HexDigest(environment.Fingerprint(key->fingerprint_key));
}

}  // namespace cupel
