// The plugins of a scan, put in order: who runs on what, and after whom.
#ifndef CUPEL_PIPELINE_PLUGIN_ROSTER_H_
#define CUPEL_PIPELINE_PLUGIN_ROSTER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "pipeline/plugin_use.h"
#include "report/report.h"

namespace cupel {

// Immutable after New; any number of threads. Plugins are named by their index:
// their place in the set, sorted by category and name.
class PluginRoster {
 public:
  struct Entry {
    std::shared_ptr<Plugin> plugin;
    std::string name;     // "decoder:xor"
    std::string options;  // JSON, as configured
    std::vector<uint32_t> requirements;
    uint32_t rank = 0;         // over that of all it requires
    std::string problem;       // why it can never run; else empty
    bool on_payloads = false;  // of a category that sees payloads
  };

  // NOT_FOUND or INVALID_ARGUMENT for a plugin that `use` names and that is not
  // there or can't do it. What rules dispatch to is found out when they match.
  static absl::StatusOr<std::unique_ptr<PluginRoster>> New(PluginUse use);

  const PluginUse& use() const { return use_; }
  size_t size() const { return entries_.size(); }
  const Entry& entry(uint32_t index) const { return entries_[index]; }
  std::optional<uint32_t> Find(const PluginName& name) const;
  // "there is no plugin …", for a name that Find does not know.
  std::string WhyNot(const PluginName& name) const;

  // Indices of those that run on a payload of this type unasked, sorted.
  std::vector<uint32_t> Select(std::string_view type,
                               std::string_view mime) const;
  // The plugins of a report before any ran.
  std::vector<UsedPlugin> Listed() const;

 private:
  PluginRoster() = default;
  void AddEntries();
  void LinkRequirements();
  void RankAll();
  bool Rank(uint32_t index, std::vector<uint32_t>* path,
            std::vector<uint8_t>* state);
  absl::Status CheckUse() const;
  bool Fits(const Entry& entry, std::string_view type,
            std::string_view mime) const;

  PluginUse use_;
  std::vector<Entry> entries_;
  std::map<PluginName, uint32_t> index_;
  std::vector<uint32_t> always_;  // of `run` and those that consume something
};

// True if `pattern` is the name of the type, or fits the MIME type: the same,
// "text/*", or "*".
bool TypeFits(std::string_view pattern, std::string_view type,
              std::string_view mime);

}  // namespace cupel

#endif  // CUPEL_PIPELINE_PLUGIN_ROSTER_H_
