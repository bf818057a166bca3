// Plugins that were posted: documents in the store, read as manifests.
#ifndef CUPEL_REGISTRY_POSTED_PLUGINS_H_
#define CUPEL_REGISTRY_POSTED_PLUGINS_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "registry/manifest.h"
#include "store/catalogue_store.h"

namespace cupel {

std::optional<PluginKind> KindNamed(std::string_view name);

// What a row holds of a plugin.
Json DocumentOf(const PluginManifest& manifest);

// The row of a plugin as it is posted. INVALID_ARGUMENT for a stoQ plugin.
absl::StatusOr<PluginRow> PostedRow(PluginManifest manifest);

// Reads rows, and remembers what it read as long as a row's document is the
// same, whoever changes it. Thread-safe.
class PostedPlugins {
 public:
  // DATA_LOSS for a document that is no plugin, which a database that others
  // write to may have.
  absl::StatusOr<std::shared_ptr<const PluginManifest>> Read(
      const PluginRow& row);

 private:
  struct Known {
    std::string document;
    std::shared_ptr<const PluginManifest> manifest;
  };
  Mutex mutex_;
  std::unordered_map<std::string, Known> known_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cupel

#endif  // CUPEL_REGISTRY_POSTED_PLUGINS_H_
