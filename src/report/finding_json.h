// The members that a finding has in every JSON form.
#ifndef CUPEL_REPORT_FINDING_JSON_H_
#define CUPEL_REPORT_FINDING_JSON_H_

#include "format/json_writer.h"
#include "report/report.h"

namespace cupel {

// "plugin", "rule", "namespace", "tags", "meta", "weight", "string_count",
// "strings", and "suppressed" where it is: into the object that is open.
void WriteFindingFields(const Report& report, const Finding& finding,
                        JsonWriter* json);

// {"key": value, …} in source order; a key that stands twice keeps its first
// value, since JSON objects can't have both.
void WriteMetas(const RuleInfo& rule, JsonWriter* json);

}  // namespace cupel

#endif  // CUPEL_REPORT_FINDING_JSON_H_
