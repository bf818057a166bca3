// stoQ v3 result documents.
#ifndef CUPEL_COMPAT_STOQ_STOQ_V3_H_
#define CUPEL_COMPAT_STOQ_STOQ_V3_H_

#include "absl/status/status.h"
#include "compat/stoq/documents.h"
#include "compat/stoq/report_view.h"

namespace cupel {

// One document for each input, as one request of stoQ; with options.split one
// for each payload and worker of those. Payloads of equal bytes are one, with
// all that they came from.
absl::Status WriteStoq3(const ReportView& view, const DocumentOptions& options,
                        const WriteSink& sink);

}  // namespace cupel

#endif  // CUPEL_COMPAT_STOQ_STOQ_V3_H_
