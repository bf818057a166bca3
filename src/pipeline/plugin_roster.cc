#include "pipeline/plugin_roster.h"

#include <algorithm>
#include <utility>

#include "base/status.h"

namespace cupel {
namespace {

bool SeesPayloads(PluginCategory category) {
  switch (category) {
    case PluginCategory::kReader:
    case PluginCategory::kWorker:
    case PluginCategory::kExtractor:
    case PluginCategory::kCarver:
    case PluginCategory::kDecoder:
      return true;
    default:
      return false;
  }
}

// A boefje looks at an object of the catalogue, not at bytes.
bool IsBoefje(const PluginInfo& info) { return info.dialect == "openkat"; }

}  // namespace

bool TypeFits(std::string_view pattern, std::string_view type,
              std::string_view mime) {
  if (pattern == "*") return true;
  if (pattern.empty()) return false;
  if (pattern.ends_with("/*")) {
    return mime.starts_with(pattern.substr(0, pattern.size() - 1));
  }
  return pattern == type || pattern == mime;
}

absl::StatusOr<std::unique_ptr<PluginRoster>> PluginRoster::New(PluginUse use) {
  std::unique_ptr<PluginRoster> roster(new PluginRoster);
  roster->use_ = std::move(use);
  if (roster->use_.rates == nullptr) {
    roster->use_.rates = std::make_shared<RateLimits>();
  }
  roster->AddEntries();
  CUPEL_RETURN_IF_ERROR(roster->CheckUse());
  roster->LinkRequirements();
  roster->RankAll();
  for (uint32_t i = 0; i < roster->entries_.size(); ++i) {
    const PluginInfo& info = roster->entries_[i].plugin->info();
    const bool named =
        std::find(roster->use_.run.begin(), roster->use_.run.end(), info.id) !=
        roster->use_.run.end();
    const bool eager = roster->use_.by_consumes && !info.consumes.empty() &&
                       roster->entries_[i].on_payloads &&
                       info.origin != "built in";
    if (named || eager) roster->always_.push_back(i);
  }
  return roster;
}

void PluginRoster::AddEntries() {
  for (std::shared_ptr<Plugin>& plugin : use_.set->all()) {
    Entry entry;
    entry.name = PluginNameText(plugin->info().id);
    entry.options = use_.set->OptionsJson(*plugin);
    entry.on_payloads =
        SeesPayloads(plugin->info().id.category) && !IsBoefje(plugin->info());
    index_[plugin->info().id] = static_cast<uint32_t>(entries_.size());
    entry.plugin = std::move(plugin);
    entries_.push_back(std::move(entry));
  }
}

absl::Status PluginRoster::CheckUse() const {
  const auto check = [this](const PluginName& name,
                            std::optional<PluginCategory> must) {
    CUPEL_ASSIGN_OR_RETURN(const std::shared_ptr<Plugin> plugin,
                           use_.set->Get(name));
    if (must.has_value() && name.category != *must) {
      return InvalidArgument("{} is no {}", PluginNameText(name),
                             CategoryName(*must));
    }
    if (!must.has_value() && !entries_[*Find(name)].on_payloads) {
      return InvalidArgument("{} can't be run on payloads",
                             PluginNameText(name));
    }
    return absl::OkStatus();
  };
  for (const PluginName& name : use_.run) {
    CUPEL_RETURN_IF_ERROR(check(name, std::nullopt));
  }
  for (const PluginUse::ByType& by_type : use_.by_type) {
    CUPEL_RETURN_IF_ERROR(check(by_type.plugin, std::nullopt));
  }
  for (const PluginName& name : use_.decorators) {
    CUPEL_RETURN_IF_ERROR(check(name, PluginCategory::kDecorator));
  }
  for (const auto* names : {&use_.connectors, &use_.error_connectors}) {
    for (const PluginName& name : *names) {
      CUPEL_RETURN_IF_ERROR(check(name, PluginCategory::kConnector));
    }
  }
  if (use_.archive.has_value()) {
    CUPEL_RETURN_IF_ERROR(check(*use_.archive, PluginCategory::kConnector));
  }
  return absl::OkStatus();
}

void PluginRoster::LinkRequirements() {
  for (Entry& entry : entries_) {
    for (const PluginName& name : entry.plugin->info().requirements) {
      const std::optional<uint32_t> required = Find(name);
      if (required.has_value() && entries_[*required].on_payloads) {
        entry.requirements.push_back(*required);
        continue;
      }
      entry.problem =
          "it requires " + PluginNameText(name) + ": " + WhyNot(name);
    }
  }
}

void PluginRoster::RankAll() {
  // 0: not looked at, 1: on the path, 2: done.
  std::vector<uint8_t> state(entries_.size(), 0);
  for (uint32_t i = 0; i < entries_.size(); ++i) {
    std::vector<uint32_t> path;
    if (!Rank(i, &path, &state)) {
      std::string circle;
      for (const uint32_t index : path) circle += entries_[index].name + " -> ";
      circle += entries_[path.front()].name;
      for (const uint32_t index : path) {
        if (!entries_[index].problem.empty()) continue;
        entries_[index].problem =
            "what it requires leads back to itself: " + circle;
      }
    }
  }
}

// False with the circle in `path` if there is one.
bool PluginRoster::Rank(uint32_t index, std::vector<uint32_t>* path,
                        std::vector<uint8_t>* state) {
  if ((*state)[index] == 2) return true;
  if ((*state)[index] == 1) {
    path->erase(path->begin(), std::find(path->begin(), path->end(), index));
    return false;
  }
  (*state)[index] = 1;
  path->push_back(index);
  bool sound = true;
  for (const uint32_t required : entries_[index].requirements) {
    sound = Rank(required, path, state);
    if (!sound) break;
    entries_[index].rank =
        std::max(entries_[index].rank, entries_[required].rank + 1);
  }
  (*state)[index] = 2;
  if (sound) path->pop_back();
  return sound;
}

std::optional<uint32_t> PluginRoster::Find(const PluginName& name) const {
  const auto found = index_.find(name);
  if (found == index_.end()) return std::nullopt;
  return found->second;
}

std::string PluginRoster::WhyNot(const PluginName& name) const {
  const absl::StatusOr<std::shared_ptr<Plugin>> plugin = use_.set->Get(name);
  if (!plugin.ok()) return std::string(MessageOf(plugin.status()));
  return "a " + std::string(CategoryName(name.category)) +
         " can't be run on payloads";
}

bool PluginRoster::Fits(const Entry& entry, std::string_view type,
                        std::string_view mime) const {
  const std::vector<std::string>& consumes = entry.plugin->info().consumes;
  return consumes.empty() || std::any_of(consumes.begin(), consumes.end(),
                                         [&](const std::string& pattern) {
                                           return TypeFits(pattern, type, mime);
                                         });
}

std::vector<uint32_t> PluginRoster::Select(std::string_view type,
                                           std::string_view mime) const {
  std::vector<uint32_t> selected;
  for (const uint32_t index : always_) {
    if (Fits(entries_[index], type, mime)) selected.push_back(index);
  }
  for (const PluginUse::ByType& by_type : use_.by_type) {
    if (!TypeFits(by_type.pattern, type, mime)) continue;
    selected.push_back(*Find(by_type.plugin));
  }
  std::sort(selected.begin(), selected.end());
  selected.erase(std::unique(selected.begin(), selected.end()), selected.end());
  return selected;
}

std::vector<UsedPlugin> PluginRoster::Listed() const {
  std::vector<UsedPlugin> list;
  list.reserve(entries_.size());
  for (const Entry& entry : entries_) {
    const PluginInfo& info = entry.plugin->info();
    list.push_back({.id = info.id,
                    .version = info.version,
                    .hash = info.hash,
                    .dialect = info.dialect,
                    .tier = entry.plugin->tier(),
                    .used = false});
  }
  return list;
}

}  // namespace cupel
