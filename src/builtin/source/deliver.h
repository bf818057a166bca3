// Handing jobs to the host.
#ifndef CUPEL_BUILTIN_SOURCE_DELIVER_H_
#define CUPEL_BUILTIN_SOURCE_DELIVER_H_

#include <string_view>

#include "absl/status/status.h"
#include "builtin/call.h"

namespace cupel {

struct SourceItem {
  std::string_view name;
  std::string_view path;  // empty: bytes
  std::string_view bytes;
  std::string_view metadata;
  std::string_view tlp;
};

// Waits until the host has taken it. OK as well if the host refused this one,
// which it has noted itself; else the source has to end with this status.
absl::Status Deliver(PluginCall& call, const SourceItem& item);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_SOURCE_DELIVER_H_
