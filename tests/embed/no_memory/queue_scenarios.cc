// Queues, deduplication, raws and workers.
#include "no_memory/sweep.h"

namespace no_memory {
namespace {

constexpr std::string_view kWorker = R"(
[worker]
mode = "thread"
pool_size = 1
exit_when_empty = true
[queue]
url = "memory:"
)";

cupel_status Queue(cupel_error** error) {
  const cupel_queue_lease_options lease = CUPEL_QUEUE_LEASE_OPTIONS_INIT;
  const cupel_queue_list_options list = CUPEL_QUEUE_LIST_OPTIONS_INIT;
  Steps steps(error);
  auto* queue =
      steps.Make<cupel_queue_free>(cupel_queue_open, View("memory:"), nullptr);
  steps.Make<cupel_buffer_free>(
      cupel_queue_submit, queue,
      View(R"({"kind":"scan","id":"a","body":{"inputs":[{"path":"/x"}]}})"));
  steps.Make<cupel_buffer_free>(cupel_queue_lease, queue, &lease);
  steps.Make<cupel_buffer_free>(cupel_queue_job_json, queue, View("a"));
  steps.Make<cupel_buffer_free>(cupel_queue_list_json, queue, &list);
  steps.Make<cupel_buffer_free>(cupel_queue_stats_json, queue);
  steps.Do(cupel_queue_cancel, queue, View("a"), View("no more"));
  uint64_t removed = 0;
  steps.Do(cupel_queue_purge, queue, View(""), uint64_t{0}, &removed);
  return steps.status();
}

cupel_status Dedup(cupel_error** error) {
  cupel_dedup_request request = CUPEL_DEDUP_REQUEST_INIT;
  request.flags =
      CUPEL_DEDUP_INSTALL | CUPEL_DEDUP_ORGANISATION | CUPEL_DEDUP_PLUGIN;
  request.organisation = View("acme");
  request.job = View("3f0c2f0e-5b7a-4c5e-9d01-82f1a3b4c5d6");
  request.plugin = View("dns");
  request.key =
      View("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
  Steps steps(error);
  auto* dedup = steps.Make<cupel_dedup_free>(cupel_dedup_open, nullptr);
  steps.Make<cupel_buffer_free>(cupel_dedup_join, dedup, &request);
  steps.Make<cupel_buffer_free>(cupel_dedup_leave, dedup, View("acme"),
                                request.job);
  steps.Make<cupel_buffer_free>(cupel_dedup_release_expired, dedup);
  return steps.status();
}

cupel_status Raws(cupel_error** error) {
  Steps steps(error);
  auto* raws = steps.Make<cupel_raws_free>(cupel_raws_open, nullptr);
  steps.Make<cupel_buffer_free>(cupel_raws_list_json, raws, View("acme"),
                                View("x"));
  return steps.status();
}

cupel_status Worker(cupel_error** error) {
  cupel_worker_options options = CUPEL_WORKER_OPTIONS_INIT;
  options.config = View(kWorker);
  Steps steps(error);
  auto* worker = steps.Make<cupel_worker_free>(cupel_worker_new, &options);
  steps.Make<cupel_buffer_free>(cupel_worker_status_json, worker);
  return steps.status();
}

}  // namespace

std::vector<Scenario> QueueScenarios() {
  return {
      {"queue", Queue, 400},
      {"dedup", Dedup, 300},
      {"raws", Raws, 300},
      {"worker", Worker, 300},
  };
}

}  // namespace no_memory
