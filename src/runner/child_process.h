// A cupel-runner as the host sees it.
#ifndef CUPEL_RUNNER_CHILD_PROCESS_H_
#define CUPEL_RUNNER_CHILD_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "runner/channel.h"
#include "runner/process_options.h"
#include "runner/supervisor.h"
#include "runner/unique_fd.h"

namespace cupel {

// A process, its supervisor, its temporary folder and the pipes of its output.
// All are gone when this is. Not thread-safe.
class ChildProcess {
 public:
  // By posix_spawn: the host is never forked. `needs` are the plugin's
  // (kNeeds*), granted as far as the options allow.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(
      const ProcessOptions& options, uint32_t needs);
  // Kills what still runs and waits until it is gone.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  Channel& channel() { return channel_; }
  int out() const { return out_.get(); }
  int err() const { return err_.get(); }
  // Readable once it has ended: call Poll then.
  int control() const { return control_.get(); }
  // Of the supervisor.
  pid_t pid() const { return pid_; }

  // The process, and all that it started, is to be killed. Does not wait.
  void Kill();
  bool killed() const { return killed_; }
  // Looks whether it has ended. Does not wait.
  bool Ended();
  // Waits for that, up to then.
  bool WaitEnded(const Deadline& until);
  // The supervisor too has done its work: the destructor will not wait.
  bool Gone();

  // How it ended: "died of signal 11 (Segmentation fault)". Once it has.
  std::string HowItEnded() const;
  uint64_t max_rss_mib() const;

 private:
  ChildProcess(UniqueFd channel, UniqueFd control, UniqueFd out, UniqueFd err)
      : channel_(std::move(channel)),
        control_(std::move(control)),
        out_(std::move(out)),
        err_(std::move(err)) {}

  Channel channel_;
  UniqueFd control_;
  UniqueFd out_;
  UniqueFd err_;
  pid_t pid_ = -1;
  std::string temp_;
  bool killed_ = false;
  bool ended_ = false;
  bool gone_ = false;
  std::optional<SupervisorReport> report_;
};

}  // namespace cupel

#endif  // CUPEL_RUNNER_CHILD_PROCESS_H_
