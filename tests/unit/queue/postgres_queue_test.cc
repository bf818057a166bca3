// The queue over PostgreSQL, by its driver: what every queue does, and what
// several processes do with it. Run with a server in CUPEL_TEST_POSTGRES.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "queue/server_clock.h"
#include "tests/unit/queue/queue_testing.h"

namespace cupel::queue {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string NewUrl() {
  if (TestServer() == nullptr) {
    ADD_FAILURE() << "run by tests/support/with_postgres.py";
    return "postgresql://nowhere.invalid/";
  }
  return WithOwnPrefix(TestServer());
}

class PostgresStage : public QueueStage {
 public:
  std::shared_ptr<JobQueue> Open(const QueueOptions& options) override {
    return OpenAt(url_, &clock_, options);
  }
  void Pass(int64_t micros) override { clock_.Pass(micros); }
  int64_t Now() override { return clock_.wall; }

 private:
  const std::string url_ = NewUrl();
  FakeClock clock_;
};

INSTANTIATE_TEST_SUITE_P(Postgresql, QueueConformance,
                         testing::Values(QueueKind{
                             "Postgresql",
                             [] { return std::make_unique<PostgresStage>(); }}),
                         KindName);

NewJob Job(std::string_view id) {
  NewJob job;
  job.id = id;
  job.kind = "scan";
  job.body = "{}";
  return job;
}

LeaseRequest Ask(std::string_view worker, uint32_t max = 1) {
  LeaseRequest request;
  request.worker = worker;
  request.max = max;
  return request;
}

// Machines' clocks differ: what they all know is the server's.
TEST(PostgresQueue, TheServersClockCounts) {
  const std::string url = NewUrl();
  auto queue = OpenSqlQueue(url, {});
  ASSERT_TRUE(queue.ok()) << queue.status();
  NewJob job = Job("a");
  ASSERT_TRUE((*queue)->Submit({job}).ok());
  DatabaseOptions options;
  options.path = url;
  options.store = "clock";  // of the test's own, beside the queue
  auto database = Database::Open(options);
  ASSERT_TRUE(database.ok()) << database.status();
  const auto leased = (*queue)->Lease(Ask("w"));
  ASSERT_TRUE(leased.ok()) << leased.status();
  ASSERT_EQ(leased->size(), 1U);
  ServerClock clock;
  ASSERT_TRUE(clock.Sync(**database).ok());
  auto ask = (*database)->Prepare(
      "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)");
  ASSERT_TRUE(ask.ok() && *ask->Step());
  const int64_t now = ask->Integer(0);
  const int64_t left = leased->at(0).record.lease_expires_micros - now;
  EXPECT_GT(left, 30'000'000);
  EXPECT_LE(left, 60'000'000);
}

TEST(PostgresQueueTest, ItsUrlIsShownWithoutThePassword) {
  const std::string url = NewUrl();
  const std::string password =
      url.substr(url.find(':', 13) + 1, url.find('@') - url.find(':', 13) - 1);
  const auto queue = OpenQueue(url);
  ASSERT_TRUE(queue.ok()) << queue.status();
  EXPECT_THAT((*queue)->url(), HasSubstr("postgresql://cupel@127.0.0.1"));
  EXPECT_THAT((*queue)->url(), Not(HasSubstr(password)));
}

TEST(PostgresQueueTest, WhoWaitsIsWokenByAnotherConnection) {
  const std::string url = NewUrl();
  const auto waiting = OpenQueue(url);
  const auto submitting = OpenQueue(url);
  ASSERT_TRUE(waiting.ok() && submitting.ok());
  ASSERT_TRUE((*waiting)->Lease(Ask("w"))->empty());
  std::thread other(
      [&] { EXPECT_TRUE((*submitting)->Submit({Job("a")}).ok()); });
  const auto start = std::chrono::steady_clock::now();
  std::vector<LeasedJob> leased;
  while (leased.empty()) {
    ASSERT_TRUE((*waiting)->WaitForWork({}, 60 * kSecond, nullptr).ok());
    leased = (*waiting)->Lease(Ask("w")).value();
  }
  other.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST(PostgresQueueTest, WaitingIsCancelledFromAnotherThread) {
  const auto queue = OpenQueue(NewUrl());
  ASSERT_TRUE(queue.ok());
  // Else waiting ends at once, for the clock's sake.
  ASSERT_TRUE((*queue)->Lease(Ask("w")).ok());
  Cancel cancel;
  std::thread other([&] { cancel.Trigger(); });
  EXPECT_CODE((*queue)->WaitForWork({}, 3600 * kSecond, &cancel), kCancelled);
  other.join();
  EXPECT_CODE((*queue)->WaitForWork({}, 3600 * kSecond, &cancel), kCancelled);
}

// In a child: leases and completes until nothing is left, and says which ids it
// had through the pipe.
[[noreturn]] void Work(const std::string& url, const std::string& name,
                       int out) {
  auto queue = OpenQueue(url);
  if (!queue.ok()) _exit(10);
  while (true) {
    const auto leased = (*queue)->Lease(Ask(name, 3));
    if (!leased.ok()) _exit(11);
    if (leased->empty()) _exit(0);
    for (const LeasedJob& job : *leased) {
      const std::string line = job.record.job.id + "\n";
      if (write(out, line.data(), line.size()) !=
          static_cast<ssize_t>(line.size())) {
        _exit(12);
      }
      const JobResult result{"text/plain", name, 0};
      if (!(*queue)
               ->Complete(job.record.job.id, job.record.token, result)
               .ok()) {
        _exit(13);
      }
    }
  }
}

TEST(PostgresQueueTest, SeveralProcessesAndNoJobTwice) {
  constexpr int kJobs = 300;
  constexpr int kWorkers = 4;
  const std::string url = NewUrl();
  const auto queue = OpenQueue(url);
  ASSERT_TRUE(queue.ok()) << queue.status();
  std::vector<NewJob> jobs;
  for (int i = 0; i < kJobs; ++i) jobs.push_back(Job(fmt::format("j{}", i)));
  ASSERT_TRUE((*queue)->Submit(jobs).ok());
  int pipes[2];
  ASSERT_EQ(pipe(pipes), 0);
  std::vector<pid_t> workers;
  for (int i = 0; i < kWorkers; ++i) {
    const pid_t child = fork();
    if (child == 0) Work(url, fmt::format("w{}", i), pipes[1]);
    workers.push_back(child);
  }
  close(pipes[1]);
  std::string lines;
  char buffer[4096];
  for (ssize_t n; (n = read(pipes[0], buffer, sizeof(buffer))) > 0;) {
    lines.append(buffer, static_cast<size_t>(n));
  }
  close(pipes[0]);
  for (const pid_t worker : workers) {
    int status = 0;
    ASSERT_EQ(waitpid(worker, &status, 0), worker);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }
  std::map<std::string, int> seen;
  for (size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1) {
    ++seen[lines.substr(at, lines.find('\n', at) - at)];
  }
  EXPECT_EQ(seen.size(), size_t{kJobs});
  for (const auto& [id, times] : seen) EXPECT_EQ(times, 1) << id;
  EXPECT_EQ((*queue)->Stats()->completed, uint64_t{kJobs});
}

// The same jobs submitted by many at once, in different orders, are there once.
TEST(PostgresQueueTest, SubmittingTheSameAtOnceIsSubmittingItOnce) {
  const std::string url = NewUrl();
  ASSERT_TRUE(OpenQueue(url).ok());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&url, i] {
      const auto queue = OpenQueue(url);
      ASSERT_TRUE(queue.ok()) << queue.status();
      for (int round = 0; round < 10; ++round) {
        std::vector<NewJob> jobs;
        for (int k = 0; k < 10; ++k) {
          const int number = i % 2 == 0 ? k : 9 - k;
          jobs.push_back(Job(fmt::format("r{}-{}", round, number)));
        }
        const auto submitted = (*queue)->Submit(jobs);
        EXPECT_TRUE(submitted.ok()) << submitted.status();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto queue = OpenQueue(url);
  EXPECT_EQ((*queue)->Stats()->waiting, 100U);
}

}  // namespace
}  // namespace cupel::queue
