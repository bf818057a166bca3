#include "worker/pool_slot.h"

#include <poll.h>

#include <algorithm>
#include <climits>
#include <utility>

#include "base/clock.h"
#include "base/datetime.h"
#include "base/status.h"

namespace cupel::worker {
namespace {

constexpr size_t kFailuresKept = 20;
constexpr uint64_t kForEver = UINT64_MAX;

double ToSeconds(uint64_t nanos) { return static_cast<double>(nanos) / 1e9; }

std::string Millis(uint64_t nanos) {
  return fmt::format("{:.3f}", static_cast<double>(nanos) / 1e6);
}

std::string_view OutcomeName(JobOutcome::Kind kind) {
  switch (kind) {
    case JobOutcome::Kind::kCompleted:
      return "completed";
    case JobOutcome::Kind::kFailed:
      return "failed";
    case JobOutcome::Kind::kLost:
      return "lost";
    case JobOutcome::Kind::kCancelled:
      break;
  }
  return "cancelled";
}

}  // namespace

void Pool::SlotMain(Slot& slot) {
  slot.runner = options_.new_runner();
  SetState(slot, "starting");
  for (;;) {
    SlotLookAfter(slot);
    SlotReload(slot);
    bool over = false;
    const HoldingPtr holding = NextFor(slot, &over);
    if (over) break;
    if (holding != nullptr) {
      RunIn(slot, holding);
      continue;
    }
    const uint64_t wait_ns = slot.runner->wait_ns();
    if (wait_ns != 0) {
      WaitIn(slot, wait_ns);
      continue;
    }
    if (SlotReady(slot)) WaitIn(slot, kForEver);
  }
  slot.runner.reset();
  SetState(slot, "ended");
}

// Before a job is handed to it: one that ended meanwhile costs no attempt.
void Pool::SlotLookAfter(Slot& slot) {
  const std::string how = slot.runner->LookAfter();
  if (how.empty()) return;
  if (options_.log != nullptr) {
    options_.log->Warning(
        "job runner ended while it did nothing", {},
        {{"slot", std::to_string(slot.index)}, {"reason", how}});
  }
  const MutexLock lock(mutex_);
  slot.idle = false;
  NoteProcess(slot);
}

// No job is for a slot whose process is gone; a thread never had one.
void Pool::NoteProcess(Slot& slot) {
  const pid_t pid = slot.runner->pid();
  if (pid == 0 && slot.status.pid != 0) slot.ready = false;
  slot.status.pid = pid;
}

// A job, if it is ready for one. Sets *over when there will be none.
Pool::HoldingPtr Pool::NextFor(Slot& slot, bool* over) {
  const MutexLock lock(mutex_);
  slot.woken = false;
  if (over_) {
    *over = true;
    return nullptr;
  }
  if (!slot.ready || waiting_.empty()) return nullptr;
  HoldingPtr holding = waiting_.front();
  waiting_.pop_front();
  running_.push_back(holding);
  slot.idle = false;
  if (stopped_) holding->End(Holding::Stop::kStopped);
  changed_.notify_all();
  return holding;
}

// Gets its runner up, if it isn't, and says that it is idle.
bool Pool::SlotReady(Slot& slot) {
  const uint64_t starts = slot.runner->starts();
  const absl::Status status = slot.runner->Prepare(&starting_);
  if (status.code() == absl::StatusCode::kCancelled) return false;
  if (options_.metrics != nullptr && slot.runner->starts() != starts) {
    options_.metrics->Add("cupel_runner_starts_total", {}, 1);
  }
  std::deque<HoldingPtr> nobodys;
  {
    const MutexLock lock(mutex_);
    const bool was = slot.ready;
    slot.failed = !status.ok();
    slot.ready = status.ok();
    // What came meanwhile is for it too.
    slot.idle = status.ok();
    slot.status.pid = slot.runner->pid();
    slot.status.starts = slot.runner->starts();
    if (status.ok()) {
      ever_ready_ = true;
      slot.status.step.clear();
      if (!was || slot.status.state != "idle") {
        slot.status.state = "idle";
        slot.status.since_micros = DateTime::Now().micros;
      }
      if (!waiting_.empty()) slot.wake.Set();
    } else {
      never_ready_ = status;
      slot.status.state = "failing";
      slot.status.step = std::string(MessageOf(status));
      const bool none =
          std::none_of(slots_.begin(), slots_.end(),
                       [](const auto& other) { return other->ready; });
      if (none) nobodys.swap(waiting_);
    }
    changed_.notify_all();
  }
  for (const HoldingPtr& holding : nobodys) GiveBack(*holding);
  if (!status.ok() && options_.log != nullptr) {
    options_.log->Error("job runner can't be had", {},
                        {{"slot", std::to_string(slot.index)},
                         {"reason", std::string(MessageOf(status))}});
  }
  return status.ok();
}

void Pool::SlotReload(Slot& slot) {
  {
    const MutexLock lock(mutex_);
    if (!slot.reload) return;
    slot.reload = false;
    slot.idle = false;
  }
  const absl::Status status = slot.runner->Reload(&starting_);
  {
    const MutexLock lock(mutex_);
    NoteProcess(slot);
  }
  if (status.code() == absl::StatusCode::kCancelled) return;
  if (options_.metrics != nullptr) {
    options_.metrics->Add("cupel_reloads_total",
                          status.ok() ? "done" : "refused", 1);
  }
  if (options_.log == nullptr) return;
  const std::string index = std::to_string(slot.index);
  if (status.ok()) {
    options_.log->Info("rules and plugins were read again", {},
                       {{"slot", index}});
  } else {
    options_.log->Error(
        "new rules or plugins are no good, the old ones stay", {},
        {{"slot", index}, {"reason", std::string(MessageOf(status))}});
  }
}

void Pool::WaitIn(Slot& slot, uint64_t most_ns) {
  int timeout = -1;
  if (most_ns != kForEver) {
    timeout = static_cast<int>(
        std::min<uint64_t>((most_ns + 999'999) / 1'000'000, INT_MAX));
  }
  pollfd polled[] = {{slot.wake.fd(), POLLIN, 0},
                     {slot.runner->idle_fd(), POLLIN, 0}};
  poll(polled, 2, timeout);
  slot.wake.Clear();
}

// False: `outcome` says why not.
bool Pool::PrepareIn(Holding& holding, JobOutcome* outcome) {
  const int64_t began = MonotonicNanos();
  const absl::Status status = source_->Prepare(holding.job, &holding.cancel);
  if (options_.metrics != nullptr) {
    options_.metrics->Add(
        "cupel_stage_seconds_total", "prepare",
        ToSeconds(static_cast<uint64_t>(MonotonicNanos() - began)));
  }
  if (status.ok()) return true;
  if (status.code() == absl::StatusCode::kAborted) {
    holding.End(Holding::Stop::kLost);
  }
  if (status.code() == absl::StatusCode::kCancelled) {
    outcome->kind = JobOutcome::Kind::kCancelled;
  }
  outcome->reason = std::string(MessageOf(status));
  outcome->last_step = "prepare";
  return false;
}

void Pool::RunIn(Slot& slot, const HoldingPtr& holding) {
  HeldJob& job = holding->job;
  {
    const MutexLock lock(mutex_);
    slot.status.state = "running";
    slot.status.job = job.id;
    slot.status.kind = job.order.kind;
    slot.status.step = "prepare";
    slot.status.since_micros = DateTime::Now().micros;
  }
  JobOutcome outcome;
  if (!holding->cancel.triggered() && PrepareIn(*holding, &outcome)) {
    if (options_.log != nullptr) {
      options_.log->Debug("job started", job.id,
                          {{"kind", job.order.kind},
                           {"slot", std::to_string(slot.index)},
                           {"attempt", std::to_string(job.attempt)}});
    }
    const uint64_t time_ms =
        job.order.time_ms != 0 ? job.order.time_ms : options_.time_ms;
    outcome = slot.runner->Run(
        job.order, time_ms,
        [&](std::string_view step) {
          const MutexLock lock(mutex_);
          slot.status.step = std::string(step);
        },
        &holding->cancel);
    const MutexLock lock(mutex_);
    hand_over_.Ran(outcome.run_ns);
  } else if (holding->cancel.triggered()) {
    outcome.kind = JobOutcome::Kind::kCancelled;
  }
  End(slot, holding, std::move(outcome));
  const MutexLock lock(mutex_);
  std::erase(running_, holding);
  slot.status.job.clear();
  slot.status.kind.clear();
  slot.status.step.clear();
  ++slot.status.jobs;
  NoteProcess(slot);
  changed_.notify_all();
}

void Pool::End(Slot& slot, const HoldingPtr& holding, JobOutcome outcome) {
  const Holding::Stop stop = holding->stop.load();
  if (stop == Holding::Stop::kLost) {
    keeper_->Remove(holding.get());
    Count(slot, *holding, outcome);
    return;
  }
  if (stop == Holding::Stop::kStopped &&
      outcome.kind != JobOutcome::Kind::kCompleted) {
    GiveBack(*holding);
    return;
  }
  if (outcome.reason.empty() && outcome.kind == JobOutcome::Kind::kCancelled) {
    outcome.reason = "it was cancelled";
  }
  Count(slot, *holding, outcome);
  holding->finishing.store(true);
  const int64_t began = MonotonicNanos();
  const absl::Status status =
      source_->Finish(holding->job, std::move(outcome), &farewell_);
  keeper_->Remove(holding.get());
  if (options_.metrics != nullptr) {
    options_.metrics->Add(
        "cupel_stage_seconds_total", "deliver",
        ToSeconds(static_cast<uint64_t>(MonotonicNanos() - began)));
    if (!status.ok()) {
      options_.metrics->Add("cupel_source_errors_total", "finish", 1);
    }
  }
  if (!status.ok() && options_.log != nullptr) {
    options_.log->Error("outcome not delivered", holding->job.id,
                        {{"reason", std::string(MessageOf(status))}});
  }
}

// Says what became of it: to the log, the metrics, and whoever looks.
void Pool::Count(const Slot& slot, const Holding& holding,
                 const JobOutcome& outcome) {
  using Kind = JobOutcome::Kind;
  const HeldJob& job = holding.job;
  const bool taken_away = holding.stop.load() == Holding::Stop::kLost;
  const std::string name(taken_away ? "taken away" : OutcomeName(outcome.kind));
  if (options_.metrics != nullptr) {
    options_.metrics->Add("cupel_jobs_total", name, 1);
    options_.metrics->Observe("cupel_job_seconds", job.order.kind,
                              ToSeconds(outcome.run_ns));
    options_.metrics->AddCounts(outcome.result.counts);
    if (outcome.kind == Kind::kLost) {
      options_.metrics->Add("cupel_runner_deaths_total",
                            outcome.signal == 0
                                ? "exit"
                                : fmt::format("signal {}", outcome.signal),
                            1);
    }
  }
  if (options_.log != nullptr) {
    Facts facts = {{"kind", job.order.kind},
                   {"slot", std::to_string(slot.index)},
                   {"attempt", std::to_string(job.attempt)},
                   {"run_ms", Millis(outcome.run_ns)},
                   {"max_rss", std::to_string(outcome.max_rss_bytes)}};
    if (!outcome.reason.empty()) facts.emplace_back("reason", outcome.reason);
    if (outcome.signal != 0) {
      facts.emplace_back("signal", std::to_string(outcome.signal));
    }
    if (outcome.kind != Kind::kCompleted && !outcome.last_step.empty()) {
      facts.emplace_back("step", outcome.last_step);
    }
    facts.insert(facts.end(), outcome.result.facts.begin(),
                 outcome.result.facts.end());
    const LogLevel level = outcome.kind == Kind::kCompleted ? LogLevel::kInfo
                           : outcome.kind == Kind::kLost    ? LogLevel::kError
                                                         : LogLevel::kWarning;
    options_.log->Say(level, "job " + name, job.id, std::move(facts));
  }
  const MutexLock lock(mutex_);
  status_.completed += !taken_away && outcome.kind == Kind::kCompleted;
  status_.failed += !taken_away && outcome.kind == Kind::kFailed;
  status_.lost += !taken_away && outcome.kind == Kind::kLost;
  status_.cancelled += !taken_away && outcome.kind == Kind::kCancelled;
  if (outcome.kind != Kind::kFailed && outcome.kind != Kind::kLost) return;
  auto& failures = status_.failures;
  failures.insert(failures.begin(), {.time_micros = DateTime::Now().micros,
                                     .job = job.id,
                                     .kind = job.order.kind,
                                     .outcome = name,
                                     .reason = outcome.reason,
                                     .step = outcome.last_step});
  if (failures.size() > kFailuresKept) failures.pop_back();
}

void Pool::SetState(Slot& slot, std::string state) {
  const MutexLock lock(mutex_);
  slot.status.state = std::move(state);
  slot.status.since_micros = DateTime::Now().micros;
  if (slot.runner == nullptr) {
    slot.ready = false;
    slot.idle = false;
    slot.status.pid = 0;
  }
}

}  // namespace cupel::worker
