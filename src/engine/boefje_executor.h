// Runs boefjes for a worker: OpenKAT's tasks, and jobs of a queue that name a
// boefje and what it is to look at.
#ifndef CUPEL_ENGINE_BOEFJE_EXECUTOR_H_
#define CUPEL_ENGINE_BOEFJE_EXECUTOR_H_

#include <memory>

#include "absl/status/statusor.h"
#include "engine/openkat_job.h"
#include "registry/registry.h"
#include "worker/executor.h"

namespace cupel {

// The body of an order is one of
//   {"task":{…}}  a Task whose BoefjeMeta has its arguments; the order's
//                 environment is what the boefje gets. It is looked for in the
//                 plugin folders; one that is not there runs as the image that
//                 its task names.
//   {"boefje":"dns-records","input":"Hostname|internet|example.com"}
//                 plugin and settings are those of `registry` for the order's
//                 organisation; BOEFJE_ variables of the order's environment
//                 stand below them. Without an input: none.
// The result is application/vnd.cupel.boefje+json:
//   {"schema":"cupel.boefje-output/1","status":"completed"|"failed","tier",
//    "problem","warnings":[],"log":[],
//    "files":[{"name","content":"<base64>","tags":[…]}],
//    "boefje_meta":{…}}  environments as "***"
// A boefje that failed is a result too: its last file tells why.
//
// `registry` may be null: then the second form is FAILED_PRECONDITION.
absl::StatusOr<std::unique_ptr<worker::Executor>> NewBoefjeExecutor(
    OpenKatExecutorOptions options, std::shared_ptr<Registry> registry);

}  // namespace cupel

#endif  // CUPEL_ENGINE_BOEFJE_EXECUTOR_H_
