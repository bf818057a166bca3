#include "base/status.h"
#include "builtin/call.h"
#include "builtin/decoder/base64.h"
#include "builtin/decoder/hand_back.h"
#include "builtin/tables.h"

namespace cupel {
namespace {

absl::Status Decode(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const size_t alphabet,
                         call.Choice("alphabet", {"any", "standard", "url"}));
  CUPEL_ASSIGN_OR_RETURN(const bool embedded, call.Bool("embedded"));
  CUPEL_ASSIGN_OR_RETURN(const bool skip, call.Bool("skip_garbage"));
  CUPEL_ASSIGN_OR_RETURN(const int64_t min_length,
                         call.Integer("min_length", 4, 1 << 20));
  const auto which = static_cast<Base64Alphabet>(alphabet);
  const StopFn stop = [&call] { return call.cancelled(); };
  if (!embedded) {
    return HandBack(call, "base64",
                    DecodeBase64(call.bytes(), which, skip, stop));
  }
  return FindBase64(
      call.bytes(), which, static_cast<size_t>(min_length),
      [&call](const EncodedRun& run) {
        return HandBackRun(call, "base64", run);
      },
      stop);
}

}  // namespace

const cupel_plugin_v1 kBase64Decoder = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_DECODER,
    .name = "base64",
    .version = "1.0",
    .description = "Decodes base64, the whole payload or runs inside it",
    .options = R"({"embedded": false, "min_length": 40, "alphabet": "any",
                   "skip_garbage": false})",
    .decode = Enter<kBase64Decoder, Decode>};

}  // namespace cupel
