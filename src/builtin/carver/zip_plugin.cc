#include "base/status.h"
#include "builtin/call.h"
#include "builtin/carver/hand_back.h"
#include "builtin/carver/zip.h"
#include "builtin/tables.h"

namespace cupel {
namespace {

absl::Status Carve(PluginCall& call) {
  return RunCarver(call, [&](const TakeFound& take) {
    return CarveZip(call.bytes(), take, [&call] { return call.cancelled(); });
  });
}

}  // namespace

const cupel_plugin_v1 kZipCarver = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_CARVER,
    .name = "zip",
    .version = "1.0",
    .description = "Finds zip files among other bytes",
    .options = R"({"max_children": 1000})",
    .carve = Enter<kZipCarver, Carve>};

}  // namespace cupel
