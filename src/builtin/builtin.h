// The plugins that are compiled in.
#ifndef CUPEL_BUILTIN_BUILTIN_H_
#define CUPEL_BUILTIN_BUILTIN_H_

#include <vector>

#include "cupel/plugin.h"

namespace cupel {

// All of them, always in the same order. Static; what they do and take stands
// in docs/plugins.md.
std::vector<const cupel_plugin_v1*> BuiltinTables();

}  // namespace cupel

#endif  // CUPEL_BUILTIN_BUILTIN_H_
