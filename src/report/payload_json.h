// The parts of a report's JSON that every document of it is made of: a payload,
// an incident, the job.
#ifndef CUPEL_REPORT_PAYLOAD_JSON_H_
#define CUPEL_REPORT_PAYLOAD_JSON_H_

#include <string>

#include "format/json_writer.h"
#include "report/report.h"

namespace cupel {

// Each writes one value; docs/report.md has the members.
void WritePayload(const Report& report, const PayloadRecord& payload,
                  JsonWriter* json);
void WriteIncident(const Incident& incident, JsonWriter* json);
void WriteJob(const Report& report, JsonWriter* json);

// "verdict", "coverage" and "score", into the object that is open.
void WriteAnswer(Verdict verdict, Coverage coverage, int64_t score,
                 JsonWriter* json);
// Null for kNoPayload.
void WritePayloadId(uint32_t id, JsonWriter* json);

// "input", "archive", or the plugin that made it: "decoder:base64".
std::string ProducerOf(const Report& report, const PayloadRecord& payload);

}  // namespace cupel

#endif  // CUPEL_REPORT_PAYLOAD_JSON_H_
