// Writing a report.
#ifndef CUPEL_REPORT_WRITER_H_
#define CUPEL_REPORT_WRITER_H_

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "report/report.h"

namespace cupel {

struct WriteOptions {
  bool indent = false;
  bool timing = true;
  bool color = false;      // text
  bool all_files = false;  // text
};

// Takes the next piece; an error ends the writing and is handed on.
using WriteSink = std::function<absl::Status(std::string_view piece)>;

absl::Status WriteJson(const Report& report, const WriteOptions& options,
                       const WriteSink& sink);
absl::Status WriteNdjson(const Report& report, const WriteSink& sink);
absl::Status WriteText(const Report& report, const WriteOptions& options,
                       const WriteSink& sink);

// One document for each payload, with its findings and incidents, without a
// line feed: one call of `sink` each.
absl::Status WritePayloadDocuments(const Report& report,
                                   const WriteOptions& options,
                                   const WriteSink& sink);

// One finding as one line of NDJSON, without line feed.
std::string FindingLine(const Report& report, const PayloadRecord& payload,
                        const Finding& finding);

// {"digest":…,"engine":…,"count":…,"rules":[…],"skipped":[…],"warnings":[…]}
std::string RuleSetJson(const RuleSet& rules);

}  // namespace cupel

#endif  // CUPEL_REPORT_WRITER_H_
