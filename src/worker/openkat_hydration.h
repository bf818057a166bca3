// What a boefje's task lacks: mula hands out names, and the plugin, its
// settings and its object are elsewhere.
#ifndef CUPEL_WORKER_OPENKAT_HYDRATION_H_
#define CUPEL_WORKER_OPENKAT_HYDRATION_H_

#include <string>

#include "absl/status/statusor.h"
#include "compat/openkat/hydrate.h"
#include "compat/openkat/plugin_book.h"
#include "worker/openkat_katalogus.h"
#include "worker/openkat_options.h"

namespace cupel::worker {

struct HydratedBoefjeTask {
  job::BoefjeMeta meta;  // with its environment: holds secrets
  PluginManifest plugin;
  bool uses_system = false;  // see openkat::HydratedTask
};

// Thread-safe. What it is given must outlive it.
class OpenKatHydration {
 public:
  OpenKatHydration(const OpenKatOptions& options,
                   const openkat::PluginBook& book,
                   const KatalogusClient& katalogus,
                   const OctopoesClient& octopoes)
      : options_(options),
        book_(book),
        katalogus_(katalogus),
        octopoes_(octopoes) {}

  // kUnavailable, kInternal: a service is in trouble. All else is the task's
  // own fault: no such plugin or object, settings that don't fit the schema.
  absl::StatusOr<HydratedBoefjeTask> Hydrate(job::BoefjeMeta meta,
                                             Cancel* cancel) const;

 private:
  absl::StatusOr<PluginManifest> PluginOf(const job::BoefjeMeta& meta,
                                          Cancel* cancel) const;

  const OpenKatOptions& options_;
  const openkat::PluginBook& book_;
  const KatalogusClient& katalogus_;
  const OctopoesClient& octopoes_;
};

// Why one run may not serve both, or an empty text: settings and object must be
// the same, whoever's they are.
std::string WhyNotTheSame(const HydratedBoefjeTask& leader,
                          const HydratedBoefjeTask& follower);

// Takes out what is the leader's organisation's own and no other one's, before
// others get what came out.
void MakeShareable(job::BoefjeMeta* meta);

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_OPENKAT_HYDRATION_H_
