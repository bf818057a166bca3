// Plugins in processes of their own: the tier `process`.
#ifndef CUPEL_RUNNER_PROCESS_PLUGIN_H_
#define CUPEL_RUNNER_PROCESS_PLUGIN_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugin/plugin.h"
#include "runner/process_options.h"

namespace cupel {

// What `info` names out of options.origin. Nothing is started before Activate,
// which starts one process for each instance; so info().reentrant is false
// whatever the plugin says, and those who want calls side by side activate
// several. Calls of one instance wait for one another, interruptibly.
//
// A process that dies costs the call at hand kAborted, with the reason; one
// that does not end when it should, kDeadlineExceeded or kCancelled. The next
// call starts another, and `connect` is called again in it. Between starts
// passes more time after each death; a call waits for that. After five starts
// in a row that failed, calls are refused (kUnavailable) for half a minute.
std::shared_ptr<Plugin> NewProcessPlugin(PluginInfo info,
                                         ProcessOptions options);

// What is in options.origin, by asking a process that is started for it. Errors
// name the origin and the reason.
absl::StatusOr<std::vector<PluginInfo>> DescribePlugins(
    const ProcessOptions& options);

// The program cupel-runner that belongs to this library: beside it in a build,
// or in libexec/cupel of where it is installed. NOT_FOUND names the places.
absl::StatusOr<std::string> FindRunner();
// The same for another program that lies beside it.
absl::StatusOr<std::string> FindHelper(std::string_view name);

}  // namespace cupel

#endif  // CUPEL_RUNNER_PROCESS_PLUGIN_H_
