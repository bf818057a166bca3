#include "base/status.h"
#include "builtin/call.h"
#include "builtin/carver/hand_back.h"
#include "builtin/carver/pe.h"
#include "builtin/tables.h"

namespace cupel {
namespace {

absl::Status Carve(PluginCall& call) {
  PeCarving options;
  CUPEL_ASSIGN_OR_RETURN(options.overlay, call.Bool("overlay"));
  return RunCarver(call, [&](const TakeFound& take) {
    return CarvePe(call.bytes(), options, take,
                   [&call] { return call.cancelled(); });
  });
}

}  // namespace

const cupel_plugin_v1 kPeCarver = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_CARVER,
    .name = "pe",
    .version = "1.0",
    .description = "Finds PE files among other bytes",
    .options = R"({"overlay": false, "max_children": 1000})",
    .carve = Enter<kPeCarver, Carve>};

}  // namespace cupel
