#include "builtin/carver/hand_back.h"

#include <fmt/format.h>

#include <string>

#include "base/status.h"

namespace cupel {

absl::StatusOr<FoundTaker> FoundTaker::Of(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const int64_t most,
                         call.Integer("max_children", 1, 1'000'000));
  return FoundTaker(call, static_cast<uint64_t>(most));
}

absl::Status FoundTaker::Take(const Found& found) {
  if (++count_ > most_) {
    return ResourceExhausted(
        "more than {} were found, as the option max_children says; what stands "
        "behind byte {} was not carved",
        most_, found.offset);
  }
  std::string json =
      fmt::format(R"({{"offset":{},"size":{})", found.offset, found.size);
  if (!found.metadata.empty()) json += "," + found.metadata;
  json += "}";
  const std::string name = fmt::format("{}@{}", found.kind, found.offset);
  CUPEL_RETURN_IF_ERROR(call_->Child(found.bytes, name, {.metadata = json}));
  CUPEL_RETURN_IF_ERROR(call_->Result(json));
  if (!found.damage.ok()) {
    call_->Error(MakeStatus(found.damage.code(), "{}: {}", call_->plugin(),
                            MessageOf(found.damage)));
  }
  return absl::OkStatus();
}

absl::Status RunCarver(
    PluginCall& call,
    const std::function<absl::Status(const TakeFound& take)>& carve) {
  CUPEL_ASSIGN_OR_RETURN(FoundTaker taker, FoundTaker::Of(call));
  absl::Status refused;  // by the host, whose words stay as they are
  const absl::Status status = carve([&](const Found& found) {
    const absl::Status taken = taker.Take(found);
    if (MessageOf(taken).starts_with(call.plugin())) refused = taken;
    return taken;
  });
  if (status.ok() || !refused.ok()) return status;
  return MakeStatus(status.code(), "{}: {}", call.plugin(), MessageOf(status));
}

}  // namespace cupel
