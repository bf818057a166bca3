// What waits for something to do.
#include "cancel/scenario.h"

namespace cancel_host {
namespace {

bool Wait(cupel_cancel* cancel) {
  auto* const queue =
      Made<cupel_queue>("cupel_queue_open", cupel_queue_open, View("memory:"),
                        static_cast<const cupel_queue_options*>(nullptr));
  // A queue that was never asked for a job says that there may be one.
  const cupel_queue_lease_options lease = CUPEL_QUEUE_LEASE_OPTIONS_INIT;
  cupel_buffer* none = nullptr;
  cupel_queue_lease(queue, &lease, &none, nullptr);
  cupel_buffer_free(none);
  cupel_status status = CUPEL_STATUS_OK;  // a wait may return early
  while (status == CUPEL_STATUS_OK) {
    status = cupel_queue_wait(queue, nullptr, 0, 600000, cancel, nullptr);
  }
  cupel_queue_free(queue);
  return status == CUPEL_STATUS_CANCELLED;
}

bool Work(cupel_cancel* cancel) {
  cupel_worker_options options = CUPEL_WORKER_OPTIONS_INIT;
  options.config = View(
      "[worker]\nmode = \"thread\"\npool_size = 2\n"
      "[queue]\nurl = \"memory:\"\n");
  auto* const worker =
      Made<cupel_worker>("cupel_worker_new", cupel_worker_new, &options);
  cupel_worker_run(worker, cancel, nullptr);
  cupel_worker_free(worker);
  return true;  // it would have run for ever
}

}  // namespace

std::vector<Scenario> WaitScenarios() {
  return {{"queue_wait", 1, Wait}, {"worker_run", 2, Work}};
}

}  // namespace cancel_host
