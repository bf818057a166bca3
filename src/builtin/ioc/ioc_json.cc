#include "builtin/ioc/ioc_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

constexpr std::string_view kBetween = " ,\t\r\n";

absl::Status ReadTypes(PluginCall& call, const std::string& text,
                       IocSettings* settings) {
  if (text == "all") return absl::OkStatus();
  settings->wanted.fill(false);
  size_t at = 0;
  while ((at = text.find_first_not_of(kBetween, at)) != std::string::npos) {
    const size_t end = std::min(text.find_first_of(kBetween, at), text.size());
    const std::string_view name = std::string_view(text).substr(at, end - at);
    const std::optional<IocType> type = IocTypeOf(name);
    if (!type.has_value()) {
      return call.Wrong(
          "types", fmt::format("'{}' is none of all, {}", EscapePrintable(name),
                               fmt::join(kIocTypeNames, ", ")));
    }
    settings->wanted[static_cast<size_t>(*type)] = true;
    at = end;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<IocSettings> ReadIocSettings(PluginCall& call) {
  IocSettings settings;
  CUPEL_ASSIGN_OR_RETURN(const std::string types, call.Text("types"));
  CUPEL_RETURN_IF_ERROR(ReadTypes(call, types, &settings));
  CUPEL_ASSIGN_OR_RETURN(const int64_t max_count,
                         call.Integer("max_count", 1, 100000));
  settings.max_count = static_cast<size_t>(max_count);
  CUPEL_ASSIGN_OR_RETURN(const Json allow, call.Document("allow"));
  absl::StatusOr<AllowList> list = AllowList::Parse(allow);
  if (!list.ok()) return call.Wrong("allow", MessageOf(list.status()));
  settings.allow = *std::move(list);
  return settings;
}

std::string IocResult(const IocFound& found, bool offsets) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  for (size_t type = 0; type < kIocTypes; ++type) {
    if (found.by_type[type].empty()) continue;
    json.Key(kIocTypeNames[type]).BeginArray();
    for (const Ioc& ioc : found.by_type[type]) {
      if (!offsets) {
        json.String(ioc.value);
        continue;
      }
      json.BeginObject().Key("value").String(ioc.value);
      json.Key("offset").Number(ioc.offset).EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
  return out;
}

void TellLeftOut(PluginCall& call, const IocFound& found) {
  for (size_t type = 0; type < kIocTypes; ++type) {
    if (found.left_out[type] == 0) continue;
    call.Error(ResourceExhausted(
        "{}: {} mentions of type {} are left out, because {} different ones "
        "are listed: raise option 'max_count'",
        call.plugin(), found.left_out[type], kIocTypeNames[type],
        found.by_type[type].size()));
  }
}

}  // namespace cupel
