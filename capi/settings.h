// What sealing functions share.
#ifndef CUPEL_CAPI_SETTINGS_H_
#define CUPEL_CAPI_SETTINGS_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "cupel/cupel.h"
#include "engine/settings.h"

namespace cupel::capi {

// kInvalidArgument for one that this version does not know.
absl::StatusOr<SealFormat> SealFormatOf(cupel_seal_format format,
                                        std::string_view name);

}  // namespace cupel::capi

#endif  // CUPEL_CAPI_SETTINGS_H_
