// Plugins as they were found, before it is decided where they run.
#ifndef CUPEL_ENGINE_PLUGIN_SPECS_H_
#define CUPEL_ENGINE_PLUGIN_SPECS_H_

#include <memory>
#include <string>
#include <vector>

#include "cupel/plugin.h"
#include "plugin/plugin.h"
#include "plugin/plugin_set.h"

namespace cupel {

struct FoundPlugin;  // registry/discovery.h

// The version of stoQ whose plugins are taken, for what they say they need.
inline constexpr std::string_view kStoqVersion = "1.0.2";

enum class PluginCode : uint8_t {
  kBuiltin,  // compiled in
  kHost,     // a table of the host's
  kObject,   // a shared object
  kPython,   // a folder with Python in it
};

// A value type.
struct PluginSpec {
  PluginCode code = PluginCode::kHost;
  PluginInfo info;
  // kBuiltin, kHost, and kObject as far as it was loaded into this process.
  const cupel_plugin_v1* table = nullptr;
  // kObject: `info` is a manifest's, and the tables have not been looked at.
  bool unseen = false;
  std::string file;      // kObject: the .so; kPython: the folder
  std::string manifest;  // kPython: the manifest's name in the folder
  // What the manifest sets. A stoQ plugin's are told but not handed over: its
  // host reads the .stoq file itself, with stoQ's own coercions.
  std::vector<PluginOptionValue> manifest_options;
  std::string problem;  // not empty: it can't be used
};

// The plugins of a manifest: several if a stoQ module has classes of several
// categories. Boefjes become workers.
std::vector<PluginSpec> SpecsOf(const FoundPlugin& found);

// A table, checked. One that is wrong has `problem`.
PluginSpec SpecOf(const cupel_plugin_v1* table, PluginCode code,
                  const std::string& origin);

// A plugin's own manifest over what its table says: texts as the manifest has
// them, limits as the stricter of the two. INVALID_ARGUMENT if the table is
// another plugin's, or asks for what the manifest does not tell.
absl::Status ApplyManifest(const PluginInfo& manifest, PluginInfo* info);

}  // namespace cupel

#endif  // CUPEL_ENGINE_PLUGIN_SPECS_H_
