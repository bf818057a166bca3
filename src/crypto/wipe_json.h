// Overwriting JSON that held secrets.
#ifndef CUPEL_CRYPTO_WIPE_JSON_H_
#define CUPEL_CRYPTO_WIPE_JSON_H_

#include "format/json_fwd.h"

namespace cupel {

// Overwrites every text and number in `value` where it lies; its form stays,
// and so do its keys. Copies of texts that were made on the way are out of
// reach: a Json lives on the ordinary heap, so the less often secrets are in
// one, the better. Recursive, for what ParseJson or the program made.
void WipeJson(Json* value) noexcept;

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

#endif  // CUPEL_CRYPTO_WIPE_JSON_H_
