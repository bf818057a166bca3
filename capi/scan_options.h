// cupel_scan_options and the options of the engine.
#ifndef CUPEL_CAPI_SCAN_OPTIONS_H_
#define CUPEL_CAPI_SCAN_OPTIONS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "capi/guard.h"
#include "cupel/cupel.h"
#include "engine/engine.h"

namespace cupel::capi {

// With defaults for zeros, and the callbacks wrapped; all defaults for NULL.
// `callbacks` gets what those throw.
absl::StatusOr<ScanOptions> ScanOptionsOf(const cupel_scan_options* options,
                                          std::shared_ptr<Callbacks> callbacks);
// The part that a scanner keeps for itself.
absl::StatusOr<AnswerCacheOptions> CacheOptionsOf(
    const cupel_scan_options* options);

}  // namespace cupel::capi

#endif  // CUPEL_CAPI_SCAN_OPTIONS_H_
