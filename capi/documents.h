// cupel_document_options: a plain struct.
#ifndef CUPEL_CAPI_DOCUMENTS_H_
#define CUPEL_CAPI_DOCUMENTS_H_

#include "absl/status/statusor.h"
#include "cupel/cupel.h"
#include "engine/plugin_uses.h"

namespace cupel::capi {

// Checked; `options` may be null.
absl::StatusOr<DocumentOptions> DocumentOptionsOf(
    const cupel_document_options* options);

}  // namespace cupel::capi

#endif  // CUPEL_CAPI_DOCUMENTS_H_
