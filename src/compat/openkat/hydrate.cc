#include "compat/openkat/hydrate.h"

#include "base/status.h"
#include "compat/openkat/ooi.h"
#include "compat/openkat/plugin_book.h"
#include "compat/openkat/primary_key.h"
#include "crypto/wipe_json.h"
#include "format/escape.h"

namespace cupel::openkat {
namespace {

constexpr std::string_view kInput = "input";

absl::StatusOr<CatalogueEntry> FindBoefje(Registry& registry,
                                          std::string_view organisation,
                                          std::string_view id) {
  CUPEL_ASSIGN_OR_RETURN(CatalogueEntry entry,
                         registry.Plugin(organisation, id));
  if (!entry.problem.empty()) {
    return FailedPrecondition("boefje '{}' can't be run: {}",
                              EscapePrintable(id), entry.problem);
  }
  if (entry.manifest.kind != PluginKind::kBoefje) {
    return InvalidArgument("'{}' is a {}, not a boefje", EscapePrintable(id),
                           PluginKindName(entry.manifest.kind));
  }
  return entry;
}

// What a job brings, as if the host had offered it.
absl::StatusOr<Environment> OwnEnvironment(const CatalogueEntry& plugin,
                                           const StringMap& variables) {
  EnvironmentRequest request;
  request.schema = plugin.manifest.compiled.get();
  request.environment_keys = plugin.manifest.environment_keys;
  request.plugin = plugin.manifest.id;
  for (const auto& [key, value] : variables) {
    request.variables.emplace_back("BOEFJE_" + key, value);
  }
  return Environment::Build(std::move(request));
}

void SetEnvironment(const Environment& environment, job::BoefjeMeta* meta) {
  StringMap variables;
  for (const EnvironmentEntry& entry : environment.entries()) {
    variables.emplace_back(entry.key, std::string(entry.value.view()));
  }
  meta->environment = std::move(variables);
}

void SetPlugin(const PluginManifest& plugin, job::BoefjeMeta* meta) {
  meta->boefje.id = plugin.id;
  meta->boefje.version = plugin.version;
  meta->boefje.oci_image = plugin.oci_image;
  meta->runnable_hash = plugin.runnable_hash;
  Json image;
  if (plugin.oci_image) image = *plugin.oci_image;
  meta->arguments = Json::object();
  meta->arguments["oci_image"] = std::move(image);
  meta->arguments["oci_arguments"] = plugin.oci_arguments;
}

}  // namespace

absl::StatusOr<HydratedBoefje> HydrateBoefje(Registry& registry,
                                             const BoefjeWish& wish) {
  job::BoefjeMeta job;
  job.id = Uuid::Random();
  job.organization = wish.organisation;
  job.boefje.id = wish.boefje;
  if (!wish.input.empty()) {
    CUPEL_ASSIGN_OR_RETURN(OoiInput ooi, ReadOoi(wish.input));
    job.input_ooi = std::move(ooi.reference);
    job.arguments[kInput] = std::move(ooi.input);
  }
  return HydrateJob(registry, std::move(job), wish);
}

absl::StatusOr<HydratedBoefje> HydrateJob(Registry& registry,
                                          job::BoefjeMeta job,
                                          const BoefjeWish& wish) {
  HydratedBoefje hydrated;
  CUPEL_ASSIGN_OR_RETURN(hydrated.plugin,
                         FindBoefje(registry, job.organization, job.boefje.id));
  Json input;
  if (const auto given = job.arguments.find(kInput);
      given != job.arguments.end()) {
    input = *given;
  } else if (job.input_ooi.has_value() && !job.input_ooi->empty()) {
    CUPEL_ASSIGN_OR_RETURN(OoiInput ooi, ReadOoi(*job.input_ooi));
    input = std::move(ooi.input);
  }
  hydrated.meta = std::move(job);
  job::BoefjeMeta& meta = hydrated.meta;
  SetPlugin(hydrated.plugin.manifest, &meta);
  if (!input.is_null()) meta.arguments[kInput] = std::move(input);
  meta.started_at.reset();
  meta.ended_at.reset();
  if (meta.environment.has_value()) {
    CUPEL_ASSIGN_OR_RETURN(const Environment own,
                           OwnEnvironment(hydrated.plugin, *meta.environment));
    SetEnvironment(own, &meta);
    return hydrated;
  }
  CUPEL_ASSIGN_OR_RETURN(
      const Environment environment,
      registry.EnvironmentFor(meta.organization, meta.boefje.id, wish.variables,
                              wish.apply_defaults));
  SetEnvironment(environment, &meta);
  return hydrated;
}

absl::StatusOr<HydratedTask> HydrateTask(job::BoefjeMeta meta,
                                         TaskParts parts) {
  HydratedTask hydrated;
  hydrated.meta = std::move(meta);
  SetPlugin(*parts.plugin, &hydrated.meta);
  if (!parts.ooi.is_null()) {
    const auto type =
        parts.ooi.is_object() ? parts.ooi.find("object_type") : parts.ooi.end();
    if (type == parts.ooi.end() || !type->is_string()) {
      return InvalidArgument(
          "octopoes' object: expected an object with an object_type");
    }
    CUPEL_ASSIGN_OR_RETURN(const std::string key, PrimaryKeyOf(parts.ooi));
    hydrated.meta.arguments[kInput] = SerialiseOoi(parts.ooi, key);
  }
  hydrated.meta.started_at.reset();
  hydrated.meta.ended_at.reset();
  EnvironmentRequest request;
  request.schema = parts.plugin->compiled.get();
  request.environment_keys = parts.plugin->environment_keys;
  request.plugin = parts.plugin->id;
  request.settings = std::move(parts.settings);
  request.variables = std::move(parts.variables);
  CUPEL_ASSIGN_OR_RETURN(const Environment environment,
                         Environment::Build(std::move(request)));
  SetEnvironment(environment, &hydrated.meta);
  hydrated.uses_system = environment.uses_system();
  return hydrated;
}

absl::StatusOr<FoundPlugin> FindNormalizer(const Registry& registry,
                                           std::string_view id) {
  return PickPlugin(registry.found(), PluginKind::kNormalizer, id,
                    registry.options().plugin_roots.size());
}

}  // namespace cupel::openkat
