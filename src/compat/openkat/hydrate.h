// What a boefje is handed, put together from the catalogue: no service is
// asked.
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

// A normalizer in the plugin folders. NOT_FOUND, naming the folders' number, or
// FAILED_PRECONDITION for a broken one.
absl::StatusOr<FoundPlugin> FindNormalizer(const Registry& registry,
                                           std::string_view id);

}  // namespace cupel::openkat

#endif  // CUPEL_COMPAT_OPENKAT_HYDRATE_H_
