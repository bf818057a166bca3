// The settings box over JSON text, as the C interface has it; the keys
// (settings/keyring.h) and SettingsOwner (settings/sealed.h) come with this
// header.
#ifndef CUPEL_ENGINE_SETTINGS_H_
#define CUPEL_ENGINE_SETTINGS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/secret_text.h"
#include "engine/variables.h"
#include "schema/schema.h"
#include "settings/keyring.h"
#include "settings/sealed.h"

namespace cupel {

// A ring of its own with the same keys.
absl::StatusOr<Keyring> CopyKeyring(const Keyring& keys);
// Adds what Keyring::FromVariables and OpenKatFormat look at.
void AddSettingsVariables(Variables* variables);
// {"keys":[…],"sealing":"…","openkat":false}
std::string KeyringJson(const Keyring& keys);

// As SealSettings, OpenSettings, InspectSealed, SettingsFingerprint and
// MaskSettings.
absl::StatusOr<std::string> SealSettingsText(std::string_view settings,
                                             const SettingsOwner& owner,
                                             SealFormat format,
                                             const Keyring& keys);
absl::StatusOr<SecretText> OpenSettingsText(std::string_view row,
                                            const SettingsOwner& owner,
                                            const Keyring& keys,
                                            bool allow_identity);
absl::StatusOr<std::string> InspectSealedJson(std::string_view row);
absl::StatusOr<std::string> SettingsTextFingerprint(std::string_view settings,
                                                    std::string_view plugin,
                                                    const Keyring& keys);
// `schema` may be null.
absl::StatusOr<SecretText> MaskSettingsText(std::string_view settings,
                                            const Schema* schema);

}  // namespace cupel

#endif  // CUPEL_ENGINE_SETTINGS_H_
