// The channel as the plugin's process uses it: a thread of its own reads, so
// that a cancellation arrives while the plugin works; sending waits until all
// is sent.
#ifndef CUPEL_RUNNER_RUNNER_LINK_H_
#define CUPEL_RUNNER_RUNNER_LINK_H_

#include <condition_variable>
#include <deque>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "budget/cancel.h"
#include "proto/runner_codec.h"
#include "runner/channel.h"

namespace cupel {

struct Incoming {
  wire::ToRunner message;
  UniqueFd memfd;
};

class RunnerLink {
 public:
  static absl::StatusOr<std::unique_ptr<RunnerLink>> Open(UniqueFd socket);

  // Thread-safe. kUnavailable if the host is gone.
  absl::Status Send(const wire::ToHost& message, UniqueFd memfd = UniqueFd());

  // Before StartReader: the next message, read by the caller.
  absl::StatusOr<Incoming> Receive();
  // From now on messages are read by a thread. It lives as long as the process,
  // which it ends when the host closes its end or sends what is no message.
  void StartReader();

  // The next call or Shutdown.
  Incoming NextCall();
  // The answer to an item or a nested call of call `id`; nothing if the call is
  // cancelled before it comes.
  std::optional<wire::ToRunner> Answer(uint64_t id, const Cancel& cancel);

  // Cancel for `id` triggers `cancel` until EndCall.
  void BeginCall(uint64_t id, Cancel* cancel);
  void EndCall();

 private:
  RunnerLink(UniqueFd in, UniqueFd out)
      : in_(std::move(in)), out_(std::move(out)) {}

  void Take(Incoming message);

  Channel in_;
  Mutex out_mutex_;
  Channel out_ ABSL_GUARDED_BY(out_mutex_);
  Mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Incoming> calls_ ABSL_GUARDED_BY(mutex_);
  std::deque<wire::ToRunner> answers_ ABSL_GUARDED_BY(mutex_);
  uint64_t call_ ABSL_GUARDED_BY(mutex_) = 0;
  Cancel* cancel_ ABSL_GUARDED_BY(mutex_) = nullptr;
};

}  // namespace cupel

#endif  // CUPEL_RUNNER_RUNNER_LINK_H_
