#include "worker/dragonfly_source.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "format/escape.h"
#include "format/json_writer.h"
#include "worker/dragonfly_outcome.h"
#include "worker/pause.h"

namespace cupel::worker {
namespace {

constexpr uint64_t kNanosPerMs = 1'000'000;
// Of a lease: what is kept for telling the result. And the least that is left
// for a package to be begun at all.
constexpr uint64_t kTellMs = 10'000;
constexpr uint64_t kLeastMs = 2'000;
// Then the pool may look whether there is anything left to wait for.
constexpr uint64_t kLongestWaitMs = 1'000;
// Without leases.
constexpr uint64_t kDeliverMs = 120'000;
constexpr uint64_t kFirstRetryMs = 250;
constexpr uint64_t kLastRetryMs = 5'000;
constexpr uint64_t kMostPutMs = 30'000;

// What a held job is to this source.
struct HeldPackage {
  dragonfly::PackageJob job;
};

const dragonfly::PackageJob& PackageOf(const HeldJob& job) {
  return static_cast<const HeldPackage*>(job.of_source.get())->job;
}

// "name@version", and the attempt: the same package may come again while it is
// still being scanned.
std::string IdOf(const dragonfly::PackageJob& job) {
  std::string id =
      EscapePrintable(job.name) + "@" + EscapePrintable(job.version);
  if (job.lease) id += fmt::format("#{}", job.lease->attempt);
  return id;
}

std::string BodyOf(const dragonfly::PackageJob& job, const std::string& path) {
  std::string body;
  JsonWriter json(&body);
  json.BeginObject();
  json.Key("name").String(job.name);
  json.Key("version").String(job.version);
  json.Key("distributions").BeginArray();
  for (const std::string& url : job.distributions) json.String(url);
  json.EndArray();
  json.Key("rules").BeginObject();
  json.Key("hash").String(job.hash);
  json.Key("path").String(path);
  json.EndObject();
  // What is better not told yet is decided here.
  json.Key("report").Bool(false);
  json.Key("retry").Bool(false);
  json.EndObject();
  return body;
}

bool MayPass(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsUnauthenticated(status);
}

class Source final : public JobSource {
 public:
  Source(const DragonflySettings& settings, std::unique_ptr<DragonflyApi> api,
         const Log* log)
      : settings_(settings), api_(std::move(api)), log_(log) {}

  absl::Status OpenRules(RulesCheck check) {
    CUPEL_ASSIGN_OR_RETURN(
        rules_, DragonflyRules::New(api_.get(), settings_.rules_folder,
                                    std::move(check)));
    return absl::OkStatus();
  }
  const std::string& rules_folder() const { return rules_->folder(); }

  std::string_view name() const override { return "dragonfly"; }
  absl::StatusOr<std::vector<HeldJob>> Lease(uint32_t max,
                                             Cancel* cancel) override;
  absl::Status Prepare(HeldJob& job, Cancel* cancel) override;
  absl::Status Renew(HeldJob& job, Cancel* cancel) override;
  absl::Status Finish(HeldJob& job, JobOutcome outcome,
                      Cancel* cancel) override;
  absl::Status GiveBack(HeldJob& job, Cancel* cancel) override;
  absl::StatusOr<bool> Drained() override {
    MutexLock lock(state_mutex_);
    return empty_;
  }

 private:
  void SetPolled(bool had_jobs) {
    MutexLock lock(state_mutex_);
    empty_ = !had_jobs;
    next_poll_ =
        had_jobs ? Deadline::After(0)
                 : Deadline::After(settings_.load_duration_ms * kNanosPerMs);
  }
  Deadline NextPoll() {
    MutexLock lock(state_mutex_);
    return next_poll_;
  }
  std::vector<HeldJob> Hold(dragonfly::LeasedJobs leased, size_t batch,
                            Deadline lease, Cancel* cancel);
  absl::Status Put(const HeldJob& job, const std::string& body, Cancel* cancel);
  void Say(LogLevel level, std::string_view event, const std::string& job,
           Facts facts = {}) const {
    if (log_ != nullptr) log_->Say(level, event, job, std::move(facts));
  }

  const DragonflySettings settings_;
  const std::unique_ptr<DragonflyApi> api_;
  const Log* const log_;

  // One poll at a time; held while it waits, which is what others would do.
  Mutex poll_mutex_;
  std::unique_ptr<DragonflyRules> rules_;  // of who polls

  Mutex state_mutex_;
  Deadline next_poll_ ABSL_GUARDED_BY(state_mutex_) = Deadline::After(0);
  bool empty_ ABSL_GUARDED_BY(state_mutex_) = false;  // so was the last answer
};

absl::StatusOr<std::vector<HeldJob>> Source::Lease(uint32_t max,
                                                   Cancel* cancel) {
  const Deadline next = NextPoll();
  const Deadline soon = Deadline::After(kLongestWaitMs * kNanosPerMs);
  CUPEL_RETURN_IF_ERROR(
      PauseUntil(next.remaining() < soon.remaining() ? next : soon, cancel));
  if (!next.passed()) return std::vector<HeldJob>();
  MutexLock polling(poll_mutex_);
  uint32_t batch = std::max(std::min(max, settings_.bulk_size), 1u);
  // From before the question: the server's clock starts later.
  Deadline lease = Deadline::After(settings_.lease_ms * kNanosPerMs);
  absl::StatusOr<dragonfly::LeasedJobs> leased = api_->LeaseJobs(batch, cancel);
  if (!leased.ok()) {
    SetPolled(false);
    MutexLock lock(state_mutex_);
    empty_ = false;  // not known
    return leased.status();
  }
  for (const absl::Status& why : leased->refused) {
    Say(LogLevel::kError, "job refused", "",
        {{"reason", std::string(MessageOf(why))}});
  }
  bool none = leased->jobs.empty() && leased->refused.empty();
  std::vector<HeldJob> held = Hold(*std::move(leased), batch, lease, cancel);
  SetPolled(!held.empty());
  if (!none) {
    MutexLock lock(state_mutex_);
    empty_ = false;
  }
  return held;
}

// Those of the jobs whose rules there are. Nothing is ever said of the others:
// the server gives them to somebody again once their lease is over.
std::vector<HeldJob> Source::Hold(dragonfly::LeasedJobs leased, size_t batch,
                                  Deadline lease, Cancel* cancel) {
  std::vector<HeldJob> jobs;
  std::map<std::string, absl::StatusOr<std::string>> paths;  // by hash
  for (dragonfly::PackageJob& job : leased.jobs) {
    std::string id = IdOf(job);
    if (jobs.size() == batch) {
      Say(LogLevel::kWarning, "job left to its lease", id,
          {{"reason", "the server gave more than it was asked for"}});
      continue;
    }
    auto found = paths.find(job.hash);
    if (found == paths.end()) {
      found = paths.emplace(job.hash, rules_->PathFor(job.hash, cancel)).first;
    }
    if (!found->second.ok()) {
      Say(LogLevel::kWarning, "job deferred", id,
          {{"reason", std::string(MessageOf(found->second.status()))}});
      continue;
    }
    HeldJob& held = jobs.emplace_back();
    held.id = id;
    held.attempt = job.lease ? job.lease->attempt : 1;
    held.order.job_id = std::move(id);
    held.order.kind = "package";
    held.order.body = BodyOf(job, *found->second);
    if (job.lease) held.lease = lease;
    held.of_source = std::make_shared<HeldPackage>(HeldPackage{std::move(job)});
  }
  return jobs;
}

absl::Status Source::Prepare(HeldJob& job, Cancel*) {
  uint64_t left_ms = job.lease.is_never() ? settings_.lease_ms
                                          : job.lease.remaining() / kNanosPerMs;
  uint64_t tell_ms = std::min(kTellMs, settings_.lease_ms / 5);
  if (left_ms < tell_ms + std::min(kLeastMs, settings_.lease_ms / 5)) {
    return Aborted("its lease is over before it could be scanned");
  }
  job.order.time_ms = left_ms - tell_ms;
  return absl::OkStatus();
}

// Leases of this API can't be put off.
absl::Status Source::Renew(HeldJob& job, Cancel*) {
  if (job.lease.passed()) return Aborted("its lease is over");
  return absl::OkStatus();
}

absl::Status Source::Finish(HeldJob& job, JobOutcome outcome, Cancel* cancel) {
  const dragonfly::PackageJob& package = PackageOf(job);
  DragonflyVerdict verdict =
      JudgeOutcome(package, outcome, settings_.max_attempts);
  if (verdict.body.empty()) {
    Say(LogLevel::kWarning, "job deferred", job.id,
        {{"reason", verdict.reason}});
    return absl::OkStatus();
  }
  if (!verdict.reason.empty()) {
    Say(LogLevel::kWarning, "not everything was scanned", job.id,
        {{"reason", verdict.reason}, {"submitted", verdict.kind}});
  }
  CUPEL_RETURN_IF_ERROR(Put(job, verdict.body, cancel));
  Say(LogLevel::kInfo, "result submitted", job.id,
      {{"outcome", verdict.kind}, {"commit", EscapePrintable(package.hash)}});
  return absl::OkStatus();
}

// Until the lease is over: a result that is lost costs another scan.
absl::Status Source::Put(const HeldJob& job, const std::string& body,
                         Cancel* cancel) {
  Deadline until = job.lease.is_never()
                       ? Deadline::After(kDeliverMs * kNanosPerMs)
                       : job.lease;
  uint64_t wait_ms = kFirstRetryMs;
  while (true) {
    uint64_t left_ms = until.remaining() / kNanosPerMs;
    if (left_ms == 0) return Aborted("its lease is over");
    absl::Status status =
        api_->PutResult(body, std::min(left_ms, kMostPutMs), cancel);
    if (!MayPass(status)) return status;
    if (until.remaining() / kNanosPerMs <= wait_ms) return status;
    Say(LogLevel::kWarning, "result not taken yet", job.id,
        {{"reason", std::string(MessageOf(status))}});
    CUPEL_RETURN_IF_ERROR(
        PauseUntil(Deadline::After(wait_ms * kNanosPerMs), cancel));
    wait_ms = std::min(wait_ms * 2, kLastRetryMs);
  }
}

absl::Status Source::GiveBack(HeldJob& job, Cancel*) {
  Say(LogLevel::kInfo, "job left to its lease", job.id,
      {{"reason", "this API takes nothing back"}});
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DragonflySource> NewDragonflySource(
    const DragonflySettings& settings, RulesCheck check, const Log* log) {
  CUPEL_ASSIGN_OR_RETURN(std::unique_ptr<DragonflyApi> api,
                         DragonflyApi::New(settings));
  auto source = std::make_shared<Source>(settings, std::move(api), log);
  CUPEL_RETURN_IF_ERROR(source->OpenRules(std::move(check)));
  std::string folder = source->rules_folder();
  return DragonflySource{std::move(source), std::move(folder)};
}

}  // namespace cupel::worker
