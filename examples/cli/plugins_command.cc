// cupel plugins list, hash and check: what there is, without a database.
// Nothing of a plugin is run.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app.h"
#include "console.h"
#include "exit_code.h"
#include "plugins_commands.h"
#include "table.h"
#include "text_input.h"
#include "values.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

struct PluginsOptions {
  std::vector<std::string> folders;
  std::string folder;
  bool builtin = false;
  std::string format = "text";
};

constexpr const char* kListFooter = R"(Examples:
  cupel plugins list
  cupel plugins list plugins/
  cupel plugins list plugins/ --builtin --format json
Without a folder: the plugins that are built in.)";

constexpr const char* kHashFooter = R"(Examples:
  cupel plugins hash plugins/dns-records
runnable_hash is OpenKAT's: of the contents of all files. content_hash is over
their names too, so that a renamed file changes it.)";

constexpr const char* kCheckFooter = R"(Examples:
  cupel plugins check plugins/
Exit codes: 0 all are sound, 1 some are broken or there twice, 2 wrong use or
unreadable.)";

// Those of all folders, one after the other.
Json Discover(const std::vector<std::string>& folders) {
  Json all = Json::array();
  for (const std::string& folder : folders) {
    const cupel::Buffer found = cupel::DiscoverPlugins(folder);
    Json parsed = Json::parse(found.view());
    for (Json& plugin : parsed["plugins"]) {
      all.push_back(std::move(plugin));
    }
  }
  return all;
}

// Those that are built in, with the members that List shows and more.
Json Builtins() {
  const cupel::Plugins plugins;
  const cupel::Buffer told = plugins.Json();
  Json parsed = Json::parse(told.view());
  Json all = Json::array();
  for (Json& plugin : parsed["plugins"]) {
    const std::string id = plugin["category"].get<std::string>() + ":" +
                           plugin["name"].get<std::string>();
    Json entry = {{"kind", "builtin"}, {"id", id}};
    entry.update(plugin);
    all.push_back(std::move(entry));
  }
  return all;
}

std::string TextOf(const Json& plugin, const char* key) {
  return plugin[key].is_string() ? plugin[key].get<std::string>() : "";
}

// Why it does not count, or nothing. Texts come escaped from the library.
std::string ProblemOf(const Json& plugin) {
  if (plugin["state"] == "broken") return TextOf(plugin, "problem");
  if (plugin["state"] != "duplicate") return "";
  return fmt::format("has the id of the one in {}, and takes its place",
                     TextOf(plugin, "duplicate_of"));
}

std::string NameOf(const Json& plugin) {
  const std::string id = TextOf(plugin, "id");
  return id.empty() ? "-" : id;
}

int List(const PluginsOptions& options) {
  Json plugins =
      options.builtin || options.folders.empty() ? Builtins() : Json::array();
  for (Json& plugin : Discover(options.folders)) {
    plugins.push_back(std::move(plugin));
  }
  if (options.format == "json") {
    Print(Json({{"plugins", plugins}}).dump());
    return kExitClean;
  }
  Table table({"ID", "KIND", "VERSION", "STATE", "NAME"});
  size_t bad = 0;
  for (const Json& plugin : plugins) {
    const std::string version = TextOf(plugin, "version");
    table.Add({NameOf(plugin), TextOf(plugin, "kind"),
               version.empty() ? "-" : version, TextOf(plugin, "state"),
               TextOf(plugin, "name")});
    if (plugin["state"] == "broken") ++bad;
  }
  Print((plugins.empty() ? "" : table.Render()) +
        FormatPlural(plugins.size(), "plugin") +
        (bad == 0 ? "" : fmt::format(", {} broken", bad)));
  for (const Json& plugin : plugins) {
    const std::string problem = ProblemOf(plugin);
    if (problem.empty()) continue;
    Complain(fmt::format("{}: {}",
                         plugin["state"] == "broken"
                             ? "broken"
                             : TextOf(plugin, "manifest_file"),
                         problem));
  }
  return kExitClean;
}

int Hash(const PluginsOptions& options) {
  const cupel::Buffer hashes = cupel::PluginHash(options.folder);
  if (options.format == "json") {
    Print(std::string(hashes.view()));
    return kExitClean;
  }
  const Json parsed = Json::parse(hashes.view());
  Print(fmt::format("runnable_hash  {}\ncontent_hash   {}\n",
                    TextOf(parsed, "runnable_hash"),
                    TextOf(parsed, "content_hash")));
  return kExitClean;
}

int Check(const PluginsOptions& options) {
  const Json plugins = Discover(options.folders);
  size_t bad = 0;
  for (const Json& plugin : plugins) {
    const std::string problem = ProblemOf(plugin);
    if (problem.empty()) continue;
    ++bad;
    Complain(
        plugin["state"] == "broken"
            ? problem
            : fmt::format("{}: {}", TextOf(plugin, "manifest_file"), problem));
  }
  Print(fmt::format("{}, {} with a problem",
                    FormatPlural(plugins.size(), "plugin"), bad));
  return bad == 0 ? kExitClean : kExitMatched;
}

CLI::Option* AddFolders(CLI::App& command, PluginsOptions* options) {
  return command.add_option("FOLDER", options->folders, "Folder with plugins")
      ->type_name("PATH");
}

void AddFormat(CLI::App& command, PluginsOptions* options) {
  AddChoice(command, "-f,--format", &options->format, {"text", "json"},
            "Text [default], or JSON with all there is to know")
      ->group("Report");
}

}  // namespace

void AddPluginsCommand(CLI::App& app, Action* action) {
  CLI::App* plugins = app.add_subcommand(
      "plugins", "List, show, run, install, hash or check plugins.");
  plugins->require_subcommand(1);
  static PluginsOptions options;

  CLI::App* list = plugins->add_subcommand(
      "list", "List plugins with kind, version and state.");
  AddFolders(*list, &options);
  list->add_flag("--builtin", options.builtin,
                 "Also those that are built in; without a folder always");
  AddFormat(*list, &options);
  list->footer(kListFooter);
  list->callback([action] { *action = [] { return List(options); }; });

  AddPluginsShow(*plugins, action);
  AddPluginsRun(*plugins, action);
  AddPluginsInstall(*plugins, action);

  CLI::App* hash =
      plugins->add_subcommand("hash", "Hash the files of one plugin.");
  hash->add_option("FOLDER", options.folder, "The plugin's own folder")
      ->type_name("PATH")
      ->required();
  AddFormat(*hash, &options);
  hash->footer(kHashFooter);
  hash->callback([action] { *action = [] { return Hash(options); }; });

  CLI::App* check = plugins->add_subcommand(
      "check", "Show every plugin that is broken or there twice.");
  AddFolders(*check, &options)->required();
  check->footer(kCheckFooter);
  check->callback([action] { *action = [] { return Check(options); }; });
}

}  // namespace cli
