// Reports in the forms that other pipelines expect.
#include "capi/documents.h"

#include <string>
#include <utility>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/structs.h"

namespace cupel::capi {
namespace {

static_assert(CUPEL_DOCUMENT_CUPEL ==
                  static_cast<int>(DocumentSchema::kCupel) &&
              CUPEL_DOCUMENT_STOQ1 ==
                  static_cast<int>(DocumentSchema::kStoq1) &&
              CUPEL_DOCUMENT_STOQ3 == static_cast<int>(DocumentSchema::kStoq3));

constexpr uint32_t kKnownFlags = CUPEL_DOCUMENT_SPLIT | CUPEL_DOCUMENT_FLATTEN |
                                 CUPEL_DOCUMENT_QUIRKS | CUPEL_DOCUMENT_INDENT |
                                 CUPEL_DOCUMENT_NO_TIMING;

}  // namespace

absl::StatusOr<DocumentOptions> DocumentOptionsOf(
    const cupel_document_options* options) {
  cupel_document_options o = CUPEL_DOCUMENT_OPTIONS_INIT;
  CUPEL_RETURN_IF_ERROR(CopyIn(options, &o, "cupel_document_options"));
  CUPEL_RETURN_IF_ERROR(
      CheckFlags(o.flags, kKnownFlags, "cupel_document_options.flags"));
  if (o.schema < CUPEL_DOCUMENT_CUPEL || o.schema > CUPEL_DOCUMENT_STOQ3) {
    return InvalidArgument(
        "cupel_document_options.schema is {}, which this version does not know",
        o.schema);
  }
  DocumentOptions out;
  out.schema = static_cast<DocumentSchema>(o.schema);
  out.split = (o.flags & CUPEL_DOCUMENT_SPLIT) != 0;
  out.quirks = (o.flags & CUPEL_DOCUMENT_QUIRKS) != 0;
  out.indent = (o.flags & CUPEL_DOCUMENT_INDENT) != 0;
  out.timing = (o.flags & CUPEL_DOCUMENT_NO_TIMING) == 0;
  CUPEL_ASSIGN_OR_RETURN(std::string delimiter,
                         TextOf(o.delimiter, "delimiter"));
  if ((o.flags & CUPEL_DOCUMENT_FLATTEN) != 0) {
    out.flatten = delimiter.empty() ? ":" : std::move(delimiter);
  } else if (!delimiter.empty()) {
    return InvalidArgument(
        "a delimiter is for flat documents: set CUPEL_DOCUMENT_FLATTEN");
  }
  CUPEL_ASSIGN_OR_RETURN(out.worker, TextOf(o.worker, "worker"));
  CUPEL_ASSIGN_OR_RETURN(out.source, TextOf(o.source, "source"));
  return out;
}

}  // namespace cupel::capi

using cupel::capi::CheckHandle;
using cupel::capi::Guard;

extern "C" {

cupel_status cupel_report_documents(const cupel_report* report,
                                    const cupel_document_options* options,
                                    cupel_write_fn write, void* user_data,
                                    cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(report, "report"));
    if (write == nullptr) return cupel::InvalidArgument("write is NULL");
    CUPEL_ASSIGN_OR_RETURN(cupel::DocumentOptions documents,
                           cupel::capi::DocumentOptionsOf(options));
    // The callback may free the report.
    const auto kept = report->report;
    cupel::capi::Callbacks callbacks;
    const absl::Status status = cupel::WriteDocumentsOf(
        *kept, std::move(documents), [&](std::string_view document) {
          const auto call = [&] {
            return write(user_data, cupel::capi::ToView(document));
          };
          return callbacks.Run(call) == 0
                     ? absl::OkStatus()
                     : cupel::Aborted("ended by the callback");
        });
    CUPEL_RETURN_IF_ERROR(callbacks.TakeFailure());
    return status;
  });
}

}  // extern "C"
