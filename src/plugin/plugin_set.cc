#include "plugin/plugin_set.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"
#include "plugin/nearest.h"

namespace cupel {
std::string_view OptionOriginName(OptionOrigin origin) {
  constexpr std::array<std::string_view, 6> kNames = {
      "default",     "manifest",     "config file",
      "environment", "command line", "call"};
  return kNames[static_cast<size_t>(origin)];
}

absl::Status PluginSet::Add(std::shared_ptr<Plugin> plugin) {
  const PluginInfo& info = plugin->info();
  const auto [it, inserted] = plugins_.try_emplace(info.id, plugin);
  if (inserted) return absl::OkStatus();
  return AlreadyExists(
      "plugin {} of '{}' has the name of one that is there already, of '{}': "
      "leave one of them out",
      PluginNameText(info.id), EscapePrintable(info.origin),
      EscapePrintable(it->second->info().origin));
}

std::shared_ptr<Plugin> PluginSet::Find(const PluginName& name) const {
  const auto found = plugins_.find(name);
  return found == plugins_.end() ? nullptr : found->second;
}

absl::StatusOr<std::shared_ptr<Plugin>> PluginSet::Get(
    const PluginName& name) const {
  if (std::shared_ptr<Plugin> plugin = Find(name)) return plugin;
  const std::string text = PluginNameText(name);
  for (const BrokenPlugin& broken : broken_) {
    if (broken.name == text || broken.name == name.name) {
      return FailedPrecondition("plugin {} can't be used: {}", text,
                                broken.problem);
    }
  }
  std::string near;
  for (const auto& [other, plugin] : plugins_) {
    if (other.name == name.name ||
        EditDistance(other.name, name.name, 2) <= 2) {
      near += (near.empty() ? " Is it " : ", ") + PluginNameText(other);
    }
  }
  if (!near.empty()) near += '?';
  return NotFound("there is no plugin {}.{}", text, near);
}

std::vector<std::shared_ptr<Plugin>> PluginSet::all() const {
  std::vector<std::shared_ptr<Plugin>> list;
  list.reserve(plugins_.size());
  for (const auto& [name, plugin] : plugins_) list.push_back(plugin);
  return list;
}

absl::Status PluginSet::SetOption(const PluginName& plugin,
                                  std::string_view option,
                                  std::string_view json, OptionOrigin origin,
                                  std::string_view place) {
  CUPEL_RETURN_IF_ERROR(
      ParseJson(json, PluginNameText(plugin) + ":" + std::string(option))
          .status());
  PluginOptionValue& value = options_[plugin][std::string(option)];
  if (!value.name.empty() && value.origin > origin) return absl::OkStatus();
  value = {.name = std::string(option),
           .json = std::string(json),
           .origin = origin,
           .place = std::string(place)};
  return absl::OkStatus();
}

std::vector<PluginOptionValue> PluginSet::OptionsOf(
    const Plugin& plugin) const {
  std::map<std::string, PluginOptionValue> all;
  // Checked when the plugin was made.
  if (const auto defaults = ParseJson(plugin.info().options, "options");
      defaults.ok()) {
    for (const auto& [key, value] : defaults->items()) {
      all[key] = {
          .name = key, .json = PrintJson(value), .place = plugin.info().origin};
    }
  }
  if (const auto set = options_.find(plugin.info().id); set != options_.end()) {
    for (const auto& [key, value] : set->second) all[key] = value;
  }
  std::vector<PluginOptionValue> list;
  list.reserve(all.size());
  for (auto& [key, value] : all) list.push_back(std::move(value));
  return list;
}

std::string PluginSet::OptionsJson(const Plugin& plugin,
                                   std::string_view over) const {
  Json object = Json::object();
  for (const PluginOptionValue& value : OptionsOf(plugin)) {
    if (auto json = ParseJson(value.json, value.name); json.ok()) {
      object[value.name] = *std::move(json);
    }
  }
  if (!over.empty()) {
    if (auto json = ParseJson(over, "options");
        json.ok() && json->is_object()) {
      for (const auto& [key, value] : json->items()) object[key] = value;
    }
  }
  return PrintJson(object);
}

}  // namespace cupel
