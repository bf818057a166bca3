// What is told to the server, and what is better not.
#include "worker/dragonfly_outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format/json.h"

namespace cupel::worker {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr std::string_view kId = "7d2f6c1e-3c5b-4b7e-9d0a-0123456789ab";

class OutcomeTest : public testing::Test {
 protected:
  OutcomeTest() {
    job_.name = "p";
    job_.version = "1";
    job_.hash = "c1";
    job_.lease = dragonfly::Lease{1, std::string(kId)};
    result_ = {
        {"outcome", "success"},       {"commit", "c1"}, {"retry", false},
        {"reason", nullptr},          {"score", 4},     {"inspector_url", "u"},
        {"rules_matched", {"a", "b"}}};
  }
  DragonflyVerdict Completed() {
    JobOutcome outcome{.kind = JobOutcome::Kind::kCompleted};
    outcome.result.bytes = PrintJson(result_);
    return JudgeOutcome(job_, outcome, 3);
  }
  dragonfly::PackageJob job_;
  Json result_;
};

TEST_F(OutcomeTest, SuccessIsToldUnderTheJobsCommit) {
  DragonflyVerdict verdict = Completed();
  EXPECT_EQ(verdict.kind, "success");
  EXPECT_THAT(
      verdict.body,
      EndsWith(
          R"("score":4,"inspector_url":"u","rules_matched":["a","b"],"commit":"c1"})"));
}

TEST_F(OutcomeTest, AResultOfOtherRulesIsNone) {
  result_["commit"] = "c2";
  EXPECT_EQ(Completed().body, "");
  EXPECT_EQ(Completed().reason, "the result is of rules c2, not of c1");
}

TEST_F(OutcomeTest, DeferredIsNotTold) {
  result_["outcome"] = "deferred";
  result_["reason"] = "no such rules";
  EXPECT_EQ(Completed().body, "");
  EXPECT_EQ(Completed().reason, "no such rules");
}

TEST_F(OutcomeTest, FailureIsToldIfItIsFinal) {
  result_["outcome"] = "failure";
  result_["reason"] = "broken";
  EXPECT_EQ(Completed().kind, "failure");
  EXPECT_THAT(Completed().body, EndsWith(R"("reason":"broken"})"));
  result_["retry"] = true;
  EXPECT_EQ(Completed().body, "");
  EXPECT_EQ(Completed().reason, "broken (attempt 1 of 3)");
  job_.lease->attempt = 3;
  EXPECT_EQ(Completed().kind, "failure");
  job_.lease.reset();
  EXPECT_EQ(Completed().kind, "failure");
}

TEST_F(OutcomeTest, ALostProcessIsToldWithItsLastStepInTheEnd) {
  JobOutcome outcome{.kind = JobOutcome::Kind::kLost,
                     .reason = "died of signal 11",
                     .last_step = "scan a.tar.gz!/x\n"};
  EXPECT_EQ(JudgeOutcome(job_, outcome, 3).body, "");
  job_.lease->attempt = 3;
  EXPECT_THAT(JudgeOutcome(job_, outcome, 3).body,
              HasSubstr("died of signal 11 (at: scan a.tar.gz!/x"));
  outcome.kind = JobOutcome::Kind::kCancelled;
  EXPECT_EQ(JudgeOutcome(job_, outcome, 3).body, "");
}

TEST_F(OutcomeTest, AResultThatIsNoneIsAFailure) {
  job_.lease->attempt = 3;
  result_.erase("score");
  EXPECT_THAT(Completed().body, HasSubstr("$.score"));
  result_["score"] = 1;
  result_["rules_matched"] = {1};
  EXPECT_EQ(Completed().kind, "failure");
}

}  // namespace
}  // namespace cupel::worker
