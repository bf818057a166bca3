#include <charconv>
#include <memory>
#include <string>

#include "base/status.h"
#include "builtin/activate.h"
#include "builtin/call.h"
#include "builtin/connector/save_call.h"
#include "builtin/connector/sqlite_saver.h"
#include "builtin/tables.h"
#include "format/escape.h"

namespace cupel {
namespace {

struct SqliteState {
  std::unique_ptr<SqliteSaver> saver;
  bool payloads = true;
};

absl::StatusOr<std::unique_ptr<SqliteState>> MakeState(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const std::string path, call.Text("path"));
  CUPEL_ASSIGN_OR_RETURN(const bool payloads, call.Bool("payloads"));
  if (path.empty()) return call.Wrong("path", "name the database's file");
  CUPEL_ASSIGN_OR_RETURN(std::unique_ptr<SqliteSaver> saver,
                         SqliteSaver::Open(path));
  return std::make_unique<SqliteState>(SqliteState{std::move(saver), payloads});
}

absl::Status Save(PluginCall& call) {
  CUPEL_RETURN_IF_ERROR(CheckSave(call));
  const auto& state = call.state<SqliteState>();
  if (SavesPayload(call)) {
    CUPEL_ASSIGN_OR_RETURN(
        const int64_t number,
        state.saver->AddPayload({.bytes = call.bytes(),
                                 .name = call.name(),
                                 .metadata = call.document()},
                                state.payloads));
    return TellWhere(call, fmt::format("payload/{}", number));
  }
  CUPEL_ASSIGN_OR_RETURN(const int64_t number,
                         state.saver->AddReport(call.name(), call.document()));
  return TellWhere(call, fmt::format("result/{}", number));
}

// The number behind `prefix`, or -1.
int64_t NumberBehind(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return -1;
  text.remove_prefix(prefix.size());
  int64_t number = -1;
  const auto [stopped, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && stopped == text.data() + text.size() ? number
                                                                      : -1;
}

absl::StatusOr<std::string> Find(SqliteSaver& saver, const std::string& id) {
  if (const int64_t number = NumberBehind(id, "payload/"); number >= 0) {
    return saver.BytesOfPayload(number);
  }
  if (const int64_t number = NumberBehind(id, "result/"); number >= 0) {
    return saver.Document(number);
  }
  CUPEL_ASSIGN_OR_RETURN(const std::string sha256, HexOf(id, 64));
  return saver.BytesOf(sha256);
}

absl::Status GetFile(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const std::string id,
                         WantedMember(call, {"conn_id", "sha256"}));
  CUPEL_ASSIGN_OR_RETURN(const std::string bytes,
                         Find(*call.state<SqliteState>().saver, id));
  return call.Child(bytes, id);
}

}  // namespace

const cupel_plugin_v1 kSqliteConnector = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .category = CUPEL_PLUGIN_CONNECTOR,
    .needs = CUPEL_NEEDS_FILES,
    .name = "sqlite",
    .version = "1.0",
    .description = "Adds reports and payloads to an SQLite database",
    .options = R"({"path": "", "payloads": true})",
    .activate = Activate<kSqliteConnector, SqliteState, MakeState>,
    .deactivate = Deactivate<SqliteState>,
    .save = Enter<kSqliteConnector, Save>,
    .get_file = Enter<kSqliteConnector, GetFile>};

}  // namespace cupel
