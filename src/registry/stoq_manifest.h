// The manifests of stoQ 1.x: a .stoq file beside a Python module.
#ifndef CUPEL_REGISTRY_STOQ_MANIFEST_H_
#define CUPEL_REGISTRY_STOQ_MANIFEST_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "registry/manifest.h"

namespace cupel {

// Fills `manifest` with what the text of a .stoq file says; on an error, with
// what could be read. `path` names it in errors.
absl::Status ReadStoqManifest(std::string_view text, std::string_view path,
                              PluginManifest* manifest);

// The categories ("worker", ...) of the classes that the first line
// "from stoq.plugins import ..." of a module names, as stoQ 1.x finds them. The
// text is only looked at.
std::vector<std::string> StoqCategories(std::string_view module_text);

}  // namespace cupel

#endif  // CUPEL_REGISTRY_STOQ_MANIFEST_H_
