#include "runner/info_wire.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"
#include "plugin/table_check.h"

namespace cupel {
namespace {

absl::Status CheckOptions(const std::string& options) {
  CUPEL_ASSIGN_OR_RETURN(const Json value, ParseJson(options, "options"));
  if (value.is_object()) return absl::OkStatus();
  return InvalidArgument("options must be a JSON object");
}

absl::Status Fill(const wire::Description& from, PluginInfo* info) {
  CUPEL_RETURN_IF_ERROR(CheckPluginName(from.name));
  info->id = {static_cast<PluginCategory>(from.category), from.name};
  info->version = from.version;
  info->description = from.description;
  info->author = from.author;
  info->consumes = from.consumes;
  for (const std::string& text : from.requirements) {
    CUPEL_ASSIGN_OR_RETURN(PluginName name, ParsePluginName(text));
    info->requirements.push_back(std::move(name));
  }
  if (!from.max_tlp.empty()) info->max_tlp = TlpOrStrictest(from.max_tlp);
  info->needs = from.needs;
  info->reentrant = from.reentrant;
  info->least_tier = static_cast<Tier>(std::max(from.least_tier, 1));
  info->min_version = from.min_version;
  info->max_version = from.max_version;
  info->heartbeat_ns = from.heartbeat_ns;
  info->options = from.options.empty() ? "{}" : from.options;
  info->rate_limit = from.rate_limit;
  info->dialect = from.dialect;
  CUPEL_RETURN_IF_ERROR(CheckOptions(info->options));
  return CheckVersionRange("Cupel", info->min_version, info->max_version);
}

}  // namespace

wire::Description DescriptionOf(const PluginInfo& info) {
  wire::Description to;
  to.category = static_cast<int32_t>(info.id.category);
  to.name = info.id.name;
  to.version = info.version;
  to.description = info.description;
  to.author = info.author;
  to.consumes = info.consumes;
  for (const PluginName& name : info.requirements) {
    to.requirements.push_back(PluginNameText(name));
  }
  if (info.max_tlp.has_value()) to.max_tlp = TlpName(*info.max_tlp);
  to.needs = info.needs;
  to.reentrant = info.reentrant;
  to.least_tier = static_cast<int32_t>(info.least_tier);
  to.min_version = info.min_version;
  to.max_version = info.max_version;
  to.heartbeat_ns = info.heartbeat_ns;
  to.options = info.options;
  to.rate_limit = info.rate_limit;
  to.dialect = info.dialect;
  return to;
}

absl::StatusOr<PluginInfo> InfoOf(const wire::Description& description) {
  PluginInfo info;
  if (absl::Status status = Fill(description, &info); !status.ok()) {
    return MakeStatus(status.code(), "plugin '{}': {}",
                      EscapePrintable(description.name.substr(0, 100)),
                      MessageOf(status));
  }
  return info;
}

}  // namespace cupel
