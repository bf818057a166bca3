// The name Json, for headers that only pass it on: nlohmann/json.hpp is heavy.
#ifndef CUPEL_FORMAT_JSON_FWD_H_
#define CUPEL_FORMAT_JSON_FWD_H_

#include "nlohmann/json_fwd.hpp"

namespace cupel {

// See format/json.h, which whoever makes or reads one includes.
using Json = nlohmann::ordered_json;

}  // namespace cupel

#endif  // CUPEL_FORMAT_JSON_FWD_H_
