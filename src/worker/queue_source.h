// Jobs from a queue of ours (queue/job_queue.h).
#ifndef CUPEL_WORKER_QUEUE_SOURCE_H_
#define CUPEL_WORKER_QUEUE_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "queue/job_queue.h"
#include "worker/job_source.h"

namespace cupel::worker {

struct QueueSourceOptions {
  std::string worker;  // who leases: "host:pid"
  uint64_t lease_ms = 60'000;
  uint64_t wait_ms = 1'000;        // for the first job of a Lease
  std::vector<std::string> kinds;  // empty: any
  // How long a result waits for room on a full disk before its job is failed
  // for it.
  uint64_t room_ms = 20'000;
};

std::shared_ptr<JobSource> NewQueueSource(
    std::shared_ptr<queue::JobQueue> queue, QueueSourceOptions options);

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_QUEUE_SOURCE_H_
