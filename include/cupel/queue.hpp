// queue.hpp: queue.h for C++17. Comes with cupel.hpp.
#ifndef CUPEL_QUEUE_HPP_
#define CUPEL_QUEUE_HPP_

#include <cstdint>
#include <string_view>
#include <vector>

#include "cupel/base.hpp"
#include "cupel/queue.h"

namespace cupel {

// 0 is the default everywhere.
struct QueueOptions {
  uint32_t max_attempts = 0;
  uint32_t busy_timeout_ms = 0;
  uint64_t backoff_ms = 0;
  uint64_t max_backoff_ms = 0;
  uint64_t max_body_bytes = 0;
  uint64_t max_result_bytes = 0;
  std::vector<std::string_view> driver_folders;
};

struct QueueLease {
  std::string_view worker;
  uint32_t max = 0;
  uint64_t lease_ms = 0;
  std::vector<std::string_view> kinds;
};

struct QueueFailure {
  std::string_view reason;
  std::string_view last_step;
  int32_t signal = 0;
  uint64_t max_rss_bytes = 0;
  bool is_final = false;
};

struct QueueList {
  std::string_view state;
  std::string_view kind;
  std::string_view after;
  uint32_t max = 0;
};

// Jobs that outlive those who work on them; queue.h has the JSON that comes
// back. Thread-safe.
class Queue : public internal::Owner<cupel_queue, cupel_queue_free> {
 public:
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

  Buffer Url() const { return Buffer(cupel_queue_url, get()); }
  // One document, an array, or one on each line.
  Buffer Submit(std::string_view jobs) const {
    return Buffer(cupel_queue_submit, get(), View(jobs));
  }

  Buffer Lease(const QueueLease& request = {}) const {
    const std::vector<cupel_view> kinds = internal::ToC(request.kinds);
    cupel_queue_lease_options c = CUPEL_QUEUE_LEASE_OPTIONS_INIT;
    c.worker = View(request.worker);
    c.max = request.max;
    c.lease_ms = request.lease_ms;
    c.kinds = kinds.data();
    c.kind_count = kinds.size();
    return Buffer(cupel_queue_lease, get(), &c);
  }
  void Wait(uint64_t wait_ms, const std::vector<std::string_view>& kinds = {},
            const Cancel* cancel = nullptr) const {
    const std::vector<cupel_view> names = internal::ToC(kinds);
    Do(cupel_queue_wait, names.data(), names.size(), wait_ms,
       cancel == nullptr ? nullptr : cancel->get());
  }
  Buffer Renew(std::string_view id, uint64_t token, uint64_t lease_ms) const {
    return Buffer(cupel_queue_renew, get(), View(id), token, lease_ms);
  }
  void Complete(std::string_view id, uint64_t token, std::string_view type,
                std::string_view bytes) const {
    Do(cupel_queue_complete, View(id), token, View(type), View(bytes));
  }
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
  void Release(std::string_view id, uint64_t token,
               std::string_view reason = {}) const {
    Do(cupel_queue_release, View(id), token, View(reason));
  }

  Buffer Job(std::string_view id) const {
    return Buffer(cupel_queue_job_json, get(), View(id));
  }
  Buffer Result(std::string_view id) const {
    return Buffer(cupel_queue_result, get(), View(id));
  }
  Buffer List(const QueueList& request = {}) const {
    cupel_queue_list_options c = CUPEL_QUEUE_LIST_OPTIONS_INIT;
    c.state = View(request.state);
    c.kind = View(request.kind);
    c.after = View(request.after);
    c.max = request.max;
    return Buffer(cupel_queue_list_json, get(), &c);
  }
  Buffer Stats() const { return Buffer(cupel_queue_stats_json, get()); }

  void Retry(std::string_view id) const { Do(cupel_queue_retry, View(id)); }
  void CancelJob(std::string_view id, std::string_view reason = {}) const {
    Do(cupel_queue_cancel, View(id), View(reason));
  }
  // How many.
  uint64_t Purge(uint64_t older_than_seconds = 0,
                 std::string_view state = {}) const {
    uint64_t removed = 0;
    Do(cupel_queue_purge, View(state), older_than_seconds, &removed);
    return removed;
  }
};

}  // namespace cupel

#endif  // CUPEL_QUEUE_HPP_
