// How decoders hand their children back.
#ifndef CUPEL_BUILTIN_DECODER_HAND_BACK_H_
#define CUPEL_BUILTIN_DECODER_HAND_BACK_H_

#include <string_view>

#include "absl/status/status.h"
#include "builtin/call.h"
#include "builtin/decoder/decoded.h"

namespace cupel {

// The child "base64" of {"encoding": "base64"}. Where decoding stopped early,
// what came before is handed back, and the plugin fails with the reason. Where
// there was something and nothing came of it, it fails too.
absl::Status HandBack(PluginCall& call, std::string_view encoding,
                      const Decoded& decoded);

// The child "base64@17" of {"encoding": …, "offset": 17, "length": 80}.
absl::Status HandBackRun(PluginCall& call, std::string_view encoding,
                         const EncodedRun& run);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_DECODER_HAND_BACK_H_
