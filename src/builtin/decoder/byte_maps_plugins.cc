#include "base/status.h"
#include "builtin/call.h"
#include "builtin/decoder/byte_maps.h"
#include "builtin/decoder/hand_back.h"
#include "builtin/tables.h"

namespace cupel {
namespace {

absl::Status DecodeXor(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(
      const size_t form,
      call.Choice("form", {"auto", "decimal", "hex", "text"}));
  CUPEL_ASSIGN_OR_RETURN(const std::string text, call.Text("key"));
  const absl::StatusOr<std::string> key =
      ParseXorKey(text, static_cast<KeyForm>(form));
  if (!key.ok()) return call.Wrong("key", MessageOf(key.status()));
  return HandBack(call, "xor", Xor(call.bytes(), *key, [&call] {
                    return call.cancelled();
                  }));
}

absl::Status DecodeRot(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const int64_t n, call.Integer("n", 1, 25));
  CUPEL_ASSIGN_OR_RETURN(const bool rot47, call.Bool("rot47"));
  return HandBack(
      call, "rot",
      MapBytes(call.bytes(), rot47 ? Rot47() : RotLetters(static_cast<int>(n)),
               [&call] { return call.cancelled(); }));
}

absl::Status DecodeBitrot(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const int64_t bits, call.Integer("bits", 0, 8));
  CUPEL_ASSIGN_OR_RETURN(const size_t direction,
                         call.Choice("direction", {"right", "left"}));
  return HandBack(
      call, "bitrot",
      MapBytes(call.bytes(), RotateBits(static_cast<int>(bits), direction == 0),
               [&call] { return call.cancelled(); }));
}

}  // namespace

const cupel_plugin_v1 kXorDecoder = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_DECODER,
    .name = "xor",
    .version = "1.0",
    .description = "Undoes XOR with a key of one or more bytes",
    .options = R"({"key": "", "form": "auto"})",
    .decode = Enter<kXorDecoder, DecodeXor>};

const cupel_plugin_v1 kRotDecoder = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_DECODER,
    .name = "rot",
    .version = "1.0",
    .description = "Undoes ROT13, any other rotation of letters, and ROT47",
    .options = R"({"n": 13, "rot47": false})",
    .decode = Enter<kRotDecoder, DecodeRot>};

const cupel_plugin_v1 kBitrotDecoder = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_DECODER,
    .name = "bitrot",
    .version = "1.0",
    .description = "Rotates the bits of each byte",
    .options = R"({"bits": 4, "direction": "right"})",
    .decode = Enter<kBitrotDecoder, DecodeBitrot>};

}  // namespace cupel
