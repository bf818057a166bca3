// OpenKAT's boefje API, without a transport: what workers inside of OpenKAT's
// images ask for tasks by, and hand their output in to.
#ifndef CUPEL_WORKER_OPENKAT_API_H_
#define CUPEL_WORKER_OPENKAT_API_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "compat/openkat/boefje_api.h"
#include "job/task.h"
#include "worker/log.h"
#include "worker/openkat_bytes.h"
#include "worker/openkat_hydration.h"
#include "worker/openkat_mula.h"
#include "worker/openkat_options.h"
#include "worker/openkat_spool.h"

namespace cupel::worker {

// Thread-safe. It knows nobody by name: the id of a running task is all that it
// takes, and what it answers has the task's variables, as in OpenKAT. So who
// serves it decides who can reach it. What it is given must outlive it.
class OpenKatApi {
 public:
  struct Services {
    const OpenKatOptions* options;
    const MulaClient* mula;
    const OpenKatHydration* hydration;
    BytesClient* bytes;
    OpenKatSpool* spool;
    const Log* log;  // may be null
  };
  explicit OpenKatApi(const Services& services) : services_(services) {}

  // GET /healthz; GET and POST /api/v0/tasks/{id}; POST
  // /api/v0/scheduler/{boefje|normalizer}/pop and …/push; GET and PATCH
  // /api/v0/scheduler/tasks/{id}. Blocks as long as the services take.
  openkat::ApiReply Handle(std::string_view method, std::string_view target,
                           std::string_view body, Cancel* cancel) const;

 private:
  openkat::ApiReply Task(std::string_view method, std::string_view id,
                         std::string_view body, Cancel* cancel) const;
  openkat::ApiReply Scheduler(std::string_view method, std::string_view path,
                              std::string_view query, std::string_view body,
                              Cancel* cancel) const;
  openkat::ApiReply Input(job::Task task, Cancel* cancel) const;
  openkat::ApiReply Output(job::Task task, std::string_view body,
                           Cancel* cancel) const;
  openkat::ApiReply Pop(std::string_view queue, std::string_view query,
                        std::string_view body, Cancel* cancel) const;
  openkat::ApiReply Push(std::string_view body, Cancel* cancel) const;
  // Of a task that was popped and can't be run.
  void Settle(const job::Task& task, const absl::Status& why,
              Cancel* cancel) const;

  const Services services_;
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_OPENKAT_API_H_
