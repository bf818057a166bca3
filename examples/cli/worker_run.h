// Running a worker in the foreground: signals, log, status page.
#ifndef CUPEL_EXAMPLES_CLI_WORKER_RUN_H_
#define CUPEL_EXAMPLES_CLI_WORKER_RUN_H_

#include <string>

#include "worker_options.h"

namespace cli {

// `source` as in worker.source; empty: what the configuration says. Checks
// only, if the settings say so. Returns the exit code.
int RunWorker(const WorkerSettings& settings, const std::string& source);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_WORKER_RUN_H_
