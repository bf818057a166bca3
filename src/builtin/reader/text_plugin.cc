#include <algorithm>
#include <string>

#include "base/status.h"
#include "builtin/call.h"
#include "builtin/reader/charset.h"
#include "builtin/reader/charset_guess.h"
#include "builtin/tables.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

uint64_t CountLines(std::string_view text) {
  const auto breaks = std::count(text.begin(), text.end(), '\n');
  const bool open = !text.empty() && text.back() != '\n';
  return static_cast<uint64_t>(breaks) + (open ? 1 : 0);
}

absl::Status HandBackText(PluginCall& call, const CharsetGuess& guess,
                          std::string_view text, uint64_t replaced) {
  std::string result;
  JsonWriter json(&result);
  json.BeginObject().Key("charset").String(guess.charset);
  json.Key("byte_order_mark").Bool(guess.bom > 0);
  json.Key("lines").Number(CountLines(text));
  json.Key("replaced").Number(replaced);
  json.EndObject();
  CUPEL_RETURN_IF_ERROR(call.Result(result));
  if (text.empty()) return absl::OkStatus();
  // The payload itself need not be scanned once more.
  const bool same =
      text.size() == call.bytes().size() && text.data() == call.bytes().data();
  return call.Child(text, "text", {.scan = !same});
}

absl::Status Read(PluginCall& call) {
  const StopFn stop = [&call] { return call.cancelled(); };
  CUPEL_ASSIGN_OR_RETURN(const std::string charset, call.Text("charset"));
  CharsetGuess guess{charset, 0};
  const bool automatic = guess.charset == "auto";
  if (automatic) {
    CUPEL_ASSIGN_OR_RETURN(guess, GuessCharset(call.bytes(), stop));
  }
  if (guess.charset.empty()) {
    return call.Result(R"({"charset":null})");
  }
  const std::string_view bytes = call.bytes().substr(guess.bom);
  if (automatic && guess.charset == "UTF-8" && guess.bom == 0) {
    return HandBackText(call, guess, bytes, 0);
  }
  const Utf8Text out = ToUtf8(bytes, guess.charset, call.budget(), stop);
  if (absl::IsInvalidArgument(out.status)) {
    return call.Wrong("charset", MessageOf(out.status));
  }
  const bool slice = guess.charset == "UTF-8" && out.replaced == 0;
  CUPEL_RETURN_IF_ERROR(HandBackText(
      call, guess, slice && out.status.ok() ? bytes : out.text, out.replaced));
  return out.status;
}

}  // namespace

const cupel_plugin_v1 kTextReader = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_READER,
    .name = "text",
    .version = "1.0",
    .description = "Texts of any charset as UTF-8",
    .options = R"({"charset": "auto"})",
    .read = Enter<kTextReader, Read>};

}  // namespace cupel
