// Plugins that crash, hang, leak and flood: each costs its call one structured
// error, and the next call works.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "tests/unit/runner/runner_testing.h"

namespace cupel {
namespace {

using testing::HasSubstr;

class CrashTest : public ProcessTest {
 protected:
  // Calls it and gives the message of the error, which has this code.
  std::string Fails(std::string_view bytes, absl::StatusCode code,
                    PluginAnswer* answer) {
    const absl::Status status = Scan(bytes, answer);
    EXPECT_EQ(status.code(), code) << status;
    return std::string(MessageOf(status));
  }
  std::string Fails(std::string_view bytes, absl::StatusCode code) {
    PluginAnswer answer;
    return Fails(bytes, code, &answer);
  }
};

TEST_F(CrashTest, AnswersWhenAllIsWell) {
  ExpectFine();
  ExpectFine();
}

TEST_F(CrashTest, CrashesCostOneCall) {
  EXPECT_THAT(Fails("segv", absl::StatusCode::kAborted),
              HasSubstr("died of signal 11 (Segmentation fault) in `scan`"));
  ExpectFine();
  EXPECT_THAT(Fails("abort", absl::StatusCode::kAborted),
              HasSubstr("died of signal 6 (Aborted) in `scan`"));
  ExpectFine();
  EXPECT_THAT(Fails("exit", absl::StatusCode::kAborted),
              HasSubstr("ended by itself with status 0 in `scan`"));
  ExpectFine();
}

TEST_F(CrashTest, WhatWasHandedBackBeforeACrashCounts) {
  PluginAnswer answer;
  Fails("result then segv", absl::StatusCode::kAborted, &answer);
  EXPECT_EQ(answer.results, std::vector<std::string>{"{\"before\":1}"});
}

TEST_F(CrashTest, HangsEndAtTheDeadline) {
  ExpectFine();
  request_.deadline = Deadline::After(50'000'000);
  EXPECT_THAT(Fails("hang", absl::StatusCode::kDeadlineExceeded),
              HasSubstr("`scan`"));
  ExpectFine();
}

TEST_F(CrashTest, HangsEndAtTheTimeOutOfTheOptions) {
  options_.limits.call_timeout_ms = 50;
  Fails("burn", absl::StatusCode::kDeadlineExceeded);
}

TEST_F(CrashTest, CpuSecondsHoldForTheProcess) {
  options_.limits.cpu_seconds = 1;
  EXPECT_THAT(Fails("burn", absl::StatusCode::kAborted),
              HasSubstr("used up its cpu_seconds"));
  ExpectFine();
}

TEST_F(CrashTest, CancelEndsACallThatDoesNotListen) {
  ExpectFine();
  Cancel cancel;
  request_.cancel = &cancel;
  int64_t told = 0;
  services_.log = [&](LogLevel, std::string_view) {
    told = MonotonicNanos();
    cancel.Trigger();
  };
  EXPECT_THAT(Fails("hang", absl::StatusCode::kCancelled),
              HasSubstr("in `scan`"));
  // 50 ms on a machine that has nothing else to do.
  EXPECT_LT(MonotonicNanos() - told, 10'000'000'000);
  ExpectFine();
}

TEST_F(CrashTest, CancelIsToldToThePlugin) {
  options_.limits.cancel_grace_ms = 40;
  PluginAnswer answer;
  // A machine that is busy may not run the plugin within its grace.
  for (int i = 0; i < 100 && answer.results.empty(); ++i) {
    Cancel cancel;
    request_.cancel = &cancel;
    services_.log = [&](LogLevel, std::string_view) { cancel.Trigger(); };
    Fails("wait for cancel", absl::StatusCode::kCancelled, &answer);
  }
  EXPECT_EQ(answer.results, std::vector<std::string>{"\"asked\""});
  ExpectFine();
}

TEST_F(CrashTest, CancelFromAnotherThread) {
  ExpectFine();
  Cancel cancel;
  request_.cancel = &cancel;
  std::thread canceller([&] { cancel.Trigger(); });
  Fails("hang", absl::StatusCode::kCancelled);
  canceller.join();
  ExpectFine();
}

TEST_F(CrashTest, ACallThatIsOverBeforeItBeganTouchesNothing) {
  ExpectFine();
  const std::vector<int> before = ProcessesWith(temp_.string());
  Cancel cancel;
  cancel.Trigger();
  request_.cancel = &cancel;
  EXPECT_THAT(Fails("segv", absl::StatusCode::kCancelled),
              HasSubstr("while waiting"));
  request_.cancel = nullptr;
  request_.deadline = Deadline::After(0);
  Fails("segv", absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(ProcessesWith(temp_.string()), before);
}

TEST_F(CrashTest, AFloodIsStopped) {
  options_.answer.children = 100;
  PluginAnswer answer(options_.answer);
  EXPECT_THAT(
      Fails("flood for ever", absl::StatusCode::kResourceExhausted, &answer),
      HasSubstr("more than it may"));
  EXPECT_EQ(answer.children.size(), 100U);
  ASSERT_EQ(answer.fired.size(), 1U);
  EXPECT_EQ(answer.fired[0].name, "children");
  EXPECT_EQ(answer.fired[0].value, 100U);
  ExpectFine();
}

TEST_F(CrashTest, AFloodThatStopsByItselfIsNoFailure) {
  options_.answer.children = 100;
  PluginAnswer answer(options_.answer);
  EXPECT_TRUE(Scan("flood until told", &answer).ok());
  EXPECT_EQ(answer.children.size(), 100U);
  ASSERT_EQ(answer.fired.size(), 1U);
  EXPECT_EQ(answer.fired[0].name, "children");
}

TEST_F(CrashTest, FourGibibytesAreRefusedUnread) {
  options_.limits.address_space = uint64_t{8} << 30;
  PluginAnswer answer;
  Fails("4 gib result", absl::StatusCode::kResourceExhausted, &answer);
  EXPECT_TRUE(answer.results.empty());
  ASSERT_EQ(answer.fired.size(), 1U);
  EXPECT_EQ(answer.fired[0].name, "result_bytes");
  ExpectFine();
}

TEST_F(CrashTest, ALongChildIsCut) {
  options_.answer.child_bytes = 1 << 20;
  PluginAnswer answer(options_.answer);
  EXPECT_TRUE(Scan("long child", &answer).ok());
  ASSERT_EQ(answer.children.size(), 1U);
  EXPECT_EQ(answer.children[0].bytes.view, std::string(1 << 20, 'x'));
  EXPECT_TRUE(answer.cut[0]);
  ASSERT_EQ(answer.fired.size(), 1U);
  EXPECT_EQ(answer.fired[0].name, "child_bytes");
}

TEST_F(CrashTest, NonsenseIsAnErrorEach) {
  PluginAnswer deep;
  EXPECT_TRUE(Scan("deep json", &deep).ok());
  EXPECT_TRUE(deep.results.empty());
  ASSERT_EQ(deep.errors.size(), 1U);
  EXPECT_THAT(deep.errors[0].message, HasSubstr("result"));

  PluginAnswer answer;
  const std::string message =
      Fails("no utf-8", absl::StatusCode::kDataLoss, &answer);
  EXPECT_EQ(message.find('\x1b'), std::string::npos) << message;
  EXPECT_TRUE(answer.results.empty());
  EXPECT_EQ(answer.errors.size(), 2U);
  ExpectFine();
}

TEST_F(CrashTest, OutputGoesToTheLog) {
  EXPECT_TRUE(Scan("noise").ok());
  EXPECT_THAT(log_, testing::IsSupersetOf({"stdout: line 0", "stdout: line 1",
                                           "stdout: line 2"}));
  EXPECT_THAT(log_, testing::Contains(HasSubstr("stderr: \\x1b[31mred")));
}

TEST_F(CrashTest, MuchOutputIsLeftOut) {
  options_.limits.output_bytes = 4096;
  EXPECT_TRUE(Scan("noise for long").ok());
  ASSERT_EQ(log_.size(), 5U);
  EXPECT_EQ(log_[4], "stdout: 2043904 more bytes are left out");
  ExpectFine();
}

TEST_F(CrashTest, ManyLinesOfTheLogAreLeftOut) {
  EXPECT_TRUE(Scan("log for long").ok());
  ASSERT_GT(log_.size(), 1000U);
  EXPECT_LT(log_.size(), 10000U);
  EXPECT_EQ(log_.back(),
            std::to_string(20001 - log_.size()) + " more lines are left out");
  ExpectFine();
}

TEST_F(CrashTest, ACallThatIsOverCanNotBeUsed) {
  EXPECT_TRUE(Scan("keep call").ok());
  // What the plugin does is undefined; what the host does is not.
  PluginAnswer answer;
  (void)Scan("use kept call", &answer);
  ExpectFine();
}

class FrameTest : public CrashTest,
                  public testing::WithParamInterface<
                      std::pair<std::string_view, std::string_view>> {};

TEST_P(FrameTest, BreaksTheProtocol) {
  const auto& [bytes, why] = GetParam();
  PluginAnswer answer;
  const std::string message = Fails(bytes, absl::StatusCode::kAborted, &answer);
  EXPECT_THAT(message, HasSubstr(std::string(why)));
  EXPECT_THAT(message, HasSubstr("`scan`"));
  EXPECT_TRUE(answer.children.empty());
  ExpectFine();
}

INSTANTIATE_TEST_SUITE_P(
    All, FrameTest,
    testing::Values(std::pair{"garbage", "cut short or damaged"},
                    std::pair{"huge frame", "the limit is 33554432"},
                    std::pair{"unsealed", "a memfd that is not sealed"},
                    std::pair{"wrong size",
                              "a memfd of 50 bytes that is said to have 100"},
                    std::pair{"no memfd", "a descriptor that is no memfd"},
                    std::pair{"no descriptor", "without the descriptor"},
                    std::pair{"future call", "a call that there was not yet"},
                    std::pair{"close channel", "ended by itself"}));

TEST_F(CrashTest, FramesOfACallThatIsOverAreAnError) {
  ExpectFine();
  PluginAnswer answer;
  EXPECT_TRUE(Scan("past call", &answer).ok());
  EXPECT_TRUE(answer.children.empty());
  ASSERT_EQ(answer.errors.size(), 1U);
  EXPECT_THAT(answer.errors[0].message, HasSubstr("a call that is over"));
}

TEST_F(CrashTest, ManyDeathsWaitLongerButAreNotTheEnd) {
  for (int i = 0; i < 3; ++i) Fails("segv", absl::StatusCode::kAborted);
  // The next one waits; not longer than its deadline.
  Fails("segv", absl::StatusCode::kAborted);
  request_.deadline = Deadline::After(1'000'000);
  EXPECT_THAT(Fails("fine?", absl::StatusCode::kDeadlineExceeded),
              HasSubstr("in time"));
  ExpectFine();
}

}  // namespace
}  // namespace cupel
