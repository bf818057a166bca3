#include <string>

#include "base/status.h"
#include "builtin/call.h"
#include "builtin/reader/charset.h"
#include "builtin/reader/charset_guess.h"
#include "builtin/tables.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

absl::Status HandBackText(PluginCall& call, std::string_view charset,
                          const Utf8Text& out) {
  if (out.text.empty()) return absl::OkStatus();
  std::string metadata;
  JsonWriter json(&metadata);
  json.BeginObject().Key("encoding").String(charset);
  json.Key("replaced").Number(out.replaced).EndObject();
  return call.Child(out.text, "charset", {.metadata = metadata});
}

absl::Status Decode(PluginCall& call) {
  const StopFn stop = [&call] { return call.cancelled(); };
  CUPEL_ASSIGN_OR_RETURN(const std::string charset, call.Text("charset"));
  CharsetGuess guess{charset, 0};
  const bool automatic = guess.charset == "auto";
  if (automatic) {
    CUPEL_ASSIGN_OR_RETURN(guess, GuessCharset(call.bytes(), stop));
    if (guess.charset.empty()) {
      return FailedPrecondition(
          "{}: the payload looks like no text; option 'charset' says which "
          "charset it is in all the same",
          call.plugin());
    }
    // It is in clear already.
    if (guess.charset == "UTF-8" && guess.bom == 0) return absl::OkStatus();
  }
  const Utf8Text out = ToUtf8(call.bytes().substr(guess.bom), guess.charset,
                              call.budget(), stop);
  if (absl::IsInvalidArgument(out.status)) {
    return call.Wrong("charset", MessageOf(out.status));
  }
  CUPEL_RETURN_IF_ERROR(HandBackText(call, guess.charset, out));
  return out.status;
}

}  // namespace

const cupel_plugin_v1 kCharsetDecoder = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_DECODER,
    .name = "charset",
    .version = "1.0",
    .description = "Text of any charset as UTF-8",
    .options = R"({"charset": "auto"})",
    .decode = Enter<kCharsetDecoder, Decode>};

}  // namespace cupel
