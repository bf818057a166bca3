#include "session.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/clock.h"
#include "base/status.h"
#include "format/escape.h"

namespace cupel::amqp {
namespace {

constexpr int64_t kMilli = 1'000'000;
constexpr int64_t kFirstBackoff = 100 * kMilli;
constexpr int64_t kLongestBackoff = 30'000 * kMilli;
constexpr auto kPatience = std::chrono::seconds(2);
// Between two looks at what others want to be done.
constexpr int kEventsAtOnce = 1000;

}  // namespace

Session::Session(const Target& target, uint64_t max_body,
                 SessionHandler* handler)
    : target_(target),
      max_body_(max_body),
      handler_(handler),
      wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      random_(std::random_device()()) {}

Session::~Session() {
  Stop();
  if (wake_fd_ >= 0) close(wake_fd_);
}

absl::Status Session::Start() {
  if (wake_fd_ < 0) return ErrnoStatus(errno, "an eventfd for the broker");
  thread_ = std::thread([this] { Run(); });
  absl::Status status;
  {
    const MutexLock lock(mutex_);
    while (!started_.has_value()) changed_.wait(mutex_);
    status = *started_;
  }
  if (!status.ok()) Stop();
  return status;
}

void Session::Stop() {
  if (!thread_.joinable()) return;
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    Wake();
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (!ended_) {
      if (changed_.wait_until(mutex_, until) == std::cv_status::timeout) break;
    }
    // It may be writing to a broker that takes nothing.
    if (!ended_ && fd_ >= 0) shutdown(fd_, SHUT_RDWR);
  }
  thread_.join();
}

void Session::Wake() {
  const uint64_t one = 1;
  // Full means that it will wake up anyhow.
  [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof one);
}

void Session::Post(Work work) {
  {
    const MutexLock lock(mutex_);
    if (!ended_) {
      work_.push_back(std::move(work));
      Wake();
      return;
    }
  }
  work(nullptr);
}

void Session::Note(const absl::Status& status) {
  if (status.code() == absl::StatusCode::kUnavailable && broken_.ok()) {
    broken_ = status;
  }
}

int64_t Session::Backoff() {
  const uint32_t doublings = std::min(failures_, 10U);
  const int64_t base = std::min(kFirstBackoff << doublings, kLongestBackoff);
  // From four fifths to six fifths of it, so that many workers that lost one
  // broker don't come back at once.
  std::uniform_int_distribution<int64_t> part(80, 120);
  return base / 100 * part(random_);
}

void Session::Connect() {
  auto opened = Connection::Open(target_, max_body_);
  absl::Status status = opened.status();
  if (opened.ok()) {
    connection_ = *std::move(opened);
    {
      const MutexLock lock(mutex_);
      fd_ = connection_->fd();
    }
    status = handler_->OnUp(*connection_);
  }
  if (!status.ok()) {
    Lose(status);
  } else {
    failures_ = 0;
  }
  const MutexLock lock(mutex_);
  if (!started_.has_value()) {
    started_ = status;
    if (!status.ok()) stopping_ = true;
    changed_.notify_all();
  }
}

void Session::Lose(const absl::Status& why) {
  {
    const MutexLock lock(mutex_);
    fd_ = -1;
  }
  connection_.reset();
  broken_ = absl::OkStatus();
  connect_at_ = MonotonicNanos() + Backoff();
  ++failures_;
  std::map<uint64_t, Unconfirmed> lost;
  lost.swap(unconfirmed_);
  for (auto& [tag, one] : lost) {
    one.confirmed(
        Unavailable("the connection was lost before the broker confirmed: {}",
                    MessageOf(why)));
  }
  handler_->OnDown(why);
}

bool Session::TakeWork() {
  std::deque<Work> work;
  {
    const MutexLock lock(mutex_);
    if (stopping_) return false;
    work.swap(work_);
  }
  for (Work& one : work) one(broken_.ok() ? connection_.get() : nullptr);
  return true;
}

void Session::TakeEvents() {
  for (int i = 0; connection_ != nullptr && broken_.ok(); ++i) {
    // What is left wakes the thread up at once: OnTick says when.
    if (i == kEventsAtOnce) {
      Wake();
      return;
    }
    auto event = connection_->Next();
    if (!event.ok()) {
      broken_ = event.status();
      return;
    }
    if (!event->has_value()) return;
    Take(**std::move(event));
  }
}

void Session::Take(Event event) {
  switch (event.kind) {
    case Event::Kind::kConfirmed:
    case Event::Kind::kRefused:
      TakeConfirmation(event);
      return;
    case Event::Kind::kReturned:
      for (auto& [tag, one] : unconfirmed_) {
        if (one.routing_key == event.routing_key && one.returned.empty() &&
            one.message_id == event.message.message_id) {
          one.returned = event.reason.empty() ? "returned" : event.reason;
          return;
        }
      }
      return;
    default:
      handler_->OnEvent(*connection_, std::move(event));
  }
}

void Session::TakeConfirmation(const Event& event) {
  auto first =
      event.multiple ? unconfirmed_.begin() : unconfirmed_.find(event.tag);
  while (first != unconfirmed_.end() && first->first <= event.tag) {
    const Unconfirmed one = std::move(first->second);
    first = unconfirmed_.erase(first);
    absl::Status status;
    if (!one.returned.empty()) {
      status = FailedPrecondition(
          "broker {}: no queue takes '{}' ({}): declare one", target_.Shown(),
          EscapePrintable(one.routing_key), EscapePrintable(one.returned));
    } else if (event.kind == Event::Kind::kRefused) {
      status = ResourceExhausted(
          "broker {}: the queue '{}' takes no more: it is full",
          target_.Shown(), EscapePrintable(one.routing_key));
    }
    one.confirmed(status);
    if (!event.multiple) return;
  }
}

void Session::Publish(Connection& connection, const std::string& exchange,
                      const std::string& routing_key, const Message& message,
                      Confirmed confirmed) {
  const auto tag = connection.Publish(exchange, routing_key, message);
  if (!tag.ok()) {
    Note(tag.status());
    confirmed(tag.status());
    return;
  }
  unconfirmed_.emplace(*tag, Unconfirmed{.routing_key = routing_key,
                                         .message_id = message.message_id,
                                         .returned = "",
                                         .confirmed = std::move(confirmed)});
}

void Session::Wait(int64_t until) {
  // rabbitmq-c sends and checks heartbeats when it is called.
  const int64_t longest = connection_ == nullptr
                              ? 60'000 * kMilli
                              : connection_->heartbeat_s() * 250 * kMilli;
  const int64_t left =
      std::clamp<int64_t>(until - MonotonicNanos(), 0, longest);
  pollfd fds[2] = {{.fd = wake_fd_, .events = POLLIN, .revents = 0},
                   {.fd = connection_ == nullptr ? -1 : connection_->fd(),
                    .events = POLLIN,
                    .revents = 0}};
  // Rounded up, so that it does not wake before its time.
  poll(fds, 2, static_cast<int>((left + kMilli - 1) / kMilli));
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = read(wake_fd_, &count, sizeof count);
}

void Session::Run() {
  while (true) {
    if (connection_ == nullptr && MonotonicNanos() >= connect_at_) Connect();
    if (!TakeWork()) break;
    TakeEvents();
    int64_t next = handler_->OnTick(broken_.ok() ? connection_.get() : nullptr);
    // A call that waits for its answer puts aside what comes before it.
    TakeEvents();
    if (!broken_.ok()) {
      const absl::Status why = broken_;
      Lose(why);
    }
    if (connection_ == nullptr) next = std::min(next, connect_at_);
    Wait(next);
  }
  Lose(Unavailable("the queue was closed"));
  std::deque<Work> left;
  {
    const MutexLock lock(mutex_);
    ended_ = true;
    left.swap(work_);
    changed_.notify_all();
  }
  for (Work& one : left) one(nullptr);
}

}  // namespace cupel::amqp
