#include <cmath>
#include <string>

#include "base/status.h"
#include "builtin/call.h"
#include "builtin/tables.h"
#include "builtin/worker/entropy.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

// As many digits as mean something, and none that depend on the processor.
double Rounded(double value) { return std::round(value * 1e4) / 1e4; }

absl::Status Scan(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const int64_t block_size,
                         call.Integer("block_size", 256, 1 << 30));
  CUPEL_ASSIGN_OR_RETURN(const int64_t max_blocks,
                         call.Integer("max_blocks", 1, 4096));
  CUPEL_ASSIGN_OR_RETURN(const bool chi_square, call.Bool("chi_square"));
  CUPEL_ASSIGN_OR_RETURN(
      const EntropyProfile profile,
      ProfileEntropy(call.bytes(), static_cast<size_t>(block_size),
                     static_cast<size_t>(max_blocks),
                     [&call] { return call.cancelled(); }));
  std::string result;
  JsonWriter json(&result);
  json.BeginObject().Key("entropy").Double(Rounded(profile.entropy));
  if (chi_square) json.Key("chi_square").Double(Rounded(profile.chi_square));
  json.Key("block_size").Number(profile.block_size);
  json.Key("blocks").BeginArray();
  for (const double block : profile.blocks) json.Double(Rounded(block));
  json.EndArray().EndObject();
  return call.Result(result);
}

}  // namespace

const cupel_plugin_v1 kEntropyWorker = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_WORKER,
    .name = "entropy",
    .version = "1.0",
    .description = "Shannon entropy of a payload and of each of its blocks",
    .options = R"({"block_size": 4096, "max_blocks": 256,
                   "chi_square": false})",
    .scan = Enter<kEntropyWorker, Scan>};

}  // namespace cupel
