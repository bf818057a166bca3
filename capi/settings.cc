// Sealing the settings of plugins, and opening them.
#include "capi/settings.h"

#include <string>
#include <utility>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"

namespace cupel::capi {

static_assert(CUPEL_SEAL_CUPEL == static_cast<int>(SealFormat::kCupel) &&
              CUPEL_SEAL_OPENKAT_NACL_SEALBOX ==
                  static_cast<int>(SealFormat::kOpenKatNaclSealbox) &&
              CUPEL_SEAL_OPENKAT_IDENTITY ==
                  static_cast<int>(SealFormat::kOpenKatIdentity));

absl::StatusOr<SealFormat> SealFormatOf(cupel_seal_format format,
                                        std::string_view name) {
  if (format < CUPEL_SEAL_CUPEL || format > CUPEL_SEAL_OPENKAT_IDENTITY) {
    return InvalidArgument("{} is {}, which this version does not know", name,
                           format);
  }
  return static_cast<SealFormat>(format);
}

namespace {

absl::StatusOr<SettingsOwner> OwnerOf(cupel_view organisation,
                                      cupel_view plugin) {
  SettingsOwner owner;
  CUPEL_ASSIGN_OR_RETURN(owner.organisation,
                         NameOf(organisation, "organisation"));
  CUPEL_ASSIGN_OR_RETURN(owner.plugin, NameOf(plugin, "plugin"));
  return owner;
}

// True if rows of plain JSON may be read.
absl::StatusOr<bool> AllowIdentity(uint32_t flags) {
  CUPEL_RETURN_IF_ERROR(
      CheckFlags(flags, CUPEL_SETTINGS_ALLOW_IDENTITY, "flags"));
  return (flags & CUPEL_SETTINGS_ALLOW_IDENTITY) != 0;
}

}  // namespace
}  // namespace cupel::capi

using cupel::SettingsOwner;
using cupel::capi::BytesOf;
using cupel::capi::CheckHandle;
using cupel::capi::ClearOut;
using cupel::capi::Guard;
using cupel::capi::OwnerOf;

extern "C" {

cupel_status cupel_settings_seal(const cupel_keyring* keyring,
                                 cupel_view organisation, cupel_view plugin,
                                 cupel_view settings, cupel_seal_format format,
                                 cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(keyring, "keyring"));
    CUPEL_ASSIGN_OR_RETURN(const SettingsOwner owner,
                           OwnerOf(organisation, plugin));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text,
                           BytesOf(settings, "settings"));
    CUPEL_ASSIGN_OR_RETURN(const cupel::SealFormat as,
                           cupel::capi::SealFormatOf(format, "format"));
    CUPEL_ASSIGN_OR_RETURN(
        std::string row,
        cupel::SealSettingsText(text, owner, as, *keyring->keys));
    // Plain JSON is a secret too.
    *out = new cupel_buffer(cupel::SecretText(std::move(row)));
    return absl::OkStatus();
  });
}

cupel_status cupel_settings_open(const cupel_keyring* keyring,
                                 cupel_view organisation, cupel_view plugin,
                                 cupel_view row, uint32_t flags,
                                 cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(keyring, "keyring"));
    CUPEL_ASSIGN_OR_RETURN(const SettingsOwner owner,
                           OwnerOf(organisation, plugin));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text, BytesOf(row, "row"));
    CUPEL_ASSIGN_OR_RETURN(const bool identity,
                           cupel::capi::AllowIdentity(flags));
    CUPEL_ASSIGN_OR_RETURN(
        cupel::SecretText settings,
        cupel::OpenSettingsText(text, owner, *keyring->keys, identity));
    *out = new cupel_buffer(std::move(settings));
    return absl::OkStatus();
  });
}

cupel_status cupel_settings_reseal(const cupel_keyring* keyring,
                                   cupel_view organisation, cupel_view plugin,
                                   cupel_view row, cupel_seal_format format,
                                   uint32_t flags, cupel_buffer** out,
                                   cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(keyring, "keyring"));
    CUPEL_ASSIGN_OR_RETURN(const SettingsOwner owner,
                           OwnerOf(organisation, plugin));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text, BytesOf(row, "row"));
    CUPEL_ASSIGN_OR_RETURN(const cupel::SealFormat as,
                           cupel::capi::SealFormatOf(format, "format"));
    CUPEL_ASSIGN_OR_RETURN(const bool identity,
                           cupel::capi::AllowIdentity(flags));
    CUPEL_ASSIGN_OR_RETURN(
        std::string resealed,
        cupel::ResealSettings(text, owner, as, *keyring->keys, identity));
    *out = new cupel_buffer(cupel::SecretText(std::move(resealed)));
    return absl::OkStatus();
  });
}

cupel_status cupel_settings_inspect(cupel_view row, cupel_buffer** out,
                                    cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text, BytesOf(row, "row"));
    CUPEL_ASSIGN_OR_RETURN(std::string json, cupel::InspectSealedJson(text));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_settings_fingerprint(const cupel_keyring* keyring,
                                        cupel_view plugin, cupel_view settings,
                                        cupel_buffer** out,
                                        cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(keyring, "keyring"));
    CUPEL_ASSIGN_OR_RETURN(const std::string name,
                           cupel::capi::NameOf(plugin, "plugin"));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text,
                           BytesOf(settings, "settings"));
    CUPEL_ASSIGN_OR_RETURN(
        std::string fingerprint,
        cupel::SettingsTextFingerprint(text, name, *keyring->keys));
    *out = new cupel_buffer(std::move(fingerprint));
    return absl::OkStatus();
  });
}

cupel_status cupel_settings_mask(cupel_view settings,
                                 const cupel_schema* schema, cupel_buffer** out,
                                 cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(cupel::capi::CheckOptionalHandle(schema, "schema"));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text,
                           BytesOf(settings, "settings"));
    CUPEL_ASSIGN_OR_RETURN(
        cupel::SecretText masked,
        cupel::MaskSettingsText(
            text, schema == nullptr ? nullptr : schema->schema.get()));
    *out = new cupel_buffer(std::move(masked));
    return absl::OkStatus();
  });
}

}  // extern "C"
