// What plugins said, as members of the report.
#ifndef CUPEL_REPORT_PLUGIN_JSON_H_
#define CUPEL_REPORT_PLUGIN_JSON_H_

#include "format/json_writer.h"
#include "report/report.h"

namespace cupel {

// "metadata", "origins", "plugins", "results", "saved", each only where there
// is something to say: into the payload's object, which is open.
void WritePluginMembers(const Report& report, const PayloadRecord& payload,
                        JsonWriter* json);

// "decorations": {"decorator:score": {…}}, into the report's object.
void WriteDecorations(const Report& report, JsonWriter* json);

}  // namespace cupel

#endif  // CUPEL_REPORT_PLUGIN_JSON_H_
