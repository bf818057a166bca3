#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "builtin/call.h"
#include "builtin/stop.h"
#include "builtin/tables.h"
#include "crypto/named_hash.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

constexpr HashName kAll[] = {HashName::kMd5, HashName::kSha1, HashName::kSha256,
                             HashName::kSha512};
constexpr std::string_view kBetween = " ,\t\r\n";

absl::StatusOr<std::vector<HashName>> ReadAlgorithms(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const std::string text, call.Text("algorithms"));
  std::vector<HashName> names;
  size_t at = 0;
  while ((at = text.find_first_not_of(kBetween, at)) != std::string::npos) {
    const size_t end = std::min(text.find_first_of(kBetween, at), text.size());
    const auto* found =
        std::find_if(std::begin(kAll), std::end(kAll), [&](HashName name) {
          return text.compare(at, end - at, HashNameText(name)) == 0;
        });
    if (found == std::end(kAll)) {
      return call.Wrong("algorithms",
                        "it must be some of md5, sha1, sha256 and sha512");
    }
    if (std::find(names.begin(), names.end(), *found) == names.end()) {
      names.push_back(*found);
    }
    at = end;
  }
  return names;
}

absl::Status Scan(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const std::vector<HashName> names,
                         ReadAlgorithms(call));
  std::vector<NamedHashStream> streams;
  for (const HashName name : names) {
    CUPEL_ASSIGN_OR_RETURN(NamedHashStream stream, NamedHashStream::New(name));
    streams.push_back(std::move(stream));
  }
  const std::string_view bytes = call.bytes();
  for (size_t at = 0; at < bytes.size(); at += kStopInterval) {
    CUPEL_RETURN_IF_ERROR(call.CheckCancelled());
    const std::string_view piece = bytes.substr(at, kStopInterval);
    for (NamedHashStream& stream : streams) stream.Update(piece);
  }
  std::string result;
  JsonWriter json(&result);
  json.BeginObject();
  for (size_t i = 0; i < names.size(); ++i) {
    json.Key(HashNameText(names[i])).String(streams[i].Finish());
  }
  json.EndObject();
  return call.Result(result);
}

}  // namespace

const cupel_plugin_v1 kHashWorker = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_WORKER,
    .name = "hash",
    .version = "1.0",
    .description = "MD5, SHA-1, SHA-256 and SHA-512 of a payload",
    .options = R"({"algorithms": "md5 sha1 sha256 sha512"})",
    .scan = Enter<kHashWorker, Scan>};

}  // namespace cupel
