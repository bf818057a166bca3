#include "worker/openkat_source.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <optional>
#include <utility>
#include <variant>

#include "base/status.h"
#include "compat/openkat/boefje_run.h"
#include "fmt/core.h"
#include "format/escape.h"
#include "job/any_job.h"

namespace cupel::worker {
namespace {

using job::TaskStatus;

constexpr uint64_t kNanosPerMs = 1'000'000;
constexpr uint64_t kLeastPollMs = 50;  // or mula would do nothing else
constexpr uint64_t kLeastLookMs = 500;
// A pool renews at a third of a lease.
constexpr uint64_t kLooksPerLease = 3;
constexpr uint32_t kConnectRetries = 6;
constexpr uint32_t kMostPostponed = 3;
constexpr size_t kMostRemembered = 10'000;

std::shared_ptr<OpenKatJob> JobOf(const HeldJob& job) {
  return std::static_pointer_cast<OpenKatJob>(job.of_source);
}

http::ClientOptions ClientOptionsOf(const OpenKatOptions& options) {
  http::ClientOptions client;
  client.timeout_ms = options.request_timeout_ms;
  client.connect_timeout_ms =
      std::min(client.connect_timeout_ms, options.request_timeout_ms);
  client.stall_ms = options.request_timeout_ms;
  client.connect_retries = kConnectRetries;
  // A raw in base64 within JSON is a third longer.
  client.max_response_bytes = options.max_raw_bytes * 2 + (uint64_t{1} << 20);
  return client;
}

std::vector<PopFilter> FiltersOf(const OpenKatOptions& options) {
  if (options.kind == OpenKatKind::kNormalizer) {
    return {{"normalizer__id", options.plugins}};
  }
  return {{"boefje__oci_image", options.images},
          {"boefje__id", options.plugins}};
}

// True if `cancel` ended the wait.
bool WaitUntil(const Deadline& deadline, Cancel* cancel) {
  if (deadline.passed()) return cancel != nullptr && cancel->triggered();
  Mutex mutex;
  std::condition_variable_any wake;
  bool cancelled = false;
  const Cancel::Listener listener(cancel, [&] {
    {
      const MutexLock lock(mutex);
      cancelled = true;
    }
    wake.notify_all();
  });
  const MutexLock lock(mutex);
  while (!cancelled && !deadline.passed()) {
    wake.wait_for(mutex, std::chrono::nanoseconds(deadline.remaining()));
  }
  return cancelled;
}

bool IsTrouble(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsInternal(status) || absl::IsUnauthenticated(status);
}

// kAborted of a service is not that of a source.
absl::Status NotOurs(const absl::Status& status) {
  return absl::IsAborted(status) ? FailedPrecondition("{}", MessageOf(status))
                                 : status;
}

std::string BodyOf(const job::Task& task) {
  return "{\"task\":" + job::PrintModel(task) + "}";
}

}  // namespace

absl::StatusOr<std::unique_ptr<OpenKatSource>> OpenKatSource::New(
    OpenKatOptions options, std::shared_ptr<queue::Outbox> outbox,
    const Log* log, std::unique_ptr<http::Client> client) {
  if (client == nullptr) {
    CUPEL_ASSIGN_OR_RETURN(client, http::Client::New(ClientOptionsOf(options)));
  }
  CUPEL_ASSIGN_OR_RETURN(std::unique_ptr<openkat::PluginBook> book,
                         openkat::PluginBook::New(options.plugin_folders));
  return std::unique_ptr<OpenKatSource>(
      new OpenKatSource(std::move(options), std::move(client), std::move(book),
                        std::move(outbox), log));
}

OpenKatSource::OpenKatSource(OpenKatOptions options,
                             std::unique_ptr<http::Client> client,
                             std::unique_ptr<openkat::PluginBook> book,
                             std::shared_ptr<queue::Outbox> outbox,
                             const Log* log)
    : options_(std::move(options)),
      log_(log),
      client_(std::move(client)),
      book_(std::move(book)),
      mula_(OpenKatService(client_.get(), "mula", options_.scheduler_api),
            options_.request_timeout_ms),
      katalogus_(
          OpenKatService(client_.get(), "katalogus", options_.katalogus_api)),
      octopoes_(
          OpenKatService(client_.get(), "octopoes", options_.octopoes_api)),
      bytes_(OpenKatService(client_.get(), "bytes", options_.bytes_api),
             options_.bytes_username, options_.bytes_password),
      hydration_(options_, *book_, katalogus_, octopoes_),
      deliverer_(&bytes_, &octopoes_, &mula_, log),
      spool_(std::move(outbox),
             fmt::format("openkat {}", OpenKatKindName(options_.kind)),
             &deliverer_, log) {}

void OpenKatSource::PauseLease() {
  const MutexLock lock(mutex_);
  next_pop_ = Deadline::After(
      std::max(options_.poll_interval_ms, kLeastPollMs) * kNanosPerMs);
}

Deadline OpenKatSource::NextLook() const {
  return Deadline::After(std::max(options_.poll_interval_ms, kLeastLookMs) *
                         kLooksPerLease * kNanosPerMs);
}

absl::StatusOr<std::vector<HeldJob>> OpenKatSource::Lease(uint32_t max,
                                                          Cancel* cancel) {
  Deadline next;
  {
    const MutexLock lock(mutex_);
    next = next_pop_;
  }
  if (WaitUntil(next, cancel)) return Cancelled("the worker ends");
  std::vector<HeldJob> jobs;
  while (jobs.size() < max && (cancel == nullptr || !cancel->triggered())) {
    auto some = PopSome(max - static_cast<uint32_t>(jobs.size()), cancel);
    const bool nothing = some.ok() && some->empty();
    {
      const MutexLock lock(mutex_);
      was_empty_ = nothing;
    }
    if (!some.ok() || nothing) {
      PauseLease();
      if (!some.ok() && jobs.empty()) return some.status();
      break;
    }
    std::move(some->begin(), some->end(), std::back_inserter(jobs));
  }
  return jobs;
}

absl::StatusOr<std::vector<HeldJob>> OpenKatSource::PopSome(uint32_t max,
                                                            Cancel* cancel) {
  const bool boefje = options_.kind == OpenKatKind::kBoefje;
  // Of a group mula gives as many as are asked for, and the rest to somebody
  // else: only without a limit one gets all of it.
  std::optional<uint32_t> limit;
  if (!boefje) limit = max;
  if (boefje && !options_.deduplicate) limit = 1;
  CUPEL_ASSIGN_OR_RETURN(
      PoppedTasks popped,
      mula_.Pop(OpenKatKindName(options_.kind), FiltersOf(options_), limit));
  FailUnreadable(popped.unreadable, cancel);
  std::vector<HeldJob> jobs = Grouped(std::move(popped), cancel);
  while (jobs.size() > max) {  // as other schedulers may give
    TellLost(jobs.back().id, GiveBack(jobs.back(), cancel));
    jobs.pop_back();
  }
  return jobs;
}

void OpenKatSource::FailUnreadable(const std::vector<UnreadableTask>& tasks,
                                   Cancel* cancel) {
  for (const UnreadableTask& task : tasks) {
    if (log_ != nullptr) {
      log_->Error("task can't be read", task.id, {{"reason", task.problem}});
    }
    if (task.id.empty()) continue;
    OpenKatDelivery delivery;
    delivery.key =
        fmt::format("{}/{}/unreadable", task.id, DateTime::Now().micros);
    DeliveryStep step;
    step.kind = DeliveryStep::Kind::kSettle;
    step.id = task.id;
    step.status = TaskStatus::kFailed;
    delivery.steps.push_back(std::move(step));
    TellLost(task.id, spool_.Deliver(delivery, cancel));
  }
}

void OpenKatSource::TellLost(std::string_view task,
                             const absl::Status& delivered) {
  if (delivered.ok() || log_ == nullptr) return;
  log_->Error("status lost", task,
              {{"reason", std::string(MessageOf(delivered))}});
}

std::vector<HeldJob> OpenKatSource::Grouped(PoppedTasks popped,
                                            Cancel* cancel) {
  const bool boefje = options_.kind == OpenKatKind::kBoefje;
  std::vector<HeldJob> jobs;
  std::map<std::string, std::shared_ptr<OpenKatJob>> leaders;
  std::vector<UnreadableTask> misplaced;
  for (PoppedTask& one : popped.tasks) {
    if (std::holds_alternative<job::BoefjeMeta>(one.task.data) != boefje) {
      misplaced.push_back(
          {one.task.id.ToString(), "it is no task of this scheduler's kind"});
      continue;
    }
    if (options_.deduplicate && boefje && !one.dedup_key.empty()) {
      const auto leader = leaders.find(one.dedup_key);
      if (leader != leaders.end()) {
        leader->second->followers.push_back(std::move(one.task));
        continue;
      }
    }
    auto of_source = std::make_shared<OpenKatJob>();
    of_source->started = DateTime::Now();
    of_source->task = std::move(one.task);
    if (boefje)
      of_source->meta = std::get<job::BoefjeMeta>(of_source->task.data);
    if (!one.dedup_key.empty()) leaders.emplace(one.dedup_key, of_source);
    HeldJob job;
    job.id = of_source->task.id.ToString();
    job.order.job_id = job.id;
    job.order.organisation = of_source->task.organisation;
    job.order.kind = OpenKatKindName(options_.kind);
    job.lease = NextLook();
    job.of_source = std::move(of_source);
    jobs.push_back(std::move(job));
  }
  FailUnreadable(misplaced, cancel);
  return jobs;
}

absl::Status OpenKatSource::Prepare(HeldJob& job, Cancel* cancel) {
  const std::shared_ptr<OpenKatJob> own = JobOf(job);
  const auto status = mula_.StatusOf(job.id, cancel);
  if (absl::IsNotFound(status.status())) {
    GiveBackFollowers(*own, cancel);
    return Aborted("mula has it no more");
  }
  if (!status.ok()) return Postpone(job, status.status(), cancel);
  if (*status != TaskStatus::kQueued && *status != TaskStatus::kDispatched &&
      *status != TaskStatus::kPending) {
    GiveBackFollowers(*own, cancel);
    return Aborted("it is {} already", job::Name(*status));
  }
  own->started = DateTime::Now();
  const absl::Status running =
      mula_.SetStatus(job.id, TaskStatus::kRunning, cancel);
  if (!running.ok()) {
    return IsTrouble(running) ? Postpone(job, running, cancel)
                              : NotOurs(running);
  }
  const absl::Status prepared = options_.kind == OpenKatKind::kBoefje
                                    ? PrepareBoefje(job, cancel)
                                    : PrepareNormalizer(job, cancel);
  // The worker ends: somebody else is to have it.
  if (absl::IsCancelled(prepared)) {
    CUPEL_RETURN_IF_ERROR(GiveBack(job, nullptr));
    return Aborted("given back: the worker ends");
  }
  if (IsTrouble(prepared)) return Postpone(job, prepared, cancel);
  return NotOurs(prepared);
}

void OpenKatSource::GiveBackFollowers(const OpenKatJob& job, Cancel* cancel) {
  if (job.followers.empty()) return;
  OpenKatJob others;
  others.started = job.started;
  others.task = job.followers.front();
  others.followers.assign(job.followers.begin() + 1, job.followers.end());
  TellLost(others.task.id.ToString(),
           spool_.Deliver(GiveBackDelivery(others), cancel));
}

absl::Status OpenKatSource::Postpone(HeldJob& job, const absl::Status& why,
                                     Cancel* cancel) {
  PauseLease();
  {
    const MutexLock lock(mutex_);
    if (postponed_.size() >= kMostRemembered) postponed_.clear();
    if (++postponed_[job.id] > kMostPostponed) {
      postponed_.erase(job.id);
      return NotOurs(why);
    }
  }
  if (log_ != nullptr) {
    log_->Warning("task given back", job.id,
                  {{"reason", std::string(MessageOf(why))}});
  }
  CUPEL_RETURN_IF_ERROR(GiveBack(job, cancel));
  return Aborted("given back: {}", MessageOf(why));
}

absl::Status OpenKatSource::PrepareBoefje(HeldJob& job, Cancel* cancel) {
  const std::shared_ptr<OpenKatJob> own = JobOf(job);
  CUPEL_ASSIGN_OR_RETURN(
      HydratedBoefjeTask hydrated,
      hydration_.Hydrate(std::get<job::BoefjeMeta>(own->task.data), cancel));
  CheckFollowers(hydrated, own.get(), cancel);
  own->meta = hydrated.meta;
  if (!options_.upstream_metas) {
    own->meta = openkat::WithoutSecrets(std::move(own->meta));
  }
  job.order.environment =
      std::move(hydrated.meta.environment).value_or(StringMap());
  hydrated.meta.environment.reset();
  const bool shared = std::any_of(
      own->followers.begin(), own->followers.end(), [&](const job::Task& one) {
        return one.organisation != own->task.organisation;
      });
  if (shared) MakeShareable(&hydrated.meta);
  job::Task task = own->task;
  task.status = TaskStatus::kRunning;
  task.data = std::move(hydrated.meta);
  job.order.body = BodyOf(task);
  return absl::OkStatus();
}

void OpenKatSource::CheckFollowers(const HydratedBoefjeTask& leader,
                                   OpenKatJob* job, Cancel* cancel) {
  std::vector<job::Task> same;
  for (job::Task& follower : job->followers) {
    auto hydrated =
        hydration_.Hydrate(std::get<job::BoefjeMeta>(follower.data), cancel);
    const std::string why = hydrated.ok()
                                ? WhyNotTheSame(leader, *hydrated)
                                : std::string(MessageOf(hydrated.status()));
    if (hydrated.ok() && !(options_.upstream_metas && why.empty())) {
      hydrated->meta = openkat::WithoutSecrets(std::move(hydrated->meta));
    }
    if (why.empty()) {
      follower.data = std::move(hydrated->meta);
      same.push_back(std::move(follower));
      continue;
    }
    OpenKatJob alone;
    alone.started = DateTime::Now();
    alone.task = std::move(follower);
    const std::string id = alone.task.id.ToString();
    if (log_ != nullptr) {
      log_->Info("task is not shared", id, {{"reason", why}});
    }
    TellLost(id, spool_.Deliver(GiveBackDelivery(alone), cancel));
  }
  job->followers = std::move(same);
}

absl::Status OpenKatSource::PrepareNormalizer(HeldJob& job, Cancel* cancel) {
  const std::shared_ptr<OpenKatJob> own = JobOf(job);
  const auto& meta = std::get<job::NormalizerMeta>(own->task.data);
  CUPEL_ASSIGN_OR_RETURN(
      job.order.attachment,
      bytes_.Raw(meta.raw_data.id.ToString(), options_.max_raw_bytes, cancel));
  own->has_raw = true;
  job::Task task = own->task;
  task.status = TaskStatus::kRunning;
  job.order.body = BodyOf(task);
  return absl::OkStatus();
}

absl::Status OpenKatSource::Renew(HeldJob& job, Cancel* cancel) {
  const auto status = mula_.StatusOf(job.id, cancel);
  // To be cancelled and not to be lost: then Finish gives the others back. Here
  // the thread that prepares the job may be changing them.
  if (absl::IsNotFound(status.status())) {
    return Cancelled("mula has it no more");
  }
  if (status.ok() && *status == TaskStatus::kCancelled) {
    return Cancelled("the task was cancelled");
  }
  // Nothing runs out while mula is away.
  job.lease = NextLook();
  return absl::OkStatus();
}

absl::Status OpenKatSource::Finish(HeldJob& job, JobOutcome outcome,
                                   Cancel* cancel) {
  const std::shared_ptr<OpenKatJob> own = JobOf(job);
  {
    const MutexLock lock(mutex_);
    postponed_.erase(job.id);
  }
  std::vector<std::string> warnings;
  OpenKatDelivery delivery =
      options_.kind == OpenKatKind::kBoefje
          ? BoefjeDelivery(*own, outcome, &warnings)
          : NormalizerDelivery(*own, outcome, options_.whitelist, &warnings);
  outcome.result = {};
  if (log_ != nullptr) {
    for (const std::string& warning : warnings) {
      log_->Warning("job warns", job.id, {{"reason", warning}});
    }
  }
  return spool_.Deliver(delivery, cancel);
}

absl::Status OpenKatSource::GiveBack(HeldJob& job, Cancel* cancel) {
  const std::shared_ptr<OpenKatJob> own = JobOf(job);
  own->started = DateTime::Now();  // once more, should it be popped again
  return spool_.Deliver(GiveBackDelivery(*own), cancel);
}

std::unique_ptr<OpenKatApi> OpenKatSource::NewApi() {
  return std::make_unique<OpenKatApi>(OpenKatApi::Services{
      &options_, &mula_, &hydration_, &bytes_, &spool_, log_});
}

absl::StatusOr<bool> OpenKatSource::Drained() {
  CUPEL_ASSIGN_OR_RETURN(const uint64_t waiting, spool_.waiting());
  const MutexLock lock(mutex_);
  return was_empty_ && waiting == 0;
}

}  // namespace cupel::worker
