// Scripts inside of other texts.
#ifndef CUPEL_BUILTIN_CARVER_SCRIPT_H_
#define CUPEL_BUILTIN_CARVER_SCRIPT_H_

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "builtin/carver/found.h"
#include "builtin/stop.h"

namespace cupel {

struct ScriptCarving {
  // Of URLs and encoded commands: shorter ones are links and words.
  size_t min_length = 32;
};

// In this order, each from front to back, with metadata "kind":
//   "element"     what stands between <script> and </script>, in HTML, SVG, HTA
//                 and WSF; "type", the attributes language or type; an element
//                 without an end goes to the end of the text, as damage
//   "javascript"  a URL, percent-decoded
//   "data"        a data: URL, decoded; "type", its media type
//   "powershell"  the argument of -EncodedCommand, as UTF-8
// Of texts in ASCII, UTF-8 and whatever else has ASCII in it. Linear time.
absl::Status CarveScripts(std::string_view bytes, const ScriptCarving& options,
                          const TakeFound& take, const StopFn& stop = {});

// Each of the four on its own.
absl::Status CarveScriptElements(std::string_view bytes, const TakeFound& take,
                                 const StopFn& stop);
absl::Status CarveScriptUrls(std::string_view bytes, size_t min_length,
                             const TakeFound& take, const StopFn& stop);
absl::Status CarveDataUrls(std::string_view bytes, size_t min_length,
                           const TakeFound& take, const StopFn& stop);
absl::Status CarveEncodedCommands(std::string_view bytes, size_t min_length,
                                  const TakeFound& take, const StopFn& stop);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_CARVER_SCRIPT_H_
