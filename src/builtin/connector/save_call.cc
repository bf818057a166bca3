#include "builtin/connector/save_call.h"

#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"

namespace cupel {

bool SavesPayload(const PluginCall& call) {
  return !call.bytes().empty() || !call.sha256().empty();
}

absl::Status CheckSave(const PluginCall& call) {
  if (SavesPayload(call) || !call.document().empty()) return absl::OkStatus();
  return InvalidArgument(
      "{}: there is neither a payload nor a document to save", call.plugin());
}

absl::Status TellWhere(PluginCall& call, std::string_view conn_id) {
  Json where = Json::object();
  where["conn_id"] = conn_id;
  return call.Result(PrintJson(where));
}

absl::StatusOr<std::string> WantedMember(
    const PluginCall& call, std::initializer_list<std::string_view> members) {
  CUPEL_ASSIGN_OR_RETURN(const Json wanted,
                         ParseJson(call.document(), "what is asked for"));
  std::string names;
  for (const std::string_view member : members) {
    names += fmt::format("{}`{}`", names.empty() ? "" : ", ", member);
    if (!wanted.is_object()) continue;
    const auto found = wanted.find(std::string(member));
    if (found != wanted.end() && found->is_string()) {
      return found->get<std::string>();
    }
  }
  return InvalidArgument("{}: what is asked for must be an object with {}",
                         call.plugin(), names);
}

absl::StatusOr<std::string> HexOf(std::string_view text, size_t digits) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  if (lower.size() == digits &&
      lower.find_first_not_of("0123456789abcdef") == std::string::npos) {
    return lower;
  }
  return InvalidArgument("'{}' is no hash of {} hexadecimal digits",
                         EscapePrintable(text.substr(0, 200)), digits);
}

}  // namespace cupel
