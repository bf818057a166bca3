#include "queue/driver_queue.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "queue/new_job.h"
#include "store/driver_object.h"

namespace cupel::queue {
namespace {

std::string_view TextOf(cupel_view view) {
  return {reinterpret_cast<const char*>(view.data), view.size};
}

cupel_view ViewOf(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::vector<cupel_view> ViewsOf(const std::vector<std::string>& texts) {
  std::vector<cupel_view> views;
  views.reserve(texts.size());
  for (const std::string& text : texts) views.push_back(ViewOf(text));
  return views;
}

cupel_driver_why NoWhy() {
  cupel_driver_why why{};
  why.struct_size = sizeof why;
  return why;
}

absl::Status StatusOf(cupel_status code, const cupel_driver_why& why,
                      std::string_view doing) {
  if (code == CUPEL_STATUS_OK) return absl::OkStatus();
  const auto known = code > 0 && code <= CUPEL_STATUS_UNAUTHENTICATED
                         ? static_cast<absl::StatusCode>(code)
                         : absl::StatusCode::kUnknown;
  const std::string_view text(
      why.text, strnlen(static_cast<const char*>(why.text), sizeof why.text));
  if (text.empty()) return MakeStatus(known, "{}: status {}", doing, code);
  return MakeStatus(known, "{}", EscapePrintable(text));
}

cupel_driver_job JobOf(const NewJob& job) {
  cupel_driver_job out{};
  out.struct_size = sizeof out;
  out.id = ViewOf(job.id);
  out.kind = ViewOf(job.kind);
  out.body = ViewOf(job.body);
  out.organisation = ViewOf(job.organisation);
  out.dedup_key = ViewOf(job.dedup_key);
  out.priority = job.priority;
  out.max_attempts = job.max_attempts;
  out.not_before_us = job.not_before_micros;
  out.deadline_us = job.deadline_micros;
  return out;
}

NewJob JobFrom(const cupel_driver_job& job) {
  return {.id = std::string(TextOf(job.id)),
          .kind = std::string(TextOf(job.kind)),
          .body = std::string(TextOf(job.body)),
          .organisation = std::string(TextOf(job.organisation)),
          .dedup_key = std::string(TextOf(job.dedup_key)),
          .priority = job.priority,
          .not_before_micros = job.not_before_us,
          .deadline_micros = job.deadline_us,
          .max_attempts = job.max_attempts};
}

// What a driver handed out before it was known to be the whole answer.
struct Leases {
  std::vector<LeasedJob> jobs;
  std::string worker;
};

void TakeLease(void* user_data, const cupel_driver_lease* lease) {
  auto* const out = static_cast<Leases*>(user_data);
  JobRecord record;
  record.job = JobFrom(lease->job);
  record.state = JobState::kLeased;
  record.attempts = lease->attempt;
  record.token = lease->token;
  record.worker = out->worker;
  record.submitted_micros = lease->submitted_us;
  record.lease_expires_micros = lease->expires_us;
  out->jobs.push_back({.record = std::move(record)});
}

void TakeRecord(void* user_data, const cupel_driver_record* from) {
  JobRecord record;
  record.job = JobFrom(from->job);
  record.state = static_cast<JobState>(from->state);
  record.attempts = from->attempts;
  record.token = from->token;
  record.worker = std::string(TextOf(from->worker));
  record.submitted_micros = from->submitted_us;
  record.ready_micros = from->ready_us;
  record.lease_expires_micros = from->lease_expires_us;
  record.finished_micros = from->finished_us;
  record.reason = std::string(TextOf(from->reason));
  static_cast<std::vector<JobRecord>*>(user_data)->push_back(std::move(record));
}

class DriverQueue final : public JobQueue {
 public:
  DriverQueue(const cupel_queue_driver_v1* driver, void* queue, std::string url,
              const QueueOptions& options)
      : driver_(driver),
        queue_(queue),
        url_(std::move(url)),
        options_(options) {}
  ~DriverQueue() override { driver_->close(queue_); }

  const std::string& url() const override { return url_; }
  absl::StatusOr<std::vector<Submitted>> Submit(
      const std::vector<NewJob>& jobs) override;
  absl::StatusOr<std::vector<LeasedJob>> Lease(
      const LeaseRequest& request) override;
  absl::Status WaitForWork(const std::vector<std::string>& kinds,
                           int64_t micros, cupel::Cancel* cancel) override;
  absl::StatusOr<Renewal> Renew(std::string_view id, uint64_t token,
                                int64_t lease_micros) override;
  absl::Status Complete(std::string_view id, uint64_t token,
                        const JobResult& result) override;
  absl::Status Fail(std::string_view id, uint64_t token,
                    const JobFailure& failure) override;
  absl::Status Release(std::string_view id, uint64_t token,
                       std::string_view reason) override;
  absl::StatusOr<JobRecord> Get(std::string_view id) override;
  absl::StatusOr<std::vector<Attempt>> History(std::string_view id) override;
  absl::StatusOr<JobResult> Result(std::string_view id) override;
  absl::StatusOr<std::vector<JobRecord>> List(
      const ListRequest& request) override;
  absl::StatusOr<QueueStats> Stats() override;
  absl::Status Retry(std::string_view id) override;
  absl::Status Cancel(std::string_view id, std::string_view reason) override;
  absl::StatusOr<uint64_t> Purge(int64_t ended_before_micros,
                                 std::optional<JobState> state) override;

 private:
  absl::Status CantDo(std::string_view what) const {
    return Unimplemented("queue '{}' can't {}: {}", url_, what,
                         driver_->remedy != nullptr
                             ? driver_->remedy
                             : "use one that is kept in a database");
  }
  std::vector<LeasedJob> WithoutWrong(std::vector<LeasedJob> jobs);
  absl::StatusOr<std::vector<NewJob>> WithIds(
      const std::vector<NewJob>& jobs) const;

  const cupel_queue_driver_v1* const driver_;
  void* const queue_;
  const std::string url_;
  const QueueOptions options_;
};

// Ids are made here, so that a job that was submitted twice because the first
// answer got lost can be told.
absl::StatusOr<std::vector<NewJob>> DriverQueue::WithIds(
    const std::vector<NewJob>& jobs) const {
  const int64_t now = std::chrono::duration_cast<std::chrono::microseconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count();
  std::vector<NewJob> out = jobs;
  for (NewJob& job : out) {
    CUPEL_RETURN_IF_ERROR(CheckNewJob(job, options_));
    if (job.id.empty()) job.id = MakeJobId(now);
  }
  return out;
}

absl::StatusOr<std::vector<Submitted>> DriverQueue::Submit(
    const std::vector<NewJob>& jobs) {
  if (jobs.empty()) return std::vector<Submitted>();
  CUPEL_ASSIGN_OR_RETURN(const std::vector<NewJob> with_ids, WithIds(jobs));
  std::vector<cupel_driver_job> views;
  views.reserve(with_ids.size());
  for (const NewJob& job : with_ids) views.push_back(JobOf(job));
  std::vector<int32_t> existed(with_ids.size(), 0);
  cupel_driver_why why = NoWhy();
  CUPEL_RETURN_IF_ERROR(StatusOf(
      driver_->submit(queue_, views.data(), views.size(), existed.data(), &why),
      why, "submit"));
  std::vector<Submitted> out;
  out.reserve(with_ids.size());
  for (size_t i = 0; i < with_ids.size(); ++i) {
    out.push_back({.id = with_ids[i].id, .existed = existed[i] != 0});
  }
  return out;
}

absl::StatusOr<std::vector<LeasedJob>> DriverQueue::Lease(
    const LeaseRequest& request) {
  CUPEL_RETURN_IF_ERROR(CheckLeaseRequest(request));
  Leases leases;
  if (request.max == 0) return leases.jobs;
  leases.worker = request.worker;
  const std::vector<cupel_view> kinds = ViewsOf(request.kinds);
  cupel_driver_lease_request out{};
  out.struct_size = sizeof out;
  out.worker = ViewOf(request.worker);
  out.max = request.max;
  out.lease_us = request.lease_micros;
  out.kind_count = static_cast<uint32_t>(kinds.size());
  out.kinds = kinds.data();
  cupel_driver_why why = NoWhy();
  CUPEL_RETURN_IF_ERROR(StatusOf(
      driver_->lease(queue_, &out, TakeLease, &leases, &why), why, "lease"));
  return WithoutWrong(std::move(leases.jobs));
}

// Others than we may have put jobs there. What is none is dead, with the
// reason, before a worker sees it.
std::vector<LeasedJob> DriverQueue::WithoutWrong(std::vector<LeasedJob> jobs) {
  std::erase_if(jobs, [this](const LeasedJob& leased) {
    const JobRecord& record = leased.record;
    const absl::Status status = CheckNewJob(record.job, options_);
    if (status.ok()) return false;
    JobFailure failure;
    failure.reason = MessageOf(status);
    failure.retry = false;
    // If that does not work its lease runs out, and it comes here again.
    Fail(record.job.id, record.token, failure).IgnoreError();
    return true;
  });
  return jobs;
}

absl::Status DriverQueue::WaitForWork(const std::vector<std::string>& kinds,
                                      int64_t micros, cupel::Cancel* cancel) {
  if (cancel != nullptr && cancel->triggered()) {
    return Cancelled("the wait for work was cancelled");
  }
  const cupel::Cancel::Listener listener(cancel,
                                         [this] { driver_->wake(queue_); });
  const std::vector<cupel_view> views = ViewsOf(kinds);
  cupel_driver_why why = NoWhy();
  CUPEL_RETURN_IF_ERROR(
      StatusOf(driver_->wait(queue_, views.data(),
                             static_cast<uint32_t>(views.size()), micros, &why),
               why, "wait"));
  if (cancel != nullptr && cancel->triggered()) {
    return Cancelled("the wait for work was cancelled");
  }
  return absl::OkStatus();
}

absl::StatusOr<Renewal> DriverQueue::Renew(std::string_view id, uint64_t token,
                                           int64_t lease_micros) {
  CUPEL_RETURN_IF_ERROR(CheckLeaseTime(lease_micros));
  Renewal renewal;
  int32_t cancel_wanted = 0;
  cupel_driver_why why = NoWhy();
  CUPEL_RETURN_IF_ERROR(
      StatusOf(driver_->renew(queue_, ViewOf(id), token, lease_micros,
                              &renewal.expires_micros, &cancel_wanted, &why),
               why, "renew"));
  renewal.cancel_wanted = cancel_wanted != 0;
  return renewal;
}

absl::Status DriverQueue::Complete(std::string_view id, uint64_t token,
                                   const JobResult& result) {
  CUPEL_RETURN_IF_ERROR(CheckResult(result, options_));
  cupel_driver_result out{};
  out.struct_size = sizeof out;
  out.type = ViewOf(result.type);
  out.bytes = ViewOf(result.bytes);
  out.max_rss_bytes = result.max_rss_bytes;
  cupel_driver_why why = NoWhy();
  return StatusOf(driver_->complete(queue_, ViewOf(id), token, &out, &why), why,
                  "complete");
}

absl::Status DriverQueue::Fail(std::string_view id, uint64_t token,
                               const JobFailure& failure) {
  cupel_driver_failure out{};
  out.struct_size = sizeof out;
  const std::string reason = OneLine(failure.reason);
  const std::string last_step = OneLine(failure.last_step);
  out.reason = ViewOf(reason);
  out.last_step = ViewOf(last_step);
  out.signal = failure.signal;
  out.retry = failure.retry ? 1 : 0;
  out.max_rss_bytes = failure.max_rss_bytes;
  cupel_driver_why why = NoWhy();
  return StatusOf(driver_->fail(queue_, ViewOf(id), token, &out, &why), why,
                  "fail");
}

absl::Status DriverQueue::Release(std::string_view id, uint64_t token,
                                  std::string_view reason) {
  cupel_driver_why why = NoWhy();
  return StatusOf(
      driver_->release(queue_, ViewOf(id), token, ViewOf(reason), &why), why,
      "release");
}

absl::StatusOr<JobRecord> DriverQueue::Get(std::string_view id) {
  if (driver_->get == nullptr) return CantDo("look up one job");
  std::vector<JobRecord> records;
  cupel_driver_why why = NoWhy();
  CUPEL_RETURN_IF_ERROR(
      StatusOf(driver_->get(queue_, ViewOf(id), TakeRecord, &records, &why),
               why, "get"));
  if (records.size() != 1) {
    return Internal("the driver '{}' gave {} jobs for one id", driver_->name,
                    records.size());
  }
  return std::move(records.front());
}

absl::StatusOr<std::vector<Attempt>> DriverQueue::History(std::string_view) {
  return CantDo("tell the history of one job");
}

absl::StatusOr<JobResult> DriverQueue::Result(std::string_view) {
  return CantDo("hand out the result of one job");
}

absl::StatusOr<std::vector<JobRecord>> DriverQueue::List(
    const ListRequest& request) {
  if (driver_->list == nullptr) return CantDo("list jobs");
  cupel_driver_list_request out{};
  out.struct_size = sizeof out;
  out.state = request.state ? static_cast<int32_t>(*request.state) : -1;
  out.max = request.max;
  out.kind = ViewOf(request.kind);
  out.after = ViewOf(request.after);
  std::vector<JobRecord> records;
  cupel_driver_why why = NoWhy();
  CUPEL_RETURN_IF_ERROR(StatusOf(
      driver_->list(queue_, &out, TakeRecord, &records, &why), why, "list"));
  return records;
}

absl::StatusOr<QueueStats> DriverQueue::Stats() {
  cupel_driver_stats stats{};
  stats.struct_size = sizeof stats;
  cupel_driver_why why = NoWhy();
  CUPEL_RETURN_IF_ERROR(
      StatusOf(driver_->stats(queue_, &stats, &why), why, "stats"));
  return QueueStats{.waiting = stats.waiting,
                    .delayed = stats.delayed,
                    .leased = stats.leased,
                    .completed = stats.completed,
                    .dead = stats.dead,
                    .cancelled = stats.cancelled,
                    .oldest_waiting_micros = stats.oldest_waiting_us};
}

absl::Status DriverQueue::Retry(std::string_view id) {
  if (driver_->retry == nullptr) return CantDo("let one job wait again");
  cupel_driver_why why = NoWhy();
  return StatusOf(driver_->retry(queue_, ViewOf(id), &why), why, "retry");
}

absl::Status DriverQueue::Cancel(std::string_view id, std::string_view reason) {
  if (driver_->cancel == nullptr) return CantDo("cancel one job");
  cupel_driver_why why = NoWhy();
  return StatusOf(driver_->cancel(queue_, ViewOf(id), ViewOf(reason), &why),
                  why, "cancel");
}

absl::StatusOr<uint64_t> DriverQueue::Purge(int64_t ended_before_micros,
                                            std::optional<JobState> state) {
  if (driver_->purge == nullptr) return CantDo("purge jobs");
  uint64_t count = 0;
  cupel_driver_why why = NoWhy();
  CUPEL_RETURN_IF_ERROR(StatusOf(
      driver_->purge(queue_, ended_before_micros,
                     state ? static_cast<int32_t>(*state) : -1, &count, &why),
      why, "purge"));
  return count;
}

absl::Status CheckDriver(const cupel_queue_driver_v1* driver,
                         std::string_view origin) {
  // Everything up to what may be NULL.
  constexpr size_t kLeast = offsetof(cupel_queue_driver_v1, get);
  if (driver == nullptr || driver->struct_size < kLeast ||
      driver->abi != CUPEL_QUEUE_DRIVER_ABI) {
    return FailedPrecondition(
        "'{}' is no queue driver for ABI {}: build it with the headers of this "
        "version",
        EscapePrintable(origin), CUPEL_QUEUE_DRIVER_ABI);
  }
  if (driver->flags != 0 || driver->name == nullptr ||
      driver->open == nullptr || driver->close == nullptr ||
      driver->submit == nullptr || driver->lease == nullptr ||
      driver->wait == nullptr || driver->wake == nullptr ||
      driver->renew == nullptr || driver->complete == nullptr ||
      driver->fail == nullptr || driver->release == nullptr ||
      driver->stats == nullptr) {
    return InvalidArgument(
        "the queue driver '{}' lacks a name or a function that it must have, "
        "or has flags that nobody knows (cupel/queue_driver.h)",
        EscapePrintable(origin));
  }
  if (driver->struct_size < sizeof(cupel_queue_driver_v1)) {
    return InvalidArgument(
        "the table of the queue driver '{}' is shorter than ABI {} has it",
        EscapePrintable(origin), CUPEL_QUEUE_DRIVER_ABI);
  }
  return absl::OkStatus();
}

}  // namespace

std::string UrlWithoutPassword(std::string_view url) {
  const size_t scheme = url.find("://");
  const size_t user = scheme == std::string_view::npos ? 0 : scheme + 3;
  std::string shown;
  // A password may hold '/', '?' or '@' although it must not: rather too much
  // is hidden than a part of it shown.
  const size_t colon = url.find(':', user);
  const size_t at = url.rfind('@');
  if (at != std::string_view::npos && colon < at) {
    shown = EscapePrintable(url.substr(0, colon + 1)) + "***";
    url.remove_prefix(at);
  }
  return shown + EscapePrintable(url.substr(0, url.find('?')));
}

absl::StatusOr<std::shared_ptr<JobQueue>> OpenDriverQueue(
    const cupel_queue_driver_v1* driver, std::string_view origin,
    std::string_view url, const QueueOptions& options) {
  CUPEL_RETURN_IF_ERROR(CheckDriver(driver, origin));
  CUPEL_RETURN_IF_ERROR(CheckQueueOptions(options));
  cupel_driver_open open{};
  open.struct_size = sizeof open;
  open.url = ViewOf(url);
  open.max_attempts = std::max(options.max_attempts, 1U);
  open.backoff_us = options.backoff_micros;
  open.max_backoff_us = options.max_backoff_micros;
  open.jitter = options.jitter;
  open.max_body_bytes = options.max_body_bytes;
  open.max_result_bytes = options.max_result_bytes;
  void* queue = nullptr;
  cupel_driver_why why = NoWhy();
  CUPEL_RETURN_IF_ERROR(
      StatusOf(driver->open(&open, &queue, &why), why, "open"));
  return std::make_shared<DriverQueue>(driver, queue, UrlWithoutPassword(url),
                                       options);
}

absl::StatusOr<std::shared_ptr<JobQueue>> OpenAmqpQueue(
    std::string_view url, const QueueOptions& options) {
  CUPEL_ASSIGN_OR_RETURN(
      const LoadedDriver driver,
      LoadDriver("amqp", options.driver_folders, "cupel_queue_driver_v1_get"));
  const auto get = reinterpret_cast<cupel_queue_driver_v1_fn>(driver.symbol);
  return OpenDriverQueue(get(CUPEL_QUEUE_DRIVER_ABI), driver.path, url,
                         options);
}

}  // namespace cupel::queue
