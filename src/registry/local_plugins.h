// What was found in the folders, arranged for looking things up.
#ifndef CUPEL_REGISTRY_LOCAL_PLUGINS_H_
#define CUPEL_REGISTRY_LOCAL_PLUGINS_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "registry/discovery.h"

namespace cupel {

// Immutable: a registry swaps in a new one as a whole, and whoever reads the
// old one goes on doing so. The views of the indices are into `found_`.
class LocalPlugins {
 public:
  // Discovers all roots, in their order. What an earlier root has with the same
  // kind and id, a later one replaces, as within one root.
  static absl::StatusOr<std::shared_ptr<const LocalPlugins>> Discover(
      const std::vector<std::string>& roots);

  explicit LocalPlugins(std::vector<FoundPlugin> found);
  LocalPlugins(const LocalPlugins&) = delete;

  const std::vector<FoundPlugin>& found() const { return found_; }
  // The ones that count, boefjes before normalizers before stoQ's.
  const std::vector<const FoundPlugin*>& sound() const { return sound_; }
  const std::vector<const FoundPlugin*>& broken() const { return broken_; }

  // Null if there is none. By id alone, the first in the order of sound().
  const FoundPlugin* Find(std::string_view id) const;
  const FoundPlugin* FindKind(std::string_view id, PluginKind kind) const;
  bool HasName(std::string_view name, PluginKind kind) const;

 private:
  void AddSound(PluginKind kind);

  std::vector<FoundPlugin> found_;
  std::vector<const FoundPlugin*> sound_;
  std::vector<const FoundPlugin*> broken_;
  std::unordered_map<std::string_view, std::vector<const FoundPlugin*>> by_id_;
  std::unordered_map<std::string_view, std::vector<const FoundPlugin*>>
      by_name_;
};

}  // namespace cupel

#endif  // CUPEL_REGISTRY_LOCAL_PLUGINS_H_
