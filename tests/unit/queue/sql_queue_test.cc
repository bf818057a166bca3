// The queue over SQLite: what every queue does, and what only it can get wrong.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "queue/sql_queue_schema.h"
#include "tests/unit/queue/queue_testing.h"

namespace cupel::queue {
namespace {

using testing::HasSubstr;

class SqliteStage : public QueueStage {
 public:
  explicit SqliteStage(bool in_memory) : in_memory_(in_memory) {}

  std::shared_ptr<JobQueue> Open(const QueueOptions& options) override {
    return OpenAt(in_memory_ ? ":memory:" : folder_ / "q.db", &clock_, options);
  }
  void Pass(int64_t micros) override { clock_.Pass(micros); }
  int64_t Now() override { return clock_.wall; }
  bool shared() const override { return !in_memory_; }

 private:
  const bool in_memory_;
  TempFolder folder_;
  FakeClock clock_;
};

INSTANTIATE_TEST_SUITE_P(
    Sql, QueueConformance,
    testing::Values(
        QueueKind{"Sqlite",
                  [] { return std::make_unique<SqliteStage>(false); }},
        QueueKind{"Memory",
                  [] { return std::make_unique<SqliteStage>(true); }}),
    KindName);

NewJob Job(std::string_view id) {
  NewJob job;
  job.id = id;
  job.kind = "scan";
  job.body = "{}";
  return job;
}

LeaseRequest Ask(int64_t lease_micros) {
  LeaseRequest request;
  request.worker = "w";
  request.lease_micros = lease_micros;
  request.max = 10;
  return request;
}

// ------------------------------------------------------------------ opening

TEST(SqlQueueTest, UrlsAreOpened) {
  TempFolder folder;
  const auto file = OpenQueue("sqlite:" + (folder / "q.db"));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ((*file)->url(), "sqlite:" + (folder / "q.db"));
  struct stat info;
  ASSERT_EQ(stat((folder / "q.db").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  const auto memory = OpenQueue("memory:");
  ASSERT_TRUE(memory.ok()) << memory.status();
  EXPECT_EQ((*memory)->url(), "memory:");
}

TEST(SqlQueueTest, OtherUrlsAreRefusedWithoutTheirPasswords) {
  for (const char* url : {"", "sqlite:", "sqlite::memory:",
                          "redis://u:secret@h", "/tmp/x", "secret"}) {
    const absl::Status status = OpenQueue(url).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << url;
    EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("sqlite:PATH"));
    EXPECT_THAT(std::string(MessageOf(status)),
                testing::Not(HasSubstr("u:secret")));
  }
  QueueOptions options;
  options.max_attempts = 0;
  EXPECT_CODE(OpenQueue("memory:", options).status(), kInvalidArgument);
  options = {};
  options.jitter = 2;
  EXPECT_CODE(OpenQueue("memory:", options).status(), kInvalidArgument);
  options = {};
  options.max_backoff_micros = 0;
  EXPECT_CODE(OpenQueue("memory:", options).status(), kInvalidArgument);
}

// Nobody listens there; that it was asked is what counts.
TEST(SqlQueueTest, SchemesOfDatabasesMayBeInUpperCase) {
  const absl::Status status =
      OpenQueue("PostgreSQL://u:secret@127.0.0.1:1/d").status();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(MessageOf(status)),
              testing::Not(HasSubstr("sqlite:PATH")));
  EXPECT_THAT(std::string(MessageOf(status)),
              testing::Not(HasSubstr("secret")));
}

TEST(SqlQueueTest, AFileOfAnotherKindIsLeftAlone) {
  TempFolder folder;
  ASSERT_TRUE(Database::Open(TestOptions(folder / "q.db")).ok());
  EXPECT_CODE(OpenQueue("sqlite:" + (folder / "q.db")).status(),
              kFailedPrecondition);
  EXPECT_CODE(OpenQueue("sqlite:" + folder.path()).status(),
              kFailedPrecondition);
}

TEST(SqlQueueTest, KindsWithoutEndAreAllDone) {
  FakeClock clock;
  const auto queue = OpenAt(":memory:", &clock);
  std::vector<NewJob> jobs;
  for (int i = 0; i < 600; ++i) {
    jobs.push_back(Job(std::to_string(i)));
    jobs.back().kind = "kind." + std::to_string(i);
  }
  ASSERT_TRUE(queue->Submit(jobs).ok());
  LeaseRequest request = Ask(60 * kSecond);
  request.max = 1000;
  std::vector<size_t> leased;
  for (int i = 0; i < 4; ++i) leased.push_back(queue->Lease(request)->size());
  // In parts, so that no lease looks at all of them.
  EXPECT_THAT(leased, testing::ElementsAre(256, 256, 88, 0));
  // Who knows what he does finds it wherever it stands.
  jobs.resize(300);
  for (NewJob& job : jobs) job.id += "b";
  jobs.back().kind = "zzz";
  ASSERT_TRUE(queue->Submit(jobs).ok());
  EXPECT_TRUE(queue->WaitForWork({"zzz"}, 3600 * kSecond, nullptr).ok());
  request.kinds = {"zzz"};
  EXPECT_EQ(queue->Lease(request)->size(), 1U);
}

// ------------------------------------------------------- the clock is set

class StepTest : public testing::Test {
 protected:
  StepTest() : queue_(OpenAt(folder_ / "q.db", &clock_)) { Lease(); }

  std::vector<LeasedJob> Lease(int64_t lease_micros = 60 * kSecond) {
    auto leased = queue_->Lease(Ask(lease_micros));
    EXPECT_TRUE(leased.ok()) << leased.status();
    return leased.ok() ? *std::move(leased) : std::vector<LeasedJob>();
  }

  static constexpr int64_t kYear = 365 * 86'400 * kSecond;
  TempFolder folder_;
  FakeClock clock_;
  std::shared_ptr<JobQueue> queue_;
};

TEST_F(StepTest, ForwardEndsNoLeaseOfSomebodyWhoIsAtWork) {
  ASSERT_TRUE(queue_->Submit({Job("a")}).ok());
  const auto held = Lease(60 * kSecond);
  ASSERT_EQ(held.size(), 1U);
  clock_.Pass(20 * kSecond);
  clock_.Step(kYear);
  EXPECT_TRUE(Lease().empty());
  clock_.Pass(59 * kSecond);
  EXPECT_TRUE(Lease().empty());
  // But the lease of somebody who is not is over after its time.
  clock_.Pass(2 * kSecond);
  EXPECT_EQ(Lease().size(), 1U);
  EXPECT_CODE(queue_->Complete("a", held[0].record.token, {"t", "r", 0}),
              kAborted);
}

TEST_F(StepTest, SeveralProcessesThatSeeAStepMakeNoLeaseLonger) {
  const auto other = OpenAt(folder_ / "q.db", &clock_);
  ASSERT_TRUE(other->Lease(Ask(kSecond)).ok());
  ASSERT_TRUE(queue_->Submit({Job("a")}).ok());
  ASSERT_EQ(Lease(60 * kSecond).size(), 1U);
  clock_.Step(kYear);
  EXPECT_TRUE(Lease().empty());
  clock_.Pass(50 * kSecond);
  EXPECT_TRUE(other->Lease(Ask(kSecond))->empty());
  clock_.Pass(11 * kSecond);
  EXPECT_EQ(other->Lease(Ask(kSecond))->size(), 1U);
}

TEST_F(StepTest, BackwardMakesNoLeaseEndless) {
  ASSERT_TRUE(queue_->Submit({Job("a")}).ok());
  ASSERT_EQ(Lease(60 * kSecond).size(), 1U);
  clock_.Step(-kYear);
  EXPECT_TRUE(Lease().empty());
  clock_.Pass(61 * kSecond);
  EXPECT_EQ(Lease().size(), 1U);
}

TEST_F(StepTest, BackwardMakesNoBackOffEndless) {
  ASSERT_TRUE(queue_->Submit({Job("a")}).ok());
  const auto held = Lease();
  ASSERT_TRUE(
      queue_->Fail("a", held[0].record.token, {"no", 0, 0, "", true}).ok());
  clock_.Step(-kYear);
  EXPECT_TRUE(Lease().empty());
  clock_.Pass(2 * kSecond);
  EXPECT_EQ(Lease().size(), 1U);
}

TEST_F(StepTest, WhatWasWrittenByAClockAheadIsSeenByWhoOpensLater) {
  ASSERT_TRUE(queue_->Submit({Job("a")}).ok());
  ASSERT_EQ(Lease(60 * kSecond).size(), 1U);
  queue_.reset();
  FakeClock right;
  right.wall = clock_.wall - kYear;
  const auto later = OpenAt(folder_ / "q.db", &right);
  EXPECT_TRUE(later->Lease(Ask(kSecond))->empty());
  right.Pass(61 * kSecond);
  EXPECT_EQ(later->Lease(Ask(kSecond))->size(), 1U);
}

TEST_F(StepTest, ATimeThatAUserNamedStaysThatTime) {
  NewJob job = Job("a");
  job.not_before_micros = clock_.wall + 100 * kSecond;
  ASSERT_TRUE(queue_->Submit({job}).ok());
  clock_.Step(-50 * kSecond);
  clock_.Pass(120 * kSecond);
  EXPECT_TRUE(Lease().empty());
  clock_.Pass(31 * kSecond);
  EXPECT_EQ(Lease().size(), 1U);
}

TEST_F(StepTest, WaitingDoesNotGoOnWithAClockThatWasSet) {
  ASSERT_TRUE(queue_->Submit({Job("a")}).ok());
  ASSERT_EQ(Lease(60 * kSecond).size(), 1U);
  clock_.Step(-kYear);
  // Returns at once, because a lease has to look after it.
  EXPECT_TRUE(queue_->WaitForWork({}, 3600 * kSecond, nullptr).ok());
}

// ---------------------------------------------------------------- indexes

// How SQLite goes about a statement.
std::string PlanOf(Database& database, const std::string& sql) {
  auto plan = database.Prepare("EXPLAIN QUERY PLAN " + sql);
  EXPECT_TRUE(plan.ok()) << plan.status();
  std::string text;
  while (plan.ok()) {
    const auto row = plan->Step();
    EXPECT_TRUE(row.ok()) << row.status();
    if (!row.ok() || !*row) break;
    text += std::string(plan->Text(3)) + "\n";
  }
  return text;
}

TEST(SqlQueueTest, WhatIsDoneOftenReadsOnlyWhatItNeeds) {
  DatabaseOptions options;
  options.path = ":memory:";
  options.application_id = kQueueApplicationId;
  options.migrations = QueueMigrations();
  const auto database = Database::Open(options);
  ASSERT_TRUE(database.ok()) << database.status();
  const struct {
    const char* sql;
    const char* index;
  } kCases[] = {
      {"SELECT number, priority, body_size FROM job WHERE state = 0 AND "
       "delayed = 0 AND kind = ? ORDER BY priority DESC, number LIMIT ?",
       "job_ready (kind=?)"},
      {"SELECT number, priority, body_size, kind FROM job WHERE state = 0 AND "
       "delayed = 0 AND kind > ? ORDER BY kind, priority DESC, number LIMIT 1",
       "job_ready (kind>?)"},
      {"SELECT number FROM job WHERE state = 0 AND delayed = 1 AND ready <= ? "
       "ORDER BY ready LIMIT 1000",
       "job_delayed (ready<?)"},
      {"SELECT * FROM job WHERE state = 1 AND expires <= ? ORDER BY expires "
       "LIMIT 100",
       "job_leased (expires<?)"},
      {"SELECT * FROM job WHERE state = 0 AND deadline > 0 AND deadline <= ? "
       "ORDER BY deadline LIMIT 100",
       "job_late (deadline>? AND deadline<?)"},
      {"SELECT min(ready) FROM job WHERE state = 0 AND delayed = 1",
       "job_delayed"},
      {"SELECT min(expires) FROM job WHERE state = 1", "job_leased"},
      {"SELECT count(*) FROM job WHERE state = 0 AND delayed = 0",
       "COVERING INDEX job_ready"},
      {"SELECT min(ready) FROM job WHERE state = 0 AND delayed = 0",
       "COVERING INDEX job_ready"},
      {"SELECT count(*) FROM job WHERE state = 3 AND state >= 2",
       "job_ended (state=?)"},
      {"SELECT * FROM job WHERE number > ? AND state = 3 AND state >= 2 ORDER "
       "BY number LIMIT ?",
       "job_ended (state=? AND number>?)"},
      {"SELECT number FROM job WHERE state = ? AND state >= 2 AND finished < ? "
       "ORDER BY number LIMIT ?",
       "job_ended (state=?"},
      {"SELECT * FROM job WHERE number > ? AND state = 0 ORDER BY number LIMIT "
       "?",
       "INTEGER PRIMARY KEY (rowid>?)"},
  };
  for (const auto& [sql, index] : kCases) {
    const std::string plan = PlanOf(**database, sql);
    EXPECT_THAT(plan, HasSubstr(index)) << sql;
    EXPECT_THAT(plan, testing::Not(HasSubstr("TEMP B-TREE"))) << sql;
  }
}

}  // namespace
}  // namespace cupel::queue
