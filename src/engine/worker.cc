#include "engine/worker.h"

#include <utility>

#include "base/clock.h"
#include "base/datetime.h"
#include "base/status.h"
#include "engine/config_values.h"
#include "engine/executors.h"

namespace cupel {
namespace {

constexpr int64_t kStatsNanos = 1'000'000'000;
constexpr std::string_view kWorker = "worker";

std::unique_ptr<worker::Log> LogOf(const WorkerSetup& setup,
                                   const WorkerPlan& plan) {
  worker::Log::Sink sink;
  if (setup.log) {
    sink = [log = setup.log,
            json = plan.log_json](const worker::LogEvent& event) {
      log(event.level, json ? worker::LogJson(event) : worker::LogLine(event));
    };
  }
  return std::make_unique<worker::Log>(plan.log_level, std::move(sink));
}

worker::PoolOptions PoolOptionsOf(const WorkerPlan& plan,
                                  const worker::Log* log,
                                  worker::Metrics* metrics) {
  worker::PoolOptions options;
  options.size = plan.pool_size;
  options.exit_when_empty =
      ConfigFlag(plan.config, kWorker, "exit_when_empty", false);
  options.time_ms = plan.time_ms;
  options.log = log;
  options.metrics = metrics;
  const std::string config = plan.executor_config;
  if (plan.threads) {
    options.new_runner = [config] {
      return worker::NewThreadRunner(
          [config]() -> absl::StatusOr<std::unique_ptr<worker::Executor>> {
            CUPEL_ASSIGN_OR_RETURN(const Json json,
                                   ParseJson(config, "the configuration"));
            return NewExecutors(json);
          });
    };
    return options;
  }
  const worker::JobProcessOptions process = {
      .program = ConfigText(plan.config, kWorker, "job_runner"),
      .config = config,
      .start_ms = plan.start_ms,
      .grace_ms = plan.grace_ms};
  options.new_runner = [process] { return worker::NewProcessRunner(process); };
  return options;
}

}  // namespace

Worker::Worker(WorkerPlan plan) : plan_(std::move(plan)) {}

Worker::~Worker() = default;

absl::StatusOr<std::unique_ptr<Worker>> Worker::New(const WorkerSetup& setup) {
  WorkerPlan plan = PlanWorker(setup);
  if (!plan.problems.empty()) {
    return InvalidArgument("{}", ProblemsText(plan.problems));
  }
  std::unique_ptr<Worker> worker(new Worker(std::move(plan)));
  worker->log_ = LogOf(setup, worker->plan_);
  CUPEL_ASSIGN_OR_RETURN(worker->source_,
                         OpenWorkerSource(worker->plan_.source_name,
                                          {.config = &worker->plan_.config,
                                           .environment = &setup.environment,
                                           .worker_name = worker->plan_.name,
                                           .log = worker->log_.get()}));
  worker->plan_.source.executor_config = worker->source_.executor_config;
  MakeExecutorConfig(&worker->plan_);
  worker->pool_ = std::make_unique<worker::Pool>(
      worker->source_.source,
      PoolOptionsOf(worker->plan_, worker->log_.get(), &worker->metrics_));
  worker->started_micros_ = DateTime::Now().micros;
  worker->metrics_.Set("cupel_worker_start_time_seconds", {},
                       static_cast<double>(worker->started_micros_) / 1e6);
  return worker;
}

absl::Status Worker::Run(Cancel* cancel) {
  {
    const MutexLock lock(mutex_);
    if (ran_) {
      return FailedPrecondition("a worker runs once: make another");
    }
    ran_ = true;
  }
  log_->Info("worker starts", {},
             {{"source", plan_.source_name},
              {"pool_size", std::to_string(plan_.pool_size)},
              {"name", plan_.name}});
  const absl::Status status = pool_->Run(cancel);
  const worker::PoolStatus done = pool_->status();
  worker::Facts facts = {{"completed", std::to_string(done.completed)},
                         {"failed", std::to_string(done.failed)},
                         {"lost", std::to_string(done.lost)},
                         {"cancelled", std::to_string(done.cancelled)},
                         {"given_back", std::to_string(done.given_back)}};
  if (!status.ok()) {
    facts.emplace_back("reason", std::string(MessageOf(status)));
  }
  log_->Say(status.ok() ? worker::LogLevel::kInfo : worker::LogLevel::kError,
            "worker ends", {}, std::move(facts));
  return status;
}

void Worker::Drain() {
  log_->Info("worker drains");
  pool_->Drain();
}

void Worker::Stop() {
  log_->Info("worker stops");
  pool_->Stop();
}

void Worker::Reload() {
  log_->Info("rules and plugins are to be read again");
  const absl::Status status = source_.source->Reload();
  if (!status.ok()) {
    log_->Error("the source keeps what it had", {},
                {{"reason", std::string(MessageOf(status))}});
  }
  pool_->Reload();
}

std::unique_ptr<queue::QueueStats> Worker::Stats() {
  if (source_.queue == nullptr) return nullptr;
  {
    const MutexLock lock(mutex_);
    if (stats_ != nullptr && MonotonicNanos() - stats_at_ < kStatsNanos) {
      return std::make_unique<queue::QueueStats>(*stats_);
    }
  }
  const absl::StatusOr<queue::QueueStats> stats = source_.queue->Stats();
  const MutexLock lock(mutex_);
  if (!stats.ok()) {
    metrics_.Add("cupel_source_errors_total", "stats", 1);
    stats_.reset();
    return nullptr;
  }
  stats_ = std::make_unique<queue::QueueStats>(*stats);
  stats_at_ = MonotonicNanos();
  return std::make_unique<queue::QueueStats>(*stats);
}

}  // namespace cupel
