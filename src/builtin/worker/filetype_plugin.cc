#include <memory>
#include <string>

#include "base/status.h"
#include "builtin/activate.h"
#include "builtin/call.h"
#include "builtin/tables.h"
#include "format/json_writer.h"
#include "magic/magic.h"
#include "payload/type.h"

namespace cupel {
namespace {

absl::StatusOr<std::unique_ptr<Magic>> MakeMagic(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const std::string database, call.Text("database"));
  if (database.find('\0') != std::string::npos) {
    return call.Wrong("database", "a path holds no NUL");
  }
  absl::StatusOr<std::unique_ptr<Magic>> magic = Magic::Open(database);
  if (!magic.ok()) return call.Wrong("database", MessageOf(magic.status()));
  return magic;
}

absl::Status Scan(PluginCall& call) {
  const FileType& type = IdentifyType(call.bytes().substr(0, kTypeProbeBytes));
  CUPEL_ASSIGN_OR_RETURN(const MagicType magic,
                         call.state<Magic>().Identify(call.bytes()));
  std::string result;
  JsonWriter json(&result);
  json.BeginObject().Key("type").String(type.name);
  json.Key("type_mime").String(type.mime);
  json.Key("mime").String(magic.mime);
  json.Key("charset").String(magic.charset);
  json.Key("description").String(magic.description);
  json.EndObject();
  return call.Result(result);
}

}  // namespace

// Not reentrant: libmagic's handles are one thread's.
const cupel_plugin_v1 kFiletypeWorker = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .category = CUPEL_PLUGIN_WORKER,
    .name = "filetype",
    .version = "1.0",
    .description = "What a payload is, by Cupel's own table and by libmagic",
    .options = R"({"database": ""})",
    .activate = Activate<kFiletypeWorker, Magic, MakeMagic>,
    .deactivate = Deactivate<Magic>,
    .scan = Enter<kFiletypeWorker, Scan>};

}  // namespace cupel
