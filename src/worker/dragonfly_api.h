// Dragonfly's API, one call a method.
#ifndef CUPEL_WORKER_DRAGONFLY_API_H_
#define CUPEL_WORKER_DRAGONFLY_API_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "budget/cancel.h"
#include "compat/dragonfly/wire.h"
#include "http/client.h"
#include "worker/dragonfly_auth.h"
#include "worker/dragonfly_settings.h"

namespace cupel::worker {

// Thread-safe. Errors are those of http::Client and http::StatusOfResponse; a
// redirect is one (kFailedPrecondition). After 401 it logs in again, once, if
// there is a login.
class DragonflyApi {
 public:
  static absl::StatusOr<std::unique_ptr<DragonflyApi>> New(
      const DragonflySettings& settings);

  // POST /jobs
  absl::StatusOr<dragonfly::LeasedJobs> LeaseJobs(uint32_t batch,
                                                  Cancel* cancel);
  // GET /rules, as it came
  absl::StatusOr<std::string> GetRules(Cancel* cancel);
  // PUT /package
  absl::Status PutResult(const std::string& body, uint64_t timeout_ms,
                         Cancel* cancel);

 private:
  DragonflyApi(const DragonflySettings& settings,
               std::unique_ptr<http::Client> client);
  absl::StatusOr<http::Response> Call(http::Request request,
                                      std::string_view doing, Cancel* cancel);

  const DragonflySettings settings_;
  const std::unique_ptr<http::Client> client_;
  const std::unique_ptr<DragonflyCredentials> credentials_;
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_DRAGONFLY_API_H_
