// Queues in a real RabbitMQ: with_rabbitmq.py says where in CUPEL_TEST_AMQP.
// What other programs send and see is sent and seen by amqp-publish and
// amqp-get.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "budget/cancel.h"
#include "format/json.h"
#include "queue/job_queue.h"

namespace cupel::queue {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int64_t kSecond = 1'000'000;

std::string Broker() {
  const char* const url = std::getenv("CUPEL_TEST_AMQP");
  return url == nullptr ? "" : url;
}

// The same for amqp-tools, which take "/" for a vhost without a name.
std::string ForTools() {
  std::string url = Broker();
  if (url.ends_with('/')) url.pop_back();
  return url;
}

// Runs a program of amqp-tools; what it wrote to standard output.
std::string Shell(const std::string& command, int* status = nullptr) {
  FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
  std::string out;
  char buffer[4096];
  while (const size_t got = fread(buffer, 1, sizeof buffer, pipe)) {
    out.append(buffer, got);
  }
  const int code = pclose(pipe);
  if (status != nullptr) *status = code;
  return out;
}

class BrokerTest : public testing::Test {
 protected:
  BrokerTest() {
    static int count = 0;
    name_ = "t" + std::to_string(++count);
    options_.backoff_micros = 100'000;
    options_.max_backoff_micros = 300'000;
  }

  void SetUp() override {
    ASSERT_NE(Broker(), "") << "run it by tests/support/with_rabbitmq.py";
    Open();
  }

  std::shared_ptr<JobQueue> OpenAnother(const std::string& more = "") {
    auto queue = OpenQueue(Broker() + "?queue=" + name_ + more, options_);
    EXPECT_TRUE(queue.ok()) << queue.status();
    return queue.ok() ? *queue : nullptr;
  }
  void Open(const std::string& more = "") {
    queue_ = OpenAnother(more);
    ASSERT_NE(queue_, nullptr);
  }

  static NewJob Job(const std::string& id) {
    NewJob job;
    job.id = id;
    job.kind = "scan";
    job.organisation = "acme";
    job.body = R"({"inputs":[]})";
    return job;
  }
  void Submit(const NewJob& job) {
    const auto submitted = queue_->Submit({job});
    ASSERT_TRUE(submitted.ok()) << submitted.status();
    EXPECT_EQ(submitted->at(0).id, job.id);
  }
  static std::vector<LeasedJob> Lease(JobQueue& queue, uint32_t max = 1,
                                      std::vector<std::string> kinds = {}) {
    LeaseRequest request;
    request.worker = "host:1/a";
    request.max = max;
    request.kinds = std::move(kinds);
    auto leased = queue.Lease(request);
    EXPECT_TRUE(leased.ok()) << leased.status();
    return leased.ok() ? *std::move(leased) : std::vector<LeasedJob>();
  }
  // The next job, however long the broker takes for it.
  static JobRecord Next(JobQueue& queue, std::vector<std::string> kinds = {}) {
    const int64_t until = MonotonicNanos() + 30'000'000'000;
    while (MonotonicNanos() < until) {
      auto leased = Lease(queue, 1, kinds);
      if (!leased.empty()) return leased.front().record;
      EXPECT_TRUE(queue.WaitForWork(kinds, 5 * kSecond, nullptr).ok());
    }
    ADD_FAILURE() << "no job came";
    return {};
  }
  static JobResult Done(const std::string& bytes) {
    JobResult result;
    result.type = "application/json";
    result.bytes = bytes;
    return result;
  }

  std::string Get(const std::string& queue) const {
    return Shell("amqp-get -u '" + ForTools() + "' -q " + queue);
  }
  int Publish(const std::string& queue, const std::string& type,
              const std::string& body) const {
    const std::string path = testing::TempDir() + "/" + name_ + ".message";
    std::ofstream(path, std::ios::binary) << body;
    int status = 0;
    Shell("amqp-publish -u '" + ForTools() + "' -r " + queue + " -p" +
              (type.empty() ? "" : " -C '" + type + "'") + " < " + path,
          &status);
    return status;
  }
  // Waits until the stats say so.
  template <typename Condition>
  bool Until(Condition condition) {
    const int64_t until = MonotonicNanos() + 30'000'000'000;
    while (MonotonicNanos() < until) {
      const auto stats = queue_->Stats();
      EXPECT_TRUE(stats.ok()) << stats.status();
      if (stats.ok() && condition(*stats)) return true;
    }
    return false;
  }

  std::string name_;
  QueueOptions options_;
  std::shared_ptr<JobQueue> queue_;
};

TEST_F(BrokerTest, AJobGoesThroughAndItsResultIsInTheResultQueue) {
  NewJob job = Job("a");
  job.body = R"({"z":1,"a":[1.50,"\u00e9"]})";
  job.priority = 7;
  job.max_attempts = 5;
  Submit(job);
  const auto leased = Lease(*queue_, 10);
  ASSERT_EQ(leased.size(), 1U);
  const JobRecord& record = leased[0].record;
  EXPECT_EQ(record.job.id, "a");
  EXPECT_EQ(record.job.kind, "scan");
  EXPECT_EQ(record.job.organisation, "acme");
  EXPECT_EQ(record.job.body, job.body);
  EXPECT_EQ(record.job.priority, 7);
  EXPECT_EQ(record.job.max_attempts, 5U);
  EXPECT_EQ(record.attempts, 1U);
  EXPECT_EQ(record.worker, "host:1/a");
  EXPECT_GT(record.submitted_micros, 0);
  const auto renewal = queue_->Renew("a", record.token, 90 * kSecond);
  ASSERT_TRUE(renewal.ok()) << renewal.status();
  EXPECT_GT(renewal->expires_micros, record.lease_expires_micros);
  ASSERT_TRUE(queue_->Complete("a", record.token, Done(R"({"ok":true})")).ok());
  EXPECT_EQ(Get(name_ + ".results"), R"({"ok":true})");
  EXPECT_THAT(Lease(*queue_, 10), IsEmpty());
  const auto again = queue_->Complete("a", record.token, Done("{}"));
  EXPECT_EQ(again.code(), absl::StatusCode::kAborted) << again;
  EXPECT_THAT(std::string(again.message()), HasSubstr("'a'"));
}

TEST_F(BrokerTest, LeasesAreMoreOrLessInOrderAndNoMoreThanAskedFor) {
  std::vector<NewJob> jobs;
  for (int i = 0; i < 300; ++i) jobs.push_back(Job(std::to_string(i)));
  ASSERT_TRUE(queue_->Submit(jobs).ok());
  int expected = 0;
  while (expected < 300) {
    const auto leased = Lease(*queue_, 7);
    ASSERT_FALSE(leased.empty());
    ASSERT_LE(leased.size(), 7U);
    for (const LeasedJob& one : leased) {
      // What was asked for may overtake what was on its way.
      EXPECT_NEAR(std::stoi(one.record.job.id), expected++, 7);
      ASSERT_TRUE(
          queue_->Complete(one.record.job.id, one.record.token, Done("{}"))
              .ok());
    }
  }
}

TEST_F(BrokerTest, WhoHoldsAJobLeavesTheOthersToOthers) {
  ASSERT_TRUE(queue_->Submit({Job("a"), Job("b"), Job("c")}).ok());
  const auto second = OpenAnother();
  const auto mine = Lease(*queue_, 1);
  ASSERT_EQ(mine.size(), 1U);
  std::set<std::string> theirs;
  for (int i = 0; i < 2; ++i) theirs.insert(Next(*second).job.id);
  EXPECT_EQ(theirs, (std::set<std::string>{"b", "c"}));
}

TEST_F(BrokerTest, WhoAsksForLessThanBeforeLeavesTheRestToOthers) {
  // Wants eight at once, and has room for as many.
  EXPECT_THAT(Lease(*queue_, 8), IsEmpty());
  const auto second = OpenAnother();
  std::vector<NewJob> jobs;
  for (int i = 0; i < 8; ++i) jobs.push_back(Job(std::to_string(i)));
  ASSERT_TRUE(second->Submit(jobs).ok());
  // Goes on with one, and asks for one more, again and again: that one may
  // stay with it.
  const JobRecord mine = Next(*queue_);
  std::atomic<bool> done = false;
  std::thread asker([&] {
    while (!done) {
      EXPECT_TRUE(queue_->Renew(mine.job.id, mine.token, 60 * kSecond).ok());
      EXPECT_TRUE(queue_->WaitForWork({"none"}, 50'000, nullptr).ok());
    }
  });
  std::set<std::string> theirs;
  for (int i = 0; i < 6; ++i) {
    const JobRecord record = Next(*second);
    theirs.insert(record.job.id);
    EXPECT_TRUE(second->Complete(record.job.id, record.token, Done("{}")).ok());
  }
  done = true;
  asker.join();
  EXPECT_EQ(theirs.size(), 6U);
}

TEST_F(BrokerTest, EveryJobIsDoneOnceByManyThreads) {
  std::vector<NewJob> jobs;
  for (int i = 0; i < 400; ++i) jobs.push_back(Job(std::to_string(i)));
  ASSERT_TRUE(queue_->Submit(jobs).ok());
  Mutex mutex;
  std::multiset<std::string> done;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (true) {
        const auto leased = Lease(*queue_, 3);
        if (leased.empty()) return;
        for (const LeasedJob& one : leased) {
          EXPECT_TRUE(
              queue_->Complete(one.record.job.id, one.record.token, Done("{}"))
                  .ok());
          const MutexLock lock(mutex);
          done.insert(one.record.job.id);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done.size(), 400U);
  EXPECT_EQ(std::set<std::string>(done.begin(), done.end()).size(), 400U);
}

TEST_F(BrokerTest, AFailureComesAgainLaterAndIsDeadAfterItsAttempts) {
  NewJob job = Job("a");
  job.max_attempts = 3;
  Submit(job);
  for (uint32_t attempt = 1; attempt <= 3; ++attempt) {
    const JobRecord record = Next(*queue_);
    EXPECT_EQ(record.attempts, attempt);
    JobFailure failure;
    failure.reason = "no luck " + std::to_string(attempt);
    failure.signal = 9;
    failure.last_step = "unpack";
    const int64_t before = MonotonicNanos();
    ASSERT_TRUE(queue_->Fail("a", record.token, failure).ok());
    if (attempt < 3) {
      Next(*queue_);
      EXPECT_GE(MonotonicNanos() - before, int64_t{80'000'000} * attempt);
      Open();  // gives it back
    }
  }
  EXPECT_THAT(Lease(*queue_), IsEmpty());
  EXPECT_EQ(queue_->Stats()->dead, 1U);
}

TEST_F(BrokerTest, AFailureThatIsFinalIsDeadAtOnce) {
  Submit(Job("a"));
  JobFailure failure;
  failure.reason = "never";
  failure.retry = false;
  ASSERT_TRUE(queue_->Fail("a", Next(*queue_).token, failure).ok());
  EXPECT_THAT(Lease(*queue_), IsEmpty());
  EXPECT_THAT(Get(name_ + ".dead"), HasSubstr("acme"));
}

TEST_F(BrokerTest, WhatIsGivenBackLosesNoAttempt) {
  NewJob job = Job("a");
  job.max_attempts = 1;
  Submit(job);
  for (int i = 0; i < 5; ++i) {
    const JobRecord record = Next(*queue_);
    EXPECT_EQ(record.attempts, 1U);
    ASSERT_TRUE(queue_->Release("a", record.token, "stops").ok());
    EXPECT_EQ(queue_->Release("a", record.token, "stops").code(),
              absl::StatusCode::kAborted);
  }
  EXPECT_EQ(Next(*queue_).job.id, "a");
}

TEST_F(BrokerTest, WhatIsGivenBackForEverIsDeadInTheEnd) {
  Open("x&delivery-limit=3");  // a queue of its own
  NewJob job = Job("a");
  ASSERT_TRUE(queue_->Submit({job}).ok());
  for (int i = 0; i < 4; ++i) {
    const JobRecord record = Next(*queue_);
    ASSERT_TRUE(queue_->Release("a", record.token, "stops").ok());
  }
  EXPECT_TRUE(Until([](const QueueStats& s) { return s.dead == 1; }));
}

TEST_F(BrokerTest, ALeaseThatIsOverIsAnotherSAndCostsAnAttempt) {
  Submit(Job("a"));
  LeaseRequest request;
  request.lease_micros = 50'000;
  const auto leased = queue_->Lease(request);
  ASSERT_EQ(leased->size(), 1U);
  const auto second = OpenAnother();
  const JobRecord next = Next(*second);
  EXPECT_EQ(next.job.id, "a");
  EXPECT_EQ(next.attempts, 2U);
  EXPECT_EQ(
      queue_->Complete("a", leased->at(0).record.token, Done("{}")).code(),
      absl::StatusCode::kAborted);
  EXPECT_TRUE(second->Complete("a", next.token, Done("{}")).ok());
}

TEST_F(BrokerTest, DelayedJobsWaitForTheirTime) {
  NewJob job = Job("later");
  const int64_t now = std::chrono::duration_cast<std::chrono::microseconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count();
  job.not_before_micros = now + kSecond;
  Submit(job);
  Submit(Job("now"));
  EXPECT_EQ(queue_->Stats()->delayed, 1U);
  EXPECT_EQ(Next(*queue_).job.id, "now");
  EXPECT_THAT(Lease(*queue_), IsEmpty());
  const JobRecord record = Next(*queue_);
  EXPECT_EQ(record.job.id, "later");
  const int64_t came = std::chrono::duration_cast<std::chrono::microseconds>(
                           std::chrono::system_clock::now().time_since_epoch())
                           .count();
  EXPECT_GE(came, job.not_before_micros - 1000);
}

TEST_F(BrokerTest, AJobIsNotBegunAfterItsDeadline) {
  NewJob job = Job("a");
  job.deadline_micros = 1'000'000;
  Submit(job);
  EXPECT_THAT(Lease(*queue_), IsEmpty());
  EXPECT_TRUE(Until([](const QueueStats& s) { return s.dead == 1; }));
}

TEST_F(BrokerTest, OtherKindsAreLeftToOthers) {
  NewJob boefje = Job("b");
  boefje.kind = "boefje";
  Submit(boefje);
  Submit(Job("a"));
  EXPECT_EQ(Next(*queue_, {"scan"}).job.id, "a");
  const auto second = OpenAnother();
  EXPECT_EQ(Next(*second, {"boefje", "normalizer"}).job.id, "b");
}

TEST_F(BrokerTest, JobsOfOtherProgramsAreTakenAsJson) {
  ASSERT_EQ(Publish(name_, "application/json",
                    R"({"kind":"scan","id":"x1","organisation":"o",)"
                    R"("priority":2,"body":{"inputs":["/tmp/a"]}})"),
            0);
  const JobRecord record = Next(*queue_);
  EXPECT_EQ(record.job.id, "x1");
  EXPECT_EQ(record.job.priority, 2);
  EXPECT_EQ(record.job.body, R"({"inputs":["/tmp/a"]})");
  ASSERT_TRUE(queue_->Complete("x1", record.token, Done("{}")).ok());
}

TEST_F(BrokerTest, WhatIsNoJobIsDeadWithTheReasonAndHoldsNobodyUp) {
  options_.max_body_bytes = 4096;
  Open();
  const std::vector<std::pair<std::string, std::string>> poison = {
      {"application/json", "{"},
      {"application/json", "[]"},
      {"application/json", R"({"kind":"scan","id":"x"})"},
      {"application/json", R"({"kind":"scan","body":{}})"},
      {"application/json", R"({"kind":"","id":"x","body":{}})"},
      {"application/json", R"({"kind":"s","id":"x","body":{},"extra":1})"},
      {"application/json", R"({"kind":"s","id":"x","body":3})"},
      {"application/json",
       R"({"kind":"s","id":"x","priority":1e300,"body":{}})"},
      {"application/x-protobuf; type=cupel.v1.QueueJob", "\xff\xff\xff"},
      {"application/x-protobuf; type=cupel.v1.QueueJob", ""},
      {"text/plain", "hello"},
      {"", ""},
      {"", std::string(3000, '\0')},
      {"application/json", R"({"kind":"s","id":"x","body":{"a":")" +
                               std::string(5000, 'x') + "\"}}"},
      {"application/json", std::string(3 << 20, ' ')},
  };
  for (const auto& [type, body] : poison) {
    ASSERT_EQ(Publish(name_, type, body), 0);
  }
  Submit(Job("good"));
  EXPECT_EQ(Next(*queue_).job.id, "good");
  EXPECT_TRUE(Until([&](const QueueStats& stats) {
    return stats.dead == poison.size() && stats.waiting == 0;
  }));
  EXPECT_EQ(Get(name_ + ".dead"), "{");
}

TEST_F(BrokerTest, AJobThatIsWrongInItsFieldsIsDeadToo) {
  ASSERT_EQ(Publish(name_, "application/json",
                    R"({"kind":"No Kind!","id":"x","body":{}})"),
            0);
  Submit(Job("good"));
  EXPECT_EQ(Next(*queue_).job.id, "good");
  EXPECT_TRUE(Until([](const QueueStats& stats) { return stats.dead == 1; }));
  EXPECT_EQ(queue_->Submit({Job(std::string(256, 'i'))}).status().code(),
            absl::StatusCode::kInvalidArgument);
  Submit(Job(std::string(255, 'i')));
}

TEST_F(BrokerTest, DeadJobsAreListedAndTriedAgain) {
  ListRequest request;
  request.state = JobState::kDead;
  EXPECT_THAT(*queue_->List(request), IsEmpty());
  EXPECT_EQ(queue_->Retry("a").code(), absl::StatusCode::kNotFound);
  for (const char* id : {"a", "b", "c"}) {
    Submit(Job(id));
    JobFailure failure;
    failure.reason = std::string("no ") + id;
    failure.retry = false;
    ASSERT_TRUE(queue_->Fail(id, Next(*queue_).token, failure).ok());
  }
  ASSERT_EQ(Publish(name_, "text/plain", "poison"), 0);
  EXPECT_THAT(Lease(*queue_), IsEmpty());
  ASSERT_TRUE(Until([](const QueueStats& s) { return s.dead == 4; }));
  for (int i = 0; i < 2; ++i) {  // looking changes nothing
    const auto dead = queue_->List(request);
    ASSERT_TRUE(dead.ok()) << dead.status();
    ASSERT_EQ(dead->size(), 4U);
    EXPECT_EQ(dead->at(0).job.id, "a");
    EXPECT_EQ(dead->at(0).job.organisation, "acme");
    EXPECT_EQ(dead->at(0).reason, "no a");
    EXPECT_EQ(dead->at(0).attempts, 1U);
    EXPECT_EQ(dead->at(2).job.id, "c");
    EXPECT_THAT(dead->at(3).reason, HasSubstr("text/plain"));
  }
  request.after = "a";
  request.max = 1;
  EXPECT_EQ(queue_->List(request)->at(0).job.id, "b");
  ASSERT_TRUE(queue_->Retry("b").ok());
  const JobRecord again = Next(*queue_);
  EXPECT_EQ(again.job.id, "b");
  EXPECT_EQ(again.attempts, 1U);
  ASSERT_TRUE(queue_->Complete("b", again.token, Done("{}")).ok());
  EXPECT_TRUE(Until([](const QueueStats& s) { return s.dead == 3; }));
  EXPECT_EQ(queue_->Retry("b").code(), absl::StatusCode::kNotFound);
}

TEST_F(BrokerTest, AFullResultQueueKeepsTheJob) {
  Open("r&max-results=1");
  ASSERT_TRUE(queue_->Submit({Job("a"), Job("b"), Job("c"), Job("d")}).ok());
  absl::Status status;
  std::string id;
  uint64_t token = 0;
  for (int i = 0; i < 4 && status.ok(); ++i) {
    const JobRecord record = Next(*queue_);
    id = record.job.id;
    token = record.token;
    status = queue_->Complete(id, token, Done("{}"));
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(".results"));
  // Room is made, and it goes on.
  while (Get(name_ + "r.results") == "{}") {
  }
  EXPECT_TRUE(queue_->Complete(id, token, Done("{}")).ok());
}

TEST_F(BrokerTest, AQueueThatIsNotThereIsToldAndSoIsAnUnroutableResult) {
  const auto none =
      OpenQueue(Broker() + "?queue=never-declared&declare=no", options_);
  EXPECT_EQ(none.status().code(), absl::StatusCode::kNotFound) << none.status();
  Submit(Job("a"));
  const auto other = OpenAnother("&declare=no&results=nowhere");
  const JobRecord record = Next(*other);
  const absl::Status status = other->Complete("a", record.token, Done("{}"));
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("'nowhere'"));
  // It is still ours, and not lost.
  ASSERT_TRUE(other->Release("a", record.token, "").ok());
  EXPECT_EQ(Next(*queue_).job.id, "a");
}

TEST_F(BrokerTest, OtherSettingsOfAQueueAreToldWithTheRemedy) {
  const auto other =
      OpenQueue(Broker() + "?queue=" + name_ + "&delivery-limit=5", options_);
  EXPECT_EQ(other.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(other.status().message()), HasSubstr("declare=no"));
}

TEST_F(BrokerTest, AWrongPasswordIsToldAndNotShown) {
  std::string url = Broker();
  const size_t colon = url.find(':', 7);
  const size_t at = url.find('@');
  url.replace(colon + 1, at - colon - 1, "sesame");
  const auto queue = OpenQueue(url, options_);
  EXPECT_EQ(queue.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(queue.status().message()), Not(HasSubstr("sesame")));
  EXPECT_THAT(std::string(queue.status().message()), HasSubstr("127.0.0.1"));
  const auto vhost = OpenQueue(Broker() + "nowhere", options_);
  EXPECT_EQ(vhost.status().code(), absl::StatusCode::kNotFound)
      << vhost.status();
  EXPECT_THAT(queue_->url(), HasSubstr("cupel:***@127.0.0.1"));
}

TEST_F(BrokerTest, WhatABrokerCantDoIsSaid) {
  EXPECT_EQ(queue_->Get("a").status().code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(queue_->History("a").status().code(),
            absl::StatusCode::kUnimplemented);
  EXPECT_EQ(queue_->Result("a").status().code(),
            absl::StatusCode::kUnimplemented);
  EXPECT_EQ(queue_->List({}).status().code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(queue_->Cancel("a", "").code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(queue_->Purge(0, std::nullopt).status().code(),
            absl::StatusCode::kUnimplemented);
  NewJob job = Job("a");
  job.dedup_key = "k";
  const auto status = queue_->Submit({job}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(status.message()), HasSubstr("database"));
}

TEST_F(BrokerTest, AWaitEndsWhenItIsCancelledAndWhenWorkComes) {
  Cancel cancel;
  std::thread waiter([&] {
    const auto status = queue_->WaitForWork({}, 3600 * kSecond, &cancel);
    EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  });
  const int64_t before = MonotonicNanos();
  cancel.Trigger();
  waiter.join();
  EXPECT_LT(MonotonicNanos() - before, int64_t{5'000'000'000});
  EXPECT_EQ(queue_->WaitForWork({}, 3600 * kSecond, &cancel).code(),
            absl::StatusCode::kCancelled);
  const auto second = OpenAnother();
  std::thread submitter([&] { Submit(Job("a")); });
  EXPECT_TRUE(second->WaitForWork({}, 3600 * kSecond, nullptr).ok());
  submitter.join();
  EXPECT_EQ(Next(*second).job.id, "a");
}

TEST_F(BrokerTest, WaitingTakesNoTimeOfTheProcessor) {
  timespec before{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
  EXPECT_TRUE(queue_->WaitForWork({}, 3 * kSecond, nullptr).ok());
  timespec after{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
  const int64_t used = (after.tv_sec - before.tv_sec) * 1'000'000'000 +
                       after.tv_nsec - before.tv_nsec;
  EXPECT_LT(used, 300'000'000);
}

TEST_F(BrokerTest, LargeJobsAndResultsGoThrough) {
  NewJob job = Job("big");
  job.body = R"({"x":")" + std::string(8 << 20, 'x') + "\"}";
  Submit(job);
  const JobRecord record = Next(*queue_);
  EXPECT_EQ(record.job.body, job.body);
  const std::string bytes(16 << 20, 'r');
  ASSERT_TRUE(queue_->Complete("big", record.token, Done(bytes)).ok());
  EXPECT_EQ(Get(name_ + ".results").size(), bytes.size());
}

}  // namespace
}  // namespace cupel::queue
