#include "engine/settings.h"

#include <utility>

#include "base/status.h"
#include "engine/secret_json.h"
#include "format/base64.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

absl::StatusOr<Json> ParseSettings(std::string_view text) {
  CUPEL_ASSIGN_OR_RETURN(Json settings, ParseJson(text, "settings"));
  if (settings.is_object()) return settings;
  absl::Status status = InvalidArgument(
      "settings: expected an object, found {}", JsonTypeName(settings));
  WipeJson(&settings);
  return status;
}

std::string_view BytesOf(const BoxPublicKey& key) {
  return {reinterpret_cast<const char*>(key.data()), key.size()};
}

}  // namespace

absl::StatusOr<Keyring> CopyKeyring(const Keyring& keys) {
  Keyring copy;
  for (const std::string& id : keys.ids()) {
    CUPEL_ASSIGN_OR_RETURN(
        SettingsKey key, SettingsKey::FromText(keys.Find(id)->ToText().view()));
    CUPEL_RETURN_IF_ERROR(copy.Add(std::move(key)));
  }
  if (const BoxKeyPair* pair = keys.openkat()) {
    std::string secret = Base64Encode(pair->secret_key.view());
    const WipeAtEnd wipe(&secret);
    CUPEL_RETURN_IF_ERROR(
        copy.SetOpenKat(secret, Base64Encode(BytesOf(pair->public_key))));
  }
  return copy;
}

void AddSettingsVariables(Variables* variables) {
  variables->AddFromProcess({"CUPEL_SETTINGS_", "BOEFJES_KATALOGUS_",
                             "KATALOGUS_", "BOEFJES_ENCRYPTION_",
                             "ENCRYPTION_"});
}

std::string KeyringJson(const Keyring& keys) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("keys").BeginArray();
  for (const std::string& id : keys.ids()) json.String(id);
  json.EndArray();
  json.Key("sealing");
  if (const SettingsKey* key = keys.sealing_key()) {
    json.String(key->id);
  } else {
    json.Null();
  }
  json.Key("openkat").Bool(keys.has_openkat());
  json.EndObject();
  return out;
}

absl::StatusOr<std::string> SealSettingsText(std::string_view settings,
                                             const SettingsOwner& owner,
                                             SealFormat format,
                                             const Keyring& keys) {
  CUPEL_ASSIGN_OR_RETURN(Json json, ParseSettings(settings));
  const WipeJsonAtEnd wipe(&json);
  return SealSettings(json, owner, format, keys);
}

absl::StatusOr<SecretText> OpenSettingsText(std::string_view row,
                                            const SettingsOwner& owner,
                                            const Keyring& keys,
                                            bool allow_identity) {
  CUPEL_ASSIGN_OR_RETURN(Json json,
                         OpenSettings(row, owner, keys, allow_identity));
  const WipeJsonAtEnd wipe(&json);
  return PrintSecretJson(json);
}

absl::StatusOr<std::string> InspectSealedJson(std::string_view row) {
  CUPEL_ASSIGN_OR_RETURN(const SealedInfo info, InspectSealed(row));
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("format").String(SealFormatName(info.format));
  json.Key("key_id");
  if (info.key_id.empty()) {
    json.Null();
  } else {
    json.String(info.key_id);
  }
  json.EndObject();
  return out;
}

absl::StatusOr<std::string> SettingsTextFingerprint(std::string_view settings,
                                                    std::string_view plugin,
                                                    const Keyring& keys) {
  CUPEL_ASSIGN_OR_RETURN(Json json, ParseSettings(settings));
  const WipeJsonAtEnd wipe(&json);
  return SettingsFingerprint(json, plugin, keys);
}

absl::StatusOr<SecretText> MaskSettingsText(std::string_view settings,
                                            const Schema* schema) {
  CUPEL_ASSIGN_OR_RETURN(Json json, ParseSettings(settings));
  const WipeJsonAtEnd wipe(&json);
  Json masked = MaskSettings(json, schema);
  const WipeJsonAtEnd wipe_masked(&masked);
  return PrintSecretJson(masked);
}

}  // namespace cupel
