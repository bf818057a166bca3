// Overwriting opened settings.
#ifndef CUPEL_SETTINGS_WIPE_JSON_H_
#define CUPEL_SETTINGS_WIPE_JSON_H_

#include "format/json_fwd.h"

namespace cupel {

// Overwrites every text and number in `value` where it lies; its form stays.
// Keys stay too, and so may copies of texts that were made on the way: a Json
// lives on the ordinary heap, so the less often settings are opened, the
// better.
void WipeJson(Json* value);

}  // namespace cupel

#endif  // CUPEL_SETTINGS_WIPE_JSON_H_
