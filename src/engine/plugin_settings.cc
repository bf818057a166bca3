#include "engine/plugin_settings.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"
#include "plugin/nearest.h"
#include "plugin/option_text.h"
#include "plugin/rate_limit.h"

namespace cupel {
namespace {

using KnownOptions = std::map<std::string, Json, std::less<>>;

KnownOptions OptionsKnownBy(const PluginSpec& spec) {
  KnownOptions known;
  if (const auto defaults = ParseJson(spec.info.options, "options");
      defaults.ok() && defaults->is_object()) {
    for (const auto& [name, value] : defaults->items()) known[name] = value;
  }
  for (const PluginOptionValue& option : spec.manifest_options) {
    if (auto value = ParseJson(option.json, option.name); value.ok()) {
      known.try_emplace(option.name, *std::move(value));
    }
  }
  return known;
}

bool IsStoq(const PluginSpec& spec) { return spec.info.dialect == "stoq"; }

// Options that stoQ's framework or its base classes read from any plugin.
bool IsStoqs(std::string_view name) {
  static const std::set<std::string_view> kNames = {"archive_connector",
                                                    "cron",
                                                    "default_tlp",
                                                    "dispatch",
                                                    "hashpayload",
                                                    "max_tlp",
                                                    "max_processes",
                                                    "multiprocess",
                                                    "output_connector",
                                                    "recursive",
                                                    "saveresults",
                                                    "template",
                                                    "min_stoq_version",
                                                    "outfile",
                                                    "max_stoq_version",
                                                    "ratelimit",
                                                    "decorator_plugin",
                                                    "log_level",
                                                    "use_output_date",
                                                    "flatten_results",
                                                    "wants_heartbeat",
                                                    "source_plugin",
                                                    "stoq"};
  return kNames.contains(name);
}

absl::Status ApplyNeeds(std::string_view text, PluginInfo* info) {
  uint32_t needs = 0;
  for (std::string word : {std::string("network"), std::string("files")}) {
    const size_t at = text.find(word);
    if (at == std::string_view::npos) continue;
    needs |= word == "network" ? kNeedsNetwork : kNeedsFiles;
  }
  std::string rest(text);
  for (const std::string_view word : {"network", "files"}) {
    if (const size_t at = rest.find(word); at != std::string::npos) {
      rest.erase(at, word.size());
    }
  }
  if (rest.find_first_not_of(" ,[]\"") != std::string::npos) {
    return InvalidArgument("expected network, files, both or nothing");
  }
  info->needs = needs;
  return absl::OkStatus();
}

// Nothing if the setting is no policy.
std::optional<absl::Status> ApplyPolicy(const OptionSetting& setting,
                                        std::string_view text,
                                        PluginInfo* info) {
  if (setting.option == "max_tlp") {
    const std::optional<Tlp> label = TlpOf(text);
    if (!label.has_value()) {
      return InvalidArgument(
          "expected clear, green, amber, amber+strict or red");
    }
    info->max_tlp = label;
    return absl::OkStatus();
  }
  if (setting.option == "rate_limit" || setting.option == "ratelimit") {
    const auto rate = ParseRate(text);
    if (!rate.ok()) return rate.status();
    info->rate_limit = text;
    return absl::OkStatus();
  }
  if (setting.option == "needs") return ApplyNeeds(text, info);
  return std::nullopt;
}

absl::StatusOr<std::string> ValueOf(const OptionSetting& setting,
                                    const PluginSpec& spec,
                                    const KnownOptions& known) {
  const auto found = known.find(setting.option);
  const Json* const like = found == known.end() ? nullptr : &found->second;
  if (setting.is_json) {
    CUPEL_ASSIGN_OR_RETURN(const Json value,
                           ParseJson(setting.value, setting.option));
    if (like != nullptr && !IsStoq(spec)) {
      CUPEL_RETURN_IF_ERROR(CheckOptionType(value, *like));
    }
    return PrintJson(value);
  }
  if (!IsUtf8(setting.value)) return InvalidArgument("expected text in UTF-8");
  if (IsStoq(spec)) return StoqOptionJson(setting.option, setting.value);
  return OptionJson(setting.option, setting.value, like);
}

void ApplyOne(const OptionSetting& setting, SetUpPlugin* plugin,
              std::vector<std::string>* warnings) {
  PluginSpec& spec = plugin->spec;
  const auto wrong = [&](const absl::Status& status) {
    if (!spec.problem.empty()) return;
    spec.problem =
        fmt::format("{}: option '{}' of {}: {}", EscapePrintable(setting.place),
                    EscapePrintable(setting.option),
                    PluginNameText(spec.info.id), MessageOf(status));
  };
  const KnownOptions known = OptionsKnownBy(spec);
  // A plugin that has an option of that name itself gets it too.
  std::string text = setting.value;
  if (setting.is_json) {
    const auto json = ParseJson(setting.value, setting.option);
    if (json.ok() && json->is_string()) text = json->get<std::string>();
  }
  const auto policy = ApplyPolicy(setting, text, &spec.info);
  if (policy.has_value() && !policy->ok()) return wrong(*policy);
  const bool is_known = known.contains(setting.option);
  if (policy.has_value() && !is_known && !IsStoq(spec)) return;
  // A table that was not seen may have options that its manifest does not tell.
  if (!is_known && !spec.unseen && !(IsStoq(spec) && IsStoqs(setting.option))) {
    std::vector<std::string> names;
    for (const auto& [name, value] : known) names.push_back(name);
    warnings->push_back(fmt::format(
        "{}: {} has no option '{}'.{}", EscapePrintable(setting.place),
        PluginNameText(spec.info.id), EscapePrintable(setting.option),
        IsItNearest(setting.option, names)));
  }
  absl::StatusOr<std::string> json = ValueOf(setting, spec, known);
  if (!json.ok()) return wrong(json.status());
  plugin->options.push_back({.name = setting.option,
                             .json = *std::move(json),
                             .origin = setting.origin,
                             .place = setting.place});
}

void WarnOfUnknown(const OptionSetting& setting,
                   const std::vector<SetUpPlugin>& plugins,
                   std::vector<std::string>* warnings) {
  std::vector<std::string> names;
  for (const SetUpPlugin& plugin : plugins) {
    const PluginName& id = plugin.spec.info.id;
    names.push_back(setting.category.has_value() ? PluginNameText(id)
                                                 : id.name);
  }
  const std::string name =
      setting.category.has_value()
          ? PluginNameText({*setting.category, setting.plugin})
          : setting.plugin;
  std::string warning = fmt::format(
      "{}: option '{}' is for plugin {}, which is not there.{}",
      EscapePrintable(setting.place), EscapePrintable(setting.option),
      EscapePrintable(name), IsItNearest(name, names));
  warnings->push_back(std::move(warning));
}

}  // namespace

void ApplySettings(std::vector<OptionSetting> settings,
                   std::vector<SetUpPlugin>* plugins,
                   std::vector<std::string>* warnings) {
  std::stable_sort(settings.begin(), settings.end(),
                   [](const OptionSetting& a, const OptionSetting& b) {
                     return a.origin < b.origin;
                   });
  std::multimap<std::string_view, SetUpPlugin*> by_name;
  for (SetUpPlugin& plugin : *plugins) {
    by_name.emplace(plugin.spec.info.id.name, &plugin);
  }
  for (const OptionSetting& setting : settings) {
    bool found = false;
    const auto [first, last] = by_name.equal_range(setting.plugin);
    for (auto at = first; at != last; ++at) {
      const PluginCategory category = at->second->spec.info.id.category;
      if (setting.category.has_value() && *setting.category != category) {
        continue;
      }
      found = true;
      ApplyOne(setting, at->second, warnings);
    }
    if (!found) WarnOfUnknown(setting, *plugins, warnings);
  }
}

std::vector<OptionSetting> SettingsOfVariables(
    const std::vector<std::pair<std::string, std::string>>& variables,
    const std::vector<SetUpPlugin>& plugins,
    std::vector<std::string>* warnings) {
  std::vector<OptionSetting> settings;
  for (const auto& [variable, value] : variables) {
    std::optional<OptionSetting> best;
    std::pair<bool, size_t> rank = {false, 0};
    std::vector<std::string> prefixes;
    for (const SetUpPlugin& plugin : plugins) {
      const PluginName& id = plugin.spec.info.id;
      const std::string prefix = fmt::format(
          "CUPEL_PLUGIN_{}_{}_", VariableWord(CategoryName(id.category)),
          VariableWord(id.name));
      prefixes.push_back(prefix);
      if (!variable.starts_with(prefix)) continue;
      const std::string_view rest =
          std::string_view(variable).substr(prefix.size());
      if (rest.empty()) continue;
      std::string option;
      for (const auto& [name, known] : OptionsKnownBy(plugin.spec)) {
        if (VariableWord(name) == rest) option = name;
      }
      const std::pair<bool, size_t> here = {!option.empty(), prefix.size()};
      if (best.has_value() && here <= rank) continue;
      if (option.empty()) {
        option = rest;
        for (char& c : option) {
          if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        }
      }
      rank = here;
      best = OptionSetting{.category = id.category,
                           .plugin = id.name,
                           .option = std::move(option),
                           .value = value,
                           .origin = OptionOrigin::kEnvironment,
                           .place = variable};
    }
    if (best.has_value()) {
      settings.push_back(*std::move(best));
      continue;
    }
    warnings->push_back(fmt::format(
        "{}: this variable is for no plugin that is there: they are "
        "CUPEL_PLUGIN_<CATEGORY>_<NAME>_<OPTION>",
        EscapePrintable(variable)));
  }
  return settings;
}

}  // namespace cupel
