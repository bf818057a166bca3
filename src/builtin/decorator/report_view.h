// What decorators read in a report (docs/report.md).
#ifndef CUPEL_BUILTIN_DECORATOR_REPORT_VIEW_H_
#define CUPEL_BUILTIN_DECORATOR_REPORT_VIEW_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"

namespace cupel {

struct PayloadView {
  uint64_t id = 0;
  std::string path;
  std::string type;
  std::string mime;
  std::string sha256;
  bool repeated = false;  // has the bytes of an earlier one (same_as)
};

struct FindingView {
  uint64_t payload = 0;
  std::string plugin;
  std::string rule;
  std::string ns;
  std::vector<std::string> tags;
  int64_t weight = 0;
};

// A value type. Members that are missing or of another kind are empty: what a
// later version adds or leaves out must not end a job.
struct ReportView {
  std::vector<PayloadView> payloads;
  std::vector<FindingView> findings;  // all, so that an index is the report's
  std::unordered_map<uint64_t, size_t> payload_of_id;

  // INVALID_ARGUMENT for what is no JSON object.
  static absl::StatusOr<ReportView> Parse(std::string_view document);
  // Null if the finding's payload is not listed.
  const PayloadView* PayloadOf(const FindingView& finding) const;
};

}  // namespace cupel

#endif  // CUPEL_BUILTIN_DECORATOR_REPORT_VIEW_H_
