// A finished report as the documents that other pipelines expect: stoQ's 1.x
// and v3 forms, and Cupel's own, whole or one a payload, nested or flat.
// docs/stoq-documents.md shows them.
#ifndef CUPEL_COMPAT_STOQ_DOCUMENTS_H_
#define CUPEL_COMPAT_STOQ_DOCUMENTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/datetime.h"
#include "base/uuid.h"
#include "report/report.h"
#include "report/writer.h"

namespace cupel {

enum class DocumentSchema : uint8_t { kCupel, kStoq1, kStoq3 };
// "cupel", "stoq1", "stoq3".
std::string_view DocumentSchemaName(DocumentSchema schema);
std::optional<DocumentSchema> DocumentSchemaOf(std::string_view name);

struct DocumentOptions {
  DocumentSchema schema = DocumentSchema::kCupel;
  bool split = false;
  std::optional<std::string> flatten;  // the delimiter
  bool indent = false;
  bool timing = true;  // Cupel's whole report only
  // All documents together. What is over it is an error, and what was handed
  // out before is good.
  uint64_t bytes = uint64_t{256} << 20;

  // The rest is for stoQ's forms.
  // What stoQ does and nobody can want (docs/stoq-documents.md, "Quirks").
  bool quirks = false;
  DateTime time;  // of the job's end; with quirks its offset is dropped
  // All ids are derived from it and the payloads' numbers: the same job, the
  // same ids, in whichever document.
  Uuid job;
  // 1.x: only the documents of this worker, by its name.
  std::string worker;
  // 1.x: the uuids of what was before this job, outermost first.
  std::vector<std::string> uuids;
  // v3: `request_meta.source`. Empty: null.
  std::string source;
};

// Hands each document to `sink`, on one line unless `indent`, without a line
// feed. INVALID_ARGUMENT for options that can't be; RESOURCE_EXHAUSTED for more
// than `bytes`, or a document with more values than can be flattened; else what
// `sink` says.
absl::Status WriteDocuments(const Report& report,
                            const DocumentOptions& options,
                            const WriteSink& sink);
// All of them.
absl::StatusOr<std::vector<std::string>> WriteDocuments(
    const Report& report, const DocumentOptions& options);

// The same moment, with the offset from UTC that the system's clock has then.
DateTime InLocalZone(DateTime time);

}  // namespace cupel

#endif  // CUPEL_COMPAT_STOQ_DOCUMENTS_H_
