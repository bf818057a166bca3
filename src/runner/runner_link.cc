#include "runner/runner_link.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>
#include <variant>

#include "base/status.h"

namespace cupel {

absl::StatusOr<std::unique_ptr<RunnerLink>> RunnerLink::Open(UniqueFd socket) {
  UniqueFd out(fcntl(socket.get(), F_DUPFD_CLOEXEC, 10));
  if (!out.valid()) return ErrnoStatus(errno, "duplicate the channel");
  return std::unique_ptr<RunnerLink>(
      new RunnerLink(std::move(socket), std::move(out)));
}

absl::Status RunnerLink::Send(const wire::ToHost& message, UniqueFd memfd) {
  CUPEL_ASSIGN_OR_RETURN(std::string frame, wire::Encode(message));
  MutexLock lock(out_mutex_);
  out_.Queue(std::move(frame), std::move(memfd));
  for (;;) {
    CUPEL_RETURN_IF_ERROR(out_.Flush());
    if (!out_.wants_write()) return absl::OkStatus();
    pollfd polled = {out_.fd(), POLLOUT, 0};
    poll(&polled, 1, -1);
  }
}

absl::StatusOr<Incoming> RunnerLink::Receive() {
  for (;;) {
    CUPEL_ASSIGN_OR_RETURN(std::optional<Frame> frame, in_.Receive());
    if (!frame.has_value()) {
      pollfd polled = {in_.fd(), POLLIN, 0};
      poll(&polled, 1, -1);
      continue;
    }
    absl::StatusOr<wire::ToRunner> message = wire::DecodeToRunner(frame->body);
    wire::WipeBytes(&frame->body);
    if (!message.ok()) return message.status();
    return Incoming{*std::move(message), std::move(frame->memfd)};
  }
}

void RunnerLink::Take(Incoming incoming) {
  MutexLock lock(mutex_);
  if (const auto* cancel = std::get_if<wire::Cancel>(&incoming.message)) {
    if (cancel->id == call_ && cancel_ != nullptr) cancel_->Trigger();
  } else if (std::holds_alternative<wire::ItemTaken>(incoming.message) ||
             std::holds_alternative<wire::NestedAnswer>(incoming.message)) {
    answers_.push_back(std::move(incoming.message));
  } else {
    calls_.push_back(std::move(incoming));
  }
  changed_.notify_all();
}

void RunnerLink::StartReader() {
  std::thread([this] {
    for (;;) {
      absl::StatusOr<Incoming> incoming = Receive();
      // Nobody is left to work for; the plugin may be anywhere.
      if (!incoming.ok()) _exit(absl::IsUnavailable(incoming.status()) ? 0 : 1);
      Take(*std::move(incoming));
    }
  }).detach();
}

Incoming RunnerLink::NextCall() {
  MutexLock lock(mutex_);
  while (calls_.empty()) changed_.wait(mutex_);
  Incoming call = std::move(calls_.front());
  calls_.pop_front();
  return call;
}

std::optional<wire::ToRunner> RunnerLink::Answer(uint64_t id,
                                                 const Cancel& cancel) {
  const auto fits = [id](const wire::ToRunner& answer) {
    if (const auto* taken = std::get_if<wire::ItemTaken>(&answer)) {
      return taken->id == id;
    }
    const auto* nested = std::get_if<wire::NestedAnswer>(&answer);
    return nested != nullptr && nested->id == id;
  };
  MutexLock lock(mutex_);
  for (;;) {
    const auto found = std::find_if(answers_.begin(), answers_.end(), fits);
    if (found != answers_.end()) {
      wire::ToRunner answer = std::move(*found);
      answers_.erase(found);
      return answer;
    }
    if (cancel.triggered()) return std::nullopt;
    changed_.wait(mutex_);
  }
}

void RunnerLink::BeginCall(uint64_t id, Cancel* cancel) {
  MutexLock lock(mutex_);
  call_ = id;
  cancel_ = cancel;
  answers_.clear();
}

void RunnerLink::EndCall() {
  MutexLock lock(mutex_);
  call_ = 0;
  cancel_ = nullptr;
}

}  // namespace cupel
