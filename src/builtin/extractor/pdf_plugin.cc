#include <string>

#include "base/status.h"
#include "builtin/call.h"
#include "builtin/child_bound.h"
#include "builtin/extractor/pdf.h"
#include "builtin/tables.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

std::string ResultJson(const PdfSummary& summary) {
  std::string json;
  JsonWriter(&json)
      .BeginObject()
      .Key("objects")
      .Number(summary.objects)
      .Key("streams")
      .Number(summary.streams)
      .Key("object_streams")
      .Number(summary.object_streams)
      .Key("scripts")
      .Number(summary.scripts)
      .Key("duplicates")
      .Number(summary.duplicates)
      .Key("encrypted")
      .Bool(summary.encrypted)
      .EndObject();
  return json;
}

absl::Status Extract(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const ChildBound bound, ChildBound::Of(call));
  CUPEL_ASSIGN_OR_RETURN(const int64_t work,
                         call.Integer("max_work", 1, int64_t{1} << 50));
  PdfExtraction options{.most = [&bound] { return bound.bytes(); },
                        .work = static_cast<uint64_t>(work)};
  bool refused = false;  // by the host, whose words stay as they are
  const auto summary = ExtractPdf(
      call.bytes(), options,
      [&](const PdfPart& part) {
        const absl::Status taken =
            part.bytes.empty() ? absl::OkStatus()
                               : call.Child(part.bytes, part.name,
                                            {.metadata = part.metadata});
        refused = !taken.ok();
        if (!part.damage.ok()) {
          call.Error(MakeStatus(part.damage.code(), "{}: {}", call.plugin(),
                                MessageOf(part.damage)));
        }
        return taken;
      },
      [&call] { return call.cancelled(); });
  if (!summary.ok()) {
    return MakeStatus(summary.status().code(), "{}: {}", call.plugin(),
                      MessageOf(summary.status()));
  }
  CUPEL_RETURN_IF_ERROR(call.Result(ResultJson(*summary)));
  if (summary->encrypted) {
    call.Error(MakeStatus(
        absl::StatusCode::kPermissionDenied,
        "{}: the file is encrypted: streams that could not be decoded are "
        "handed back as they are",
        call.plugin()));
  }
  if (summary->status.ok() || refused) return summary->status;
  return MakeStatus(summary->status.code(), "{}: {}", call.plugin(),
                    MessageOf(summary->status));
}

}  // namespace

const cupel_plugin_v1 kPdfExtractor = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_EXTRACTOR,
    .name = "pdf",
    .version = "1.0",
    .description = "Hands back the streams and scripts of PDF files",
    .consumes = "pdf",
    .options = R"({"max_bytes": 134217728, "max_work": 2147483648})",
    .extract = Enter<kPdfExtractor, Extract>};

}  // namespace cupel
