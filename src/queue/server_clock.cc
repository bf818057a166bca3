#include "queue/server_clock.h"

#include <utility>

#include "base/clock.h"
#include "base/status.h"

namespace cupel::queue {
namespace {

constexpr int64_t kSyncMicros = 30'000'000;

int64_t OwnMicros() { return MonotonicNanos() / 1000; }

}  // namespace

absl::Status ServerClock::Sync(Database& database) {
  const int64_t synced = synced_.load();
  const int64_t before = OwnMicros();
  if (synced != 0 && before - synced < kSyncMicros) return absl::OkStatus();
  CUPEL_ASSIGN_OR_RETURN(
      Statement ask,
      database.Prepare("SELECT CAST(extract(epoch FROM clock_timestamp()) * "
                       "1000000 AS BIGINT)"));
  CUPEL_ASSIGN_OR_RETURN(const bool row, ask.Step());
  if (!row) return Internal("the database does not say what time it is");
  const int64_t after = OwnMicros();
  // The answer was made somewhere in between.
  offset_ = ask.Integer(0) - (before + (after - before) / 2);
  synced_ = after;
  return absl::OkStatus();
}

ClockSource ServerClock::Source(std::shared_ptr<ServerClock> clock) {
  return {[clock = std::move(clock)] { return OwnMicros() + clock->offset_; },
          OwnMicros};
}

}  // namespace cupel::queue
