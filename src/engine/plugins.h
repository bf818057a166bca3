// The plugins of a host: built in, registered, from shared objects and
// folders, with what is configured for them.
#ifndef CUPEL_ENGINE_PLUGINS_H_
#define CUPEL_ENGINE_PLUGINS_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "cupel/plugin.h"
#include "engine/plugin_config.h"
#include "engine/plugin_settings.h"
#include "engine/plugin_specs.h"
#include "engine/plugin_tiers.h"
#include "plugin/plugin_set.h"

namespace cupel {

// Filled step by step; then, the first time that set() is asked for, frozen:
// what changes it fails from then on. Thread-safe.
class PluginHost {
 public:
  explicit PluginHost(PluginHostOptions options);
  PluginHost(const PluginHost&) = delete;
  PluginHost& operator=(const PluginHost&) = delete;

  // A folder, searched as DiscoverPlugins does without running anything, or a
  // shared object, whose code runs: in this process, or in a cupel-runner if
  // min_tier says so. What is wrong in a folder is a broken plugin, not an
  // error.
  absl::Status AddPath(const std::string& path);
  // A table of the host's own, which must stay valid as long as this and what
  // is made from it lives. It runs in this process: FAILED_PRECONDITION if
  // min_tier or the table itself allow no such thing.
  absl::Status Register(const cupel_plugin_v1* table);
  // A stoq.cfg: options, and the folders of its plugin_dir_list, relative to
  // base_dir or, without one, to the file.
  absl::Status LoadConfig(const std::string& path);
  absl::Status SetOption(OptionSetting setting);

  // What is wrong and not so bad as to be an error, one line each.
  std::vector<std::string> Warnings() const;
  // The keys of [core] in all files, later ones over earlier ones.
  std::map<std::string, CoreSetting> Core() const;
  // What there is, set up, in the order of categories and names; those with a
  // problem last.
  std::vector<SetUpPlugin> Plugins() const;
  // Where a plugin runs, or why nowhere.
  absl::StatusOr<Tier> TierOf(const PluginSpec& spec) const;
  // Freezes. Shared objects of folders are loaded now. Never null.
  std::shared_ptr<const PluginSet> set();

 private:
  struct View {
    std::vector<SetUpPlugin> plugins;
    std::vector<std::string> warnings;
  };

  absl::Status CheckOpen() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status AddFolder(const std::string& path)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status AddObject(const std::string& path)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // [core] as the Python host of stoQ takes it: a JSON object.
  std::string StoqCore() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  View MakeView() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  View CurrentView() const;

  const PluginHostOptions options_;
  mutable Mutex mutex_;
  std::vector<PluginSpec> specs_ ABSL_GUARDED_BY(mutex_);
  std::vector<OptionSetting> settings_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> warnings_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, CoreSetting> core_ ABSL_GUARDED_BY(mutex_);
  std::string config_ ABSL_GUARDED_BY(mutex_);  // the last file
  View frozen_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const PluginSet> set_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cupel

#endif  // CUPEL_ENGINE_PLUGINS_H_
