// Where plugins run: in this process, or in a cupel-runner.
#ifndef CUPEL_ENGINE_PLUGIN_TIERS_H_
#define CUPEL_ENGINE_PLUGIN_TIERS_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/plugin_specs.h"
#include "plugin/plugin.h"

namespace cupel {

struct PluginHostOptions {
  // What would run in the host's process otherwise runs at least so far away.
  Tier min_tier = Tier::kBuiltin;
  std::string runner;         // the program cupel-runner; empty: found
  std::string python;         // the interpreter; empty: /usr/bin/python3
  std::string python_path;    // the folder with the package cupel; empty: found
  bool builtins = true;       // those that are compiled in
  bool environment = false;   // CUPEL_PLUGIN_… of this process count
  bool allow_network = true;  // for plugins that need it
  bool allow_files = true;    // the same
};

// Where a plugin will run: never nearer than it and the host accept.
// FAILED_PRECONDITION says what cannot be had, and what to do.
absl::StatusOr<Tier> TierOf(const PluginSpec& spec,
                            const PluginHostOptions& options);

// The plugins of a shared object, from which they can be made: by loading it
// here, or by asking a process that does.
absl::StatusOr<std::vector<PluginSpec>> LookInto(
    const std::string& file, const PluginHostOptions& options);

// What SpecsOf left open: looks into a shared object that has a manifest, and
// sees whether both say the same.
absl::Status Complete(PluginSpec* spec, const PluginHostOptions& options);

absl::StatusOr<std::shared_ptr<Plugin>> MakePlugin(
    const PluginSpec& spec, const PluginHostOptions& options);

// The folder with the package cupel for Python: `options`, else the variable
// CUPEL_PYTHON_PATH, else where it lies beside this library, installed or
// built. NOT_FOUND names the places.
absl::StatusOr<std::string> FindPythonPath(const PluginHostOptions& options);
// The same for cupel-runner; the variable is CUPEL_RUNNER.
absl::StatusOr<std::string> FindRunnerFor(const PluginHostOptions& options);

}  // namespace cupel

#endif  // CUPEL_ENGINE_PLUGIN_TIERS_H_
