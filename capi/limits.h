// cupel_limits and the limits of the engine.
#ifndef CUPEL_CAPI_LIMITS_H_
#define CUPEL_CAPI_LIMITS_H_

#include "absl/status/statusor.h"
#include "cupel/cupel.h"
#include "engine/engine.h"

namespace cupel::capi {

// With defaults for zeros; all defaults for NULL.
absl::StatusOr<Limits> LimitsOf(const cupel_limits* limits);

}  // namespace cupel::capi

#endif  // CUPEL_CAPI_LIMITS_H_
