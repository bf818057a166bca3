// cupel_plugin_use: a plain struct.
#ifndef CUPEL_CAPI_PLUGIN_USE_H_
#define CUPEL_CAPI_PLUGIN_USE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "capi/guard.h"
#include "cupel/cupel.h"
#include "engine/plugin_uses.h"

namespace cupel::capi {

// Checked, and with all it refers to.
// `callbacks` gets what the log throws.
absl::StatusOr<PluginUse> PluginUseOf(const cupel_plugin_use* use,
                                      std::shared_ptr<Callbacks> callbacks);

}  // namespace cupel::capi

#endif  // CUPEL_CAPI_PLUGIN_USE_H_
