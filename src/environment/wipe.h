// Overwriting JSON that held secrets.
#ifndef CUPEL_ENVIRONMENT_WIPE_H_
#define CUPEL_ENVIRONMENT_WIPE_H_

#include "format/json.h"

namespace cupel {

// Overwrites the text of every string in `value`, keys excepted, and makes it
// null. What a reallocation left behind before is out of reach.
void WipeJson(Json* value);

// Does so when it goes out of scope.
class WipeJsonAtEnd {
 public:
  explicit WipeJsonAtEnd(Json* value) : value_(value) {}
  ~WipeJsonAtEnd() { WipeJson(value_); }
  WipeJsonAtEnd(const WipeJsonAtEnd&) = delete;
  WipeJsonAtEnd& operator=(const WipeJsonAtEnd&) = delete;

 private:
  Json* value_;
};

}  // namespace cupel

#endif  // CUPEL_ENVIRONMENT_WIPE_H_
