// What the calls of all connectors have in common.
#ifndef CUPEL_BUILTIN_CONNECTOR_SAVE_CALL_H_
#define CUPEL_BUILTIN_CONNECTOR_SAVE_CALL_H_

#include <initializer_list>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "builtin/call.h"

namespace cupel {

// True if `save` is to keep a payload, maybe an empty one; else its document.
bool SavesPayload(const PluginCall& call);

// Refuses a call that has neither: INVALID_ARGUMENT.
absl::Status CheckSave(const PluginCall& call);

// The result of a save: {"conn_id": …}.
absl::Status TellWhere(PluginCall& call, std::string_view conn_id);

// The first of `members` that the document of `get_file` has, an object with
// what `save` gave. INVALID_ARGUMENT, naming them, if it has none.
absl::StatusOr<std::string> WantedMember(
    const PluginCall& call, std::initializer_list<std::string_view> members);

// Lower-case hexadecimal digits, `digits` of them, or INVALID_ARGUMENT.
absl::StatusOr<std::string> HexOf(std::string_view text, size_t digits);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_CONNECTOR_SAVE_CALL_H_
