// How carvers hand back what they found.
#ifndef CUPEL_BUILTIN_CARVER_HAND_BACK_H_
#define CUPEL_BUILTIN_CARVER_HAND_BACK_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "builtin/call.h"
#include "builtin/carver/found.h"

namespace cupel {

// Each find becomes a child "pe@1234" with its offset and size as metadata, a
// result of the same, and an error if it is damaged. One call's worth.
class FoundTaker {
 public:
  // Reads the option `max_children`.
  static absl::StatusOr<FoundTaker> Of(PluginCall& call);

  absl::Status Take(const Found& found);

 private:
  FoundTaker(PluginCall& call, uint64_t most) : call_(&call), most_(most) {}

  PluginCall* call_;
  uint64_t most_;
  uint64_t count_ = 0;
};

// Runs `carve` with what it needs; the status names the plugin.
absl::Status RunCarver(
    PluginCall& call,
    const std::function<absl::Status(const TakeFound& take)>& carve);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_CARVER_HAND_BACK_H_
