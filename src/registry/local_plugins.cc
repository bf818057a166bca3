#include "registry/local_plugins.h"

#include <array>
#include <iterator>
#include <utility>

#include "base/status.h"

namespace cupel {
namespace {

constexpr std::array kOrder = {PluginKind::kBoefje, PluginKind::kNormalizer,
                               PluginKind::kStoq, PluginKind::kNative};

// Within one root the discovery has done so.
void MarkDuplicatesAcross(std::vector<FoundPlugin>* found, size_t first_new) {
  std::array<std::unordered_map<std::string_view, const FoundPlugin*>,
             kOrder.size()>
      earlier;
  for (size_t i = 0; i < first_new; ++i) {
    const FoundPlugin& plugin = (*found)[i];
    if (!plugin.problem.empty()) continue;
    earlier[static_cast<size_t>(plugin.manifest.kind)][plugin.manifest.id] =
        &plugin;
  }
  for (size_t i = first_new; i < found->size(); ++i) {
    FoundPlugin& plugin = (*found)[i];
    if (!plugin.problem.empty() || !plugin.duplicate_of.empty()) continue;
    const auto& same = earlier[static_cast<size_t>(plugin.manifest.kind)];
    const auto it = same.find(plugin.manifest.id);
    if (it != same.end()) plugin.duplicate_of = it->second->directory;
  }
}

}  // namespace

absl::StatusOr<std::shared_ptr<const LocalPlugins>> LocalPlugins::Discover(
    const std::vector<std::string>& roots) {
  std::vector<FoundPlugin> all;
  for (const std::string& root : roots) {
    CUPEL_ASSIGN_OR_RETURN(std::vector<FoundPlugin> found,
                           DiscoverPlugins(root));
    const size_t first_new = all.size();
    all.insert(all.end(), std::make_move_iterator(found.begin()),
               std::make_move_iterator(found.end()));
    if (first_new > 0) MarkDuplicatesAcross(&all, first_new);
  }
  return std::make_shared<const LocalPlugins>(std::move(all));
}

LocalPlugins::LocalPlugins(std::vector<FoundPlugin> found)
    : found_(std::move(found)) {
  for (const PluginKind kind : kOrder) AddSound(kind);
  for (const FoundPlugin& plugin : found_) {
    if (!plugin.problem.empty()) broken_.push_back(&plugin);
  }
  for (const FoundPlugin* plugin : sound_) {
    const PluginManifest& manifest = plugin->manifest;
    by_id_[manifest.id].push_back(plugin);
    by_name_[manifest.name].push_back(plugin);
  }
}

// The last one with an id counts, in the place of the first.
void LocalPlugins::AddSound(PluginKind kind) {
  std::unordered_map<std::string_view, size_t> place;
  for (const FoundPlugin& plugin : found_) {
    if (!plugin.problem.empty() || plugin.manifest.kind != kind) continue;
    const auto [it, is_new] =
        place.try_emplace(plugin.manifest.id, sound_.size());
    if (is_new) {
      sound_.push_back(&plugin);
    } else {
      sound_[it->second] = &plugin;
    }
  }
}

const FoundPlugin* LocalPlugins::Find(std::string_view id) const {
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : it->second.front();
}

const FoundPlugin* LocalPlugins::FindKind(std::string_view id,
                                          PluginKind kind) const {
  const auto it = by_id_.find(id);
  if (it == by_id_.end()) return nullptr;
  for (const FoundPlugin* plugin : it->second) {
    if (plugin->manifest.kind == kind) return plugin;
  }
  return nullptr;
}

bool LocalPlugins::HasName(std::string_view name, PluginKind kind) const {
  const auto it = by_name_.find(name);
  if (it == by_name_.end()) return false;
  for (const FoundPlugin* plugin : it->second) {
    if (plugin->manifest.kind == kind) return true;
  }
  return false;
}

}  // namespace cupel
