// The manifests in one folder.
#ifndef CUPEL_REGISTRY_PLUGIN_FOLDER_H_
#define CUPEL_REGISTRY_PLUGIN_FOLDER_H_

#include <string>
#include <string_view>
#include <vector>

#include "registry/discovery.h"
#include "registry/folder.h"

namespace cupel {

// True for boefje.json, normalizer.json, plugin.json and *.stoq.
bool IsManifestName(std::string_view name);

struct PluginFolder {
  int descriptor = -1;  // of the folder, open
  std::string path;
  std::vector<FolderEntry> entries;
  std::string_view real_root;  // of the discovery, without links
  bool is_package = true;      // no dot in its name
};

// Reads every manifest of the folder, in the order boefje, normalizer, native,
// stoQ's by name, and adds what it finds.
void ReadPluginFolder(const PluginFolder& folder, const DiscoveryLimits& limits,
                      std::vector<FoundPlugin>* found);

}  // namespace cupel

#endif  // CUPEL_REGISTRY_PLUGIN_FOLDER_H_
