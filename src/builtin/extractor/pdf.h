// What a PDF file holds: its streams in clear, and scripts.
#ifndef CUPEL_BUILTIN_EXTRACTOR_PDF_H_
#define CUPEL_BUILTIN_EXTRACTOR_PDF_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "builtin/stop.h"

namespace cupel {

struct PdfPart {
  std::string_view bytes;  // of the payload, or decoded: until Take returns
  std::string name;        // "12.0@3456", "js-12"
  std::string metadata;    // JSON object
  absl::Status damage;
};
// What it returns ends the search unless it is OK.
using TakePdfPart = std::function<absl::Status(const PdfPart&)>;

struct PdfExtraction {
  std::function<uint64_t()> most;     // bytes that a part may have now
  uint64_t work = uint64_t{2} << 30;  // bytes decoded in all
};

struct PdfSummary {
  uint64_t objects = 0;
  uint64_t streams = 0;
  uint64_t object_streams = 0;
  uint64_t scripts = 0;
  uint64_t duplicates = 0;  // objects whose number another one had
  bool encrypted = false;
  absl::Status status;  // why it ended early, if it did
};

// INVALID_ARGUMENT for bytes without any object of PDF; else what was found,
// in the order of the file, scripts last.
absl::StatusOr<PdfSummary> ExtractPdf(std::string_view bytes,
                                      const PdfExtraction& options,
                                      const TakePdfPart& take,
                                      const StopFn& stop = {});

}  // namespace cupel

#endif  // CUPEL_BUILTIN_EXTRACTOR_PDF_H_
