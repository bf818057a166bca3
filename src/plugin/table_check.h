// Reading a table that a plugin gave, which may be of an older or newer header.
#ifndef CUPEL_PLUGIN_TABLE_CHECK_H_
#define CUPEL_PLUGIN_TABLE_CHECK_H_

#include <string>

#include "absl/status/statusor.h"
#include "cupel/plugin.h"
#include "cupel/version.h"
#include "plugin/plugin.h"

namespace cupel {

// A table in the size of this library's header, the rest zeros, and what it
// says.
struct CheckedTable {
  cupel_plugin_v1 table{};
  PluginInfo info;
};
absl::StatusOr<CheckedTable> CheckTable(const cupel_plugin_v1* table,
                                        const std::string& origin);

// The function of a table for a method; null if it has none.
cupel_method_fn MethodOf(const cupel_plugin_v1& table, PluginMethod method);

// FAILED_PRECONDITION unless `min` <= `ours` < `max`, versions of `what`; empty
// ones allow everything. INVALID_ARGUMENT for what is no version ("1.2.3").
absl::Status CheckVersionRange(std::string_view what, std::string_view min,
                               std::string_view max,
                               std::string_view ours = CUPEL_VERSION_STRING);

}  // namespace cupel

#endif  // CUPEL_PLUGIN_TABLE_CHECK_H_
