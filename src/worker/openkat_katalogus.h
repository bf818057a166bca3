// katalogus and octopoes, as far as a worker asks them: what a boefje is, what
// an organisation has set for it, and what it is to look at.
#ifndef CUPEL_WORKER_OPENKAT_KATALOGUS_H_
#define CUPEL_WORKER_OPENKAT_KATALOGUS_H_

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "registry/manifest.h"
#include "worker/openkat_service.h"

namespace cupel::worker {

// Thread-safe.
class KatalogusClient {
 public:
  explicit KatalogusClient(OpenKatService service)
      : service_(std::move(service)) {}

  // kNotFound: it knows no such boefje.
  absl::StatusOr<PluginManifest> Boefje(std::string_view organisation,
                                        std::string_view id,
                                        Cancel* cancel) const;
  // An object, opened. Secrets: the caller wipes it.
  absl::StatusOr<Json> Settings(std::string_view organisation,
                                std::string_view id, Cancel* cancel) const;

 private:
  const OpenKatService service_;
};

// Thread-safe.
class OctopoesClient {
 public:
  explicit OctopoesClient(OpenKatService service)
      : service_(std::move(service)) {}

  // As it is now. kNotFound: there is none.
  absl::StatusOr<Json> Object(std::string_view organisation,
                              std::string_view reference, Cancel* cancel) const;
  // One of openkat::OctopoesRequests.
  absl::Status Post(std::string_view path, std::string body,
                    Cancel* cancel) const;

 private:
  const OpenKatService service_;
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_OPENKAT_KATALOGUS_H_
