#include "base/status.h"
#include "builtin/call.h"
#include "builtin/ioc/ioc_json.h"
#include "builtin/tables.h"

namespace cupel {
namespace {

absl::Status Read(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const IocSettings settings, ReadIocSettings(call));
  CUPEL_ASSIGN_OR_RETURN(
      const IocFound found,
      FindIocs(call.bytes(), settings, [&call] { return call.cancelled(); }));
  TellLeftOut(call, found);
  return call.Result(IocResult(found, /*offsets=*/true));
}

}  // namespace

const cupel_plugin_v1 kIocregexReader = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_READER,
    .name = "iocregex",
    .version = "1.0",
    .description = "Hashes, addresses and names in bytes of any kind",
    .options = R"({"types": "all", "max_count": 1000, "allow": {}})",
    .read = Enter<kIocregexReader, Read>};

}  // namespace cupel
