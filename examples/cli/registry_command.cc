// cupel registry: organisations, what they enabled, and the database as a
// whole.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "app.h"
#include "catalogue_options.h"
#include "console.h"
#include "exit_code.h"
#include "output.h"
#include "registry_serve.h"
#include "table.h"
#include "text_input.h"
#include "values.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

struct RegistryCommandOptions {
  CatalogueOptions catalogue;
  std::string organisation;
  std::string plugin;
  std::string name;
  std::string file = "-";
  std::string format = "text";
  bool no_dedup = false;
  bool process = false;
  bool defaults = false;
  bool reveal = false;
};

constexpr const char* kEnvironmentFooter = R"(Examples:
  cupel registry environment acme dns-records -d db -p plugins/
  BOEFJE_REMOTE_NS=9.9.9.9 cupel registry environment acme dns-records --process
What the plugin would get: settings come before BOEFJE_ variables, those before
the schema's defaults. Values are shown with --reveal only.)";

constexpr const char* kTokenFooter = R"(Examples:
  cupel registry token alice >> tokens       # the line for the file
  cupel registry serve --listen 0.0.0.0:8003 --tokens-file tokens -d db
The token itself is shown on standard error, once; the file has its hash.)";

constexpr const char* kFooter = R"(Examples:
  cupel registry organisation add acme Acme -d db
  cupel registry list acme -d db -p plugins/
  cupel registry enable acme dns-records -d db -p plugins/
  cupel registry environment acme dns-records -d db -p plugins/
  cupel registry serve -d db -p plugins/)";

cupel::SettingsOwner OwnerOf(const RegistryCommandOptions& options) {
  return {options.organisation, options.plugin};
}

std::string Text(const Json& object, const char* key) {
  return object.contains(key) && object[key].is_string()
             ? Printable(object[key].get<std::string>())
             : "";
}

int ListOrganisations(const RegistryCommandOptions& options) {
  const cupel::Registry registry = OpenRegistry(options.catalogue);
  const cupel::Buffer all = registry.Organisations();
  if (options.format == "json") {
    Print(std::string(all.view()));
    return kExitClean;
  }
  Table table({"ID", "DEDUPLICATES", "NAME"});
  const Json rows = Json::parse(all.view());
  for (const Json& row : rows) {
    table.Add({Text(row, "id"), row["deduplicate"] == true ? "yes" : "no",
               Text(row, "name")});
  }
  Print((rows.empty() ? "" : table.Render()) +
        FormatPlural(rows.size(), "organisation"));
  return kExitClean;
}

int AddOrganisation(const RegistryCommandOptions& options) {
  const cupel::Registry registry = OpenRegistry(options.catalogue);
  registry.AddOrganisation(
      options.organisation,
      options.name.empty() ? options.organisation : options.name,
      !options.no_dedup);
  return kExitClean;
}

int RemoveOrganisation(const RegistryCommandOptions& options) {
  OpenRegistry(options.catalogue).DeleteOrganisation(options.organisation);
  return kExitClean;
}

int ListPlugins(const RegistryCommandOptions& options) {
  const cupel::Registry registry = OpenRegistry(options.catalogue);
  const cupel::Buffer all =
      registry.Plugins(options.organisation, R"({"include_broken":true})");
  if (options.format == "json") {
    Print(std::string(all.view()));
    return kExitClean;
  }
  Table table({"ID", "KIND", "STATE", "FROM", "NAME"});
  const Json plugins = Json::parse(all.view())["plugins"];
  for (const Json& entry : plugins) {
    const Json& plugin = entry["plugin"];
    const bool broken = !Text(entry, "problem").empty();
    const bool enabled = plugin.value("enabled", false);
    const std::string id = Text(plugin, "id");
    table.Add({id.empty() ? "-" : id, Text(plugin, "type"),
               broken ? "broken" : (enabled ? "enabled" : "disabled"),
               entry["local"] == true ? "folder" : "database",
               Text(plugin, "name")});
    if (broken) Complain(Text(entry, "problem"));
  }
  Print((plugins.empty() ? "" : table.Render()) +
        FormatPlural(plugins.size(), "plugin"));
  return kExitClean;
}

int SetEnabled(const RegistryCommandOptions& options, bool enabled) {
  OpenRegistry(options.catalogue).SetEnabled(OwnerOf(options), enabled);
  return kExitClean;
}

// "not_named" for people.
std::string Words(std::string reason) {
  std::replace(reason.begin(), reason.end(), '_', ' ');
  return reason;
}

void AddRefused(const Json& explained, std::string* text) {
  for (const Json& refused : explained["refused"]) {
    *text += fmt::format("refused: {} ({}): {}\n", Text(refused, "key"),
                         Text(refused, "offered_by"),
                         Words(Text(refused, "reason")));
  }
}

int ShowEnvironment(const RegistryCommandOptions& options) {
  const cupel::Registry registry = OpenRegistry(options.catalogue);
  const cupel::Environment environment = registry.Environment(
      OwnerOf(options), {}, options.process, options.defaults);
  const cupel::Buffer explained = environment.Explain();
  if (options.format == "json") {
    Print(std::string(options.reveal ? environment.Values(true).view()
                                     : explained.view()));
    return kExitClean;
  }
  Table table(options.reveal
                  ? std::vector<std::string>{"VARIABLE", "FROM", "VALUE"}
                  : std::vector<std::string>{"VARIABLE", "FROM", "SECRET"});
  const Json parsed = Json::parse(explained.view());
  size_t index = 0;
  for (const Json& entry : parsed["entries"]) {
    const std::string last =
        options.reveal ? Printable(std::string(environment.Value(index).view()))
                       : (entry["secret"] == true ? "yes" : "no");
    table.Add({Text(entry, "key"), Text(entry, "origin"), last});
    ++index;
  }
  std::string text = index == 0 ? "" : table.Render();
  AddRefused(parsed, &text);
  Print(text + FormatPlural(index, "variable"));
  return kExitClean;
}

int Export(const RegistryCommandOptions& options) {
  const cupel::Registry registry = OpenRegistry(options.catalogue);
  const cupel::Buffer document = registry.Export();
  Output output(options.file);
  output.Write(document.view());
  output.Write("\n");
  output.Commit();
  return kExitClean;
}

int Import(const RegistryCommandOptions& options) {
  const cupel::Registry registry = OpenRegistry(options.catalogue);
  constexpr size_t kLargest = size_t{1} << 30;
  registry.Import(ReadText(options.file, "export", kLargest));
  return kExitClean;
}

int NewToken(const RegistryCommandOptions& options) {
  if (options.name.empty() ||
      options.name.find_first_of(": \t\r\n#") != std::string::npos) {
    throw UsageError("a token's name has no blanks, colons or #");
  }
  const cupel::Buffer token = cupel::GenerateToken();
  Complain(token.view());
  Print(fmt::format("{}:{}", Printable(options.name),
                    cupel::HashToken(token.view()).view()));
  return kExitClean;
}

using Work = int (*)(const RegistryCommandOptions&);

class Builder {
 public:
  Builder(CLI::App* app, RegistryCommandOptions* options, Action* action)
      : app_(app), options_(options), action_(action) {}

  CLI::App* Add(const char* name, const char* help, Work work) {
    CLI::App* command = app_->add_subcommand(name, help);
    command->callback([action = action_, options = options_, work] {
      *action = [options, work] { return work(*options); };
    });
    return command;
  }
  void Registry(CLI::App* command, bool with_keys) {
    AddCatalogueOptions(*command, &options_->catalogue);
    if (with_keys) AddKeyOptions(*command, &options_->catalogue);
  }
  void Organisation(CLI::App* command) {
    command->add_option("ORGANISATION", options_->organisation, "Its id")
        ->required();
  }
  void Plugin(CLI::App* command) {
    command->add_option("PLUGIN", options_->plugin, "The plugin's id")
        ->required();
  }
  void Format(CLI::App* command) {
    AddChoice(*command, "-f,--format", &options_->format, {"text", "json"},
              "Text [default] or JSON")
        ->group("Report");
  }
  void File(CLI::App* command, const char* help) {
    command->add_option("FILE", options_->file, help)->type_name("PATH");
  }

 private:
  CLI::App* app_;
  RegistryCommandOptions* options_;
  Action* action_;
};

void AddOrganisationCommands(CLI::App& registry,
                             RegistryCommandOptions* options, Action* action) {
  CLI::App* organisation = registry.add_subcommand(
      "organisation", "Add, list or remove organisations.");
  organisation->require_subcommand(1);
  Builder builder(organisation, options, action);

  CLI::App* add = builder.Add("add", "Add an organisation.", AddOrganisation);
  builder.Organisation(add);
  add->add_option("NAME", options->name, "What it is called [its id]");
  add->add_flag("--no-dedup", options->no_dedup,
                "Never share its runs with others");
  builder.Registry(add, false);

  CLI::App* list =
      builder.Add("list", "List organisations.", ListOrganisations);
  builder.Format(list);
  builder.Registry(list, false);

  CLI::App* remove = builder.Add("remove", "Remove one, with all its settings.",
                                 RemoveOrganisation);
  builder.Organisation(remove);
  builder.Registry(remove, false);
}

void AddPluginCommands(Builder& builder, RegistryCommandOptions* options) {
  CLI::App* list = builder.Add(
      "list", "List plugins with an organisation's state.", ListPlugins);
  builder.Organisation(list);
  builder.Format(list);
  builder.Registry(list, false);

  CLI::App* enable =
      builder.Add("enable", "Enable a plugin for an organisation.",
                  [](const RegistryCommandOptions& chosen) {
                    return SetEnabled(chosen, true);
                  });
  builder.Organisation(enable);
  builder.Plugin(enable);
  builder.Registry(enable, false);

  CLI::App* disable =
      builder.Add("disable", "Disable a plugin for an organisation.",
                  [](const RegistryCommandOptions& chosen) {
                    return SetEnabled(chosen, false);
                  });
  builder.Organisation(disable);
  builder.Plugin(disable);
  builder.Registry(disable, false);

  CLI::App* environment = builder.Add(
      "environment", "Show which variables a plugin would get, and why.",
      ShowEnvironment);
  builder.Organisation(environment);
  builder.Plugin(environment);
  environment->add_flag("--process", options->process,
                        "Offer the BOEFJE_ variables of this process");
  environment->add_flag("--defaults", options->defaults,
                        "Use the schema's defaults");
  environment->add_flag("--reveal", options->reveal, "Show values");
  builder.Format(environment);
  builder.Registry(environment, true);
  environment->footer(kEnvironmentFooter);
}

void AddWholeCommands(Builder& builder, RegistryCommandOptions* options) {
  CLI::App* save = builder.Add(
      "export", "Write all but plugin folders as JSON, settings sealed.",
      Export);
  builder.File(save, "File to write; - is standard output [-]");
  builder.Registry(save, true);

  CLI::App* load =
      builder.Add("import", "Take an export in, all of it or nothing.", Import);
  builder.File(load, "File to read; - is standard input [-]");
  builder.Registry(load, true);

  CLI::App* token = builder.Add(
      "token", "Make a bearer token for `registry serve`.", NewToken);
  token->add_option("NAME", options->name, "Whose it is")->required();
  token->footer(kTokenFooter);
}

}  // namespace

void AddRegistryCommand(CLI::App& app, Action* action) {
  CLI::App* registry = app.add_subcommand(
      "registry", "Keep organisations and what they enabled; serve it.");
  registry->require_subcommand(1);
  static RegistryCommandOptions options;
  AddServeCommand(*registry, action);
  AddOrganisationCommands(*registry, &options, action);
  Builder builder(registry, &options, action);
  AddPluginCommands(builder, &options);
  AddWholeCommands(builder, &options);
  registry->footer(kFooter);
}

}  // namespace cli
