// What a boefje is handed, put together from the catalogue, or from what
// OpenKAT's services said: none of them is asked here.
#ifndef CUPEL_COMPAT_OPENKAT_HYDRATE_H_
#define CUPEL_COMPAT_OPENKAT_HYDRATE_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "job/boefje_meta.h"
#include "job/normalizer_meta.h"
#include "registry/registry.h"

namespace cupel::openkat {

// A boefje ready to be run.
struct HydratedBoefje {
  job::BoefjeMeta meta;  // with its environment: holds secrets
  CatalogueEntry plugin;
};

struct BoefjeWish {
  std::string organisation;
  std::string boefje;
  std::string input;  // see ReadOoi; empty: none
  // The host's variables; those with BOEFJE_ are offered to the plugin.
  std::vector<std::pair<std::string, std::string>> variables;
  bool apply_defaults = false;
};

// NOT_FOUND for an organisation or a boefje that is not in the catalogue;
// FAILED_PRECONDITION for a broken one, or if its settings need a key that is
// not there; INVALID_ARGUMENT for an input that is none, and if the variables
// do not satisfy the plugin's schema (names, never values).
absl::StatusOr<HydratedBoefje> HydrateBoefje(Registry& registry,
                                             const BoefjeWish& wish);

// The same for a job that somebody made. Its id and reference stay, and so does
// what it has as arguments.input, or else the reference is the input. An
// environment that it brings takes the place of the settings and the host's
// variables; of it too the plugin gets what its schema names.
absl::StatusOr<HydratedBoefje> HydrateJob(Registry& registry,
                                          job::BoefjeMeta job,
                                          const BoefjeWish& wish);

// What the services said that a task needs.
struct TaskParts {
  const PluginManifest* plugin = nullptr;  // required
  Json settings;  // katalogus'; an object. Secrets: they are wiped
  Json ooi;       // octopoes' object; null: the task has none
  // As in BoefjeWish.
  std::vector<std::pair<std::string, std::string>> variables;
};

struct HydratedTask {
  job::BoefjeMeta meta;  // with its environment: holds secrets
  // Some of it came from this host's variables, not from the organisation.
  bool uses_system = false;
};

// OpenKAT's hydration: arguments are replaced, runnable_hash and environment
// are set. INVALID_ARGUMENT if the variables do not satisfy the plugin's schema
// (names, never values), or if the object is none.
absl::StatusOr<HydratedTask> HydrateTask(job::BoefjeMeta meta, TaskParts parts);

// A normalizer in the plugin folders. NOT_FOUND, naming the folders' number, or
// FAILED_PRECONDITION for a broken one.
absl::StatusOr<FoundPlugin> FindNormalizer(const Registry& registry,
                                           std::string_view id);

}  // namespace cupel::openkat

#endif  // CUPEL_COMPAT_OPENKAT_HYDRATE_H_
