// Which plugins are asked for.
#ifndef CUPEL_ENGINE_PLUGIN_QUERY_H_
#define CUPEL_ENGINE_PLUGIN_QUERY_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "registry/registry.h"

namespace cupel {

// Reads a JSON object whose keys are those of PluginQuery, each of which may be
// left out; empty text asks for all. INVALID_ARGUMENT for another key.
absl::StatusOr<PluginQuery> ParsePluginQuery(std::string_view text);

}  // namespace cupel

#endif  // CUPEL_ENGINE_PLUGIN_QUERY_H_
