// Copying a plugin's folder to where plugins are looked for.
#ifndef CUPEL_ENGINE_PLUGIN_INSTALL_H_
#define CUPEL_ENGINE_PLUGIN_INSTALL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace cupel {

struct InstallLimits {
  uint64_t files = 100000;  // folders too
  uint64_t bytes = uint64_t{1} << 30;
  uint64_t depth = 32;
};

struct InstalledPlugin {
  std::vector<std::string> plugins;  // "decoder:xor"
  std::string directory;
  uint64_t files = 0;
  uint64_t bytes = 0;
  std::string content_hash;
  bool replaced = false;
};

// Copies `folder`, a plugin's of any dialect, to `destination`, a folder of
// plugins, which is made if it is not there. It keeps its name. A folder that
// has the plugin's in it, as stoQ's packages do, is taken for that one.
//
// Nothing of the plugin is run. What is copied has to be sound, is checked
// again as a copy, and appears under its name all at once; after an error
// nothing is there that was not there before. Regular files only, without set
// user ids and readable for all; links to files of the folder become copies,
// any other link is INVALID_ARGUMENT. Left out: __pycache__, *.pyc and .git.
//
// ALREADY_EXISTS if there is a folder of this name and `upgrade` is false, or,
// in any case, if the same plugin is in another folder; FAILED_PRECONDITION if
// what would be replaced is no plugin; RESOURCE_EXHAUSTED over a limit.
absl::StatusOr<InstalledPlugin> InstallPlugin(const std::string& folder,
                                              const std::string& destination,
                                              bool upgrade,
                                              const InstallLimits& limits = {});

// As JSON: see cupel_plugins_install.
absl::StatusOr<std::string> InstallPluginJson(const std::string& folder,
                                              const std::string& destination,
                                              bool upgrade);

}  // namespace cupel

#endif  // CUPEL_ENGINE_PLUGIN_INSTALL_H_
