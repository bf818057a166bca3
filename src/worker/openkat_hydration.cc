#include "worker/openkat_hydration.h"

#include <utility>

#include "base/status.h"
#include "crypto/wipe_json.h"
#include "format/escape.h"

namespace cupel::worker {
namespace {

// What an object says of its place in one organisation's graph.
constexpr const char* kOfOneOrganisation[] = {"scan_profile", "user_id"};
constexpr const char* kNone = "None";  // as Python prints null

Json SharedArguments(const Json& arguments) {
  Json shared = arguments;
  const auto input = shared.find("input");
  if (input == shared.end() || !input->is_object()) return shared;
  for (const char* key : kOfOneOrganisation) {
    if (input->contains(key)) (*input)[key] = kNone;
  }
  return shared;
}

}  // namespace

absl::StatusOr<PluginManifest> OpenKatHydration::PluginOf(
    const job::BoefjeMeta& meta, Cancel* cancel) const {
  auto local = book_.Find(PluginKind::kBoefje, meta.boefje.id);
  if (local.ok()) return std::move(local->manifest);
  if (!absl::IsNotFound(local.status())) return local.status();
  auto posted = katalogus_.Boefje(meta.organization, meta.boefje.id, cancel);
  if (absl::IsNotFound(posted.status())) {
    return NotFound(
        "boefje '{}' is in none of the {} plugin folders, and katalogus does "
        "not know it",
        EscapePrintable(meta.boefje.id), book_.folders());
  }
  return posted;
}

absl::StatusOr<HydratedBoefjeTask> OpenKatHydration::Hydrate(
    job::BoefjeMeta meta, Cancel* cancel) const {
  HydratedBoefjeTask hydrated;
  CUPEL_ASSIGN_OR_RETURN(hydrated.plugin, PluginOf(meta, cancel));
  openkat::TaskParts parts;
  const WipeJsonAtEnd wipe(&parts.settings);
  parts.plugin = &hydrated.plugin;
  parts.variables = options_.system;
  if (meta.input_ooi.has_value() && !meta.input_ooi->empty()) {
    auto object = octopoes_.Object(meta.organization, *meta.input_ooi, cancel);
    if (absl::IsNotFound(object.status())) {
      return NotFound("octopoes has no '{}' (any more)",
                      EscapePrintable(*meta.input_ooi));
    }
    CUPEL_ASSIGN_OR_RETURN(parts.ooi, std::move(object));
  }
  CUPEL_ASSIGN_OR_RETURN(
      parts.settings,
      katalogus_.Settings(meta.organization, meta.boefje.id, cancel));
  CUPEL_ASSIGN_OR_RETURN(
      openkat::HydratedTask task,
      openkat::HydrateTask(std::move(meta), std::move(parts)));
  hydrated.meta = std::move(task.meta);
  hydrated.uses_system = task.uses_system;
  return hydrated;
}

std::string WhyNotTheSame(const HydratedBoefjeTask& leader,
                          const HydratedBoefjeTask& follower) {
  const job::BoefjeMeta& a = leader.meta;
  const job::BoefjeMeta& b = follower.meta;
  if (!leader.plugin.deduplicate) return "the boefje needs the organisation";
  if (leader.uses_system || follower.uses_system) {
    return "the boefje uses variables of this host, which are nobody's "
           "settings";
  }
  if (!(a.boefje == b.boefje) || a.runnable_hash != b.runnable_hash) {
    return "its boefje is another one";
  }
  if (a.input_ooi != b.input_ooi ||
      SharedArguments(a.arguments) != SharedArguments(b.arguments)) {
    return "its object is another one";
  }
  if (a.environment != b.environment) return "its settings are others";
  return "";
}

void MakeShareable(job::BoefjeMeta* meta) {
  meta->arguments = SharedArguments(meta->arguments);
  meta->organization.clear();
}

}  // namespace cupel::worker
