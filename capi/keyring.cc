// cupel_keyring: the keys that settings are sealed with.
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/variables.h"
#include "cupel/cupel.h"
#include "engine/settings.h"

namespace {

using cupel::Keyring;
using cupel::SealFormat;
using cupel::capi::BytesOf;
using cupel::capi::CheckHandle;
using cupel::capi::ClearOut;
using cupel::capi::Guard;

absl::StatusOr<cupel::Variables> SettingsVariables(const cupel_field* variables,
                                                   size_t count,
                                                   uint32_t flags) {
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CheckFlags(flags, CUPEL_VARIABLES_PROCESS, "flags"));
  CUPEL_ASSIGN_OR_RETURN(cupel::Variables all,
                         cupel::capi::VariablesOf(variables, count));
  if ((flags & CUPEL_VARIABLES_PROCESS) != 0) {
    cupel::AddSettingsVariables(&all);
  }
  return all;
}

cupel_keyring* NewKeyring(Keyring keys) {
  auto handle = std::make_unique<cupel_keyring>();
  handle->keys = std::make_shared<Keyring>(std::move(keys));
  return handle.release();
}

}  // namespace

extern "C" {

cupel_status cupel_keyring_new(cupel_keyring** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    *out = NewKeyring(Keyring());
    return absl::OkStatus();
  });
}

cupel_status cupel_keyring_from_environment(const cupel_field* variables,
                                            size_t variable_count,
                                            uint32_t flags, cupel_keyring** out,
                                            cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const cupel::Variables all,
                           SettingsVariables(variables, variable_count, flags));
    CUPEL_ASSIGN_OR_RETURN(Keyring keys, Keyring::FromVariables(all.list()));
    *out = NewKeyring(std::move(keys));
    return absl::OkStatus();
  });
}

cupel_status cupel_keyring_add_key(cupel_keyring* keyring, cupel_view text,
                                   cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(keyring, "keyring"));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view bytes, BytesOf(text, "text"));
    CUPEL_ASSIGN_OR_RETURN(cupel::SettingsKey key,
                           cupel::SettingsKey::FromText(bytes));
    return keyring->keys->Add(std::move(key));
  });
}

cupel_status cupel_keyring_set_openkat(cupel_keyring* keyring,
                                       cupel_view private_key,
                                       cupel_view public_key,
                                       cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(keyring, "keyring"));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view secret,
                           BytesOf(private_key, "private_key"));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view open,
                           BytesOf(public_key, "public_key"));
    return keyring->keys->SetOpenKat(secret, open);
  });
}

cupel_status cupel_keyring_generate_key(cupel_buffer** out,
                                        cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    *out = new cupel_buffer(
        cupel::SecretText(cupel::SettingsKey::Generate().ToText().view()));
    return absl::OkStatus();
  });
}

cupel_status cupel_keyring_json(const cupel_keyring* keyring,
                                cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(keyring, "keyring"));
    *out = new cupel_buffer(cupel::KeyringJson(*keyring->keys));
    return absl::OkStatus();
  });
}

void cupel_keyring_free(cupel_keyring* keyring) { cupel::capi::Free(keyring); }

cupel_status cupel_seal_format_from_environment(const cupel_field* variables,
                                                size_t variable_count,
                                                uint32_t flags,
                                                cupel_seal_format* out,
                                                cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    if (out == nullptr) return cupel::InvalidArgument("out is NULL");
    CUPEL_ASSIGN_OR_RETURN(const cupel::Variables all,
                           SettingsVariables(variables, variable_count, flags));
    CUPEL_ASSIGN_OR_RETURN(const std::optional<SealFormat> format,
                           Keyring::OpenKatFormat(all.list()));
    if (!format.has_value()) {
      return cupel::NotFound("BOEFJES_ENCRYPTION_MIDDLEWARE is not set");
    }
    *out = static_cast<cupel_seal_format>(*format);
    return absl::OkStatus();
  });
}

}  // extern "C"
