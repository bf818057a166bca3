#include "builtin/decoder/hand_back.h"

#include <fmt/format.h>

#include <string>

#include "base/status.h"
#include "format/json_writer.h"

namespace cupel {

absl::Status HandBack(PluginCall& call, std::string_view encoding,
                      const Decoded& decoded) {
  if (!decoded.bytes.empty()) {
    std::string metadata;
    JsonWriter(&metadata)
        .BeginObject()
        .Key("encoding")
        .String(encoding)
        .EndObject();
    CUPEL_RETURN_IF_ERROR(
        call.Child(decoded.bytes, encoding, {.metadata = metadata}));
  } else if (decoded.status.ok() && !call.bytes().empty()) {
    return DataLoss("{}: there is no {} in it", call.plugin(), encoding);
  }
  if (decoded.status.ok()) return absl::OkStatus();
  return MakeStatus(decoded.status.code(), "{}: {}", call.plugin(),
                    MessageOf(decoded.status));
}

absl::Status HandBackRun(PluginCall& call, std::string_view encoding,
                         const EncodedRun& run) {
  if (run.bytes.empty()) return absl::OkStatus();
  std::string metadata;
  JsonWriter(&metadata)
      .BeginObject()
      .Key("encoding")
      .String(encoding)
      .Key("offset")
      .Number(run.offset)
      .Key("length")
      .Number(run.length)
      .EndObject();
  return call.Child(run.bytes, fmt::format("{}@{}", encoding, run.offset),
                    {.metadata = metadata});
}

}  // namespace cupel
