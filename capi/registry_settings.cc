// Settings in a registry: what organisations set, sealed anew, moved.
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "capi/arguments.h"
#include "capi/catalogue.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/variables.h"
#include "cupel/cupel.h"
#include "engine/environments.h"

namespace {

using cupel::capi::BytesOf;
using cupel::capi::CatalogueOf;
using cupel::capi::ClearOut;
using cupel::capi::Guard;
using cupel::capi::NameOf;
using cupel::capi::SharedCatalogue;

constexpr uint32_t kKnownFlags =
    CUPEL_ENVIRONMENT_DEFAULTS | CUPEL_ENVIRONMENT_PROCESS;

// An organisation and a plugin, as every function here has them.
struct Row {
  std::string organisation;
  std::string plugin;
};

absl::StatusOr<Row> RowOf(cupel_view organisation, cupel_view plugin) {
  Row row;
  CUPEL_ASSIGN_OR_RETURN(row.organisation,
                         NameOf(organisation, "organisation"));
  CUPEL_ASSIGN_OR_RETURN(row.plugin, NameOf(plugin, "plugin"));
  return row;
}

}  // namespace

extern "C" {

cupel_status cupel_registry_get_settings(cupel_registry* registry,
                                         cupel_view organisation,
                                         cupel_view plugin, uint32_t flags,
                                         cupel_buffer** out,
                                         cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    CUPEL_ASSIGN_OR_RETURN(const Row row, RowOf(organisation, plugin));
    CUPEL_RETURN_IF_ERROR(
        cupel::capi::CheckFlags(flags, CUPEL_SETTINGS_REVEAL, "flags"));
    CUPEL_ASSIGN_OR_RETURN(
        cupel::SecretText settings,
        cupel::SettingsJson(*shared->registry, row.organisation, row.plugin,
                            (flags & CUPEL_SETTINGS_REVEAL) != 0));
    *out = new cupel_buffer(std::move(settings));
    return absl::OkStatus();
  });
}

cupel_status cupel_registry_put_settings(cupel_registry* registry,
                                         cupel_view organisation,
                                         cupel_view plugin, cupel_view settings,
                                         cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    CUPEL_ASSIGN_OR_RETURN(const Row row, RowOf(organisation, plugin));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text,
                           BytesOf(settings, "settings"));
    return cupel::PutSettingsText(*shared->registry, row.organisation,
                                  row.plugin, text);
  });
}

cupel_status cupel_registry_delete_settings(cupel_registry* registry,
                                            cupel_view organisation,
                                            cupel_view plugin,
                                            cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    CUPEL_ASSIGN_OR_RETURN(const Row row, RowOf(organisation, plugin));
    return shared->registry->DeleteSettings(row.organisation, row.plugin);
  });
}

cupel_status cupel_registry_clone_settings(cupel_registry* registry,
                                           cupel_view from_organisation,
                                           cupel_view to_organisation,
                                           cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    CUPEL_ASSIGN_OR_RETURN(const std::string from,
                           NameOf(from_organisation, "from_organisation"));
    CUPEL_ASSIGN_OR_RETURN(const std::string to,
                           NameOf(to_organisation, "to_organisation"));
    return shared->registry->CloneSettings(from, to);
  });
}

cupel_status cupel_registry_environment(
    cupel_registry* registry, cupel_view organisation, cupel_view plugin,
    const cupel_field* variables, size_t variable_count, uint32_t flags,
    cupel_environment** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    CUPEL_ASSIGN_OR_RETURN(const Row row, RowOf(organisation, plugin));
    CUPEL_RETURN_IF_ERROR(cupel::capi::CheckFlags(flags, kKnownFlags, "flags"));
    CUPEL_ASSIGN_OR_RETURN(cupel::Variables offered,
                           cupel::capi::VariablesOf(variables, variable_count));
    if ((flags & CUPEL_ENVIRONMENT_PROCESS) != 0) {
      cupel::AddPluginVariables(&offered);
    }
    CUPEL_ASSIGN_OR_RETURN(cupel::Environment built,
                           shared->registry->EnvironmentFor(
                               row.organisation, row.plugin, offered.list(),
                               (flags & CUPEL_ENVIRONMENT_DEFAULTS) != 0));
    auto handle = std::make_unique<cupel_environment>();
    handle->environment =
        std::make_shared<const cupel::Environment>(std::move(built));
    *out = handle.release();
    return absl::OkStatus();
  });
}

cupel_status cupel_registry_rotate(cupel_registry* registry,
                                   cupel_cancel* cancel,
                                   cupel_rotation_fn progress, void* user_data,
                                   cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    CUPEL_RETURN_IF_ERROR(cupel::capi::CheckOptionalHandle(cancel, "cancel"));
    // A share: the callback may free every handle.
    const auto token = cancel == nullptr ? nullptr : cancel->cancel;
    cupel::capi::Callbacks callbacks;
    const auto go_on = [&](uint64_t done, uint64_t total) {
      if (token != nullptr && token->triggered()) return false;
      return progress == nullptr || callbacks.Run([&] {
        return progress(user_data, done, total);
      }) == 0;
    };
    absl::StatusOr<std::string> json =
        cupel::RotateJson(*shared->registry, go_on);
    CUPEL_RETURN_IF_ERROR(callbacks.TakeFailure());
    CUPEL_RETURN_IF_ERROR(json.status());
    *out = new cupel_buffer(std::move(*json));
    return absl::OkStatus();
  });
}

cupel_status cupel_registry_export(cupel_registry* registry, cupel_buffer** out,
                                   cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    CUPEL_ASSIGN_OR_RETURN(std::string json,
                           cupel::ExportJson(*shared->registry));
    // A registry of plain rows has them plain here too.
    *out = new cupel_buffer(cupel::SecretText(std::move(json)));
    return absl::OkStatus();
  });
}

cupel_status cupel_registry_import(cupel_registry* registry,
                                   cupel_view document, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text,
                           BytesOf(document, "document"));
    return cupel::ImportCatalogue(*shared->registry, text);
  });
}

}  // extern "C"
