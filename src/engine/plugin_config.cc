#include "engine/plugin_config.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/status.h"
#include "format/escape.h"
#include "format/ini.h"
#include "format/json.h"
#include "plugin/nearest.h"
#include "plugin/option_text.h"
#include "registry/stoq_manifest.h"

namespace cupel {
namespace {

constexpr std::string_view kVariablePrefix = "CUPEL_PLUGIN_";

// The keys of stoQ 1.x and 3.x, and what they hold: an integer, text, a list.
struct CoreKey {
  std::string_view name;
  char type;  // 'i', 's', 'l'
};
constexpr std::array kCoreKeys = {
    CoreKey{"always_dispatch", 'l'},
    CoreKey{"archive_base", 's'},
    CoreKey{"base_dir", 's'},
    CoreKey{"connectors", 'l'},
    CoreKey{"decorators", 'l'},
    CoreKey{"default_connector", 's'},
    CoreKey{"default_source", 's'},
    CoreKey{"default_tlp", 's'},
    CoreKey{"dest_archivers", 'l'},
    CoreKey{"dispatch_rules", 's'},
    CoreKey{"dispatchers", 'l'},
    CoreKey{"filename_suffix", 's'},
    CoreKey{"log_backup_count", 'i'},
    CoreKey{"log_dir", 's'},
    CoreKey{"log_level", 's'},
    CoreKey{"log_maxbytes", 'i'},
    CoreKey{"log_syntax", 's'},
    CoreKey{"max_dispatch_passes", 'i'},
    CoreKey{"max_queue", 'i'},
    CoreKey{"max_recursion", 'i'},
    CoreKey{"max_required_worker_depth", 'i'},
    CoreKey{"plugin_dir", 's'},
    CoreKey{"plugin_dir_list", 'l'},
    CoreKey{"provider_consumers", 'i'},
    CoreKey{"providers", 'l'},
    CoreKey{"results_dir", 's'},
    CoreKey{"sentry_ignore_list", 'l'},
    CoreKey{"sentry_url", 's'},
    CoreKey{"source_archivers", 'l'},
    CoreKey{"source_base_tuple", 'l'},
    CoreKey{"temp_dir", 's'},
    CoreKey{"url_prefix_tuple", 'l'},
    CoreKey{"useragent", 's'},
};

Json TypeExample(char type) {
  if (type == 'i') return Json(0);
  if (type == 'l') return Json::array();
  return Json("");
}

absl::Status ReadCore(const std::vector<StoqOption>& options,
                      std::string_view path, StoqConfig* config) {
  for (const StoqOption& option : options) {
    std::string place = fmt::format("{}:{}", path, option.line);
    const auto* const known = std::find_if(
        kCoreKeys.begin(), kCoreKeys.end(),
        [&](const CoreKey& key) { return key.name == option.name; });
    const bool is_known = known != kCoreKeys.end();
    if (!is_known) {
      std::vector<std::string> names;
      for (const CoreKey& key : kCoreKeys) names.emplace_back(key.name);
      config->warnings.push_back(fmt::format(
          "{}: [core] has no key '{}'.{}", place, EscapePrintable(option.name),
          IsItNearest(option.name, names)));
    }
    const Json example = is_known ? TypeExample(known->type) : Json();
    auto json = OptionJson(option.name, option.value, &example);
    if (!json.ok()) {
      return InvalidArgument("{}: {}: {}", place, EscapePrintable(option.name),
                             MessageOf(json.status()));
    }
    config->core[option.name] = {*std::move(json), std::move(place)};
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<StoqConfig> ReadStoqConfig(std::string_view text,
                                          std::string_view path) {
  const std::string shown = EscapePrintable(path);
  CUPEL_ASSIGN_OR_RETURN(const IniDocument ini,
                         IniDocument::Parse(text, shown));
  StoqConfig config;
  for (const IniSection& section : ini.sections()) {
    if (section.name == "DEFAULT") continue;
    CUPEL_ASSIGN_OR_RETURN(const std::vector<StoqOption> options,
                           StoqOptions(ini, section.name));
    if (section.name == "core" || section.name == "Core") {
      CUPEL_RETURN_IF_ERROR(ReadCore(options, shown, &config));
      continue;
    }
    const auto name = ParseOpenName(section.name);
    if (!name.ok()) {
      config.warnings.push_back(fmt::format(
          "{}:{}: section [{}] is left out: {}", shown, section.line,
          EscapePrintable(section.name), MessageOf(name.status())));
      continue;
    }
    for (const StoqOption& option : options) {
      config.options.push_back(
          {.category = name->first,
           .plugin = name->second,
           .option = option.name,
           .value = option.value,
           .origin = OptionOrigin::kConfigFile,
           .place = fmt::format("{}:{}", shown, option.line)});
    }
  }
  return config;
}

absl::StatusOr<std::pair<std::optional<PluginCategory>, std::string>>
ParseOpenName(std::string_view text) {
  if (text.find(':') != std::string_view::npos) {
    CUPEL_ASSIGN_OR_RETURN(PluginName name, ParsePluginName(text));
    return std::pair(std::optional(name.category), std::move(name.name));
  }
  CUPEL_RETURN_IF_ERROR(CheckPluginName(text));
  return std::pair(std::optional<PluginCategory>(), std::string(text));
}

absl::StatusOr<OptionSetting> ParseOptionSetting(std::string_view text) {
  // Names have no '=' in them, values may have anything.
  const size_t equals = text.find('=');
  const size_t colon = text.substr(0, equals).rfind(':');
  if (equals == std::string_view::npos || colon == std::string_view::npos ||
      colon + 1 == equals) {
    // Not the text itself: a value in it may be a secret.
    return InvalidArgument(
        "an option of a plugin is name:key=value or category:name:key=value, "
        "as in xor:key=7 or decoder:xor:key=7");
  }
  OptionSetting setting;
  CUPEL_ASSIGN_OR_RETURN(auto name, ParseOpenName(text.substr(0, colon)));
  setting.category = name.first;
  setting.plugin = std::move(name.second);
  setting.option = text.substr(colon + 1, equals - colon - 1);
  setting.value = text.substr(equals + 1);
  return setting;
}

std::vector<std::pair<std::string, std::string>> PluginVariables() {
  std::vector<std::pair<std::string, std::string>> variables;
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view entry = *at;
    const size_t equals = entry.find('=');
    if (equals == std::string_view::npos ||
        !entry.starts_with(kVariablePrefix)) {
      continue;
    }
    variables.emplace_back(entry.substr(0, equals), entry.substr(equals + 1));
  }
  std::sort(variables.begin(), variables.end());
  return variables;
}

std::string VariableWord(std::string_view name) {
  std::string word(name);
  for (char& c : word) {
    const auto byte = static_cast<unsigned char>(c);
    c = std::isalnum(byte) != 0 ? static_cast<char>(std::toupper(byte)) : '_';
  }
  return word;
}

}  // namespace cupel
