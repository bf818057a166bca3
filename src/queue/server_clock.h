// The time of a database's server: what leases mean where several machines
// work on one queue, each with a clock of its own.
#ifndef CUPEL_QUEUE_SERVER_CLOCK_H_
#define CUPEL_QUEUE_SERVER_CLOCK_H_

#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "queue/queue_clock.h"
#include "store/database.h"

namespace cupel::queue {

// Goes on from the latest answer of the server by the clock that never steps.
// Thread-safe.
class ServerClock {
 public:
  // Asks the server if its latest answer is older than half a minute: clocks
  // drift apart by far less than a lease in that time.
  absl::Status Sync(Database& database);

  // Of `clock`, which it keeps alive.
  static ClockSource Source(std::shared_ptr<ServerClock> clock);

 private:
  // Server's time less ours that never steps, in microseconds.
  std::atomic<int64_t> offset_{0};
  std::atomic<int64_t> synced_{0};  // by ours; 0: never
};

}  // namespace cupel::queue

#endif  // CUPEL_QUEUE_SERVER_CLOCK_H_
