#include "engine/scan_plugins.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "engine/config_values.h"
#include "engine/plugin_uses.h"
#include "engine/plugins.h"
#include "engine/rule_shelf.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr std::string_view kTable = "plugins";

std::string Joined(const Json& config, std::string_view key) {
  std::string list;
  for (const std::string& name : ConfigTexts(config, kTable, key)) {
    list += (list.empty() ? "" : ", ") + name;
  }
  return list;
}

absl::StatusOr<PluginHostOptions> HostOptions(const Json& config) {
  PluginHostOptions options;
  const std::string tier = ConfigText(config, kTable, "min_tier", "process");
  const std::optional<Tier> known = TierOf(tier);
  if (!known.has_value()) {
    return InvalidArgument(
        "plugins.min_tier: '{}' is no tier: builtin, process or oci",
        EscapePrintable(tier));
  }
  options.min_tier = *known;
  options.runner = ConfigText(config, kTable, "runner");
  options.python = ConfigText(config, kTable, "python");
  options.python_path = ConfigText(config, kTable, "python_path");
  options.allow_network = ConfigFlag(config, kTable, "network", true);
  options.allow_files = ConfigFlag(config, kTable, "files", true);
  return options;
}

// {"worker:x": {"option": value}}
absl::Status SetOptions(const Json& config, PluginHost* host) {
  const Json* const options = ConfigValue(config, kTable, "options");
  if (options == nullptr || !options->is_object()) return absl::OkStatus();
  for (const auto& [name, values] : options->items()) {
    CUPEL_ASSIGN_OR_RETURN(PluginName plugin, ParsePluginName(name));
    if (!values.is_object()) {
      return InvalidArgument("plugins.options.'{}' must be a table, not {}",
                             EscapePrintable(name), JsonTypeName(values));
    }
    for (const auto& [option, value] : values.items()) {
      const bool text = value.is_string();
      CUPEL_RETURN_IF_ERROR(host->SetOption(
          {.category = plugin.category,
           .plugin = plugin.name,
           .option = option,
           .value = text ? value.get<std::string>() : PrintJson(value),
           .is_json = !text,
           .place = "plugins.options"}));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const PluginSet>> SetOf(const Json& config) {
  CUPEL_ASSIGN_OR_RETURN(PluginHostOptions options, HostOptions(config));
  PluginHost host(std::move(options));
  for (const std::string& path : ConfigTexts(config, kTable, "paths")) {
    CUPEL_RETURN_IF_ERROR(host.AddPath(path));
  }
  const std::string file = ConfigText(config, kTable, "config");
  if (!file.empty()) CUPEL_RETURN_IF_ERROR(host.LoadConfig(file));
  CUPEL_RETURN_IF_ERROR(SetOptions(config, &host));
  return host.set();
}

}  // namespace

absl::StatusOr<PluginUse> ScanPluginsOf(const Json& config) {
  PluginUse use;
  const auto table = config.find(kTable);
  if (table == config.end() || !table->is_object() || table->empty()) {
    return use;
  }
  const std::string run = Joined(config, "run");
  const std::string decorators = Joined(config, "decorators");
  const std::string connectors = Joined(config, "connectors");
  const std::string error_connectors = Joined(config, "error_connectors");
  const std::string archive = ConfigText(config, kTable, "archive");
  const std::string tlp = ConfigText(config, kTable, "tlp");
  std::vector<std::pair<std::string, std::string>> by_type;
  if (const Json* const types = ConfigValue(config, kTable, "by_type");
      types != nullptr && types->is_object()) {
    for (const auto& [pattern, plugin] : types->items()) {
      if (!plugin.is_string()) {
        return InvalidArgument("plugins.by_type.'{}' must be a text",
                               EscapePrintable(pattern));
      }
      by_type.emplace_back(pattern, plugin.get<std::string>());
    }
  }
  PluginUseTexts texts{.run = run,
                       .decorators = decorators,
                       .connectors = connectors,
                       .error_connectors = error_connectors,
                       .archive = archive,
                       .tlp = tlp};
  texts.by_type.assign(by_type.begin(), by_type.end());
  CUPEL_RETURN_IF_ERROR(FillPluginUse(texts, &use));
  use.beat_between_scans = true;
  CUPEL_ASSIGN_OR_RETURN(use.set, SetOf(config));
  const std::vector<std::string> dispatch =
      ConfigTexts(config, kTable, "dispatch_rules");
  if (!dispatch.empty()) {
    const RuleShelf shelf{RuleOptions{}};
    CUPEL_ASSIGN_OR_RETURN(use.dispatch_rules, shelf.Compile(dispatch));
  }
  use.documents = [](const Report& report) { return DocumentsOf(report, {}); };
  return use;
}

}  // namespace cupel
