#include "plugin/rate_limit.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <thread>
#include <vector>

#include "base/status.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;

constexpr uint64_t kMilli = 1'000'000;
constexpr uint64_t kHour = 3600 * 1000 * kMilli;

class RateLimitFile : public testing::Test {
 protected:
  RateLimitFile() {
    std::string folder = testing::TempDir() + "cupel-rate-XXXXXX";
    EXPECT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    path_ = folder + "/limit";
  }
  ~RateLimitFile() override { std::filesystem::remove_all(folder_); }

  void Write(std::string_view bytes) const {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  int64_t NextInFile() const {
    int64_t next = 0;
    std::ifstream(path_, std::ios::binary)
        .read(reinterpret_cast<char*>(&next), sizeof(next));
    return next;
  }

  std::string folder_;
  std::string path_;
};

// Starts `count` times, and writes the moments to `fd`.
[[noreturn]] void StartInChild(const std::string& path, uint64_t interval,
                               int count, int fd) {
  auto limit = RateLimit::Open(path, interval);
  if (!limit.ok()) _exit(1);
  for (int i = 0; i < count; ++i) {
    const auto at = (*limit)->Acquire(nullptr, Deadline());
    if (!at.ok() || write(fd, &*at, sizeof(*at)) != sizeof(*at)) _exit(2);
  }
  _exit(0);
}

void ExpectSpaced(std::vector<int64_t> moments, uint64_t interval) {
  std::sort(moments.begin(), moments.end());
  for (size_t i = 1; i < moments.size(); ++i) {
    EXPECT_GE(moments[i] - moments[i - 1], static_cast<int64_t>(interval)) << i;
  }
}

TEST(ParseRateTest, TakesDecimalsOnBothSides) {
  EXPECT_EQ(*ParseRate("4/1"), 250 * kMilli);
  EXPECT_EQ(*ParseRate("1/10"), 10'000 * kMilli);
  EXPECT_EQ(*ParseRate("0.5/1"), 2'000 * kMilli);
  EXPECT_EQ(*ParseRate("1/0.25"), 250 * kMilli);
  EXPECT_EQ(*ParseRate(" 3 / 1 "), 333'333'333u);
  EXPECT_EQ(*ParseRate("1000000000/1"), 1u);
  EXPECT_EQ(*ParseRate("1/31622400"), uint64_t{31622400} * 1000 * kMilli);
}

TEST(ParseRateTest, SaysWhatIsExpected) {
  for (const char* bad : {"", "4", "/", "4/", "/1", "4/1/1", "-4/1", "4/-1",
                          "1e3/1", "inf/1", "nan/1", "0x4/1", "4 1", "4/1s",
                          "1..2/1", "./1", "4/ ", "9999999999999999999999/1"}) {
    const auto status = ParseRate(bad).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << bad;
    EXPECT_THAT(MessageOf(status), HasSubstr("count/seconds")) << bad;
  }
  for (const char* zero : {"0/1", "1/0", "0.0/1"}) {
    EXPECT_THAT(MessageOf(ParseRate(zero).status()), HasSubstr("above 0"));
  }
  for (const char* far : {"1/31622401", "1000000001/1", "0.0000001/9999"}) {
    EXPECT_THAT(MessageOf(ParseRate(far).status()), HasSubstr("366 days"));
  }
  EXPECT_THAT(MessageOf(ParseRate("a\n\x1b/1").status()), HasSubstr("a\\n"));
}

TEST(RateLimitTest, TheFirstDoesNotWait) {
  RateLimit limit(kHour);
  EXPECT_TRUE(limit.Acquire(nullptr, Deadline::After(0)).ok());
  const auto second = limit.Acquire(nullptr, Deadline::After(kHour / 2));
  EXPECT_TRUE(absl::IsDeadlineExceeded(second.status())) << second.status();
}

TEST(RateLimitTest, CancelEndsTheWait) {
  RateLimit limit(kHour);
  ASSERT_TRUE(limit.Acquire(nullptr, Deadline()).ok());
  Cancel cancel;
  std::thread other([&] { cancel.Trigger(); });
  const auto status = limit.Acquire(&cancel, Deadline()).status();
  other.join();
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_TRUE(absl::IsCancelled(limit.Acquire(&cancel, Deadline()).status()));
}

TEST(RateLimitTest, NoBurstAfterAPause) {
  RateLimit limit(2 * kMilli);
  std::vector<int64_t> moments = {*limit.Acquire(nullptr, Deadline())};
  // Ten intervals in which nobody starts.
  while (MonotonicNanos() < moments[0] + int64_t{20 * kMilli}) {
  }
  for (int i = 0; i < 5; ++i) {
    moments.push_back(*limit.Acquire(nullptr, Deadline()));
  }
  ExpectSpaced(moments, 2 * kMilli);
}

TEST(RateLimitTest, ThreadsShareIt) {
  RateLimit limit(kMilli);
  Mutex mutex;
  std::vector<int64_t> moments;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 25; ++k) {
        const auto at = limit.Acquire(nullptr, Deadline());
        const MutexLock lock(mutex);
        moments.push_back(at.value_or(0));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(moments.size(), 100u);
  ExpectSpaced(moments, kMilli);
}

TEST_F(RateLimitFile, ProcessesShareIt) {
  constexpr int kProcesses = 4;
  constexpr int kStarts = 15;
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) StartInChild(path_, 3 * kMilli, kStarts, ends[1]);
    children.push_back(child);
  }
  close(ends[1]);
  std::vector<int64_t> moments;
  int64_t at = 0;
  while (read(ends[0], &at, sizeof(at)) == sizeof(at)) moments.push_back(at);
  close(ends[0]);
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(moments.size(), size_t{kProcesses * kStarts});
  ExpectSpaced(moments, 3 * kMilli);
}

TEST_F(RateLimitFile, KilledWaitersLeaveNothingBehind) {
  auto limit = RateLimit::Open(path_, kHour);
  ASSERT_TRUE(limit.ok()) << limit.status();
  const int64_t first = *(*limit)->Acquire(nullptr, Deadline());
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  for (int i = 0; i < 5; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      auto own = RateLimit::Open(path_, kHour);
      if (write(ends[1], "", 1) != 1) _exit(1);
      if (own.ok()) (void)(*own)->Acquire(nullptr, Deadline());
      _exit(0);
    }
    char ready = 0;
    ASSERT_EQ(read(ends[0], &ready, 1), 1);
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status));
  }
  close(ends[0]);
  close(ends[1]);
  EXPECT_EQ(NextInFile(), first + static_cast<int64_t>(kHour));
}

TEST_F(RateLimitFile, ATimeThatCannotBeIsMended) {
  {
    ASSERT_TRUE(RateLimit::Open(path_, kMilli).ok());
  }
  std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
  const int64_t far = std::numeric_limits<int64_t>::max();
  file.write(reinterpret_cast<const char*>(&far), sizeof(far));
  file.close();
  auto limit = RateLimit::Open(path_, 2 * kMilli);
  ASSERT_TRUE(limit.ok()) << limit.status();
  const auto first = (*limit)->Acquire(nullptr, Deadline());
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(NextInFile(), *first + static_cast<int64_t>(2 * kMilli));
}

TEST_F(RateLimitFile, IsPrivateAndStaysWhatItIs) {
  {
    ASSERT_TRUE(RateLimit::Open(path_, kMilli).ok());
  }
  struct stat info{};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(info.st_size, 16);
  chmod(path_.c_str(), 0666);
  EXPECT_TRUE(
      absl::IsPermissionDenied(RateLimit::Open(path_, kMilli).status()));
}

TEST_F(RateLimitFile, RefusesOtherFiles) {
  for (const std::string& other :
       {std::string("notes"), std::string(16, 'x'), std::string(5000, 'x')}) {
    Write(other);
    chmod(path_.c_str(), 0600);
    const auto status = RateLimit::Open(path_, kMilli).status();
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    std::ifstream file(path_, std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), other);
  }
  ASSERT_EQ(unlink(path_.c_str()), 0);
  ASSERT_EQ(symlink("elsewhere", path_.c_str()), 0);
  EXPECT_FALSE(RateLimit::Open(path_, kMilli).ok());
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/elsewhere"));
  ASSERT_EQ(unlink(path_.c_str()), 0);
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_TRUE(
      absl::IsFailedPrecondition(RateLimit::Open(path_, kMilli).status()));
}

TEST_F(RateLimitFile, OneFileForEachNameAndRate) {
  RateLimits limits(folder_);
  for (const char* name : {"worker:yara", "worker:pe"}) {
    EXPECT_TRUE(
        limits.Acquire(name, "1/3600", nullptr, Deadline::After(0)).ok());
    EXPECT_TRUE(absl::IsDeadlineExceeded(
        limits.Acquire(name, "1/3600", nullptr, Deadline::After(kMilli))));
  }
  EXPECT_TRUE(limits.Acquire("worker:pe", "", nullptr, Deadline()).ok());
  // Another process, or the same one after a restart.
  RateLimits again(folder_);
  EXPECT_TRUE(absl::IsDeadlineExceeded(
      again.Acquire("worker:pe", "1/3600", nullptr, Deadline::After(kMilli))));
  EXPECT_TRUE(absl::IsInvalidArgument(
      again.Acquire("../x", "1/3600", nullptr, Deadline())));
  EXPECT_TRUE(absl::IsInvalidArgument(
      again.Acquire("worker:pe", "often", nullptr, Deadline())));
}

}  // namespace
}  // namespace cupel
