#include "base/status.h"
#include "builtin/call.h"
#include "builtin/carver/hand_back.h"
#include "builtin/carver/script.h"
#include "builtin/tables.h"

namespace cupel {
namespace {

absl::Status Carve(PluginCall& call) {
  ScriptCarving options;
  CUPEL_ASSIGN_OR_RETURN(const int64_t least,
                         call.Integer("min_length", 1, 1 << 20));
  options.min_length = static_cast<size_t>(least);
  return RunCarver(call, [&](const TakeFound& take) {
    return CarveScripts(call.bytes(), options, take,
                        [&call] { return call.cancelled(); });
  });
}

}  // namespace

const cupel_plugin_v1 kScriptCarver = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_CARVER,
    .name = "script",
    .version = "1.0",
    .description = "Finds scripts in HTML, in URLs and in command lines",
    .options = R"({"min_length": 32, "max_children": 10000})",
    .carve = Enter<kScriptCarver, Carve>};

}  // namespace cupel
