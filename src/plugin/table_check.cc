#include "plugin/table_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/absl_compat.h"
#include "base/status.h"
#include "cupel/version.h"
#include "format/escape.h"
#include "format/json.h"

namespace cupel {
namespace {

// A table can't be shorter than what names the plugin.
constexpr size_t kLeastSize = offsetof(cupel_plugin_v1, description);
// All its fields are as wide as a pointer, or come in pairs.
constexpr size_t kSizeStep = alignof(cupel_plugin_v1);

constexpr uint32_t kKnownFlags = CUPEL_PLUGIN_REENTRANT;
constexpr uint32_t kKnownNeeds = CUPEL_NEEDS_NETWORK | CUPEL_NEEDS_FILES;

std::string Text(const char* text) { return text == nullptr ? "" : text; }

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  size_t at = 0;
  while ((at = text.find_first_not_of(" \t\n", at)) != std::string_view::npos) {
    const size_t end = std::min(text.find_first_of(" \t\n", at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

absl::StatusOr<std::array<uint32_t, 4>> ParseVersion(std::string_view text) {
  std::array<uint32_t, 4> parts{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto [next, error] = std::from_chars(at, end, parts[i]);
    if (error != std::errc() || next == at) break;
    if (next == end) return parts;
    if (*next != '.') break;
    at = next + 1;
  }
  return InvalidArgument("'{}' is no version: write numbers, as in 1.2.3",
                         EscapePrintable(text.substr(0, 40)));
}

absl::Status CheckTexts(const cupel_plugin_v1& table) {
  for (const char* text :
       {table.name, table.version, table.description, table.author,
        table.consumes, table.requires_plugins, table.max_tlp,
        table.min_version, table.max_version, table.options}) {
    if (text != nullptr && !IsUtf8(text)) {
      return InvalidArgument("one of its texts is no UTF-8");
    }
  }
  return absl::OkStatus();
}

absl::Status ReadRequirements(const cupel_plugin_v1& table, PluginInfo* info) {
  for (const std::string& word : Words(Text(table.requires_plugins))) {
    CUPEL_ASSIGN_OR_RETURN(PluginName name, ParsePluginName(word));
    info->requirements.push_back(std::move(name));
  }
  return absl::OkStatus();
}

absl::Status ReadTable(const cupel_plugin_v1& table, PluginInfo* info) {
  CUPEL_RETURN_IF_ERROR(CheckTexts(table));
  if (table.category < CUPEL_PLUGIN_SOURCE ||
      table.category > CUPEL_PLUGIN_NORMALIZER) {
    return InvalidArgument("category {} is none of 1 to 9", table.category);
  }
  info->id = {static_cast<PluginCategory>(table.category), Text(table.name)};
  CUPEL_RETURN_IF_ERROR(CheckPluginName(info->id.name));
  if (MethodOf(table, MainMethod(info->id.category)) == nullptr) {
    return InvalidArgument("it is a {} without `{}`: its table has NULL there",
                           CategoryName(info->id.category),
                           MethodName(MainMethod(info->id.category)));
  }
  // What nobody here knows may be what it can't do without.
  if ((table.flags & ~kKnownFlags) != 0 || (table.needs & ~kKnownNeeds) != 0 ||
      table.reserved != 0) {
    return FailedPrecondition(
        "its table has flags {:#x}, needs {:#x} and reserved {}, of which some "
        "are not known here: it is made for a newer Cupel than {}",
        table.flags, table.needs, table.reserved, CUPEL_VERSION_STRING);
  }
  if (table.least_tier < 0 || table.least_tier > CUPEL_TIER_OCI) {
    return InvalidArgument("least_tier {} is none of 0 to 3", table.least_tier);
  }
  if (table.max_tlp != nullptr) {
    info->max_tlp = TlpOf(table.max_tlp);
    if (!info->max_tlp.has_value()) {
      return InvalidArgument(
          "max_tlp '{}' is no label: clear, green, amber, amber+strict or red",
          EscapePrintable(table.max_tlp));
    }
  }
  CUPEL_RETURN_IF_ERROR(ReadRequirements(table, info));
  info->options = table.options == nullptr ? "{}" : table.options;
  CUPEL_ASSIGN_OR_RETURN(const Json options,
                         ParseJson(info->options, "options"));
  if (!options.is_object()) {
    return InvalidArgument("options must be a JSON object");
  }
  info->version = Text(table.version);
  info->description = Text(table.description);
  info->author = Text(table.author);
  info->consumes = Words(Text(table.consumes));
  info->needs = table.needs;
  info->reentrant = (table.flags & CUPEL_PLUGIN_REENTRANT) != 0;
  info->least_tier =
      static_cast<Tier>(std::max(table.least_tier, CUPEL_TIER_BUILTIN + 0));
  info->min_version = Text(table.min_version);
  info->max_version = Text(table.max_version);
  info->heartbeat_ns = table.heartbeat == nullptr ? 0 : table.heartbeat_ns;
  return CheckVersionRange("Cupel", info->min_version, info->max_version);
}

}  // namespace

cupel_method_fn MethodOf(const cupel_plugin_v1& table, PluginMethod method) {
  switch (method) {
    case PluginMethod::kIngest:
      return table.ingest;
    case PluginMethod::kRead:
      return table.read;
    case PluginMethod::kScan:
      return table.scan;
    case PluginMethod::kExtract:
      return table.extract;
    case PluginMethod::kCarve:
      return table.carve;
    case PluginMethod::kDecode:
      return table.decode;
    case PluginMethod::kDecorate:
      return table.decorate;
    case PluginMethod::kSave:
      return table.save;
    case PluginMethod::kNormalize:
      return table.normalize;
    case PluginMethod::kConnect:
      return table.connect;
    case PluginMethod::kDisconnect:
      return table.disconnect;
    case PluginMethod::kGetFile:
      return table.get_file;
    case PluginMethod::kHeartbeat:
      return table.heartbeat;
  }
  return nullptr;
}

absl::Status CheckVersionRange(std::string_view what, std::string_view min,
                               std::string_view max, std::string_view ours) {
  CUPEL_ASSIGN_OR_RETURN(const auto here, ParseVersion(ours));
  if (!min.empty()) {
    CUPEL_ASSIGN_OR_RETURN(const auto least, ParseVersion(min));
    if (here < least) {
      return FailedPrecondition("it needs {} {} or newer, and this is {}", what,
                                min, ours);
    }
  }
  if (!max.empty()) {
    CUPEL_ASSIGN_OR_RETURN(const auto above, ParseVersion(max));
    if (here >= above) {
      return FailedPrecondition("it needs {} older than {}, and this is {}",
                                what, max, ours);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<CheckedTable> CheckTable(const cupel_plugin_v1* table,
                                        const std::string& origin) {
  if (table == nullptr) {
    return InvalidArgument("{}: the table of a plugin is NULL",
                           EscapePrintable(origin));
  }
  if (table->abi != CUPEL_PLUGIN_ABI) {
    return FailedPrecondition(
        "{}: its plugin has ABI {}, and this library has {}: build it with the "
        "headers of this version",
        EscapePrintable(origin), table->abi, CUPEL_PLUGIN_ABI);
  }
  if (table->struct_size < kLeastSize || table->struct_size % kSizeStep != 0) {
    return InvalidArgument(
        "{}: the table of a plugin says that it has {} bytes: its struct_size "
        "must be sizeof(cupel_plugin_v1)",
        EscapePrintable(origin), table->struct_size);
  }
  CheckedTable checked;
  std::memcpy(&checked.table, table,
              std::min(table->struct_size, sizeof(checked.table)));
  checked.table.struct_size = sizeof(checked.table);
  if (absl::Status status = ReadTable(checked.table, &checked.info);
      !status.ok()) {
    return absl::Status(
        status.code(),
        ToAbsl(fmt::format("{}: plugin '{}': {}", EscapePrintable(origin),
                           EscapePrintable(Text(checked.table.name)),
                           MessageOf(status))));
  }
  checked.info.dialect = "cupel";
  checked.info.origin = origin;
  return checked;
}

}  // namespace cupel
