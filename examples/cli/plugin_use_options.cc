#include "plugin_use_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "app.h"
#include "console.h"
#include "stdout_connector.h"

namespace cli {
namespace {

std::string Joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) {
    text += (text.empty() ? "" : ",") + item;
  }
  return text;
}

// {"k":"v"} of "k:v"; of one key twice the first counts.
std::string MetadataJson(const std::vector<std::string>& items) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  for (const std::string& item : items) {
    const size_t colon = item.find(':');
    if (colon == 0 || colon == std::string::npos) {
      throw UsageError(
          fmt::format("--metadata '{}': write a name, a colon and a value, as "
                      "in case:4711",
                      item));
    }
    const std::string key = item.substr(0, colon);
    if (!object.contains(key)) object[key] = item.substr(colon + 1);
  }
  return object.dump(-1, ' ', false,
                     nlohmann::ordered_json::error_handler_t::replace);
}

std::vector<std::pair<std::string, std::string>> TypesOf(
    const std::vector<std::string>& items) {
  std::vector<std::pair<std::string, std::string>> types;
  for (const std::string& item : items) {
    const size_t equals = item.find('=');
    if (equals == 0 || equals == std::string::npos) {
      throw UsageError(
          fmt::format("--dispatch-type '{}': write a type and a plugin, as in "
                      "application/pdf=extractor:pdf",
                      item));
    }
    types.emplace_back(item.substr(0, equals), item.substr(equals + 1));
  }
  return types;
}

void Log(bool verbose, std::string_view plugin, cupel::LogLevel level,
         std::string_view text) {
  if (!verbose && level < cupel::LogLevel::kWarning) return;
  // From any thread; a line at a time.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  Complain(fmt::format("{}: {}", plugin.empty() ? "plugins" : plugin, text));
}

void AddWhat(CLI::App& app, PluginUseOptions* o, const std::string& group) {
  AddRepeated(app, "--workers", &o->workers, "NAME,…",
              "Run these on every file that they take: workers by name, others "
              "as category:name. Can be repeated")
      ->group(group);
  AddRepeated(app, "--dispatch", &o->dispatch, "RULES",
              "Rules whose metas say what to run on what they match: plugin = "
              "\"decoder:xor, carver:pe\". Can be repeated")
      ->group(group);
  AddRepeated(app, "--dispatch-type", &o->types, "TYPE=PLUGIN",
              "Run a plugin on a type (zip) or MIME type (text/*). Can be "
              "repeated")
      ->group(group);
  app.add_flag("--no-consumes", o->no_consumes,
               "Run no plugin just because its manifest says what it takes")
      ->group(group);
  app.add_option("--tlp", o->tlp,
                 "Label of what is scanned: clear, green, amber, amber+strict "
                 "or red. Plugins with a lower max_tlp are kept away")
      ->type_name("LEVEL")
      ->group(group);
  AddRepeated(app, "--metadata", &o->metadata, "K:V",
              "Goes into the report. Can be repeated")
      ->group(group);
  app.add_flag("--plugin-log", o->verbose,
               "Show all that plugins log, not only warnings")
      ->group(group);
}

void AddWhereTo(CLI::App& app, PluginUseOptions* o, const std::string& group) {
  AddRepeated(app, "--decorator", &o->decorators, "NAME",
              "Add to the finished report. Can be repeated")
      ->group(group);
  AddRepeated(app, "--connector", &o->connectors, "NAME",
              "Hand the report to this connector. Can be repeated")
      ->group(group);
  AddRepeated(app, "--error-connector", &o->error_connectors, "NAME",
              "The same, if not everything could be scanned. Can be repeated")
      ->group(group);
  app.add_option("--archive", o->archive,
                 "Keep the files given, and what rules say is to be saved, "
                 "with this connector")
      ->type_name("NAME")
      ->group(group);
  app.add_option("--source", o->source,
                 "Scan what this source brings, each item as a job of its own; "
                 "a PATH is its option `path`")
      ->type_name("NAME")
      ->group(group);
  app.add_option("--template", o->template_name,
                 "Template for connectors that are Python plugins")
      ->type_name("NAME")
      ->group(group);
  AddChoice(app, "--schema", &o->schema, {"cupel", "stoq1", "stoq3"},
            "Form of JSON reports [cupel]")
      ->group(group);
  app.add_flag("--split", o->split, "One document for each file")->group(group);
  app.add_flag("--flatten", o->flatten, "Nested names joined")->group(group);
  app.add_option("--delimiter", o->delimiter, "Between joined names [:]")
      ->type_name("TEXT")
      ->group(group);
  app.add_flag("--stoq-quirks", o->quirks,
               "stoQ's documents with all that is odd about them")
      ->group(group);
}

}  // namespace

bool PluginUseOptions::any() const {
  return !set.paths.empty() || !set.configs.empty() || !set.settings.empty() ||
         !workers.empty() || !dispatch.empty() || !types.empty() ||
         !decorators.empty() || !connectors.empty() ||
         !error_connectors.empty() || !archive.empty() || !source.empty() ||
         !tlp.empty() || !metadata.empty();
}

bool PluginUseOptions::prints() const {
  return std::any_of(connectors.begin(), connectors.end(),
                     [](const std::string& name) {
                       return name == "stdout" || name == "connector:stdout";
                     });
}

void AddPluginUseOptions(CLI::App& app, PluginUseOptions* options) {
  AddPluginOptions(app, &options->set);
  AddWhat(app, options, "Plugins");
  AddWhereTo(app, options, "Plugins: where results go");
}

cupel::DocumentOptions DocumentOptionsOf(const PluginUseOptions& options,
                                         bool indent, bool timing) {
  cupel::DocumentOptions documents;
  if (options.schema == "stoq1") {
    documents.schema = cupel::DocumentSchema::kStoq1;
  } else if (options.schema == "stoq3") {
    documents.schema = cupel::DocumentSchema::kStoq3;
  }
  documents.split = options.split;
  documents.flatten = options.flatten;
  documents.quirks = options.quirks;
  documents.indent = indent;
  documents.timing = timing;
  documents.delimiter = options.delimiter;
  return documents;
}

cupel::Plugins MakeUsedPlugins(const PluginUseOptions& options) {
  cupel::Plugins plugins = MakePlugins(options.set);
  // The program's own output can only be written by the program.
  if (options.set.min_tier == "builtin") plugins.Register(StdoutConnector());
  if (!options.template_name.empty()) {
    for (const std::string& connector : options.connectors) {
      plugins.SetOptionText(connector + ":template=" + options.template_name);
    }
  }
  TellWarnings(plugins);
  return plugins;
}

void TakeCore(const cupel::Plugins& plugins, PluginUseOptions* options,
              cupel::Limits* limits) {
  const auto core = nlohmann::json::parse(plugins.Config().view());
  const auto value = [&core](const char* key) {
    const auto found = core.find(key);
    return found == core.end() ? nlohmann::json() : found->at("value");
  };
  if (const auto tlp = value("default_tlp");
      options->tlp.empty() && tlp.is_string()) {
    options->tlp = tlp.get<std::string>();
  }
  // stoQ counts what comes out of a payload; so does depth.
  if (const auto depth = value("max_recursion"); limits->depth == 0 &&
                                                 depth.is_number_unsigned() &&
                                                 depth.get<uint64_t>() > 0) {
    limits->depth = depth.get<uint64_t>();
  }
}

cupel::PluginUse MakePluginUse(const cupel::Engine& engine,
                               const PluginUseOptions& options,
                               std::optional<cupel::Ruleset>* dispatch) {
  cupel::PluginUse use;
  if (!options.dispatch.empty()) {
    cupel::RuleSources sources;
    for (const std::string& path : options.dispatch) sources.AddPath(path);
    dispatch->emplace(engine, sources);
    use.dispatch_rules = (*dispatch)->get();
  }
  use.run = Joined(options.workers);
  use.by_type = TypesOf(options.types);
  use.decorators = Joined(options.decorators);
  use.connectors = Joined(options.connectors);
  use.error_connectors = Joined(options.error_connectors);
  use.archive = options.archive;
  use.tlp = options.tlp;
  if (!options.metadata.empty()) use.metadata = MetadataJson(options.metadata);
  use.documents = DocumentOptionsOf(options, false, true);
  use.by_consumes = !options.no_consumes;
  use.log = [verbose = options.verbose](
                std::string_view plugin, cupel::LogLevel level,
                std::string_view text) { Log(verbose, plugin, level, text); };
  return use;
}

}  // namespace cli
