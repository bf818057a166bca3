#include "plugin/heartbeat.h"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/clock.h"
#include "base/status.h"

namespace cupel {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
// Longer than a process lives, and far from overflowing.
constexpr uint64_t kMostPeriod = uint64_t{100} * 366 * 24 * 3600 * kSecond;

// A thread on which no signal is handled: those are for the host's threads.
std::thread QuietThread(std::function<void()> body) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(body));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

Heartbeats::Heartbeats(Log log) : log_(std::move(log)) {}

Heartbeats::~Heartbeats() { Stop(); }

void Heartbeats::Add(const PluginName& name,
                     std::shared_ptr<PluginInstance> instance,
                     uint64_t period_ns) {
  if (period_ns == 0 || instance == nullptr) return;
  auto beat = std::make_shared<Beat>();
  beat->name = PluginNameText(name);
  beat->instance = std::move(instance);
  beat->period = static_cast<int64_t>(std::min(period_ns, kMostPeriod));
  beat->due = MonotonicNanos() + beat->period;
  const MutexLock lock(mutex_);
  if (stopping_) return;
  beats_.push_back(std::move(beat));
  if (!thread_.joinable()) thread_ = QuietThread([this] { Work(); });
  changed_.notify_all();
}

void Heartbeats::Stop() {
  std::thread thread;
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    thread = std::move(thread_);
    changed_.notify_all();
  }
  cancel_.Trigger();
  if (thread.joinable()) thread.join();
  std::vector<std::shared_ptr<Beat>> beats;
  const MutexLock lock(mutex_);
  // Destroyed without the lock: plugins are deactivated by it.
  beats.swap(beats_);
}

std::shared_ptr<Heartbeats::Beat> Heartbeats::Next() {
  const MutexLock lock(mutex_);
  while (!stopping_) {
    const auto next = std::min_element(
        beats_.begin(), beats_.end(),
        [](const auto& a, const auto& b) { return a->due < b->due; });
    const int64_t left = (*next)->due - MonotonicNanos();
    if (left <= 0) return *next;
    changed_.wait_for(mutex_, std::chrono::nanoseconds(left));
  }
  return nullptr;
}

void Heartbeats::Work() {
  while (const std::shared_ptr<Beat> beat = Next()) {
    Call(*beat);
    const MutexLock lock(mutex_);
    beat->due = MonotonicNanos() + beat->period;
  }
}

void Heartbeats::Call(Beat& beat) {
  PluginServices services;
  services.log = log_;
  PluginRequest request;
  request.method = PluginMethod::kHeartbeat;
  request.deadline =
      Deadline::After(static_cast<uint64_t>(std::max(beat.period, kSecond)));
  request.cancel = &cancel_;
  request.services = &services;
  PluginAnswer answer;
  const absl::Status status = beat.instance->Call(request, &answer);
  if (cancel_.triggered()) return;
  if (!status.ok()) {
    Tell(beat, std::string(MessageOf(status)));
  } else {
    Tell(beat, answer.errors.empty() ? "" : answer.errors.front().message);
  }
}

void Heartbeats::Tell(Beat& beat, std::string failure) {
  if (failure == beat.failure) return;
  beat.failure = std::move(failure);
  if (!log_) return;
  if (beat.failure.empty()) {
    log_(LogLevel::kInfo,
         fmt::format("{}: the heartbeat works again", beat.name));
  } else {
    log_(LogLevel::kWarning,
         fmt::format("{}: the heartbeat failed: {}", beat.name, beat.failure));
  }
}

}  // namespace cupel
