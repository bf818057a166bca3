// A queue on a full disk, in a locked, damaged or foreign file, and used by two
// processes: a clear error, and all that was there before.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>

#include "queue/sql_queue_schema.h"
#include "tests/unit/queue/queue_testing.h"

namespace cupel::queue {
namespace {

using testing::HasSubstr;

NewJob Job(std::string_view id) {
  NewJob job;
  job.id = id;
  job.kind = "scan";
  job.body = "{}";
  return job;
}

// In a child, whose files may not grow beyond a bound, as on a full disk. Its
// exit code says how far it came.
[[noreturn]] void FillUp(const std::string& path) {
  signal(SIGXFSZ, SIG_IGN);
  const auto queue = OpenQueue("sqlite:" + path);
  if (!queue.ok()) _exit(10);
  if (!(*queue)->Submit({Job("a"), Job("b")}).ok()) _exit(11);
  LeaseRequest request;
  request.worker = "w";
  const auto leased = (*queue)->Lease(request);
  if (!leased.ok() || leased->size() != 1) _exit(12);
  const rlimit limit{300'000, 300'000};
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(13);
  const JobRecord& held = leased->front().record;
  const absl::Status full = (*queue)->Complete(
      held.job.id, held.token, {"t", std::string(1'000'000, 'x'), 0});
  if (!absl::IsResourceExhausted(full)) _exit(14);
  if (MessageOf(full).find("q.db") == std::string_view::npos) _exit(15);
  // It is still at work, and something smaller finds room.
  if ((*queue)->Get(held.job.id)->state != JobState::kLeased) _exit(16);
  if ((*queue)->Result(held.job.id).ok()) _exit(17);
  const absl::Status small =
      (*queue)->Complete(held.job.id, held.token, {"t", "small", 0});
  _exit(small.ok() ? 0 : 18);
}

TEST(SqlQueueDamageTest, AFullDiskKeepsNoHalfAndLosesNothing) {
  TempFolder folder;
  EXPECT_EXIT(FillUp(folder / "q.db"), testing::ExitedWithCode(0), "");
  const auto queue = OpenQueue("sqlite:" + (folder / "q.db"));
  ASSERT_TRUE(queue.ok()) << queue.status();
  EXPECT_EQ((*queue)->Result("a")->bytes, "small");
  EXPECT_EQ((*queue)->Get("b")->state, JobState::kWaiting);
}

TEST(SqlQueueDamageTest, ALockedFileIsUnavailableAndThenGoesOn) {
  TempFolder folder;
  QueueOptions options;
  options.busy_timeout_ms = 20;
  const auto queue = OpenQueue("sqlite:" + (folder / "q.db"), options);
  ASSERT_TRUE(queue.ok()) << queue.status();
  DatabaseOptions same;
  same.path = folder / "q.db";
  same.application_id = kQueueApplicationId;
  same.migrations = QueueMigrations();
  const auto other = Database::Open(same);
  ASSERT_TRUE(other.ok()) << other.status();
  {
    Database::Transaction transaction(other->get());
    ASSERT_TRUE(transaction.Begin().ok());
    EXPECT_CODE((*queue)->Submit({Job("a")}).status(), kUnavailable);
    EXPECT_CODE((*queue)->Lease({}).status(), kUnavailable);
    // Reading goes on.
    EXPECT_TRUE((*queue)->Stats().ok());
  }
  EXPECT_TRUE((*queue)->Submit({Job("a")}).ok());
  EXPECT_EQ((*queue)->Lease({})->size(), 1U);
}

TEST(SqlQueueDamageTest, ADamagedFileIsNamed) {
  TempFolder folder;
  {
    const auto queue = OpenQueue("sqlite:" + (folder / "q.db"));
    std::vector<NewJob> jobs;
    for (int i = 0; i < 200; ++i) jobs.push_back(Job(std::to_string(i)));
    ASSERT_TRUE((*queue)->Submit(jobs).ok());
  }
  std::string bytes = ReadBytes(folder / "q.db");
  for (size_t at = 4096; at < bytes.size(); at += 64) {
    bytes[at] = static_cast<char>(bytes[at] ^ 0x5a);
  }
  WriteBytes(folder / "q.db", bytes);
  const absl::Status status = OpenQueue("sqlite:" + (folder / "q.db")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("q.db"));
}

// Leases and completes what it can; its exit code is how many.
[[noreturn]] void WorkUntilEmpty(const std::string& path, int say) {
  const auto queue = OpenQueue("sqlite:" + path);
  if (!queue.ok()) _exit(255);
  LeaseRequest request;
  request.worker = "child";
  while (true) {
    const auto leased = (*queue)->Lease(request);
    if (!leased.ok()) _exit(254);
    if (leased->empty()) _exit(0);
    const JobRecord& held = leased->front().record;
    if (!(*queue)->Complete(held.job.id, held.token, {"t", "r", 0}).ok()) {
      _exit(253);
    }
    const std::string line = held.job.id + "\n";
    if (write(say, line.data(), line.size()) < 0) _exit(252);
  }
}

TEST(SqlQueueDamageTest, TwoProcessesShareTheWork) {
  TempFolder folder;
  constexpr int kJobs = 60;
  {
    const auto queue = OpenQueue("sqlite:" + (folder / "q.db"));
    std::vector<NewJob> jobs;
    for (int i = 0; i < kJobs; ++i) jobs.push_back(Job(std::to_string(i)));
    ASSERT_TRUE((*queue)->Submit(jobs).ok());
  }
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  for (int i = 0; i < 2; ++i) {
    if (fork() == 0) WorkUntilEmpty(folder / "q.db", ends[1]);
  }
  close(ends[1]);
  std::string said;
  char piece[512];
  ssize_t size = 0;
  while ((size = read(ends[0], piece, sizeof(piece))) > 0) {
    said.append(piece, static_cast<size_t>(size));
  }
  close(ends[0]);
  for (int i = 0; i < 2; ++i) {
    int status = 0;
    ASSERT_GT(wait(&status), 0);
    EXPECT_EQ(status, 0);
  }
  std::set<std::string> ids;
  int lines = 0;
  for (size_t at = 0; at < said.size(); ++lines) {
    const size_t end = said.find('\n', at);
    ids.insert(said.substr(at, end - at));
    at = end + 1;
  }
  EXPECT_EQ(lines, kJobs);
  EXPECT_EQ(ids.size(), static_cast<size_t>(kJobs));
  const auto queue = OpenQueue("sqlite:" + (folder / "q.db"));
  EXPECT_EQ((*queue)->Stats()->completed, static_cast<uint64_t>(kJobs));
}

}  // namespace
}  // namespace cupel::queue
