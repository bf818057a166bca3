// cupel_registry: the catalogue of plugins, organisations and what they
// enabled.
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "capi/arguments.h"
#include "capi/catalogue.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/settings.h"
#include "capi/structs.h"
#include "cupel/cupel.h"

namespace {

using cupel::capi::BytesOf;
using cupel::capi::CatalogueOf;
using cupel::capi::ClearOut;
using cupel::capi::Guard;
using cupel::capi::NameOf;
using cupel::capi::SharedCatalogue;

constexpr uint32_t kKnownFlags =
    CUPEL_REGISTRY_ALLOW_IDENTITY | CUPEL_REGISTRY_DEDUPLICATE;

absl::StatusOr<cupel::CatalogueOptions> OptionsOf(
    const cupel_registry_options* options) {
  cupel_registry_options o = CUPEL_REGISTRY_OPTIONS_INIT;
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CopyIn(options, &o, "cupel_registry_options"));
  CUPEL_RETURN_IF_ERROR(cupel::capi::CheckFlags(
      o.flags, kKnownFlags, "cupel_registry_options.flags"));
  CUPEL_RETURN_IF_ERROR(cupel::capi::CheckFlags(
      o.reserved, 0, "cupel_registry_options.reserved"));
  CUPEL_RETURN_IF_ERROR(cupel::capi::CheckOptionalHandle(o.keyring, "keyring"));
  cupel::CatalogueOptions to;
  to.allow_identity = (o.flags & CUPEL_REGISTRY_ALLOW_IDENTITY) != 0;
  to.deduplicate = (o.flags & CUPEL_REGISTRY_DEDUPLICATE) != 0;
  CUPEL_ASSIGN_OR_RETURN(
      to.seal_format, cupel::capi::SealFormatOf(o.seal_format, "seal_format"));
  if (o.database.size != 0) {
    CUPEL_ASSIGN_OR_RETURN(to.database, NameOf(o.database, "database"));
  }
  CUPEL_ASSIGN_OR_RETURN(
      const std::span<const cupel_view> folders,
      cupel::capi::ListOf(o.plugin_folders, o.plugin_folder_count,
                          "plugin_folders"));
  for (size_t i = 0; i < folders.size(); ++i) {
    CUPEL_ASSIGN_OR_RETURN(
        std::string folder,
        NameOf(folders[i], fmt::format("plugin_folders[{}]", i)));
    to.plugin_folders.push_back(std::move(folder));
  }
  if (o.keyring != nullptr) to.keys = o.keyring->keys.get();
  to.busy_timeout_ms = o.busy_timeout_ms;
  to.max_body_bytes = o.max_body_bytes;
  return to;
}

absl::StatusOr<cupel::OrganisationRow> RowOf(cupel_view id, cupel_view name,
                                             int32_t deduplicate) {
  cupel::OrganisationRow row;
  CUPEL_ASSIGN_OR_RETURN(row.id, NameOf(id, "id"));
  CUPEL_ASSIGN_OR_RETURN(row.name, NameOf(name, "name"));
  row.deduplicate = deduplicate != 0;
  return row;
}

}  // namespace

namespace cupel::capi {

absl::StatusOr<SharedCatalogue> CatalogueOf(const cupel_registry* registry) {
  CUPEL_RETURN_IF_ERROR(CheckHandle(registry, "registry"));
  return registry->catalogue;
}

}  // namespace cupel::capi

extern "C" {

cupel_status cupel_plugins_discover(cupel_view folder, cupel_buffer** out,
                                    cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const std::string path, NameOf(folder, "folder"));
    CUPEL_ASSIGN_OR_RETURN(std::string json, cupel::DiscoverPluginsJson(path));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_plugin_hash(cupel_view folder, cupel_buffer** out,
                               cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const std::string path, NameOf(folder, "folder"));
    CUPEL_ASSIGN_OR_RETURN(std::string json, cupel::PluginHashJson(path));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_registry_open(const cupel_registry_options* options,
                                 cupel_registry** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const cupel::CatalogueOptions opened,
                           OptionsOf(options));
    auto handle = std::make_unique<cupel_registry>();
    CUPEL_ASSIGN_OR_RETURN(handle->catalogue, cupel::OpenCatalogue(opened));
    *out = handle.release();
    return absl::OkStatus();
  });
}

cupel_status cupel_registry_rescan(cupel_registry* registry,
                                   cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    return shared->registry->Rescan();
  });
}

cupel_status cupel_registry_found_json(const cupel_registry* registry,
                                       cupel_buffer** out,
                                       cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    *out = new cupel_buffer(cupel::FoundJson(*shared->registry));
    return absl::OkStatus();
  });
}

void cupel_registry_free(cupel_registry* registry) {
  cupel::capi::Free(registry);
}

cupel_status cupel_registry_organisations_json(cupel_registry* registry,
                                               cupel_buffer** out,
                                               cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    CUPEL_ASSIGN_OR_RETURN(std::string json,
                           cupel::OrganisationsJson(*shared->registry));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_registry_add_organisation(cupel_registry* registry,
                                             cupel_view id, cupel_view name,
                                             int32_t deduplicate,
                                             cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    CUPEL_ASSIGN_OR_RETURN(const cupel::OrganisationRow row,
                           RowOf(id, name, deduplicate));
    return shared->registry->store().AddOrganisation(row);
  });
}

cupel_status cupel_registry_update_organisation(cupel_registry* registry,
                                                cupel_view id, cupel_view name,
                                                int32_t deduplicate,
                                                cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    CUPEL_ASSIGN_OR_RETURN(const cupel::OrganisationRow row,
                           RowOf(id, name, deduplicate));
    return shared->registry->store().UpdateOrganisation(row);
  });
}

cupel_status cupel_registry_delete_organisation(cupel_registry* registry,
                                                cupel_view id,
                                                cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    CUPEL_ASSIGN_OR_RETURN(const std::string name, NameOf(id, "id"));
    return shared->registry->store().DeleteOrganisation(name);
  });
}

cupel_status cupel_registry_plugins_json(cupel_registry* registry,
                                         cupel_view organisation,
                                         cupel_view query, cupel_buffer** out,
                                         cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    CUPEL_ASSIGN_OR_RETURN(const std::string whose,
                           NameOf(organisation, "organisation"));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text,
                           BytesOf(query, "query"));
    CUPEL_ASSIGN_OR_RETURN(std::string json,
                           cupel::PluginsJson(*shared->registry, whose, text));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_registry_plugin_json(cupel_registry* registry,
                                        cupel_view organisation,
                                        cupel_view plugin, cupel_buffer** out,
                                        cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    CUPEL_ASSIGN_OR_RETURN(const std::string whose,
                           NameOf(organisation, "organisation"));
    CUPEL_ASSIGN_OR_RETURN(const std::string id, NameOf(plugin, "plugin"));
    CUPEL_ASSIGN_OR_RETURN(std::string json,
                           cupel::PluginJson(*shared->registry, whose, id));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_registry_set_enabled(cupel_registry* registry,
                                        cupel_view organisation,
                                        cupel_view plugin, int32_t enabled,
                                        cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    CUPEL_ASSIGN_OR_RETURN(const std::string whose,
                           NameOf(organisation, "organisation"));
    CUPEL_ASSIGN_OR_RETURN(const std::string id, NameOf(plugin, "plugin"));
    return shared->registry->SetEnabled(whose, id, enabled != 0);
  });
}

}  // extern "C"
