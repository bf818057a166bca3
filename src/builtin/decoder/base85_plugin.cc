#include "base/status.h"
#include "builtin/call.h"
#include "builtin/decoder/base85.h"
#include "builtin/decoder/hand_back.h"
#include "builtin/tables.h"

namespace cupel {
namespace {

absl::Status Decode(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const size_t variant,
                         call.Choice("variant", {"ascii85", "rfc1924", "z85"}));
  return HandBack(
      call, "base85",
      DecodeBase85(call.bytes(), static_cast<Base85Variant>(variant),
                   [&call] { return call.cancelled(); }));
}

}  // namespace

const cupel_plugin_v1 kBase85Decoder = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_DECODER,
    .name = "base85",
    .version = "1.0",
    .description = "Decodes base85: Ascii85, RFC 1924 or Z85",
    .options = R"({"variant": "ascii85"})",
    .decode = Enter<kBase85Decoder, Decode>};

}  // namespace cupel
