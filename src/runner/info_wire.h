// What a plugin is, between processes.
#ifndef CUPEL_RUNNER_INFO_WIRE_H_
#define CUPEL_RUNNER_INFO_WIRE_H_

#include "absl/status/statusor.h"
#include "plugin/plugin.h"
#include "proto/runner_codec.h"

namespace cupel {

wire::Description DescriptionOf(const PluginInfo& info);

// Checks what a process that is not trusted says of a plugin: names, labels,
// versions, options. INVALID_ARGUMENT naming the plugin and the field.
absl::StatusOr<PluginInfo> InfoOf(const wire::Description& description);

}  // namespace cupel

#endif  // CUPEL_RUNNER_INFO_WIRE_H_
