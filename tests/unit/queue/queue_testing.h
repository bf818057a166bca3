// Queues over SQLite for tests, with a clock that tests set.
#ifndef CUPEL_TESTS_UNIT_QUEUE_QUEUE_TESTING_H_
#define CUPEL_TESTS_UNIT_QUEUE_QUEUE_TESTING_H_

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "queue/sql_queue.h"
#include "tests/unit/queue/conformance.h"
#include "tests/unit/store/store_testing.h"

namespace cupel::queue {

// Begins in 2026.
struct FakeClock {
  std::atomic<int64_t> wall{1'780'000'000'000'000};
  std::atomic<int64_t> monotonic{5'000'000'000};

  void Pass(int64_t micros) {
    wall += micros;
    monotonic += micros;
  }
  // Somebody sets the clock.
  void Step(int64_t micros) { wall += micros; }
  ClockSource Source() {
    return {[this] { return wall.load(); },
            [this] { return monotonic.load(); }};
  }
};

inline SqlQueueOptions FakeOptions(FakeClock* clock,
                                   const QueueOptions& options = {}) {
  SqlQueueOptions sql;
  sql.queue = options;
  sql.clock = clock->Source();
  sql.random = [] { return 0.5; };
  return sql;
}

inline std::shared_ptr<JobQueue> OpenAt(const std::string& path,
                                        FakeClock* clock,
                                        const QueueOptions& options = {}) {
  auto queue = OpenSqlQueue(path, FakeOptions(clock, options));
  EXPECT_TRUE(queue.ok()) << queue.status();
  return queue.ok() ? *std::move(queue) : nullptr;
}

}  // namespace cupel::queue

#endif  // CUPEL_TESTS_UNIT_QUEUE_QUEUE_TESTING_H_
