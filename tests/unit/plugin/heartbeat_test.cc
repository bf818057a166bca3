#include "plugin/heartbeat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "base/clock.h"
#include "base/status.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr uint64_t kMilli = 1'000'000;
constexpr uint64_t kHour = 3600 * 1000 * kMilli;
const PluginName kName = {PluginCategory::kConnector, "queue"};

// Counts its heartbeats and lets a test wait for the n-th.
class Beating final : public PluginInstance {
 public:
  using Body = std::function<absl::Status(int, const PluginRequest&)>;
  explicit Beating(Body body = {}) : body_(std::move(body)) {}

  absl::Status Call(const PluginRequest& request, PluginAnswer*) override {
    EXPECT_EQ(request.method, PluginMethod::kHeartbeat);
    int count = 0;
    {
      const MutexLock lock(mutex_);
      count = ++count_;
      changed_.notify_all();
    }
    return body_ ? body_(count, request) : absl::OkStatus();
  }

  void WaitFor(int count) {
    const MutexLock lock(mutex_);
    while (count_ < count) changed_.wait(mutex_);
  }

 private:
  const Body body_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  int count_ = 0;
};

class Lines {
 public:
  Heartbeats::Log log() {
    return [this](LogLevel level, std::string_view text) {
      const MutexLock lock(mutex_);
      lines_.push_back((level == LogLevel::kWarning ? "warning " : "info ") +
                       std::string(text));
    };
  }
  std::vector<std::string> lines() {
    const MutexLock lock(mutex_);
    return lines_;
  }

 private:
  Mutex mutex_;
  std::vector<std::string> lines_;
};

TEST(HeartbeatTest, BeatsEveryPluginAgainAndAgain) {
  auto one = std::make_shared<Beating>();
  auto other = std::make_shared<Beating>();
  Heartbeats heartbeats({});
  heartbeats.Add(kName, one, kMilli);
  heartbeats.Add(kName, other, 3 * kMilli);
  one->WaitFor(5);
  other->WaitFor(3);
}

TEST(HeartbeatTest, StopDoesNotWaitForThePeriod) {
  auto never = std::make_shared<Beating>(
      [](int, const PluginRequest&) { return Internal("called"); });
  Lines lines;
  Heartbeats heartbeats(lines.log());
  heartbeats.Add(kName, never, kHour);
  heartbeats.Stop();
  heartbeats.Stop();
  EXPECT_EQ(never.use_count(), 1);
  EXPECT_THAT(lines.lines(), ElementsAre());
  heartbeats.Add(kName, never, kMilli);
  EXPECT_EQ(never.use_count(), 1);
}

TEST(HeartbeatTest, StopCancelsTheOneUnderWay) {
  auto hanging = std::make_shared<Beating>([](int, const PluginRequest& call) {
    Mutex mutex;
    std::condition_variable_any woken;
    bool stop = false;
    const Cancel::Listener listener(call.cancel, [&] {
      const MutexLock lock(mutex);
      stop = true;
      woken.notify_all();
    });
    const MutexLock lock(mutex);
    while (!stop) woken.wait(mutex);
    return Cancelled("stopped");
  });
  Lines lines;
  Heartbeats heartbeats(lines.log());
  heartbeats.Add(kName, hanging, kMilli);
  hanging->WaitFor(1);
  heartbeats.Stop();
  EXPECT_THAT(lines.lines(), ElementsAre());
}

TEST(HeartbeatTest, TellsAFailureOncePerChange) {
  auto failing = std::make_shared<Beating>(
      [](int count, const PluginRequest&) -> absl::Status {
        if (count <= 3) return Internal("no connection");
        if (count <= 5) return Internal("no login");
        if (count <= 7) return absl::OkStatus();
        return Internal("no connection");
      });
  Lines lines;
  Heartbeats heartbeats(lines.log());
  heartbeats.Add(kName, failing, kMilli / 10);
  failing->WaitFor(10);
  heartbeats.Stop();
  EXPECT_THAT(
      lines.lines(),
      ElementsAre(
          "warning connector:queue: the heartbeat failed: no connection",
          "warning connector:queue: the heartbeat failed: no login",
          "info connector:queue: the heartbeat works again",
          "warning connector:queue: the heartbeat failed: no connection"));
}

TEST(HeartbeatTest, HasADeadlineAndItsThreadTakesNoSignals) {
  std::atomic<bool> checked{false};
  auto beating =
      std::make_shared<Beating>([&](int, const PluginRequest& request) {
        EXPECT_FALSE(request.deadline.is_never());
        EXPECT_LE(request.deadline.remaining(), 1000 * kMilli);
        sigset_t blocked;
        pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
        EXPECT_EQ(sigismember(&blocked, SIGTERM), 1);
        checked = true;
        return absl::OkStatus();
      });
  Heartbeats heartbeats({});
  heartbeats.Add(kName, beating, kMilli);
  beating->WaitFor(2);
  EXPECT_TRUE(checked);
  sigset_t blocked;
  pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  EXPECT_EQ(sigismember(&blocked, SIGTERM), 0);
}

TEST(HeartbeatTest, WithoutAPeriodThereIsNone) {
  auto never = std::make_shared<Beating>();
  Heartbeats heartbeats({});
  heartbeats.Add(kName, never, 0);
  heartbeats.Add(kName, nullptr, kMilli);
  EXPECT_EQ(never.use_count(), 1);
}

}  // namespace
}  // namespace cupel
