// bytes, where OpenKAT keeps what boefjes gave, and who made it of what.
#ifndef CUPEL_WORKER_OPENKAT_BYTES_H_
#define CUPEL_WORKER_OPENKAT_BYTES_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "crypto/secret.h"
#include "job/output.h"
#include "worker/openkat_service.h"

namespace cupel::worker {

// Thread-safe. Logs in when it has to: the first time, before its token is
// over, and once more if it is refused (401).
class BytesClient {
 public:
  BytesClient(OpenKatService service, std::string username,
              std::shared_ptr<const Secret> password)
      : service_(std::move(service)),
        username_(std::move(username)),
        password_(std::move(password)) {}

  // The meta's JSON. That it is there already is no error: its id tells it from
  // every other.
  absl::Status SaveBoefjeMeta(std::string meta, Cancel* cancel);
  absl::Status SaveNormalizerMeta(std::string meta, Cancel* cancel);

  // Files of a boefje whose meta is there; sets of tags differ, and of those
  // that are there already nothing is sent. What bytes gave each as its id.
  absl::StatusOr<Json> SaveRaws(std::string_view meta_id,
                                job::StatusEnum status,
                                const std::vector<job::File>& files,
                                Cancel* cancel);

  // kNotFound; kResourceExhausted for one that is longer than `max_bytes`.
  absl::StatusOr<std::string> Raw(std::string_view id, uint64_t max_bytes,
                                  Cancel* cancel);

 private:
  absl::StatusOr<http::Response> Send(std::string_view method,
                                      std::string_view target,
                                      const std::string& body,
                                      std::string_view doing, Cancel* cancel);
  struct Ticket {
    std::string token;
    int64_t renew_at = 0;  // micros since 1970
  };
  absl::StatusOr<std::string> Token(std::string_view refused, Cancel* cancel);
  absl::StatusOr<Ticket> Login(Cancel* cancel) const;
  absl::Status SaveMeta(std::string_view target, std::string meta,
                        std::string_view doing, Cancel* cancel);
  absl::StatusOr<std::vector<std::set<std::string>>> StoredTypes(
      std::string_view meta_id, Cancel* cancel);

  const OpenKatService service_;
  const std::string username_;
  const std::shared_ptr<const Secret> password_;
  Mutex mutex_;
  Ticket ticket_ ABSL_GUARDED_BY(mutex_);  // no token: none yet
};

// Makes the sets of tags differ, as bytes wants it: a file with the set of an
// earlier one gets one type more ("cupel/file-2"), the same bytes once more are
// left out, and so are types longer than bytes takes.
std::vector<job::File> DistinctFiles(std::vector<job::File> files);

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_OPENKAT_BYTES_H_
