#include "builtin/source/deliver.h"

#include "base/status.h"

namespace cupel {

absl::Status Deliver(PluginCall& call, const SourceItem& item) {
  CUPEL_RETURN_IF_ERROR(call.CheckCancelled());
  cupel_item handed = CUPEL_ITEM_INIT;
  handed.name = ViewOf(item.name);
  handed.path = ViewOf(item.path);
  handed.bytes = ViewOf(item.bytes);
  handed.metadata = ViewOf(item.metadata);
  handed.tlp = ViewOf(item.tlp);
  const absl::Status status = call.Item(handed);
  return absl::IsInvalidArgument(status) ? absl::OkStatus() : status;
}

}  // namespace cupel
