// What settings may hold, checked before they are sealed.
#ifndef CUPEL_SETTINGS_STORABLE_H_
#define CUPEL_SETTINGS_STORABLE_H_

#include "absl/status/status.h"
#include "format/json_fwd.h"

namespace cupel {

// OK if `settings` is an object that reads back from its JSON as it is, so that
// nothing is sealed that could not be opened. INVALID_ARGUMENT for another
// value, text that is no UTF-8, numbers that are none and keys that stand
// twice; RESOURCE_EXHAUSTED for more depth or values than ParseJson takes.
// Messages name the place and never show a value.
absl::Status CheckStorable(const Json& settings);

}  // namespace cupel

#endif  // CUPEL_SETTINGS_STORABLE_H_
