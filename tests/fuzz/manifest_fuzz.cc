// JSON -> manifest -> JSON, and cron expressions: what is read without an issue
// prints as something that reads back to the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"
#include "format/json_fields.h"
#include "registry/manifest.h"

namespace cupel {
namespace {

void Check(bool good) {
  if (!good) abort();
}

void ReadAs(const Json& document, std::optional<PluginKind> kind) {
  JsonIssues issues;
  const PluginManifest manifest = ReadManifest(document, kind, &issues);
  if (!issues.empty()) {
    const absl::Status status = issues.ToStatus("m");
    Check(absl::IsInvalidArgument(status) && IsUtf8(MessageOf(status)));
    return;
  }
  Check(CheckPluginId(manifest.id).ok());
  const Json printed = PrintManifest(manifest, manifest.enabled);
  JsonIssues again;
  const PluginManifest same = ReadManifest(printed, std::nullopt, &again);
  Check(again.empty() && same.kind == manifest.kind);
  Check(PrintManifest(same, same.enabled) == printed);
}

}  // namespace
}  // namespace cupel

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::Status cron = cupel::CheckCron(text);
  cupel::Check(cupel::IsUtf8(cupel::MessageOf(cron)));
  const auto document = cupel::ParseJson(text, "m");
  if (!document.ok()) return 0;
  cupel::ReadAs(*document, std::nullopt);
  cupel::ReadAs(*document, cupel::PluginKind::kBoefje);
  cupel::ReadAs(*document, cupel::PluginKind::kNormalizer);
  return 0;
}
