#include "plugin_options.h"

#include <nlohmann/json.hpp>

#include "app.h"
#include "console.h"

namespace cli {

void AddPluginOptions(CLI::App& command, PluginOptions* options) {
  constexpr const char* kGroup = "Plugins";
  AddRepeated(command, "-p,--plugins", &options->paths, "PATH",
              "Folder with plugins, or a shared object")
      ->group(kGroup);
  AddRepeated(command, "-c,--config", &options->configs, "FILE",
              "A stoq.cfg: options of plugins, and folders with more")
      ->group(kGroup);
  AddRepeated(command, "--plugin-opt", &options->settings, "NAME:KEY=VALUE",
              "Option of a plugin; also CATEGORY:NAME:KEY=VALUE")
      ->group(kGroup);
  AddChoice(command, "--min-tier", &options->min_tier, {"builtin", "process"},
            "Where plugins run at least: in this process [default], or in "
            "processes of their own")
      ->group(kGroup);
}

cupel::Plugins MakePlugins(const PluginOptions& options) {
  cupel::PluginsOptions how;
  how.environment = true;
  if (options.min_tier == "process") how.min_tier = cupel::Tier::kProcess;
  cupel::Plugins plugins(how);
  for (const std::string& path : options.paths) plugins.AddPath(path);
  for (const std::string& config : options.configs) plugins.LoadConfig(config);
  for (const std::string& setting : options.settings) {
    plugins.SetOptionText(setting);
  }
  return plugins;
}

void TellWarnings(const cupel::Plugins& plugins) {
  const cupel::Buffer told = plugins.Warnings();
  const auto warnings = nlohmann::json::parse(told.view());
  for (const auto& warning : warnings["warnings"]) {
    Complain("warning: " + warning.get<std::string>());
  }
}

}  // namespace cli
