// cupel plugins install: a plugin's folder to where plugins are looked for.
#include <fmt/format.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "console.h"
#include "exit_code.h"
#include "plugins_commands.h"
#include "text_input.h"
#include "values.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

struct InstallOptions {
  std::string folder;
  std::string into;
  bool upgrade = false;
  std::string format = "text";
};

constexpr const char* kFooter = R"(Examples:
  cupel plugins install ./rot --into plugins/
  cupel plugins install ./rot --into plugins/ --upgrade
The folder is checked, copied and appears all at once under its own name; no
code of the plugin is run. Without --into it is ~/.local/share/cupel/plugins
(XDG_DATA_HOME counts).)";

std::string DefaultFolder() {
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && data[0] == '/') {
    return std::string(data) + "/cupel/plugins";
  }
  const char* home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') {
    return std::string(home) + "/.local/share/cupel/plugins";
  }
  throw UsageError("there is no HOME: say where to with --into");
}

int Install(const InstallOptions& options) {
  const cupel::Buffer told = cupel::InstallPlugin(
      options.folder, options.into.empty() ? DefaultFolder() : options.into,
      options.upgrade);
  if (options.format == "json") {
    Print(std::string(told.view()));
    return kExitClean;
  }
  const Json installed = Json::parse(told.view());
  std::string names;
  for (const Json& name : installed["plugins"]) {
    names += (names.empty() ? "" : ", ") + name.get<std::string>();
  }
  Print(fmt::format("{} {} in {} ({}, {})\n",
                    installed["replaced"] == true ? "replaced" : "installed",
                    names, installed["directory"].get<std::string>(),
                    FormatPlural(installed["files"].get<uint64_t>(), "file"),
                    FormatSize(installed["bytes"].get<uint64_t>())));
  return kExitClean;
}

}  // namespace

void AddPluginsInstall(CLI::App& plugins, Action* action) {
  static InstallOptions options;
  CLI::App* install = plugins.add_subcommand(
      "install", "Check a plugin's folder and copy it, running nothing.");
  install->add_option("FOLDER", options.folder, "The plugin's own folder")
      ->type_name("PATH")
      ->required();
  install
      ->add_option("--into", options.into,
                   "Folder of plugins; made if it is not there")
      ->type_name("PATH");
  install->add_flag("--upgrade", options.upgrade,
                    "Replace the plugin if it is there already");
  AddChoice(*install, "-f,--format", &options.format, {"text", "json"},
            "Text [default], or JSON")
      ->group("Report");
  install->footer(kFooter);
  install->callback([action] { *action = [] { return Install(options); }; });
}

}  // namespace cli
