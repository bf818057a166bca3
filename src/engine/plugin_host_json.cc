#include "engine/plugin_host_json.h"

#include <map>
#include <utility>
#include <vector>

#include "base/status.h"
#include "engine/printable.h"
#include "format/escape.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "plugin/nearest.h"
#include "plugin/option_text.h"

namespace cupel {
namespace {

constexpr std::string_view kMask = "\"***\"";

// Manifests may say anything, and paths are bytes.
void Text(std::string_view key, std::string_view text, JsonWriter* json) {
  json->Key(key).String(EscapePrintable(text));
}

void TextOrNull(std::string_view key, std::string_view text, JsonWriter* json) {
  json->Key(key);
  if (text.empty()) {
    json->Null();
  } else {
    json->String(EscapePrintable(text));
  }
}

void WriteLists(const PluginInfo& info, JsonWriter* json) {
  json->Key("needs").BeginArray();
  if ((info.needs & kNeedsNetwork) != 0) json->String("network");
  if ((info.needs & kNeedsFiles) != 0) json->String("files");
  json->EndArray();
  json->Key("consumes").BeginArray();
  for (const std::string& type : info.consumes) {
    json->String(EscapePrintable(type));
  }
  json->EndArray();
  json->Key("requires").BeginArray();
  for (const PluginName& name : info.requirements) {
    json->String(PluginNameText(name));
  }
  json->EndArray();
}

// The members of a plugin, in an object that is open.
void WriteMembers(const PluginHost& host, const PluginSpec& spec,
                  JsonWriter* json) {
  const PluginInfo& info = spec.info;
  json->Key("category").String(CategoryName(info.id.category));
  Text("name", info.id.name, json);
  Text("version", info.version, json);
  Text("description", info.description, json);
  Text("author", info.author, json);
  Text("dialect", info.dialect, json);
  Text("origin", info.origin, json);
  Text("hash", info.hash, json);
  const auto tier = host.TierOf(spec);
  TextOrNull("tier", spec.problem.empty() && tier.ok() ? TierName(*tier) : "",
             json);
  json->Key("least_tier").String(TierName(info.least_tier));
  WriteLists(info, json);
  TextOrNull("max_tlp", info.max_tlp ? TlpName(*info.max_tlp) : "", json);
  TextOrNull("rate_limit", info.rate_limit, json);
  json->Key("heartbeat_seconds");
  if (info.heartbeat_ns == 0) {
    json->Null();
  } else {
    json->Double(static_cast<double>(info.heartbeat_ns) / 1e9);
  }
  json->Key("state").String(spec.problem.empty() ? "sound" : "broken");
  json->Key("problem").String(PrintableMessage(spec.problem));
}

// Every option with the value that counts, by name: lowest origin first.
std::map<std::string, PluginOptionValue> Effective(const SetUpPlugin& plugin) {
  std::map<std::string, PluginOptionValue> all;
  const PluginInfo& info = plugin.spec.info;
  if (const auto defaults = ParseJson(info.options, "options");
      defaults.ok() && defaults->is_object()) {
    for (const auto& [name, value] : defaults->items()) {
      all[name] = {.name = name,
                   .json = PrintJson(value),
                   .origin = OptionOrigin::kDefault,
                   .place = info.origin};
    }
  }
  for (const PluginOptionValue& option : plugin.spec.manifest_options) {
    all[option.name] = option;
  }
  for (const PluginOptionValue& option : plugin.options) {
    PluginOptionValue& value = all[option.name];
    if (value.name.empty() || value.origin <= option.origin) value = option;
  }
  return all;
}

void WritePluginOptions(const SetUpPlugin& plugin, bool reveal,
                        JsonWriter* json) {
  json->Key("options").BeginArray();
  for (const auto& [name, option] : Effective(plugin)) {
    const bool masked = !reveal && IsSecretOption(name) &&
                        option.json != "null" && option.json != "\"\"";
    json->BeginObject();
    Text("name", name, json);
    json->Key("value").Raw(masked ? kMask : std::string_view(option.json));
    json->Key("masked").Bool(masked);
    json->Key("origin").String(OptionOriginName(option.origin));
    Text("place", option.place, json);
    json->EndObject();
  }
  json->EndArray();
}

}  // namespace

std::string HostPluginsJson(const PluginHost& host) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("plugins").BeginArray();
  for (const SetUpPlugin& plugin : host.Plugins()) {
    json.BeginObject();
    WriteMembers(host, plugin.spec, &json);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return out;
}

absl::StatusOr<std::string> HostPluginJson(const PluginHost& host,
                                           std::string_view plugin,
                                           bool reveal) {
  CUPEL_ASSIGN_OR_RETURN(const PluginName name, ParsePluginName(plugin));
  const std::vector<SetUpPlugin> all = host.Plugins();
  std::vector<std::string> names;
  for (const SetUpPlugin& candidate : all) {
    // Sound ones come first.
    if (candidate.spec.info.id == name) {
      std::string out;
      JsonWriter json(&out);
      json.BeginObject();
      WriteMembers(host, candidate.spec, &json);
      WritePluginOptions(candidate, reveal, &json);
      json.EndObject();
      return out;
    }
    names.push_back(PluginNameText(candidate.spec.info.id));
  }
  return NotFound("there is no plugin {}.{}", PluginNameText(name),
                  IsItNearest(PluginNameText(name), names));
}

std::string HostWarningsJson(const PluginHost& host) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("warnings").BeginArray();
  for (const std::string& warning : host.Warnings()) {
    json.String(PrintableMessage(warning));
  }
  json.EndArray();
  json.EndObject();
  return out;
}

std::string HostConfigJson(const PluginHost& host) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  for (const auto& [key, setting] : host.Core()) {
    json.Key(EscapePrintable(key)).BeginObject();
    json.Key("value").Raw(IsSecretOption(key) ? kMask
                                              : std::string_view(setting.json));
    json.Key("place").String(PrintableMessage(setting.place));
    json.EndObject();
  }
  json.EndObject();
  return out;
}

}  // namespace cupel
