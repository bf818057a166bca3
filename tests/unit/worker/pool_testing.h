// A source and executors that do what the tests of the pool say.
#ifndef TESTS_UNIT_WORKER_POOL_TESTING_H_
#define TESTS_UNIT_WORKER_POOL_TESTING_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/status.h"
#include "worker/pool.h"

namespace cupel::worker {

// Holds its jobs in memory and writes down what it is told.
class FakeSource final : public JobSource {
 public:
  struct Told {
    std::string id;
    std::string what;  // "completed", "failed", …, "given back"
    std::string reason;
    int signal = 0;
  };

  std::string_view name() const override { return "fake"; }

  void Submit(const std::string& id, const std::string& body) {
    const std::lock_guard lock(mutex_);
    jobs_.push_back({id, body});
    changed_.notify_all();
  }
  void SetLease(uint64_t ms) { lease_ms_ = ms; }
  void FailLeases(absl::Status status) {
    const std::lock_guard lock(mutex_);
    lease_error_ = std::move(status);
  }
  void AnswerRenewal(const std::string& id, absl::Status status) {
    const std::lock_guard lock(mutex_);
    renewals_[id] = std::move(status);
  }
  // Renewals of this job don't come to an end; empty: of none.
  void HoldUpRenewals(const std::string& id) {
    const std::lock_guard lock(mutex_);
    renewals_held_up_ = id;
    changed_.notify_all();
  }
  std::vector<std::string> renewals_in_order() {
    const std::lock_guard lock(mutex_);
    return renewals_in_order_;
  }
  void AnswerPrepare(const std::string& id, absl::Status status) {
    const std::lock_guard lock(mutex_);
    prepares_[id] = std::move(status);
  }

  absl::StatusOr<std::vector<HeldJob>> Lease(uint32_t max,
                                             Cancel* cancel) override {
    const Cancel::Listener listener(cancel, [this] {
      const std::lock_guard lock(mutex_);
      changed_.notify_all();
    });
    std::unique_lock lock(mutex_);
    ++leases_;
    changed_.notify_all();
    if (!lease_error_.ok()) return lease_error_;
    changed_.wait_for(lock, std::chrono::milliseconds(20),
                      [&] { return !jobs_.empty() || cancel->triggered(); });
    if (cancel->triggered()) return Cancelled("stopped");
    std::vector<HeldJob> held;
    while (!jobs_.empty() && held.size() < max) {
      HeldJob& job = held.emplace_back();
      job.id = jobs_.front().first;
      job.order = {.job_id = job.id,
                   .organisation = {},
                   .kind = "test",
                   .body = jobs_.front().second};
      if (lease_ms_ != 0) job.lease = Deadline::After(lease_ms_ * 1'000'000);
      jobs_.pop_front();
      ++held_;
    }
    most_held_ = std::max(most_held_, held_);
    if (held.empty()) ++empty_leases_;
    changed_.notify_all();
    return held;
  }
  absl::Status Prepare(HeldJob& job, Cancel*) override {
    const std::lock_guard lock(mutex_);
    const auto found = prepares_.find(job.id);
    return found == prepares_.end() ? absl::OkStatus() : found->second;
  }
  absl::Status Renew(HeldJob& job, Cancel* cancel) override {
    const Cancel::Listener listener(cancel, [this] {
      const std::lock_guard lock(mutex_);
      changed_.notify_all();
    });
    std::unique_lock lock(mutex_);
    ++renewed_[job.id];
    renewals_in_order_.push_back(job.id);
    changed_.notify_all();
    changed_.wait(lock, [&] {
      return renewals_held_up_ != job.id || cancel->triggered();
    });
    if (cancel->triggered()) return Cancelled("stopped");
    const auto found = renewals_.find(job.id);
    if (found != renewals_.end() && !found->second.ok()) return found->second;
    job.lease = Deadline::After(lease_ms_ * 1'000'000);
    return absl::OkStatus();
  }
  absl::Status Finish(HeldJob& job, JobOutcome outcome, Cancel*) override {
    static constexpr const char* kNames[] = {"completed", "failed", "lost",
                                             "cancelled"};
    Tell({job.id, kNames[static_cast<int>(outcome.kind)], outcome.reason,
          outcome.signal});
    return absl::OkStatus();
  }
  absl::Status GiveBack(HeldJob& job, Cancel*) override {
    Tell({job.id, "given back", {}, 0});
    return absl::OkStatus();
  }
  absl::StatusOr<bool> Drained() override {
    const std::lock_guard lock(mutex_);
    ++looks_;
    return jobs_.empty();
  }

  std::vector<Told> told() {
    const std::lock_guard lock(mutex_);
    return told_;
  }
  // What was said of a job; empty: nothing.
  std::string WhatOf(const std::string& id) {
    const std::lock_guard lock(mutex_);
    std::string what;
    for (const Told& one : told_) {
      if (one.id == id) what += (what.empty() ? "" : ", ") + one.what;
    }
    return what;
  }
  // Waits until `done` holds of what was told; the test's own time limit ends
  // it if that never comes.
  template <typename Done>
  void WaitFor(const Done& done) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return done(*this); });
  }
  void WaitTold(size_t count) {
    WaitFor([&](FakeSource& s) { return s.told_.size() >= count; });
  }
  void WaitRenewed(const std::string& id, int times) {
    WaitFor([&](FakeSource& s) { return s.renewed_[id] >= times; });
  }
  void WaitHeld(size_t count) {
    WaitFor([&](FakeSource& s) { return s.held_ >= count; });
  }
  void WaitLeases(int more) {
    int from = -1;
    WaitFor([&](FakeSource& s) {
      if (from < 0) from = s.leases_;
      return s.leases_ >= from + more;
    });
  }
  // How often somebody asked what is left.
  int looks() {
    const std::lock_guard lock(mutex_);
    return looks_;
  }
  int empty_leases() {
    const std::lock_guard lock(mutex_);
    return empty_leases_;
  }
  size_t most_held() {
    const std::lock_guard lock(mutex_);
    return most_held_;
  }

 private:
  void Tell(Told told) {
    const std::lock_guard lock(mutex_);
    told_.push_back(std::move(told));
    --held_;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<std::string, std::string>> jobs_;
  std::map<std::string, absl::Status> renewals_;
  std::map<std::string, absl::Status> prepares_;
  std::map<std::string, int> renewed_;
  std::vector<std::string> renewals_in_order_;
  std::string renewals_held_up_;
  std::vector<Told> told_;
  absl::Status lease_error_;
  uint64_t lease_ms_ = 60'000;
  size_t held_ = 0;
  size_t most_held_ = 0;
  int leases_ = 0;
  int looks_ = 0;
  int empty_leases_ = 0;
};

// What several executors share.
class Script {
 public:
  // Bodies: "ok"; "fail WHY"; "wait": until it is cancelled; "hold": until
  // Release, or it is cancelled.
  absl::StatusOr<WorkResult> Run(const WorkOrder& order,
                                 const Executor::StepSink& step,
                                 Cancel* cancel) {
    step("run " + order.job_id);
    const Cancel::Listener listener(cancel, [this] {
      const std::lock_guard lock(mutex_);
      changed_.notify_all();
    });
    std::unique_lock lock(mutex_);
    ++running_;
    most_ = std::max(most_, running_);
    changed_.notify_all();
    if (order.body == "wait" || order.body == "hold") {
      changed_.wait(lock, [&] {
        return cancel->triggered() || (released_ && order.body == "hold");
      });
    }
    --running_;
    ++ran_;
    changed_.notify_all();
    if (cancel->triggered()) return Cancelled("it was told to stop");
    if (order.body.starts_with("fail ")) {
      return InvalidArgument("{}", order.body.substr(5));
    }
    return WorkResult{.type = "text/plain",
                      .bytes = order.body,
                      .facts = {{"generation", std::to_string(generation_)}},
                      .counts = {{"limit.depth", 1}, {"scan.bytes", 10}}};
  }
  void WaitRunning(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return running_ >= count; });
  }
  void WaitReloads(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return reloads_ >= count; });
  }
  void Release() {
    const std::lock_guard lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }
  absl::Status Reload() {
    const std::lock_guard lock(mutex_);
    ++reloads_;
    changed_.notify_all();
    if (!reload_error_.ok()) return reload_error_;
    ++generation_;
    return absl::OkStatus();
  }
  void FailReloads(absl::Status status) {
    const std::lock_guard lock(mutex_);
    reload_error_ = std::move(status);
  }
  int most() {
    const std::lock_guard lock(mutex_);
    return most_;
  }
  int generation() {
    const std::lock_guard lock(mutex_);
    return generation_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool released_ = false;
  int running_ = 0;
  int most_ = 0;
  int ran_ = 0;
  int reloads_ = 0;
  int generation_ = 0;
  absl::Status reload_error_;
};

class ScriptedExecutor final : public Executor {
 public:
  explicit ScriptedExecutor(Script* script) : script_(script) {}
  absl::StatusOr<WorkResult> Run(const WorkOrder& order, const StepSink& step,
                                 Cancel* cancel) override {
    return script_->Run(order, step, cancel);
  }
  absl::Status Reload() override { return script_->Reload(); }

 private:
  Script* const script_;
};

// What a test says of runners with processes, and hears of them.
struct Processes {
  std::atomic<bool> die_in_reload{false};
  std::atomic<bool> die_after_job{false};  // the next one, once
  std::atomic<int> starts{0};
  std::atomic<int> run_by_nobody{0};
};

// Has a process only by name.
class ScriptedRunner final : public SlotRunner {
 public:
  ScriptedRunner(Script* script, Processes* processes)
      : script_(script), processes_(processes) {}

  absl::Status Prepare(Cancel*) override {
    if (pid_ == 0) pid_ = 1000 + ++processes_->starts;
    return absl::OkStatus();
  }
  uint64_t wait_ns() const override { return 0; }
  JobOutcome Run(WorkOrder& order, uint64_t, const Executor::StepSink& step,
                 Cancel* cancel) override {
    JobOutcome outcome;
    if (pid_ == 0 || dead_) {
      ++processes_->run_by_nobody;
      outcome.kind = JobOutcome::Kind::kLost;
      return outcome;
    }
    if (script_->Run(order, step, cancel).ok()) {
      outcome.kind = JobOutcome::Kind::kCompleted;
    }
    dead_ = processes_->die_after_job.exchange(false);
    return outcome;
  }
  absl::Status Reload(Cancel*) override {
    if (pid_ != 0 && processes_->die_in_reload) {
      pid_ = 0;
      return FailedPrecondition("it died");
    }
    return script_->Reload();
  }
  std::string LookAfter() override {
    if (!dead_) return {};
    dead_ = false;
    pid_ = 0;
    return "died of signal 9 (Killed)";
  }
  pid_t pid() const override { return pid_; }

 private:
  Script* const script_;
  Processes* const processes_;
  pid_t pid_ = 0;
  bool dead_ = false;
};

// Comes up, or doesn't, as `prepare` says, which is told how often it was
// asked.
class StartingRunner final : public SlotRunner {
 public:
  using Prepared = std::function<absl::Status(int times, Cancel* cancel)>;

  StartingRunner(Script* script, Prepared prepare)
      : script_(script), prepare_(std::move(prepare)) {}

  absl::Status Prepare(Cancel* cancel) override {
    return prepare_(++times_, cancel);
  }
  uint64_t wait_ns() const override { return 0; }
  JobOutcome Run(WorkOrder& order, uint64_t, const Executor::StepSink& step,
                 Cancel* cancel) override {
    JobOutcome outcome;
    if (script_->Run(order, step, cancel).ok()) {
      outcome.kind = JobOutcome::Kind::kCompleted;
    }
    return outcome;
  }
  absl::Status Reload(Cancel*) override { return absl::OkStatus(); }

 private:
  Script* const script_;
  const Prepared prepare_;
  int times_ = 0;
};

}  // namespace cupel::worker

#endif  // TESTS_UNIT_WORKER_POOL_TESTING_H_
