#include "base/status.h"
#include "queue/job_queue.h"

namespace cupel::queue {
namespace {

constexpr std::string_view kNames[] = {"waiting", "leased", "completed", "dead",
                                       "cancelled"};

}  // namespace

std::string_view JobStateName(JobState state) {
  return kNames[static_cast<size_t>(state)];
}

std::optional<JobState> JobStateOf(std::string_view name) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) return static_cast<JobState>(i);
  }
  return std::nullopt;
}

absl::StatusOr<bool> JobQueue::HasOpen(const std::vector<std::string>&) {
  CUPEL_ASSIGN_OR_RETURN(const QueueStats stats, Stats());
  return stats.waiting + stats.delayed + stats.leased > 0;
}

}  // namespace cupel::queue
