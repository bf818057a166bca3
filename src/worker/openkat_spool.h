// Delivers results to OpenKAT's services: at once, or from a spool on disk once
// they take them again.
#ifndef CUPEL_WORKER_OPENKAT_SPOOL_H_
#define CUPEL_WORKER_OPENKAT_SPOOL_H_

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "budget/cancel.h"
#include "queue/outbox.h"
#include "worker/log.h"
#include "worker/openkat_delivery.h"

namespace cupel::worker {

// Thread-safe. Has a thread of its own, which tries what is in the spool. What
// it is given must outlive it; `log` may be null.
class OpenKatSpool {
 public:
  OpenKatSpool(std::shared_ptr<queue::Outbox> outbox, std::string destination,
               const OpenKatDeliverer* deliverer, const Log* log);
  ~OpenKatSpool();
  OpenKatSpool(const OpenKatSpool&) = delete;
  OpenKatSpool& operator=(const OpenKatSpool&) = delete;

  // OK: delivered, or kept on disk (behind all that is there already). An error
  // if it could not be kept either.
  absl::Status Deliver(const OpenKatDelivery& delivery, Cancel* cancel);
  // How many wait.
  absl::StatusOr<uint64_t> waiting();

 private:
  absl::Status Keep(const OpenKatDelivery& delivery, const absl::Status& why);
  queue::Delivery TryAgain(const queue::OutboxEntry& entry, uint32_t attempt);
  void Pump();
  void Work();

  const std::shared_ptr<queue::Outbox> outbox_;
  const std::string destination_;
  const OpenKatDeliverer* const deliverer_;
  const Log* const log_;
  Cancel stop_;
  Mutex mutex_;
  std::condition_variable_any wake_;
  bool news_ ABSL_GUARDED_BY(mutex_) = true;  // what an earlier process left
  int64_t next_micros_ ABSL_GUARDED_BY(mutex_) = 0;
  // Of what was tried again in vain: no step is done twice while we live.
  std::map<std::string, DeliveryProgress> progress_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_OPENKAT_SPOOL_H_
