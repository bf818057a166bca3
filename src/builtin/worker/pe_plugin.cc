#include <string>

#include "builtin/call.h"
#include "builtin/tables.h"
#include "builtin/worker/header_result.h"
#include "builtin/worker/pe.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

absl::Status Scan(PluginCall& call) {
  const absl::StatusOr<PeSummary> summary =
      SummarisePe(call.bytes(), [&call] { return call.cancelled(); });
  // Programs for DOS begin with MZ, too: nothing is wrong with them.
  if (absl::IsInvalidArgument(summary.status()) &&
      call.bytes().starts_with("MZ")) {
    std::string json;
    JsonWriter(&json)
        .BeginObject()
        .Key("is_pe")
        .Bool(false)
        .Key("reason")
        .String(MessageOf(summary.status()))
        .EndObject();
    return call.Result(json);
  }
  CUPEL_RETURN_IF_ERROR(summary.status());
  return HandBackSummary(call, *summary);
}

}  // namespace

const cupel_plugin_v1 kPeWorker = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_WORKER,
    .name = "pe",
    .version = "1.0",
    .description = "Says what the headers of PE files hold",
    .consumes = "pe",
    .scan = Enter<kPeWorker, Scan>};

}  // namespace cupel
