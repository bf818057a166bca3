// Talking with a plugin's process until it has answered, and not longer than
// it may take.
#ifndef CUPEL_RUNNER_CONVERSATION_H_
#define CUPEL_RUNNER_CONVERSATION_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "budget/cancel.h"
#include "plugin/plugin.h"
#include "proto/runner_codec.h"
#include "runner/child_process.h"
#include "runner/output_lines.h"
#include "runner/unique_fd.h"

namespace cupel {

// Something that Cancel::Listener can wake a poll with.
class Wakeup {
 public:
  static absl::StatusOr<Wakeup> Make();

  int fd() const { return fd_.get(); }
  void Wake() const;
  void Drain() const;

 private:
  explicit Wakeup(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

// What a frame leads to.
struct Reaction {
  bool done = false;
  // The plugin was told that it is too much, and is to come to its end soon.
  bool flooding = false;
};
using FrameHandler =
    std::function<absl::StatusOr<Reaction>(wire::ToHost, const UniqueFd& fd)>;

struct ConversationOptions {
  uint64_t call = 0;  // for Cancel
  Deadline deadline;
  Cancel* cancel = nullptr;
  uint64_t cancel_grace_ms = 20;
  uint64_t output_bytes = 0;
  const PluginServices* services = nullptr;
  std::string_view what;  // "scan": for messages
  // Set if it was told to stop, and did so in time: to the reason. May be null.
  absl::Status* stopped = nullptr;
};

// What keeps a process between its calls.
struct ProcessState {
  std::unique_ptr<ChildProcess> process;
  OutputLines out{"stdout", LogLevel::kInfo};
  OutputLines err{"stderr", LogLevel::kWarning};
};

// Sends what is queued in the channel and hands every frame to `handle`, until
// that says that it is done. kCancelled and kDeadlineExceeded if the process
// did not end the call within the grace after being told to, kAborted if it
// died or broke the protocol (a status of `handle` says so),
// kResourceExhausted if it floods: it is being killed then.
absl::Status Converse(ProcessState* state, const Wakeup& wakeup,
                      const ConversationOptions& options,
                      const FrameHandler& handle);

}  // namespace cupel

#endif  // CUPEL_RUNNER_CONVERSATION_H_
