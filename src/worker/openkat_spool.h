// Delivers results to OpenKAT's services: at once, or from a spool on disk once
// they take them again.
#ifndef CUPEL_WORKER_OPENKAT_SPOOL_H_
#define CUPEL_WORKER_OPENKAT_SPOOL_H_

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "budget/cancel.h"
#include "queue/outbox.h"
#include "worker/log.h"
#include "worker/openkat_delivery.h"

namespace cupel::worker {

// Thread-safe. Has a thread of its own, which tries what is in the spool. What
// it is given must outlive it; `log` may be null. Each organisation has a
// destination of its own in the outbox, "NAME ORGANISATION": what one of them
// sends in vain stops nobody else.
class OpenKatSpool {
 public:
  OpenKatSpool(std::shared_ptr<queue::Outbox> outbox, std::string name,
               const OpenKatDeliverer* deliverer, const Log* log);
  ~OpenKatSpool();
  OpenKatSpool(const OpenKatSpool&) = delete;
  OpenKatSpool& operator=(const OpenKatSpool&) = delete;

  // OK: delivered, or kept on disk (behind all that is there already of its
  // organisation). An error if it could not be kept either.
  absl::Status Deliver(const OpenKatDelivery& delivery, Cancel* cancel);
  // How many wait, of all organisations.
  absl::StatusOr<uint64_t> waiting();

 private:
  absl::Status Keep(const OpenKatDelivery& delivery, const absl::Status& why);
  queue::Delivery TryAgain(const queue::OutboxEntry& entry, uint32_t attempt);
  std::string DestinationOf(const OpenKatDelivery& delivery) const;
  absl::StatusOr<std::vector<std::string>> Destinations();
  // Delivers what can be; when to come again, or 0 if nothing is left.
  absl::StatusOr<int64_t> PumpAll();
  absl::StatusOr<int64_t> PumpOne(const std::string& destination);
  void Pump();
  void Work();

  const std::shared_ptr<queue::Outbox> outbox_;
  const std::string name_;
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
