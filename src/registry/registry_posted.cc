// Plugins that are posted, changed and deleted.
#include <algorithm>
#include <iterator>
#include <span>

#include "base/status.h"
#include "registry/registry_errors.h"
#include "registry/registry_impl.h"

namespace cupel {
namespace {

constexpr std::string_view kOfBoefjes[] = {
    "name",     "version",   "created",       "description", "scan_level",
    "consumes", "produces",  "boefje_schema", "cron",        "interval",
    "run_on",   "oci_image", "oci_arguments"};
constexpr std::string_view kOfNormalizers[] = {
    "name", "version", "created", "description", "consumes", "produces"};

// OpenKAT lets these be changed and ignores all else.
std::span<const std::string_view> Changeable(PluginKind kind) {
  if (kind == PluginKind::kNormalizer) return kOfNormalizers;
  return kOfBoefjes;
}

}  // namespace

absl::Status RegistryImpl::CheckName(std::string_view name, PluginKind kind,
                                     std::string_view id) {
  if (local()->HasName(name, kind)) return DuplicatePlugin("name");
  CUPEL_ASSIGN_OR_RETURN(const std::vector<PluginRow> rows, store().Plugins());
  const bool taken =
      std::any_of(rows.begin(), rows.end(), [&](const PluginRow& row) {
        return !row.is_static && row.name == name &&
               row.type == PluginKindName(kind) && row.id != id;
      });
  return taken ? DuplicatePlugin("name") : absl::OkStatus();
}

absl::Status RegistryImpl::AddPlugin(PluginManifest manifest) {
  const PluginKind kind = manifest.kind;
  CUPEL_ASSIGN_OR_RETURN(const PluginRow row, PostedRow(std::move(manifest)));
  CUPEL_RETURN_IF_ERROR(CheckPluginId(row.id));
  if (local()->Find(row.id) != nullptr) return DuplicatePlugin("id");
  return store().Atomically([&]() -> absl::Status {
    const auto there = store().Plugin(row.id);
    if (there.ok() && !there->is_static) return DuplicatePlugin("id");
    if (!there.ok() && !absl::IsNotFound(there.status())) {
      return there.status();
    }
    CUPEL_RETURN_IF_ERROR(CheckName(row.name, kind, row.id));
    // The shadow of a plugin whose folder is gone makes room.
    return there.ok() ? store().UpdatePlugin(row) : store().AddPlugin(row);
  });
}

absl::Status RegistryImpl::UpdatePlugin(std::string_view id, PluginKind kind,
                                        const Json& patch) {
  if (!patch.is_object()) {
    return InvalidArgument("a change of a plugin: expected an object, found {}",
                           JsonTypeName(patch));
  }
  if (local()->FindKind(id, kind) != nullptr) return StaticPlugin(id);
  return store().Atomically([&]() -> absl::Status {
    const auto row = store().Plugin(id);
    if (absl::IsNotFound(row.status())) return NoPlugin(id);
    CUPEL_RETURN_IF_ERROR(row.status());
    if (row->type != PluginKindName(kind)) return NoPlugin(id);
    if (row->is_static) return StaticPlugin(id);
    CUPEL_ASSIGN_OR_RETURN(const auto before, posted_.Read(*row));
    Json document = DocumentOf(*before);
    for (const std::string_view key : Changeable(kind)) {
      const auto it = patch.find(std::string(key));
      if (it != patch.end()) document[std::string(key)] = *it;
    }
    JsonIssues issues;
    PluginManifest after = ReadManifest(document, kind, &issues);
    CUPEL_RETURN_IF_ERROR(issues.ToStatus("the changed plugin"));
    if (after.name != before->name) {
      CUPEL_RETURN_IF_ERROR(CheckName(after.name, kind, id));
    }
    CUPEL_ASSIGN_OR_RETURN(const PluginRow changed,
                           PostedRow(std::move(after)));
    return store().UpdatePlugin(changed);
  });
}

absl::Status RegistryImpl::DeletePlugin(std::string_view id, PluginKind kind) {
  return store().Atomically([&]() -> absl::Status {
    const auto row = store().Plugin(id);
    if (absl::IsNotFound(row.status())) return NoPlugin(id);
    CUPEL_RETURN_IF_ERROR(row.status());
    if (row->type != PluginKindName(kind)) return NoPlugin(id);
    return store().DeletePlugin(id);
  });
}

}  // namespace cupel
