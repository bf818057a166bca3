// Submitting, telling, listing, purging.
#include "tests/unit/queue/conformance.h"

namespace cupel::queue {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_P(QueueConformance, KeepsAllThatAJobSays) {
  NewJob job = Job("a\xc3\xa4", 7);
  job.organisation = "acme";
  job.dedup_key = "k";
  job.body = R"({"inputs":[{"path":"/x"}],"n":"ä"})";
  job.not_before_micros = stage_->Now() + 5 * kSecond;
  job.deadline_micros = stage_->Now() + 500 * kSecond;
  job.max_attempts = 9;
  Submit(job);
  const JobRecord record = Get(job.id);
  EXPECT_EQ(record.job.id, job.id);
  EXPECT_EQ(record.job.kind, "scan");
  EXPECT_EQ(record.job.body, job.body);
  EXPECT_EQ(record.job.organisation, "acme");
  EXPECT_EQ(record.job.dedup_key, "k");
  EXPECT_EQ(record.job.priority, 7);
  EXPECT_EQ(record.job.not_before_micros, job.not_before_micros);
  EXPECT_EQ(record.job.deadline_micros, job.deadline_micros);
  EXPECT_EQ(record.job.max_attempts, 9U);
  EXPECT_EQ(record.state, JobState::kWaiting);
  EXPECT_EQ(record.attempts, 0U);
  EXPECT_EQ(record.ready_micros, job.not_before_micros);
}

TEST_P(QueueConformance, MakesIdsThatDiffer) {
  const std::string a = Submit(Job(""));
  const std::string b = Submit(Job(""));
  EXPECT_EQ(a.size(), 36U);
  EXPECT_NE(a, b);
  EXPECT_EQ(Get(a).job.id, a);
}

TEST_P(QueueConformance, TheSameIdWithTheSameContentIsOneJob) {
  Submit(Job("a"));
  const auto again = queue_->Submit({Job("a")});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->at(0).existed);
  EXPECT_EQ(again->at(0).id, "a");
  EXPECT_THAT(LeaseIds(5), ElementsAre("a"));
}

TEST_P(QueueConformance, TheSameIdWithOtherContentIsRefusedWithAllBesideIt) {
  Submit(Job("a"));
  NewJob other = Job("a");
  other.body = R"({"inputs":[1]})";
  EXPECT_CODE(queue_->Submit({Job("b"), other}).status(), kAlreadyExists);
  EXPECT_CODE(queue_->Get("b").status(), kNotFound);
}

TEST_P(QueueConformance, ADedupKeyIsOneJobHoweverItEnded) {
  NewJob job = Job("a");
  job.organisation = "acme";
  job.dedup_key = "pkg@1.0";
  Submit(job);
  job.id = "b";
  job.body = R"({"inputs":[2]})";
  EXPECT_EQ(Submit(job), "a");
  const JobRecord leased = LeaseOne();
  ASSERT_TRUE(queue_->Complete("a", leased.token, Done("r")).ok());
  const auto again = queue_->Submit({job});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->at(0).id, "a");
  EXPECT_TRUE(again->at(0).existed);
  EXPECT_THAT(LeaseIds(5), IsEmpty());
  // Until it is purged.
  ASSERT_EQ(*queue_->Purge(stage_->Now() + kSecond, std::nullopt), 1U);
  EXPECT_EQ(Submit(job), "b");
}

TEST_P(QueueConformance, ADedupKeyIsOneOrganisationsOwn) {
  NewJob job = Job("a");
  job.dedup_key = "k";
  job.organisation = "one";
  Submit(job);
  job.id = "b";
  job.organisation = "two";
  EXPECT_EQ(Submit(job), "b");
}

TEST_P(QueueConformance, WhatIsWrongWithAJobIsNamed) {
  const auto refused = [this](const NewJob& job, std::string_view field) {
    const absl::Status status = queue_->Submit({job}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_THAT(std::string(MessageOf(status)), HasSubstr(std::string(field)));
  };
  NewJob job = Job("a");
  job.kind = "Scan it";
  refused(job, "kind");
  job = Job("a");
  job.body = "[1]";
  refused(job, "body");
  job.body = "{";
  refused(job, "body");
  job = Job(std::string("a\0b", 3));
  refused(job, "id");
  job = Job(std::string(1000, 'x'));
  refused(job, "id");
  job = Job("a");
  job.organisation = "\xff";
  refused(job, "organisation");
  job = Job("a");
  job.deadline_micros = -1;
  refused(job, "deadline");
  job = Job("a");
  job.max_attempts = 1'000'000;
  refused(job, "max_attempts");
  EXPECT_THAT(LeaseIds(5), IsEmpty());
}

TEST_P(QueueConformance, BodiesAreBounded) {
  options_.max_body_bytes = 100;
  queue_ = stage_->Open(options_);
  NewJob job = Job("a");
  job.body = R"({"x":")" + std::string(100, 'x') + "\"}";
  EXPECT_CODE(queue_->Submit({job}).status(), kResourceExhausted);
}

TEST_P(QueueConformance, ListsInTheOrderOfSubmissionFromAnywhere) {
  for (const char* id : {"c", "a", "b"}) Submit(Job(id));
  NewJob boefje = Job("d");
  boefje.kind = "boefje";
  Submit(boefje);
  const auto list = [this](const ListRequest& request) {
    std::vector<std::string> ids;
    const auto records = queue_->List(request);
    EXPECT_TRUE(records.ok()) << records.status();
    if (!records.ok()) return ids;
    for (const JobRecord& record : *records) ids.push_back(record.job.id);
    return ids;
  };
  ListRequest request;
  EXPECT_THAT(list(request), ElementsAre("c", "a", "b", "d"));
  request.after = "a";
  EXPECT_THAT(list(request), ElementsAre("b", "d"));
  request.max = 1;
  EXPECT_THAT(list(request), ElementsAre("b"));
  request = {};
  request.kind = "boefje";
  EXPECT_THAT(list(request), ElementsAre("d"));
  const JobRecord leased = LeaseOne();
  request = {};
  request.state = JobState::kWaiting;
  EXPECT_EQ(list(request).size(), 3U);
  request.state = JobState::kLeased;
  EXPECT_THAT(list(request), ElementsAre(leased.job.id));
  ASSERT_TRUE(queue_->Complete(leased.job.id, leased.token, Done("r")).ok());
  request.state = JobState::kCompleted;
  EXPECT_THAT(list(request), ElementsAre(leased.job.id));
  request.after = "nobody";
  EXPECT_CODE(queue_->List(request).status(), kNotFound);
}

TEST_P(QueueConformance, CountsWhatThereIs) {
  NewJob later = Job("later");
  later.not_before_micros = stage_->Now() + 100 * kSecond;
  const int64_t since = stage_->Now();
  for (const char* id : {"a", "b", "c", "d", "e"}) Submit(Job(id));
  Submit(later);
  const JobRecord done = LeaseOne();
  ASSERT_TRUE(queue_->Complete(done.job.id, done.token, Done("r")).ok());
  const JobRecord dead = LeaseOne();
  JobFailure failure = Failed("no");
  failure.retry = false;
  ASSERT_TRUE(queue_->Fail(dead.job.id, dead.token, failure).ok());
  LeaseOne();
  ASSERT_TRUE(queue_->Cancel("d", "not needed").ok());
  const auto stats = queue_->Stats();
  ASSERT_TRUE(stats.ok()) << stats.status();
  EXPECT_EQ(stats->waiting, 1U);
  EXPECT_EQ(stats->delayed, 1U);
  EXPECT_EQ(stats->leased, 1U);
  EXPECT_EQ(stats->completed, 1U);
  EXPECT_EQ(stats->dead, 1U);
  EXPECT_EQ(stats->cancelled, 1U);
  EXPECT_GE(stats->oldest_waiting_micros, since);
  EXPECT_LE(stats->oldest_waiting_micros, stage_->Now());
  stage_->Pass(101 * kSecond);
  EXPECT_EQ(queue_->Stats()->waiting, 2U);
  EXPECT_EQ(queue_->Stats()->delayed, 0U);
}

TEST_P(QueueConformance, TellsWhetherKindsHaveOpenJobs) {
  EXPECT_FALSE(*queue_->HasOpen({}));
  NewJob later = Job("later");
  later.kind = "boefje";
  later.not_before_micros = stage_->Now() + 100 * kSecond;
  Submit(later);
  EXPECT_TRUE(*queue_->HasOpen({}));
  EXPECT_TRUE(*queue_->HasOpen({"scan", "boefje"}));
  EXPECT_FALSE(*queue_->HasOpen({"scan"}));
  Submit(Job("now"));
  EXPECT_TRUE(*queue_->HasOpen({"scan"}));
  const JobRecord leased = LeaseOne();
  EXPECT_TRUE(*queue_->HasOpen({"scan"}));
  ASSERT_TRUE(queue_->Complete(leased.job.id, leased.token, Done("r")).ok());
  EXPECT_FALSE(*queue_->HasOpen({"scan"}));
}

TEST_P(QueueConformance, PurgesOnlyWhatEndedBefore) {
  for (const char* id : {"a", "b", "c"}) Submit(Job(id));
  const JobRecord first = LeaseOne();
  ASSERT_TRUE(queue_->Complete(first.job.id, first.token, Done("r")).ok());
  stage_->Pass(10 * kSecond);
  const int64_t between = stage_->Now();
  stage_->Pass(10 * kSecond);
  const JobRecord second = LeaseOne();
  ASSERT_TRUE(queue_->Complete(second.job.id, second.token, Done("r")).ok());
  EXPECT_EQ(*queue_->Purge(between, JobState::kDead), 0U);
  EXPECT_EQ(*queue_->Purge(between, std::nullopt), 1U);
  EXPECT_CODE(queue_->Get(first.job.id).status(), kNotFound);
  EXPECT_CODE(queue_->Result(first.job.id).status(), kNotFound);
  EXPECT_EQ(queue_->Result(second.job.id)->bytes, "r");
  EXPECT_EQ(Get("c").state, JobState::kWaiting);
  EXPECT_CODE(queue_->Purge(between, JobState::kWaiting).status(),
              kInvalidArgument);
}

TEST_P(QueueConformance, AJobThatIsPurgedAndComesAgainHasOtherTokens) {
  Submit(Job("a"));
  const JobRecord first = LeaseOne();
  ASSERT_TRUE(queue_->Complete("a", first.token, Done("first")).ok());
  ASSERT_EQ(*queue_->Purge(stage_->Now() + kSecond, std::nullopt), 1U);
  Submit(Job("a"));
  const JobRecord second = LeaseOne();
  EXPECT_NE(first.token, second.token);
  EXPECT_CODE(queue_->Complete("a", first.token, Done("late")), kAborted);
}

TEST_P(QueueConformance, AnotherOpenSeesTheSame) {
  if (!stage_->shared()) return;
  const auto other = stage_->Open(options_);
  Submit(Job("a"));
  EXPECT_EQ(other->Get("a")->job.id, "a");
  const JobRecord leased = LeaseOne();
  ASSERT_TRUE(other->Complete("a", leased.token, Done("r")).ok());
  EXPECT_EQ(queue_->Result("a")->bytes, "r");
}

}  // namespace
}  // namespace cupel::queue
