// The manifests of stoQ 1.x: a .stoq file beside a Python module.
#ifndef CUPEL_REGISTRY_STOQ_MANIFEST_H_
#define CUPEL_REGISTRY_STOQ_MANIFEST_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "format/ini.h"
#include "registry/manifest.h"

namespace cupel {

// An option of a .stoq file or of stoq.cfg.
struct StoqOption {
  std::string name;   // in lower case
  std::string value;  // its text, "%%" and "%(x)s" resolved
  size_t line = 0;
};

// What only a .stoq file has. A value type.
struct StoqManifest {
  std::string author;
  std::vector<StoqOption> options;  // of [options]
};

// Fills `manifest` and `stoq` with what the text of a .stoq file says; on an
// error, with what could be read. `path` names it in errors.
absl::Status ReadStoqManifest(std::string_view text, std::string_view path,
                              PluginManifest* manifest, StoqManifest* stoq);

// The options of one section, [DEFAULT]'s aside unless the section names them
// too.
absl::StatusOr<std::vector<StoqOption>> StoqOptions(const IniDocument& ini,
                                                    std::string_view section);

// The categories ("worker", ...) of the classes that the first line
// "from stoq.plugins import ..." of a module names, as stoQ 1.x finds them. The
// text is only looked at. Of several, those that a class is derived from.
std::vector<std::string> StoqCategories(std::string_view module_text);

}  // namespace cupel

#endif  // CUPEL_REGISTRY_STOQ_MANIFEST_H_
