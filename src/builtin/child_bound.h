// How much one child may have.
#ifndef CUPEL_BUILTIN_CHILD_BOUND_H_
#define CUPEL_BUILTIN_CHILD_BOUND_H_

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/status.h"
#include "builtin/call.h"

namespace cupel {

// The option `max_bytes` and what the host still takes.
class ChildBound {
 public:
  static absl::StatusOr<ChildBound> Of(PluginCall& call) {
    CUPEL_ASSIGN_OR_RETURN(const int64_t most,
                           call.Integer("max_bytes", 1, int64_t{1} << 40));
    return ChildBound(call, static_cast<uint64_t>(most));
  }

  uint64_t bytes() const { return std::min(most_, call_.budget()); }

  // Says that `what` was cut at bytes(): by the option, or else by the host.
  void Tell(std::string_view what, uint64_t kept) const {
    if (kept >= most_) {
      call_.Error(ResourceExhausted(
          "{}: {}: cut off after {} bytes, as the option max_bytes says",
          call_.plugin(), what, kept));
    } else {
      call_.Error(ResourceExhausted(
          "{}: {}: cut off after {} bytes, which is all that the limit on "
          "answers leaves",
          call_.plugin(), what, kept));
    }
  }

 private:
  ChildBound(PluginCall& call, uint64_t most) : call_(call), most_(most) {}

  PluginCall& call_;
  uint64_t most_;
};

}  // namespace cupel

#endif  // CUPEL_BUILTIN_CHILD_BOUND_H_
