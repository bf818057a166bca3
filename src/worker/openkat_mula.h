// mula, OpenKAT's scheduler: tasks are popped from it, and it is told how they
// are.
#ifndef CUPEL_WORKER_OPENKAT_MULA_H_
#define CUPEL_WORKER_OPENKAT_MULA_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "job/task.h"
#include "worker/openkat_service.h"

namespace cupel::worker {

struct PoppedTask {
  job::Task task;
  // Tasks with the same one are the same job of several organisations. Empty:
  // it stands alone.
  std::string dedup_key;
};

// One that can't be read.
struct UnreadableTask {
  std::string id;  // empty if not even that
  std::string problem;
};

struct PoppedTasks {
  std::vector<PoppedTask> tasks;
  std::vector<UnreadableTask> unreadable;
};

// "Only tasks whose data has one of these values there."
struct PopFilter {
  std::string field;  // "boefje__id"
  std::vector<std::string> values;
};

// Thread-safe.
class MulaClient {
 public:
  // A pop takes so long at most.
  static constexpr uint64_t kLongestPopMs = 10'000;

  explicit MulaClient(OpenKatService service,
                      uint64_t pop_timeout_ms = kLongestPopMs)
      : service_(std::move(service)),
        pop_timeout_ms_(std::min(pop_timeout_ms, kLongestPopMs)) {}

  // `scheduler` is "boefje" or "normalizer". Without a limit: all tasks of one
  // group, or one boefje's. Filters without values are left out. Nobody can
  // cancel it: mula may have handed the tasks out already, and they would be
  // lost.
  absl::StatusOr<PoppedTasks> Pop(std::string_view scheduler,
                                  const std::vector<PopFilter>& filters,
                                  std::optional<uint32_t> limit) const;
  // kNotFound: there is no such task.
  absl::StatusOr<job::TaskStatus> StatusOf(std::string_view task,
                                           Cancel* cancel) const;
  absl::StatusOr<job::Task> Get(std::string_view task, Cancel* cancel) const;
  absl::Status SetStatus(std::string_view task, job::TaskStatus status,
                         Cancel* cancel) const;
  // As somebody else asked for it: bodies pass through as they are.
  absl::StatusOr<http::Response> Pass(std::string_view method,
                                      std::string_view target, std::string body,
                                      Cancel* cancel) const {
    return service_.Send(method, target, std::move(body), {}, cancel);
  }
  absl::StatusOr<http::Response> PassPop(std::string_view target,
                                         std::string body) const {
    return service_.Send("POST", target, std::move(body), {}, nullptr,
                         pop_timeout_ms_);
  }
  const OpenKatService& service() const { return service_; }

 private:
  const OpenKatService service_;
  const uint64_t pop_timeout_ms_;
};

// What a pop answered. An error if it is none.
absl::StatusOr<PoppedTasks> ReadPopped(const Json& answer);

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_OPENKAT_MULA_H_
