// cupel_environment: what a plugin gets.
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/structs.h"
#include "capi/variables.h"
#include "cupel/cupel.h"
#include "engine/environments.h"

namespace {

using cupel::EnvironmentOrigin;
using cupel::capi::Alive;
using cupel::capi::CheckHandle;
using cupel::capi::ClearOut;
using cupel::capi::Guard;

static_assert(
    CUPEL_ORIGIN_SETTINGS == static_cast<int>(EnvironmentOrigin::kSettings) &&
    CUPEL_ORIGIN_SYSTEM == static_cast<int>(EnvironmentOrigin::kSystem) &&
    CUPEL_ORIGIN_DEFAULT == static_cast<int>(EnvironmentOrigin::kDefault));

constexpr uint32_t kKnownFlags =
    CUPEL_ENVIRONMENT_DEFAULTS | CUPEL_ENVIRONMENT_PROCESS;

absl::StatusOr<cupel::EnvironmentInput> InputOf(
    const cupel_environment_options* options) {
  if (options == nullptr) return cupel::InvalidArgument("options is NULL");
  cupel_environment_options o = CUPEL_ENVIRONMENT_OPTIONS_INIT;
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CopyIn(options, &o, "cupel_environment_options"));
  CUPEL_RETURN_IF_ERROR(cupel::capi::CheckFlags(
      o.flags, kKnownFlags, "cupel_environment_options.flags"));
  CUPEL_RETURN_IF_ERROR(cupel::capi::CheckFlags(
      o.reserved, 0, "cupel_environment_options.reserved"));
  CUPEL_RETURN_IF_ERROR(cupel::capi::CheckOptionalHandle(o.schema, "schema"));
  cupel::EnvironmentInput input;
  if (o.schema != nullptr) input.schema = o.schema->schema;
  CUPEL_ASSIGN_OR_RETURN(input.schema_text,
                         cupel::capi::BytesOf(o.schema_json, "schema_json"));
  CUPEL_ASSIGN_OR_RETURN(const std::span<const cupel_view> keys,
                         cupel::capi::ListOf(o.keys, o.key_count, "keys"));
  for (size_t i = 0; i < keys.size(); ++i) {
    CUPEL_ASSIGN_OR_RETURN(
        std::string key,
        cupel::capi::NameOf(keys[i], fmt::format("keys[{}]", i)));
    input.keys.push_back(std::move(key));
  }
  CUPEL_ASSIGN_OR_RETURN(input.settings,
                         cupel::capi::BytesOf(o.settings, "settings"));
  CUPEL_ASSIGN_OR_RETURN(
      cupel::Variables variables,
      cupel::capi::VariablesOf(o.variables, o.variable_count));
  if ((o.flags & CUPEL_ENVIRONMENT_PROCESS) != 0) {
    cupel::AddPluginVariables(&variables);
  }
  input.variables = std::move(variables);
  input.apply_defaults = (o.flags & CUPEL_ENVIRONMENT_DEFAULTS) != 0;
  CUPEL_ASSIGN_OR_RETURN(input.plugin, cupel::capi::TextOf(o.plugin, "plugin"));
  return input;
}

absl::StatusOr<const cupel::EnvironmentEntry*> EntryOf(
    const cupel_environment* environment, size_t index) {
  CUPEL_RETURN_IF_ERROR(CheckHandle(environment, "environment"));
  const auto& entries = environment->environment->entries();
  if (index < entries.size()) return &entries[index];
  return cupel::MakeStatus(absl::StatusCode::kOutOfRange,
                           "no variable {}: there are {}", index,
                           entries.size());
}

}  // namespace

extern "C" {

cupel_status cupel_environment_build(const cupel_environment_options* options,
                                     cupel_environment** out,
                                     cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(cupel::EnvironmentInput input, InputOf(options));
    CUPEL_ASSIGN_OR_RETURN(cupel::Environment built,
                           cupel::BuildEnvironment(std::move(input)));
    auto handle = std::make_unique<cupel_environment>();
    handle->environment =
        std::make_shared<const cupel::Environment>(std::move(built));
    *out = handle.release();
    return absl::OkStatus();
  });
}

size_t cupel_environment_count(const cupel_environment* environment) {
  if (Alive(environment) == nullptr) return 0;
  return environment->environment->entries().size();
}

cupel_status cupel_environment_get_entry(const cupel_environment* environment,
                                         size_t index,
                                         cupel_environment_entry* out,
                                         cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const cupel::EnvironmentEntry* from,
                           EntryOf(environment, index));
    cupel_environment_entry to{};
    to.flags = (from->secret ? uint32_t{CUPEL_ENTRY_SECRET} : 0) |
               (from->converted ? uint32_t{CUPEL_ENTRY_CONVERTED} : 0);
    to.origin = static_cast<cupel_environment_origin>(from->origin);
    to.key = cupel::capi::ToView(from->key);
    to.value_size = from->value.size();
    return cupel::capi::CopyOut(to, out, "cupel_environment_entry");
  });
}

cupel_status cupel_environment_value(const cupel_environment* environment,
                                     size_t index, cupel_buffer** out,
                                     cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const cupel::EnvironmentEntry* entry,
                           EntryOf(environment, index));
    *out = new cupel_buffer(cupel::SecretText(entry->value.view()));
    return absl::OkStatus();
  });
}

cupel_status cupel_environment_copy_value(const cupel_environment* environment,
                                          size_t index, uint8_t* to,
                                          size_t size, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const cupel::EnvironmentEntry* entry,
                           EntryOf(environment, index));
    if (to == nullptr && size != 0) return cupel::InvalidArgument("to is NULL");
    const cupel::Secret& value = entry->value;
    if (value.size() > size) {
      return cupel::MakeStatus(absl::StatusCode::kOutOfRange,
                               "the value takes {} bytes, and there is room "
                               "for {}",
                               value.size(), size);
    }
    if (!value.empty()) std::memcpy(to, value.data(), value.size());
    return absl::OkStatus();
  });
}

int32_t cupel_environment_uses_system(const cupel_environment* environment) {
  return Alive(environment) != nullptr &&
                 environment->environment->uses_system()
             ? 1
             : 0;
}

cupel_status cupel_environment_explain(const cupel_environment* environment,
                                       cupel_buffer** out,
                                       cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(environment, "environment"));
    *out = new cupel_buffer(cupel::ExplainJson(*environment->environment));
    return absl::OkStatus();
  });
}

cupel_status cupel_environment_values_json(const cupel_environment* environment,
                                           uint32_t flags, cupel_buffer** out,
                                           cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(environment, "environment"));
    CUPEL_RETURN_IF_ERROR(
        cupel::capi::CheckFlags(flags, CUPEL_VALUES_REVEAL, "flags"));
    *out = new cupel_buffer(cupel::ValuesJson(
        *environment->environment, (flags & CUPEL_VALUES_REVEAL) != 0));
    return absl::OkStatus();
  });
}

cupel_status cupel_environment_fingerprint(const cupel_environment* environment,
                                           const cupel_keyring* keyring,
                                           cupel_buffer** out,
                                           cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(environment, "environment"));
    CUPEL_RETURN_IF_ERROR(CheckHandle(keyring, "keyring"));
    CUPEL_ASSIGN_OR_RETURN(std::string digest,
                           cupel::EnvironmentFingerprint(
                               *environment->environment, *keyring->keys));
    *out = new cupel_buffer(std::move(digest));
    return absl::OkStatus();
  });
}

void cupel_environment_free(cupel_environment* environment) {
  cupel::capi::Free(environment);
}

}  // extern "C"
