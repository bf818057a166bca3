// Real job runners: what is seen of them, and of their end.
#include "worker/job_process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <string>
#include <thread>
#include <vector>

#include "base/status.h"
#include "proto/pool_codec.h"
#include "runner/sanitized.h"
#include "worker/slot_runner.h"

namespace cupel::worker {
namespace {

using testing::Test;

constexpr const char* kRule =
    "rule needle { strings: $a = \"needle\" condition: $a }";
// Takes hours.
constexpr const char* kSlowRule =
    "rule slow { condition: for all i in (0..filesize * 100000000) : "
    "(uint8(i % filesize) != 1) }";

class JobProcessTest : public Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "job_process_test";
    (void)system(("rm -rf " + folder_ + " && mkdir " + folder_).c_str());
    Write("needle.yar", kRule);
    Write("slow.yar", kSlowRule);
    options_.program = CUPEL_JOB_RUNNER;
    options_.config = R"({"kinds":["scan"],"rules":{"paths":[")" + folder_ +
                      R"(/needle.yar"]},"scan":{"any_path":true,"limits":)"
                      R"({"file_time_ms":100000000}}})";
  }
  // Not one process may be left.
  void TearDown() override {
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
    (void)system(("rm -rf " + folder_).c_str());
  }

  void Write(const std::string& name, const std::string& text) {
    FILE* const file = fopen((folder_ + "/" + name).c_str(), "w");
    ASSERT_NE(file, nullptr);
    fwrite(text.data(), 1, text.size(), file);
    fclose(file);
  }
  std::unique_ptr<JobProcess> Start() {
    return JobProcess::Start(options_, nullptr).value();
  }
  // A program that hears nothing, says that it is ready, then all of
  // `messages`: once, or, so many times in a row, for ever.
  void UseRunnerThatSays(const std::vector<pool_wire::ToSupervisor>& messages,
                         int times, const pool_wire::Ready& ready = {}) {
    std::string frames;
    for (const auto& message : messages) {
      frames += pool_wire::Encode(message).value();
    }
    std::string all;
    for (int i = 0; i < times; ++i) all += frames;
    Write("ready", pool_wire::Encode(ready).value());
    Write("frames", all);
    Write("runner", "#!/bin/sh\ncd " + folder_ + "\nexec >&3\ncat ready\n" +
                        (times > 1 ? "while cat frames; do :; done"
                                   : "cat frames\nexec sleep 1000") +
                        "\n");
    options_.program = folder_ + "/runner";
    chmod(options_.program.c_str(), 0755);
  }
  // "bmVlZGxl" is needle.
  static WorkOrder Quick() {
    return {.job_id = "j",
            .organisation = {},
            .kind = "scan",
            .body = R"({"inputs":[{"name":"a","content":"bmVlZGxl"}]})"};
  }
  WorkOrder Slow() const {
    return {.job_id = "j",
            .organisation = {},
            .kind = "scan",
            .body = R"({"inputs":[{"name":"a","content":"bmVlZGxl"}],)"
                    R"("rules":[")" +
                    folder_ + R"(/slow.yar"]})"};
  }
  // Does it once the scan has begun.
  static Executor::StepSink OnceItScans(std::function<void()> done) {
    return [done = std::move(done), told = false](std::string_view s) mutable {
      if (told || !s.starts_with("scan")) return;
      told = true;
      done();
    };
  }

  std::string folder_;
  JobProcessOptions options_;
};

TEST_F(JobProcessTest, RunsOneJobAfterTheOther) {
  const auto process = Start();
  for (int i = 0; i < 3; ++i) {
    WorkOrder order = Quick();
    const JobOutcome outcome = process->Run(order, 0, nullptr, nullptr);
    ASSERT_EQ(outcome.kind, JobOutcome::Kind::kCompleted) << outcome.reason;
    EXPECT_NE(outcome.result.bytes.find("\"matched\""), std::string::npos);
    EXPECT_GT(outcome.max_rss_bytes, 1u << 20);
  }
  EXPECT_TRUE(process->CheckAlive());
}

TEST_F(JobProcessTest, SaysByWhichSignalAndWhere) {
  for (const int number : {SIGKILL, SIGSEGV, SIGABRT}) {
    const auto process = Start();
    WorkOrder order = Slow();
    const JobOutcome outcome = process->Run(
        order, 0, OnceItScans([&] { kill(process->pid(), number); }), nullptr);
    EXPECT_EQ(outcome.kind, JobOutcome::Kind::kLost);
    EXPECT_EQ(outcome.signal, number);
    EXPECT_EQ(outcome.last_step, "scan a");
    EXPECT_GT(outcome.max_rss_bytes, 1u << 20);
    EXPECT_FALSE(process->usable());
  }
}

TEST_F(JobProcessTest, CancellingEndsTheJobAndKeepsTheProcess) {
  const auto process = Start();
  WorkOrder order = Slow();
  Cancel cancel;
  const JobOutcome outcome =
      process->Run(order, 0, OnceItScans([&] { cancel.Trigger(); }), &cancel);
  EXPECT_EQ(outcome.kind, JobOutcome::Kind::kCancelled);
  EXPECT_TRUE(process->usable());
}

TEST_F(JobProcessTest, WhoDoesNotEndIsKilled) {
  options_.grace_ms = 50;
  const auto process = Start();
  WorkOrder order = Slow();
  const JobOutcome outcome = process->Run(
      order, 50, OnceItScans([&] { kill(process->pid(), SIGSTOP); }), nullptr);
  EXPECT_EQ(outcome.kind, JobOutcome::Kind::kLost);
  EXPECT_EQ(outcome.signal, SIGKILL);
  EXPECT_NE(outcome.reason.find("50 ms, was over"), std::string::npos)
      << outcome.reason;
}

TEST_F(JobProcessTest, SecretsDoNotGoAlong) {
  setenv("CUPEL_TEST_SECRET", "s3cret", 1);
  const auto process = Start();
  const std::string path =
      "/proc/" + std::to_string(process->pid()) + "/environ";
  FILE* const file = fopen(path.c_str(), "r");
  ASSERT_NE(file, nullptr);
  std::string all(1 << 16, '\0');
  all.resize(fread(all.data(), 1, all.size(), file));
  fclose(file);
  EXPECT_EQ(all.find("s3cret"), std::string::npos);
  EXPECT_NE(all.find("PATH="), std::string::npos);
}

TEST_F(JobProcessTest, BrokenRulesAreToldAtTheStartAndKeptOutLater) {
  const auto process = Start();
  Write("needle.yar", "rule broken {");
  const absl::Status status = process->Reload(nullptr);
  EXPECT_NE(MessageOf(status).find("needle.yar"), std::string::npos) << status;
  WorkOrder order = Quick();
  EXPECT_EQ(process->Run(order, 0, nullptr, nullptr).kind,
            JobOutcome::Kind::kCompleted);
  const auto second = JobProcess::Start(options_, nullptr);
  EXPECT_NE(MessageOf(second.status()).find("needle.yar"), std::string::npos);
}

TEST_F(JobProcessTest, WhoDiedIsNotReloadedAndRunsNothing) {
  const std::unique_ptr<SlotRunner> runner = NewProcessRunner(options_);
  ASSERT_TRUE(runner->Prepare(nullptr).ok());
  kill(runner->pid(), SIGKILL);
  const absl::Status status = runner->Reload(nullptr);
  EXPECT_NE(MessageOf(status).find("died of signal 9"), std::string::npos)
      << status;
  EXPECT_EQ(runner->pid(), 0);
  WorkOrder order = Quick();
  EXPECT_EQ(runner->Run(order, 0, nullptr, nullptr).kind,
            JobOutcome::Kind::kLost);
  ASSERT_TRUE(runner->Prepare(nullptr).ok());
  order = Quick();
  EXPECT_EQ(runner->Run(order, 0, nullptr, nullptr).kind,
            JobOutcome::Kind::kCompleted);
}

#if !CUPEL_SANITIZED
TEST_F(JobProcessTest, AnOrderThatIsTooLargeForTheMemoryFailsAndNoMore) {
  constexpr size_t kMemory = size_t{512} << 20;
  options_.config.insert(
      1, R"("process":{"memory":)" + std::to_string(kMemory) + "},");
  const auto process = Start();
  // The second can be mapped but not copied; some later one can be copied once
  // and no more.
  for (const size_t size : {kMemory, kMemory / 2, kMemory / 5, kMemory / 6,
                            kMemory / 8, kMemory / 10}) {
    WorkOrder order = Quick();
    order.attachment.assign(size, 'a');
    const JobOutcome outcome = process->Run(order, 0, nullptr, nullptr);
    if (outcome.kind == JobOutcome::Kind::kCompleted) {
      EXPECT_LT(size, kMemory / 2);
      continue;
    }
    EXPECT_EQ(outcome.kind, JobOutcome::Kind::kFailed) << outcome.reason;
    EXPECT_NE(outcome.reason.find("not enough memory: worker.memory"),
              std::string::npos)
        << outcome.reason;
  }
  ASSERT_TRUE(process->CheckAlive()) << process->how_it_ended();
  WorkOrder order = Quick();
  EXPECT_EQ(process->Run(order, 0, nullptr, nullptr).kind,
            JobOutcome::Kind::kCompleted);
}
#endif

TEST_F(JobProcessTest, WhoTalksAllTheTimeIsEndedInTime) {
  options_.grace_ms = 50;
  UseRunnerThatSays({pool_wire::Step{1, "on and on"}}, 100'000);
  const auto process = Start();
  WorkOrder order = Quick();
  const JobOutcome outcome = process->Run(order, 50, nullptr, nullptr);
  EXPECT_EQ(outcome.kind, JobOutcome::Kind::kLost);
  EXPECT_NE(outcome.reason.find("50 ms, was over"), std::string::npos)
      << outcome.reason;
  EXPECT_EQ(outcome.last_step, "on and on");
}

TEST_F(JobProcessTest, WhoTalksAllTheTimeIsCancelled) {
  options_.grace_ms = 50;
  UseRunnerThatSays({pool_wire::Step{1, "on and on"}}, 100'000);
  const auto process = Start();
  WorkOrder order = Quick();
  Cancel cancel;
  const JobOutcome outcome = process->Run(
      order, 0, [&](std::string_view) { cancel.Trigger(); }, &cancel);
  EXPECT_EQ(outcome.kind, JobOutcome::Kind::kCancelled);
  EXPECT_FALSE(process->usable());
}

TEST_F(JobProcessTest, WhatItSaysMovesNoCursorAndHasAnEnd) {
  const std::string bad = "\x1b[2J\nrow \\xff";
  const std::string shown = "\\x1b[2J\\nrow \\xff";
  UseRunnerThatSays(
      {pool_wire::Step{1, bad + std::string(5'000, 's')},
       pool_wire::Failed{
           .number = 1, .status = 3, .message = bad + std::string(9'000, 'r')}},
      1);
  const auto process = Start();
  WorkOrder order = Quick();
  const JobOutcome outcome = process->Run(order, 0, nullptr, nullptr);
  EXPECT_EQ(outcome.kind, JobOutcome::Kind::kFailed);
  EXPECT_TRUE(outcome.reason.starts_with(shown + "rrr")) << outcome.reason;
  EXPECT_LT(outcome.reason.size(), 4'200u);
  EXPECT_TRUE(outcome.last_step.starts_with(shown + "sss"));
  EXPECT_LT(outcome.last_step.size(), 1'100u);
}

TEST_F(JobProcessTest, WhyItIsNotReadyMovesNoCursorAndHasAnEnd) {
  UseRunnerThatSays({}, 0, {3, "\x1b]0;" + std::string(9'000, 'r')});
  const absl::Status status = JobProcess::Start(options_, nullptr).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(MessageOf(status).starts_with("\\x1b]0;rrr")) << status;
  EXPECT_LT(status.message().size(), 4'200u);
}

TEST_F(JobProcessTest, WhatIsNoJobRunnerIsAnError) {
  options_.program = "/bin/true";
  EXPECT_NE(MessageOf(JobProcess::Start(options_, nullptr).status())
                .find("was not ready"),
            std::string::npos);
  options_.program = "/no/such";
  EXPECT_NE(MessageOf(JobProcess::Start(options_, nullptr).status())
                .find("can't be started"),
            std::string::npos);
  // Says nothing, for ever.
  options_.program = "/usr/bin/yes";
  options_.start_ms = 50;
  EXPECT_FALSE(JobProcess::Start(options_, nullptr).ok());
}

TEST_F(JobProcessTest, TheRunnerOfASlotReplacesWhatDied) {
  const std::unique_ptr<SlotRunner> runner = NewProcessRunner(options_);
  for (int i = 0; i < 3; ++i) {
    while (runner->wait_ns() != 0) std::this_thread::yield();
    ASSERT_TRUE(runner->Prepare(nullptr).ok());
    WorkOrder order = Slow();
    const JobOutcome outcome = runner->Run(
        order, 0, OnceItScans([&] { kill(runner->pid(), SIGKILL); }), nullptr);
    EXPECT_EQ(outcome.kind, JobOutcome::Kind::kLost);
    EXPECT_EQ(runner->pid(), 0);
  }
  EXPECT_EQ(runner->starts(), 3u);
  // The more often it dies the later.
  EXPECT_GT(runner->wait_ns(), 0u);
}

}  // namespace
}  // namespace cupel::worker
