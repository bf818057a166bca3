// How far a task is, and how a boefje ended.
#ifndef CUPEL_JOB_STATUS_H_
#define CUPEL_JOB_STATUS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cupel::job {

// The numbers are those of cupel/v1/job.proto less one.
enum class TaskStatus : uint8_t {
  kPending,
  kQueued,
  kDispatched,
  kRunning,
  kCompleted,
  kFailed,
  kCancelled,
};
inline constexpr std::array<std::string_view, 7> kTaskStatusNames = {
    "pending",   "queued", "dispatched", "running",
    "completed", "failed", "cancelled"};

inline std::string_view Name(TaskStatus status) {
  return kTaskStatusNames[static_cast<size_t>(status)];
}
std::optional<TaskStatus> TaskStatusFromName(std::string_view name);

// Upper case, where a boefje tells how it ended.
enum class StatusEnum : uint8_t { kCompleted, kFailed };

inline std::string_view Name(StatusEnum status) {
  return status == StatusEnum::kCompleted ? "COMPLETED" : "FAILED";
}

}  // namespace cupel::job

#endif  // CUPEL_JOB_STATUS_H_
