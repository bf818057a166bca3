#include "runner/conversation.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include "base/status.h"

namespace cupel {
namespace {

constexpr uint64_t kMillisecond = 1'000'000;
constexpr uint64_t kFloodGraceNanos = 2'000 * kMillisecond;
// After which the clock is looked at again.
constexpr int kFramesAtOnce = 64;
// How long to wait for the end of a process whose channel is closed already.
constexpr uint64_t kEndNanos = 1'000 * kMillisecond;
// And of one that is being killed: it need not be over when the call is.
constexpr uint64_t kKillNanos = 5 * kMillisecond;

class Talk {
 public:
  Talk(ProcessState* state, const Wakeup& wakeup,
       const ConversationOptions& options, const FrameHandler& handle)
      : state_(*state),
        process_(*state->process),
        wakeup_(wakeup),
        options_(options),
        handle_(handle) {}

  absl::Status Run() {
    state_.out.Begin(options_.services, options_.output_bytes);
    state_.err.Begin(options_.services, options_.output_bytes);
    const absl::Status status = Loop();
    // What was written before the end of the call belongs to it.
    if (out_open_) state_.out.Drain(process_.out());
    if (err_open_) state_.err.Drain(process_.err());
    state_.out.End();
    state_.err.End();
    return status;
  }

 private:
  absl::Status Loop() {
    while (!done_) {
      CUPEL_RETURN_IF_ERROR(CheckTime());
      CUPEL_RETURN_IF_ERROR(Wait());
      absl::Status status = process_.channel().Flush();
      if (status.ok() && readable_) status = TakeFrames();
      if (!status.ok()) return Broken(status);
      // All that it had said before is read now.
      if (ended_ && !done_) return Died();
    }
    if (options_.stopped != nullptr) *options_.stopped = stop_;
    return absl::OkStatus();
  }

  // Tells it to stop when it should, and kills it when it does not.
  absl::Status CheckTime() {
    if (stop_.ok()) {
      if (options_.cancel != nullptr && options_.cancel->triggered()) {
        Stop(Cancelled("cancelled in `{}`", options_.what));
      } else if (options_.deadline.passed()) {
        Stop(DeadlineExceeded("`{}` did not end in its time", options_.what));
      } else if (flooding_ && flood_end_.passed()) {
        Stop(ResourceExhausted(
            "`{}` went on handing back more than it may, and was stopped",
            options_.what));
      }
    }
    if (stop_.ok() || !stop_end_.passed()) return absl::OkStatus();
    process_.Kill();
    process_.WaitEnded(Deadline::After(kKillNanos));
    return stop_;
  }

  void Stop(absl::Status why) {
    stop_ = std::move(why);
    stop_end_ = Deadline::After(options_.cancel_grace_ms * kMillisecond);
    absl::StatusOr<std::string> frame =
        wire::Encode(wire::ToRunner(wire::Cancel{options_.call}));
    if (frame.ok()) process_.channel().Queue(*std::move(frame));
  }

  int Timeout() const {
    uint64_t nanos = UINT64_MAX;
    if (!stop_.ok()) {
      nanos = stop_end_.remaining();
    } else {
      nanos = options_.deadline.remaining();
      if (flooding_) nanos = std::min(nanos, flood_end_.remaining());
    }
    if (nanos == UINT64_MAX) return -1;
    return static_cast<int>(
        std::min<uint64_t>((nanos + kMillisecond - 1) / kMillisecond, INT_MAX));
  }

  absl::Status Wait() {
    const auto wanted = static_cast<int16_t>(
        process_.channel().wants_write() ? POLLIN | POLLOUT : POLLIN);
    pollfd polled[] = {{process_.channel().fd(), wanted, 0},
                       {process_.control(), POLLIN, 0},
                       // Once it has fired it would fire for ever.
                       {stop_.ok() ? wakeup_.fd() : -1, POLLIN, 0},
                       {out_open_ ? process_.out() : -1, POLLIN, 0},
                       {err_open_ ? process_.err() : -1, POLLIN, 0}};
    if (poll(polled, std::size(polled), more_ ? 0 : Timeout()) < 0) {
      if (errno == EINTR) return absl::OkStatus();
      return ErrnoStatus(errno, "poll");
    }
    readable_ = more_ || (polled[0].revents & ~POLLOUT) != 0;
    ended_ = polled[1].revents != 0 && process_.Ended();
    if (ended_) readable_ = true;
    if (polled[2].revents != 0) wakeup_.Drain();
    if (polled[3].revents != 0) out_open_ = state_.out.Read(process_.out());
    if (polled[4].revents != 0) err_open_ = state_.err.Read(process_.err());
    return absl::OkStatus();
  }

  absl::Status TakeFrames() {
    more_ = false;
    for (int i = 0; !done_; ++i) {
      // If it has ended there is no end of frames to fear.
      if (i == kFramesAtOnce && !ended_) {
        more_ = true;
        return absl::OkStatus();
      }
      CUPEL_ASSIGN_OR_RETURN(std::optional<Frame> frame,
                             process_.channel().Receive());
      if (!frame.has_value()) return absl::OkStatus();
      CUPEL_RETURN_IF_ERROR(TakeFrame(*std::move(frame)));
    }
    return absl::OkStatus();
  }

  absl::Status TakeFrame(Frame frame) {
    CUPEL_ASSIGN_OR_RETURN(wire::ToHost message,
                           wire::DecodeToHost(frame.body));
    const bool has_blob = wire::BlobInMemfd(message) != nullptr;
    if (has_blob && !frame.memfd.valid()) {
      return DataLoss("a frame without the descriptor that it tells of");
    }
    if (!has_blob && frame.memfd.valid()) {
      return DataLoss("a frame with a descriptor for nothing");
    }
    CUPEL_ASSIGN_OR_RETURN(const Reaction reaction,
                           handle_(std::move(message), frame.memfd));
    done_ = reaction.done;
    if (reaction.flooding && !flooding_) {
      flooding_ = true;
      flood_end_ = Deadline::After(kFloodGraceNanos);
    }
    return absl::OkStatus();
  }

  // The channel is closed, or what came over it is nonsense.
  absl::Status Broken(const absl::Status& status) {
    if (ended_) return Died();
    if (absl::IsUnavailable(status)) {
      // Closed by its end, most likely. What does not end is killed.
      const Deadline until = Deadline::After(
          std::min(kEndNanos, stop_.ok() ? options_.deadline.remaining()
                                         : stop_end_.remaining()));
      if (process_.WaitEnded(until)) return Died();
      process_.Kill();
      process_.WaitEnded(Deadline::After(kKillNanos));
      return Aborted("the plugin closed its channel in `{}`, and was killed",
                     options_.what);
    }
    process_.Kill();
    process_.WaitEnded(Deadline::After(kKillNanos));
    return Aborted(
        "the plugin's process was killed in `{}`: it broke the protocol, by {}",
        options_.what, MessageOf(status));
  }

  absl::Status Died() const {
    // It was told to end, and did, in a way.
    if (!stop_.ok()) return stop_;
    return Aborted("the plugin's process {} in `{}`, {} MiB at most",
                   process_.HowItEnded(), options_.what,
                   process_.max_rss_mib());
  }

  ProcessState& state_;
  ChildProcess& process_;
  const Wakeup& wakeup_;
  const ConversationOptions& options_;
  const FrameHandler& handle_;
  bool out_open_ = true;
  bool err_open_ = true;
  bool readable_ = false;
  bool more_ = false;  // frames may be there that poll does not tell of
  bool ended_ = false;
  bool done_ = false;
  bool flooding_ = false;
  Deadline flood_end_;
  absl::Status stop_;  // why it was told to stop
  Deadline stop_end_;
};

}  // namespace

absl::StatusOr<Wakeup> Wakeup::Make() {
  UniqueFd fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd.valid()) return ErrnoStatus(errno, "eventfd");
  return Wakeup(std::move(fd));
}

void Wakeup::Wake() const {
  const uint64_t one = 1;
  (void)!write(fd_.get(), &one, sizeof(one));
}

void Wakeup::Drain() const {
  uint64_t count = 0;
  (void)!read(fd_.get(), &count, sizeof(count));
}

absl::Status Converse(ProcessState* state, const Wakeup& wakeup,
                      const ConversationOptions& options,
                      const FrameHandler& handle) {
  return Talk(state, wakeup, options, handle).Run();
}

}  // namespace cupel
