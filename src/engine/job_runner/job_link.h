// The channel as a job runner uses it: a thread of its own reads, so that a
// cancellation, or the end of the supervisor, is noticed while a job runs.
#ifndef CUPEL_ENGINE_JOB_RUNNER_JOB_LINK_H_
#define CUPEL_ENGINE_JOB_RUNNER_JOB_LINK_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "budget/cancel.h"
#include "proto/pool_codec.h"
#include "runner/channel.h"

namespace cupel {

class JobLink {
 public:
  // Starts the thread, which lives as long as the process. When the supervisor
  // closes its end, or sends what is no message, it ends the process and all of
  // its group. An order for whose bytes there is no memory is answered here.
  static absl::StatusOr<std::unique_ptr<JobLink>> Open(UniqueFd socket);

  // Thread-safe. Bytes that are too long for a frame go beside it. What can't
  // be sent for want of a supervisor ends the process, as above; what can't for
  // want of memory is kResourceExhausted, and nothing of it was sent.
  absl::Status Send(pool_wire::ToSupervisor message);

  // The next message that is not a cancellation, with its bytes in it.
  pool_wire::ToJobRunner Next();

  // A cancellation of order `number` triggers `cancel` until End.
  void Begin(uint64_t number, Cancel* cancel);
  void End();

 private:
  JobLink(UniqueFd in, UniqueFd out)
      : in_(std::move(in)), out_(std::move(out)) {}

  absl::Status SendNow(pool_wire::ToSupervisor message);
  [[noreturn]] void Read();
  void ReadAll();
  bool Refused(const pool_wire::Order& order, const absl::Status& why);
  absl::StatusOr<pool_wire::ToJobRunner> ReadOne();

  Channel in_;
  Mutex out_mutex_;
  Channel out_ ABSL_GUARDED_BY(out_mutex_);
  Mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<pool_wire::ToJobRunner> messages_ ABSL_GUARDED_BY(mutex_);
  uint64_t number_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t cancelled_ ABSL_GUARDED_BY(mutex_) = 0;
  Cancel* cancel_ ABSL_GUARDED_BY(mutex_) = nullptr;
};

}  // namespace cupel

#endif  // CUPEL_ENGINE_JOB_RUNNER_JOB_LINK_H_
