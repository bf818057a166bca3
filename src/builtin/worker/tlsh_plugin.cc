#include <string>

#include "base/status.h"
#include "builtin/call.h"
#include "builtin/stop.h"
#include "builtin/tables.h"
#include "format/json_writer.h"
#include "fuzzyhash/tlsh.h"

namespace cupel {
namespace {

absl::Status Scan(PluginCall& call) {
  TlshStream stream;
  const std::string_view bytes = call.bytes();
  for (size_t at = 0; at < bytes.size(); at += kStopInterval) {
    CUPEL_RETURN_IF_ERROR(call.CheckCancelled());
    stream.Update(bytes.substr(at, kStopInterval));
  }
  const std::string hash = stream.Finish();
  if (hash.empty()) return call.Result(R"({"tlsh":null})");
  std::string result;
  JsonWriter(&result).BeginObject().Key("tlsh").String(hash).EndObject();
  return call.Result(result);
}

}  // namespace

const cupel_plugin_v1 kTlshWorker = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_WORKER,
    .name = "tlsh",
    .version = "1.0",
    .description = "TLSH, which is alike for payloads that are alike",
    .scan = Enter<kTlshWorker, Scan>};

}  // namespace cupel
