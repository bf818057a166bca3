// Plugins as JSON.
#ifndef CUPEL_ENGINE_PLUGIN_JSON_H_
#define CUPEL_ENGINE_PLUGIN_JSON_H_

#include <string>
#include <vector>

#include "format/json_writer.h"
#include "registry/discovery.h"
#include "registry/registry.h"

namespace cupel {

// {"plugins":[…]} of what was found in folders.
std::string FoundPluginsJson(const std::vector<FoundPlugin>& found);
// What an organisation sees of one plugin.
void WriteEntry(const CatalogueEntry& entry, JsonWriter* json);

}  // namespace cupel

#endif  // CUPEL_ENGINE_PLUGIN_JSON_H_
