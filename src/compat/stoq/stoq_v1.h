// stoQ 1.x result documents.
#ifndef CUPEL_COMPAT_STOQ_STOQ_V1_H_
#define CUPEL_COMPAT_STOQ_STOQ_V1_H_

#include "absl/status/status.h"
#include "compat/stoq/documents.h"
#include "compat/stoq/report_view.h"

namespace cupel {

// One document for each input, worker and result of that worker about the
// input, as as many runs of stoQ would have given; with options.split one for
// each entry of those.
absl::Status WriteStoq1(const ReportView& view, const DocumentOptions& options,
                        const WriteSink& sink);

}  // namespace cupel

#endif  // CUPEL_COMPAT_STOQ_STOQ_V1_H_
