#include "engine/openkat_config.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "plugin/names.h"

namespace cupel {
namespace {

constexpr const char* kTable = "openkat";
constexpr int64_t kMostTimeoutMs = int64_t{7} * 24 * 3600 * 1000;
constexpr int64_t kLeastMemory = int64_t{16} << 20;
constexpr int64_t kMostMemory = int64_t{1} << 44;
constexpr int64_t kMostRaw = int64_t{1} << 30;

uint64_t Count(JsonFields* in, std::string_view key, uint64_t absent,
               int64_t least, int64_t most) {
  const auto value = in->OptionalInteger(key);
  if (!value.has_value()) return absent;
  if (*value < least || *value > most) {
    in->Issue(key, "value_error",
              "must be from " + std::to_string(least) + " to " +
                  std::to_string(most));
    return absent;
  }
  return static_cast<uint64_t>(*value);
}

std::string Text(JsonFields* in, std::string_view key) {
  return in->OptionalString(key).value_or("");
}

struct Variable {
  enum class Kind : uint8_t { kText, kLines, kFlag };
  std::string_view name;
  const char* key;
  Kind kind;
};
constexpr Variable kVariables[] = {
    {"CUPEL_OPENKAT_PLUGIN_FOLDERS", "plugin_folders", Variable::Kind::kLines},
    {"CUPEL_OPENKAT_PLUGINS", "plugins", Variable::Kind::kLines},
    {"CUPEL_OPENKAT_IMAGES", "images", Variable::Kind::kLines},
    {"CUPEL_OPENKAT_SPOOL", "spool", Variable::Kind::kText},
    {"CUPEL_OPENKAT_UPSTREAM_METAS", "upstream_metas", Variable::Kind::kFlag},
    {"CUPEL_OPENKAT_SERVE_API", "serve_api", Variable::Kind::kFlag},
};

Json LinesOf(std::string_view text) {
  Json lines = Json::array();
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(std::string(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void ReadRun(JsonFields* in, PluginRunOptions* run) {
  if (in->Has("tier")) {
    run->tier = in->Choice("tier", {"process", "oci"}) == 0 ? Tier::kProcess
                                                            : Tier::kOci;
  }
  run->timeout_ms = Count(in, "timeout_ms", 0, 1, kMostTimeoutMs);
  run->memory_bytes = Count(in, "memory_bytes", 0, kLeastMemory, kMostMemory);
  run->network = in->BoolOr("network", true);
  run->runner = Text(in, "runner");
  run->python = Text(in, "python");
  run->python_path = Text(in, "python_path");
  run->oci_program = Text(in, "oci_program");
  run->oci_runtime = Text(in, "oci_runtime");
}

}  // namespace

OpenKatConfig ReadOpenKatConfig(const Json& config, JsonIssues* issues) {
  OpenKatConfig to;
  if (!config.is_object() || !config.contains(kTable)) return to;
  JsonFields in(config[kTable], {std::string(kTable)}, issues);
  to.executor.plugin_folders = in.Strings("plugin_folders");
  ReadRun(&in, &to.executor.run);
  to.executor.max_raw_bytes =
      Count(&in, "max_raw_bytes", to.executor.max_raw_bytes, 1, kMostRaw);
  to.registry = Text(&in, "registry");
  to.settings_keys_file = Text(&in, "settings_keys_file");
  to.plain_settings = in.BoolOr("plain_settings", false);
  to.spool = Text(&in, "spool");
  to.upstream_metas = in.BoolOr("upstream_metas", false);
  to.plugins = in.Strings("plugins");
  to.images = in.Strings("images");
  to.serve_api = in.BoolOr("serve_api", false);
  in.ForbidOthers({"plugin_folders", "tier", "timeout_ms", "memory_bytes",
                   "network", "runner", "python", "python_path", "oci_program",
                   "oci_runtime", "max_raw_bytes", "registry",
                   "settings_keys_file", "plain_settings", "spool",
                   "upstream_metas", "plugins", "images", "serve_api"});
  return to;
}

Json OpenKatTable(
    const Json& config,
    const std::vector<std::pair<std::string, std::string>>& environment,
    JsonIssues* issues) {
  Json table = Json::object();
  if (config.is_object() && config.contains(kTable)) table = config[kTable];
  if (!table.is_object()) return table;
  for (const auto& [name, value] : environment) {
    for (const Variable& variable : kVariables) {
      if (name != variable.name) continue;
      if (variable.kind == Variable::Kind::kText) {
        table[variable.key] = value;
      } else if (variable.kind == Variable::Kind::kLines) {
        table[variable.key] = LinesOf(value);
      } else if (value == "true" || value == "false") {
        table[variable.key] = value == "true";
      } else {
        issues->Add({name}, "bool_parsing", "must be true or false");
      }
    }
  }
  return table;
}

}  // namespace cupel
