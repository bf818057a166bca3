// The plugin's side of the protocol, for plugins of the C interface.
#ifndef CUPEL_RUNNER_SERVE_H_
#define CUPEL_RUNNER_SERVE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plugin/plugin.h"
#include "runner/unique_fd.h"

namespace cupel {

using PluginLoader =
    std::function<absl::StatusOr<std::vector<std::shared_ptr<Plugin>>>(
        const std::string& origin)>;

// Waits for Load, then serves calls until Shutdown. Ends the process, on the
// spot, when the host closes its end. Starts one thread, which reads.
absl::Status ServePlugins(UniqueFd channel, const PluginLoader& load);

// Answers Load with `status`, which is not OK. For what goes wrong before.
void ServeFailure(UniqueFd channel, const absl::Status& status);

}  // namespace cupel

#endif  // CUPEL_RUNNER_SERVE_H_
