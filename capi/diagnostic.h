// Remarks of the rule compiler, as C sees them.
#ifndef CUPEL_CAPI_DIAGNOSTIC_H_
#define CUPEL_CAPI_DIAGNOSTIC_H_

#include <cstddef>
#include <span>

#include "absl/status/status.h"
#include "cupel/cupel.h"
#include "engine/engine.h"

namespace cupel::capi {

// Fills *out with views into list[index]. kOutOfRange for a wrong index.
absl::Status CopyDiagnostic(std::span<const RuleDiagnostic> list, size_t index,
                            cupel_diagnostic* out);

}  // namespace cupel::capi

#endif  // CUPEL_CAPI_DIAGNOSTIC_H_
