// Plugins that are a table of the C interface, in this process.
#ifndef CUPEL_PLUGIN_TABLE_PLUGIN_H_
#define CUPEL_PLUGIN_TABLE_PLUGIN_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cupel/plugin.h"
#include "plugin/plugin.h"

namespace cupel {

// Checks a table and makes a plugin of it. `origin` is where it comes from, for
// messages; `keeps` (may be null) is what has to stay loaded as long as it
// lives. The table is read with the size that it says it has, so an older one
// is fine. INVALID_ARGUMENT, naming the plugin and the field, for what is
// wrong; FAILED_PRECONDITION for another ABI or a version of Cupel that it does
// not want. `adjust` may change what is known of it (max_tlp, a hash), but not
// its name.
absl::StatusOr<std::shared_ptr<Plugin>> NewTablePlugin(
    const cupel_plugin_v1* table, const std::string& origin,
    std::shared_ptr<const void> keeps,
    const std::function<void(PluginInfo*)>& adjust = nullptr);

// The tables of a shared object, which is loaded: its code runs. They may be
// wrong. Errors name the file and the remedy. Never unloaded.
absl::StatusOr<std::vector<const cupel_plugin_v1*>> LoadTables(
    const std::string& path);
// The plugins of one, all of which must be sound.
absl::StatusOr<std::vector<std::shared_ptr<Plugin>>> LoadSharedObject(
    const std::string& path);

}  // namespace cupel

#endif  // CUPEL_PLUGIN_TABLE_PLUGIN_H_
