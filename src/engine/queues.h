// A queue over JSON text, as the C interface has it; queue/job_queue.h comes
// with this header.
#ifndef CUPEL_ENGINE_QUEUES_H_
#define CUPEL_ENGINE_QUEUES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "queue/job_queue.h"

namespace cupel {

struct QueueAccess {
  std::shared_ptr<queue::JobQueue> queue;
  uint64_t max_body_bytes = 0;
};

absl::StatusOr<std::shared_ptr<QueueAccess>> OpenQueueAccess(
    std::string_view url, const queue::QueueOptions& options);

// What they answer stands in include/cupel/queue.h.
absl::StatusOr<std::string> SubmitJson(QueueAccess& access,
                                       std::string_view documents);
absl::StatusOr<std::string> LeaseJson(QueueAccess& access,
                                      const queue::LeaseRequest& request);
absl::StatusOr<std::string> RenewJson(QueueAccess& access, std::string_view id,
                                      uint64_t token, int64_t lease_micros);
absl::StatusOr<std::string> JobJson(QueueAccess& access, std::string_view id);
absl::StatusOr<std::string> ListJson(QueueAccess& access,
                                     const queue::ListRequest& request);
absl::StatusOr<std::string> StatsJson(QueueAccess& access);

}  // namespace cupel

#endif  // CUPEL_ENGINE_QUEUES_H_
