// Zip files among other bytes.
#ifndef CUPEL_BUILTIN_CARVER_ZIP_H_
#define CUPEL_BUILTIN_CARVER_ZIP_H_

#include <string_view>

#include "absl/status/status.h"
#include "builtin/carver/found.h"
#include "builtin/stop.h"

namespace cupel {

// Each from its first local header to the end of its end record, by its
// directory; one without an end record from its first local header to the next
// zip file or the end, with damage. Metadata: "entries". A zip file that is the
// whole payload is none of its parts. Bounded: directories that lie on one
// another are walked a few times (RESOURCE_EXHAUSTED).
absl::Status CarveZip(std::string_view bytes, const TakeFound& take,
                      const StopFn& stop = {});

}  // namespace cupel

#endif  // CUPEL_BUILTIN_CARVER_ZIP_H_
