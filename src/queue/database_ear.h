// Hearing of work by the notifications of a database.
#ifndef CUPEL_QUEUE_DATABASE_EAR_H_
#define CUPEL_QUEUE_DATABASE_EAR_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "queue/work_signal.h"
#include "store/database.h"

namespace cupel::queue {

// What those who make work say, within the transaction that makes it; nothing
// where the database has no notifications.
absl::Status TellOfWork(Database& database);

// With a connection of its own, made when somebody listens first.
class DatabaseEar final : public WorkEar {
 public:
  explicit DatabaseEar(DatabaseOptions options)
      : options_(std::move(options)) {}

  absl::StatusOr<bool> Listen(uint64_t nanos) override;
  void Wake() override;

 private:
  absl::StatusOr<Database*> Connected();

  const DatabaseOptions options_;
  std::atomic<bool> woken_{false};
  Mutex mutex_;
  std::unique_ptr<Database> database_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cupel::queue

#endif  // CUPEL_QUEUE_DATABASE_EAR_H_
