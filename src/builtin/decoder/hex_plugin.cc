#include "base/status.h"
#include "builtin/call.h"
#include "builtin/decoder/hand_back.h"
#include "builtin/decoder/hex.h"
#include "builtin/tables.h"

namespace cupel {
namespace {

absl::Status Decode(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const bool embedded, call.Bool("embedded"));
  CUPEL_ASSIGN_OR_RETURN(const bool unescape, call.Bool("unescape"));
  CUPEL_ASSIGN_OR_RETURN(const bool skip, call.Bool("skip_garbage"));
  CUPEL_ASSIGN_OR_RETURN(const int64_t min_length,
                         call.Integer("min_length", 2, 1 << 20));
  if (embedded && unescape) {
    return call.Wrong("unescape", "it does not go together with 'embedded'");
  }
  const StopFn stop = [&call] { return call.cancelled(); };
  if (unescape) return HandBack(call, "hex", UnescapeHex(call.bytes(), stop));
  if (!embedded) {
    return HandBack(call, "hex", DecodeHex(call.bytes(), skip, stop));
  }
  return FindHex(
      call.bytes(), static_cast<size_t>(min_length),
      [&call](const EncodedRun& run) { return HandBackRun(call, "hex", run); },
      stop);
}

}  // namespace

const cupel_plugin_v1 kHexDecoder = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_DECODER,
    .name = "hex",
    .version = "1.0",
    .description = "Decodes hexadecimal, the whole payload or runs inside it",
    .options = R"({"embedded": false, "min_length": 32, "unescape": false,
                   "skip_garbage": false})",
    .decode = Enter<kHexDecoder, Decode>};

}  // namespace cupel
