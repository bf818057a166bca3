#include "base/status.h"
#include "builtin/call.h"
#include "builtin/carver/hand_back.h"
#include "builtin/carver/swf.h"
#include "builtin/child_bound.h"
#include "builtin/tables.h"

namespace cupel {
namespace {

absl::Status Carve(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const ChildBound bound, ChildBound::Of(call));
  return RunCarver(call, [&](const TakeFound& take) {
    return CarveSwf(
        call.bytes(), [&bound] { return bound.bytes(); }, take,
        [&call] { return call.cancelled(); });
  });
}

}  // namespace

const cupel_plugin_v1 kSwfCarver = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_CARVER,
    .name = "swf",
    .version = "1.0",
    .description = "Finds Flash files among other bytes, and decompresses them",
    .options = R"({"max_bytes": 134217728, "max_children": 1000})",
    .carve = Enter<kSwfCarver, Carve>};

}  // namespace cupel
