// Variables, as C hands them in.
#ifndef CUPEL_CAPI_VARIABLES_H_
#define CUPEL_CAPI_VARIABLES_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "cupel/cupel.h"
#include "engine/variables.h"

namespace cupel::capi {

// Names must not be empty or hold a NUL; values may be anything, of which
// errors show nothing.
absl::StatusOr<Variables> VariablesOf(const cupel_field* variables,
                                      size_t count);

}  // namespace cupel::capi

#endif  // CUPEL_CAPI_VARIABLES_H_
