// What carvers give back.
#ifndef CUPEL_BUILTIN_CARVER_FOUND_H_
#define CUPEL_BUILTIN_CARVER_FOUND_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace cupel {

// A file, or a part of one, among other bytes.
struct Found {
  uint64_t offset = 0;
  uint64_t size = 0;       // that it takes in the payload
  std::string_view bytes;  // of the payload, or decoded: until Take returns
  std::string_view kind;   // "pe", "script": names the child, with the offset
  std::string metadata;    // more members of the JSON object, as `"a":1,"b":2`
  absl::Status damage;     // what is wrong with it, if anything
};

// What it returns ends the search unless it is OK.
using TakeFound = std::function<absl::Status(const Found&)>;

}  // namespace cupel

#endif  // CUPEL_BUILTIN_CARVER_FOUND_H_
