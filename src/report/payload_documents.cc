// The report as one document a payload: docs/report.md, "One document a
// payload".
#include <vector>

#include "base/hash.h"
#include "report/finding_json.h"
#include "report/payload_json.h"
#include "report/plugin_json.h"
#include "report/writer.h"

namespace cupel {
namespace {

using IncidentsOf = HashMap<uint32_t, std::vector<const Incident*>>;

std::string DocumentOf(const Report& report, const PayloadRecord& payload,
                       const IncidentsOf& incidents, JsonWriter::Style style) {
  std::string document;
  JsonWriter json(&document, style);
  json.BeginObject();
  json.Key("schema").String("cupel.payload/1");
  json.Key("job");
  WriteJob(report, &json);
  json.Key("payload");
  WritePayload(report, payload, &json);
  json.Key("findings").BeginArray();
  ForEachFinding(report, payload, [&](const Finding& finding) {
    json.BeginObject();
    WriteFindingFields(report, finding, &json);
    json.EndObject();
  });
  json.EndArray();
  json.Key("incidents").BeginArray();
  for (const uint32_t of : {kNoPayload, payload.id}) {
    const auto found = incidents.find(of);
    if (found == incidents.end()) continue;
    for (const Incident* incident : found->second) {
      WriteIncident(*incident, &json);
    }
  }
  json.EndArray();
  WriteDecorations(report, &json);
  json.EndObject();
  return document;
}

}  // namespace

absl::Status WritePayloadDocuments(const Report& report,
                                   const WriteOptions& options,
                                   const WriteSink& sink) {
  IncidentsOf incidents;
  for (const Incident& incident : report.incidents) {
    incidents[incident.payload].push_back(&incident);
  }
  const auto style = options.indent ? JsonWriter::Style::kIndented
                                    : JsonWriter::Style::kCompact;
  for (const PayloadRecord& payload : report.payloads) {
    if (absl::Status status =
            sink(DocumentOf(report, payload, incidents, style));
        !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace cupel
