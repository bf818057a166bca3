// cupel plugins show: one plugin, and where each of its options comes from.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "console.h"
#include "exit_code.h"
#include "plugin_options.h"
#include "plugins_commands.h"
#include "table.h"
#include "text_input.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

struct ShowOptions {
  std::string plugin;  // or a folder, if there is an id
  std::string id;
  PluginOptions plugins;
  std::string format = "text";
  bool reveal = false;
};

constexpr const char* kFooter = R"(Examples:
  cupel plugins show decoder:xor
  cupel plugins show worker:yara -p plugins/ -c stoq.cfg -o yara:rules=r.yar
  cupel plugins show plugins/ dns-records
With a folder and an id: the manifest of a plugin in it, as JSON.
Strongest first, values come from: the command line, variables
CUPEL_PLUGIN_<CATEGORY>_<NAME>_<OPTION>, stoq.cfg, the manifest, the plugin's
code. Values that look like secrets are shown as "***" without --reveal.
Exit codes: 0 it is sound, 1 it is broken, 2 wrong use or not there.)";

std::string TextOf(const Json& object, const char* key) {
  return object[key].is_string() ? object[key].get<std::string>() : "";
}

std::string Words(const Json& list) {
  std::string words;
  for (const Json& word : list) {
    words += (words.empty() ? "" : ", ") + word.get<std::string>();
  }
  return words;
}

// "name: value" lines, those without a value left out.
std::string Facts(const Json& plugin) {
  std::string text =
      fmt::format("{}:{} {}\n", TextOf(plugin, "category"),
                  TextOf(plugin, "name"), TextOf(plugin, "version"));
  const auto line = [&text](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format("  {:<12} {}\n", name, value);
  };
  line("description", TextOf(plugin, "description"));
  line("author", TextOf(plugin, "author"));
  line("dialect", TextOf(plugin, "dialect"));
  line("origin", TextOf(plugin, "origin"));
  line("tier", TextOf(plugin, "tier"));
  line("needs", Words(plugin["needs"]));
  line("consumes", Words(plugin["consumes"]));
  line("requires", Words(plugin["requires"]));
  line("max_tlp", TextOf(plugin, "max_tlp"));
  line("rate_limit", TextOf(plugin, "rate_limit"));
  line("hash", TextOf(plugin, "hash"));
  line("state", TextOf(plugin, "state"));
  line("problem", TextOf(plugin, "problem"));
  return text;
}

std::string OptionTable(const Json& plugin) {
  if (plugin["options"].empty()) return "";
  Table table({"OPTION", "VALUE", "FROM", "PLACE"});
  for (const Json& option : plugin["options"]) {
    table.Add({TextOf(option, "name"),
               Printable(option["value"].dump(-1, ' ', false,
                                              Json::error_handler_t::replace)),
               TextOf(option, "origin"), TextOf(option, "place")});
  }
  return "\n" + table.Render();
}

int ShowFound(const ShowOptions& options) {
  const cupel::Buffer found = cupel::DiscoverPlugins(options.plugin);
  const Json parsed = Json::parse(found.view());
  const Json& plugins = parsed["plugins"];
  // The last one with an id is the one that counts.
  for (auto plugin = plugins.rbegin(); plugin != plugins.rend(); ++plugin) {
    if (TextOf(*plugin, "id") != options.id) continue;
    Print(plugin->dump(2));
    return (*plugin)["state"] == "broken" ? kExitMatched : kExitClean;
  }
  throw UsageError(fmt::format("no plugin under '{}' has the id '{}'",
                               Printable(options.plugin),
                               Printable(options.id)));
}

int Show(const ShowOptions& options) {
  if (!options.id.empty()) return ShowFound(options);
  const cupel::Plugins plugins = MakePlugins(options.plugins);
  TellWarnings(plugins);
  const cupel::Buffer told = plugins.Show(options.plugin, options.reveal);
  const Json plugin = Json::parse(told.view());
  Print(options.format == "json" ? plugin.dump(2)
                                 : Facts(plugin) + OptionTable(plugin));
  return plugin["state"] == "broken" ? kExitMatched : kExitClean;
}

}  // namespace

void AddPluginsShow(CLI::App& plugins, Action* action) {
  static ShowOptions options;
  CLI::App* show = plugins.add_subcommand(
      "show", "Show a plugin, and where each of its options comes from.");
  show->add_option("PLUGIN", options.plugin,
                   "CATEGORY:NAME; or a folder, followed by an id")
      ->required();
  show->add_option("ID", options.id, "The id of a plugin in that folder");
  AddPluginOptions(*show, &options.plugins);
  AddChoice(*show, "-f,--format", &options.format, {"text", "json"},
            "Text [default], or JSON")
      ->group("Report");
  show->add_flag("--reveal", options.reveal, "Show secrets too")
      ->group("Report");
  show->footer(kFooter);
  show->callback([action] { *action = [] { return Show(options); }; });
}

}  // namespace cli
