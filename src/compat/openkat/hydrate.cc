#include "compat/openkat/hydrate.h"

#include "base/status.h"
#include "compat/openkat/ooi.h"
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

void SetPlugin(const CatalogueEntry& plugin, job::BoefjeMeta* meta) {
  meta->boefje.id = plugin.manifest.id;
  meta->boefje.version = plugin.manifest.version;
  meta->boefje.oci_image = plugin.manifest.oci_image;
  meta->runnable_hash = plugin.manifest.runnable_hash;
  Json image;
  if (plugin.manifest.oci_image) image = *plugin.manifest.oci_image;
  meta->arguments = Json::object();
  meta->arguments["oci_image"] = std::move(image);
  meta->arguments["oci_arguments"] = plugin.manifest.oci_arguments;
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
  SetPlugin(hydrated.plugin, &meta);
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

absl::StatusOr<FoundPlugin> FindNormalizer(const Registry& registry,
                                           std::string_view id) {
  std::optional<FoundPlugin> last;
  std::string problem;
  for (FoundPlugin& plugin : registry.found()) {
    if (plugin.manifest.kind != PluginKind::kNormalizer ||
        plugin.manifest.id != id) {
      continue;
    }
    if (!plugin.problem.empty()) {
      problem = plugin.problem;
    } else {
      last = std::move(plugin);  // the later one counts
    }
  }
  if (last.has_value()) return *std::move(last);
  if (!problem.empty()) {
    return FailedPrecondition("normalizer '{}' can't be run: {}",
                              EscapePrintable(id), problem);
  }
  const size_t folders = registry.options().plugin_roots.size();
  return NotFound(
      "normalizer '{}' is in none of the {} plugin folders; `cupel plugins "
      "list` shows what a folder has",
      EscapePrintable(id), folders);
}

}  // namespace cupel::openkat
