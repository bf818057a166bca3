// Flash files among other bytes, decompressed.
#ifndef CUPEL_BUILTIN_CARVER_SWF_H_
#define CUPEL_BUILTIN_CARVER_SWF_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "builtin/carver/found.h"
#include "builtin/stop.h"

namespace cupel {

// FWS is given as it stands; CWS (zlib) and ZWS (LZMA) become an FWS with the
// bytes in clear, `most()` of them at most, and never more than the file says
// that it has. Metadata: "swf_version", "swf_size" (as declared),
// "compression". Bounded: at most 100,000 marks are tried
// (RESOURCE_EXHAUSTED). An FWS that is the whole payload is none of its parts.
absl::Status CarveSwf(std::string_view bytes,
                      const std::function<uint64_t()>& most,
                      const TakeFound& take, const StopFn& stop = {});

}  // namespace cupel

#endif  // CUPEL_BUILTIN_CARVER_SWF_H_
