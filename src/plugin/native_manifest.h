// plugin.json: a plugin of Cupel's own kind in a folder.
#ifndef CUPEL_PLUGIN_NATIVE_MANIFEST_H_
#define CUPEL_PLUGIN_NATIVE_MANIFEST_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "plugin/plugin.h"

namespace cupel {

inline constexpr std::string_view kNativeManifestName = "plugin.json";

// What a plugin.json says. `info` has no origin and no hash yet.
struct NativeManifest {
  PluginInfo info;
  // Its code, a path below the folder: one of the two is empty.
  std::string module;         // "x.py"
  std::string shared_object;  // "x.so"
};

// Reads the text of one. `path` names it in errors, which have the JSON path of
// what is wrong and never show a value that might be a secret. Strict: a key
// that is not known, a value of another type and a path that leads out of the
// folder are errors (INVALID_ARGUMENT), as is a version of Cupel that is not
// this one (FAILED_PRECONDITION). On an error, `manifest` has what could be
// read.
absl::Status ReadNativeManifest(std::string_view text, std::string_view path,
                                NativeManifest* manifest);

// INVALID_ARGUMENT unless it is a path that stays below the folder that it is
// relative to, as far as its text goes.
absl::Status CheckPathWithin(std::string_view path);

}  // namespace cupel

#endif  // CUPEL_PLUGIN_NATIVE_MANIFEST_H_
