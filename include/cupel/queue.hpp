/// @file queue.hpp
/// @brief queue.h for C++17. Comes with cupel.hpp.
#ifndef CUPEL_QUEUE_HPP_
#define CUPEL_QUEUE_HPP_

#include <cstdint>
#include <string_view>
#include <vector>

#include "cupel/base.hpp"
#include "cupel/queue.h"

namespace cupel {
inline namespace CUPEL_HPP_MODE {

/// How a queue is opened. 0 is the default everywhere.
struct QueueOptions {
  uint32_t max_attempts = 0;      ///< Of jobs that don't say.
  uint32_t busy_timeout_ms = 0;   ///< To wait for others' writing.
  uint64_t backoff_ms = 0;        ///< After a first failure; then double.
  uint64_t max_backoff_ms = 0;    ///< But never more.
  uint64_t max_body_bytes = 0;    ///< Of one job.
  uint64_t max_result_bytes = 0;  ///< Of one result.
  std::vector<std::string_view> driver_folders = {};  ///< Looked at first.
};

/// Which jobs are asked for.
struct QueueLease {
  std::string_view worker = {};              ///< Who asks, for people.
  uint32_t max = 0;                          ///< So many at most; 0: one.
  uint64_t lease_ms = 0;                     ///< 0: a minute.
  std::vector<std::string_view> kinds = {};  ///< None: any.
};

/// Why an attempt failed.
struct QueueFailure {
  std::string_view reason = {};     ///< One line, without secrets.
  std::string_view last_step = {};  ///< What it did last.
  int32_t signal = 0;               ///< That ended the process, or 0.
  uint64_t max_rss_bytes = 0;       ///< 0: not known.
  bool is_final = false;            ///< No other attempt: dead at once.
};

/// Which jobs are listed.
struct QueueList {
  std::string_view state = {};  ///< Its name; empty: any.
  std::string_view kind = {};   ///< Empty: any.
  std::string_view after = {};  ///< An id: those submitted after it.
  uint32_t max = 0;             ///< So many at most; 0: a hundred.
};

/// Jobs that outlive those who work on them; queue.h has the JSON that comes
/// back.
///
/// Threads: any number may use one, and several processes one database.
/// Lifetime: its own.
///
///     cupel::Queue queue("sqlite:jobs.db");
///     queue.Submit(R"({"kind":"scan","body":{}})");
///     cupel::Buffer jobs = queue.Lease();
class Queue : public internal::Owner<cupel_queue, cupel_queue_free> {
 public:
  /// Opens "sqlite:PATH", "memory:", "postgresql://…" or "amqp://…".
  explicit Queue(std::string_view url, const QueueOptions& options = {}) {
    const std::vector<cupel_view> folders =
        internal::ToC(options.driver_folders);
    cupel_queue_options c = CUPEL_QUEUE_OPTIONS_INIT;
    c.max_attempts = options.max_attempts;
    c.busy_timeout_ms = options.busy_timeout_ms;
    c.backoff_ms = options.backoff_ms;
    c.max_backoff_ms = options.max_backoff_ms;
    c.max_body_bytes = options.max_body_bytes;
    c.max_result_bytes = options.max_result_bytes;
    c.driver_folders = folders.data();
    c.driver_folder_count = folders.size();
    Make(cupel_queue_open, View(url), &c);
  }

  /// Its URL without a password.
  Buffer Url() const { return Buffer::Of(cupel_queue_url, get()); }
  /// Adds jobs, all or none: one document, an array, or one on each line.
  Buffer Submit(std::string_view jobs) const {
    return Buffer::Of(cupel_queue_submit, get(), View(jobs));
  }

  /// Leases jobs; none if there is nothing to do. Does not wait.
  Buffer Lease(const QueueLease& request = {}) const {
    const std::vector<cupel_view> kinds = internal::ToC(request.kinds);
    cupel_queue_lease_options c = CUPEL_QUEUE_LEASE_OPTIONS_INIT;
    c.worker = View(request.worker);
    c.max = request.max;
    c.lease_ms = request.lease_ms;
    c.kinds = kinds.data();
    c.kind_count = kinds.size();
    return Buffer::Of(cupel_queue_lease, get(), &c);
  }
  /// Waits until there may be a job, at most `wait_ms`; fails with
  /// CUPEL_STATUS_CANCELLED if `cancel`, which may be null, ended it.
  void Wait(uint64_t wait_ms, const std::vector<std::string_view>& kinds = {},
            const Cancel* cancel = nullptr) const {
    const std::vector<cupel_view> names = internal::ToC(kinds);
    Do(cupel_queue_wait, names.data(), names.size(), wait_ms,
       internal::OrNull(cancel));
  }
  /// Says that the worker is still at it; this and the three below fail with
  /// CUPEL_STATUS_ABORTED if the lease is not the latest.
  Buffer Renew(std::string_view id, uint64_t token, uint64_t lease_ms) const {
    return Buffer::Of(cupel_queue_renew, get(), View(id), token, lease_ms);
  }
  /// Ends a job with its result; `type` is the MIME type of `bytes`.
  void Complete(std::string_view id, uint64_t token, std::string_view type,
                Bytes bytes) const {
    Do(cupel_queue_complete, View(id), token, View(type), View(bytes));
  }
  /// Says that an attempt failed.
  void Fail(std::string_view id, uint64_t token,
            const QueueFailure& failure) const {
    cupel_queue_failure c = CUPEL_QUEUE_FAILURE_INIT;
    if (failure.is_final) c.flags |= CUPEL_QUEUE_FAILURE_FINAL;
    c.signal = failure.signal;
    c.reason = View(failure.reason);
    c.last_step = View(failure.last_step);
    c.max_rss_bytes = failure.max_rss_bytes;
    Do(cupel_queue_fail, View(id), token, &c);
  }
  /// Gives a job back that was not done.
  void Release(std::string_view id, uint64_t token,
               std::string_view reason = {}) const {
    Do(cupel_queue_release, View(id), token, View(reason));
  }

  /// One job, with its body and its history.
  Buffer Job(std::string_view id) const {
    return Buffer::Of(cupel_queue_job_json, get(), View(id));
  }
  /// The bytes that it was completed with.
  Buffer Result(std::string_view id) const {
    return Buffer::Of(cupel_queue_result, get(), View(id));
  }
  /// Jobs in the order of submission.
  Buffer List(const QueueList& request = {}) const {
    cupel_queue_list_options c = CUPEL_QUEUE_LIST_OPTIONS_INIT;
    c.state = View(request.state);
    c.kind = View(request.kind);
    c.after = View(request.after);
    c.max = request.max;
    return Buffer::Of(cupel_queue_list_json, get(), &c);
  }
  /// How many there are.
  Buffer Stats() const { return Buffer::Of(cupel_queue_stats_json, get()); }

  /// Has a dead or cancelled job wait again.
  void Retry(std::string_view id) const { Do(cupel_queue_retry, View(id)); }
  /// Cancels a job: at once, or when its worker renews.
  void CancelJob(std::string_view id, std::string_view reason = {}) const {
    Do(cupel_queue_cancel, View(id), View(reason));
  }
  /// Removes jobs that ended at least so long ago; "completed", "dead",
  /// "cancelled" or, with an empty `state`, all three. Gives how many.
  uint64_t Purge(uint64_t older_than_seconds = 0,
                 std::string_view state = {}) const {
    uint64_t removed = 0;
    Do(cupel_queue_purge, View(state), older_than_seconds, &removed);
    return removed;
  }
};

}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_QUEUE_HPP_
