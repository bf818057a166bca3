// Delivers what an outbox holds, on a thread of its own, as soon as it may:
//
//   Deliverer deliverer(outbox, {{"https://example.com/reports", post}}, log);
//   outbox->Put(entry);
//   deliverer.Nudge();
//   …
//   deliverer.Flush(Deadline::After(5'000'000'000));  // before the end
#ifndef CUPEL_QUEUE_DELIVERER_H_
#define CUPEL_QUEUE_DELIVERER_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "budget/cancel.h"
#include "queue/outbox.h"

namespace cupel::queue {

// Who delivers what is for one destination. `deliver` is called by one thread
// at a time; it ends within 50 ms of `cancel`, with kLater.
struct DeliveryRoute {
  std::string destination;
  std::function<Delivery(const OutboxEntry& entry, uint32_t attempt,
                         Cancel* cancel)>
      deliver;
};

class Deliverer {
 public:
  // Told of whatever was not delivered: one line without secrets.
  using Log = std::function<void(std::string_view line)>;

  // Starts the thread; what was left by an earlier process goes first. A
  // destination without a route waits in the outbox. `log` may be empty.
  Deliverer(std::shared_ptr<Outbox> outbox, std::vector<DeliveryRoute> routes,
            Log log);
  // Within 50 ms: what is under way is cancelled, and stays in the outbox.
  ~Deliverer();
  Deliverer(const Deliverer&) = delete;
  Deliverer& operator=(const Deliverer&) = delete;

  // Something was put. Any thread; cheap.
  void Nudge();

  // Tries at once what was put off, and waits until nothing is left for any
  // route; DEADLINE_EXCEEDED says how much is left.
  absl::Status Flush(const Deadline& deadline);

 private:
  void Run();
  // One round over all routes. When to come again, on MonotonicNanos.
  int64_t Round(bool now);
  int64_t PumpOne(const DeliveryRoute& route, bool now);
  // What waits for all routes; asked of the outbox, because a round may take
  // longer than anybody waits for it.
  uint64_t Waiting() const;

  const std::shared_ptr<Outbox> outbox_;
  const std::vector<DeliveryRoute> routes_;
  const Log log_;
  Cancel cancel_;

  Mutex mutex_;
  std::condition_variable_any changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t nudges_ ABSL_GUARDED_BY(mutex_) = 0;
  bool at_once_ ABSL_GUARDED_BY(mutex_) = false;
  bool in_round_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t rounds_ ABSL_GUARDED_BY(mutex_) = 0;  // that are over
  uint64_t left_ ABSL_GUARDED_BY(mutex_) = 0;    // after the last one

  // Of the thread: what the round has left so far.
  uint64_t left_now_ = 0;
  std::thread thread_;
};

}  // namespace cupel::queue

#endif  // CUPEL_QUEUE_DELIVERER_H_
