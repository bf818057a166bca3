#include "format/base64.h"
#include "format/escape.h"
#include "format/json_writer.h"
#include "report/finding_json.h"
#include "report/writer.h"

namespace cupel {

std::string FindingLine(const Report& report, const PayloadRecord& payload,
                        const Finding& finding) {
  std::string line;
  JsonWriter json(&line);
  const std::string path = PayloadPath(report, payload.id);
  json.BeginObject();
  json.Key("payload").Number(payload.id);
  json.Key("path").String(EscapePrintable(path));
  json.Key("sha256").String(HexDigest(payload.sha256));
  WriteFindingFields(report, finding, &json);
  json.EndObject();
  return line;
}

absl::Status WriteNdjson(const Report& report, const WriteSink& sink) {
  absl::Status status;
  for (const uint32_t id : report.order) {
    const PayloadRecord& payload = report.payload(id);
    ForEachFinding(report, payload, [&](const Finding& finding) {
      if (!status.ok()) return;
      std::string line = FindingLine(report, payload, finding);
      line += '\n';
      status = sink(line);
    });
    if (!status.ok()) return status;
  }
  return status;
}

}  // namespace cupel
