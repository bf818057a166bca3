#include "engine/plugins.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <tuple>

#include "base/status.h"
#include "builtin/builtin.h"
#include "format/escape.h"
#include "format/json.h"
#include "plugin/table_plugin.h"
#include "registry/discovery.h"
#include "registry/folder.h"

namespace cupel {
namespace {

constexpr uint64_t kConfigBytes = uint64_t{1} << 20;

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string Below(const std::string& folder, const std::string& path) {
  if (path.starts_with('/')) return path;
  return folder + (folder.ends_with('/') ? "" : "/") + path;
}

// Two of one name: one that is compiled in makes room, a later one does not.
void MarkTaken(std::vector<SetUpPlugin>* plugins,
               std::vector<std::string>* warnings) {
  std::map<PluginName, size_t> first;
  std::vector<bool> gone(plugins->size(), false);
  for (size_t i = 0; i < plugins->size(); ++i) {
    PluginSpec& spec = (*plugins)[i].spec;
    if (!spec.problem.empty()) continue;
    const auto [at, inserted] = first.try_emplace(spec.info.id, i);
    if (inserted) continue;
    const PluginSpec& other = (*plugins)[at->second].spec;
    if (other.code == PluginCode::kBuiltin) {
      warnings->push_back(fmt::format(
          "{} of '{}' takes the place of the one that is built in",
          PluginNameText(spec.info.id), EscapePrintable(spec.info.origin)));
      gone[at->second] = true;
      at->second = i;
      continue;
    }
    spec.problem = fmt::format(
        "plugin {} of '{}' has the name of one that is there already, of '{}': "
        "leave one of them out",
        PluginNameText(spec.info.id), EscapePrintable(spec.info.origin),
        EscapePrintable(other.info.origin));
  }
  size_t kept = 0;
  for (size_t i = 0; i < plugins->size(); ++i) {
    if (gone[i]) continue;
    if (kept != i) (*plugins)[kept] = std::move((*plugins)[i]);
    ++kept;
  }
  plugins->resize(kept);
}

std::string TextOfJson(const std::string& json) {
  const auto value = ParseJson(json, "the value");
  return value.ok() && value->is_string() ? value->get<std::string>() : "";
}

}  // namespace

PluginHost::PluginHost(PluginHostOptions options)
    : options_(std::move(options)) {
  if (!options_.builtins) return;
  const MutexLock lock(mutex_);
  for (const cupel_plugin_v1* table : BuiltinTables()) {
    specs_.push_back(SpecOf(table, PluginCode::kBuiltin, "built in"));
  }
}

absl::Status PluginHost::CheckOpen() const {
  if (set_ == nullptr) return absl::OkStatus();
  return FailedPrecondition(
      "these plugins are in use and can't be changed any more: make another "
      "set of plugins");
}

absl::Status PluginHost::AddFolder(const std::string& path) {
  CUPEL_ASSIGN_OR_RETURN(const std::vector<FoundPlugin> found,
                         DiscoverPlugins(path));
  for (const FoundPlugin& plugin : found) {
    for (PluginSpec& spec : SpecsOf(plugin)) specs_.push_back(std::move(spec));
  }
  return absl::OkStatus();
}

absl::Status PluginHost::AddObject(const std::string& path) {
  CUPEL_ASSIGN_OR_RETURN(std::vector<PluginSpec> specs,
                         LookInto(path, options_));
  for (PluginSpec& spec : specs) specs_.push_back(std::move(spec));
  return absl::OkStatus();
}

absl::Status PluginHost::AddPath(const std::string& path) {
  const MutexLock lock(mutex_);
  CUPEL_RETURN_IF_ERROR(CheckOpen());
  struct stat what{};
  if (stat(path.c_str(), &what) != 0) {
    return ErrnoStatus(errno,
                       fmt::format("plugins '{}'", EscapePrintable(path)));
  }
  if (S_ISDIR(what.st_mode)) return AddFolder(path);
  if (S_ISREG(what.st_mode)) return AddObject(path);
  return InvalidArgument(
      "plugins '{}': it is neither a folder nor a shared object",
      EscapePrintable(path));
}

absl::Status PluginHost::Register(const cupel_plugin_v1* table) {
  const MutexLock lock(mutex_);
  CUPEL_RETURN_IF_ERROR(CheckOpen());
  PluginSpec spec = SpecOf(table, PluginCode::kHost, "host");
  // Told at once, with the right code: this one the host can mend.
  CUPEL_RETURN_IF_ERROR(
      NewTablePlugin(table, spec.info.origin, nullptr).status());
  CUPEL_RETURN_IF_ERROR(cupel::TierOf(spec, options_).status());
  for (const PluginSpec& other : specs_) {
    if (other.info.id == spec.info.id && other.problem.empty() &&
        other.code != PluginCode::kBuiltin) {
      return AlreadyExists("there is a plugin {} already, of '{}'",
                           PluginNameText(spec.info.id),
                           EscapePrintable(other.info.origin));
    }
  }
  specs_.push_back(std::move(spec));
  return absl::OkStatus();
}

absl::Status PluginHost::LoadConfig(const std::string& path) {
  const MutexLock lock(mutex_);
  CUPEL_RETURN_IF_ERROR(CheckOpen());
  CUPEL_ASSIGN_OR_RETURN(
      const std::string text,
      ReadSmallFileAt(AT_FDCWD, path, EscapePrintable(path), kConfigBytes));
  CUPEL_ASSIGN_OR_RETURN(StoqConfig config, ReadStoqConfig(text, path));
  std::string base = FolderOf(path);
  if (const auto set = config.core.find("base_dir"); set != config.core.end()) {
    base = Below(base, TextOfJson(set->second.json));
  }
  for (const std::string key : {"plugin_dir", "plugin_dir_list"}) {
    const auto set = config.core.find(key);
    if (set == config.core.end()) continue;
    CUPEL_ASSIGN_OR_RETURN(const Json value, ParseJson(set->second.json, key));
    Json folders = Json::array();
    for (const Json& folder : value.is_array() ? value : Json::array({value})) {
      if (!folder.is_string()) {
        return InvalidArgument("{}: {}: expected names of folders",
                               set->second.place, key);
      }
      const std::string below = Below(base, folder.get<std::string>());
      folders.push_back(below);
      // As stoQ does, one that is not there hides no other.
      const absl::Status added = AddFolder(below);
      if (added.ok()) continue;
      config.warnings.push_back(
          fmt::format("{}: {}: {}", set->second.place, key, MessageOf(added)));
    }
    set->second.json = PrintJson(folders);
  }
  if (const auto set = config.core.find("base_dir"); set != config.core.end()) {
    set->second.json = PrintJson(Json(base));
  } else {
    // Where stoQ has its stoq.cfg.
    config.core["base_dir"] = {PrintJson(Json(base)), EscapePrintable(path)};
  }
  config_ = path;
  for (auto& [key, value] : config.core) core_[key] = std::move(value);
  settings_.insert(settings_.end(), config.options.begin(),
                   config.options.end());
  warnings_.insert(warnings_.end(), config.warnings.begin(),
                   config.warnings.end());
  return absl::OkStatus();
}

absl::Status PluginHost::SetOption(OptionSetting setting) {
  const MutexLock lock(mutex_);
  CUPEL_RETURN_IF_ERROR(CheckOpen());
  CUPEL_RETURN_IF_ERROR(CheckPluginName(setting.plugin));
  if (setting.option.empty()) {
    return InvalidArgument("an option of {} is to be set, and has no name",
                           setting.plugin);
  }
  if (setting.is_json) {
    CUPEL_RETURN_IF_ERROR(
        ParseJson(setting.value, setting.plugin + ":" + setting.option)
            .status());
  }
  settings_.push_back(std::move(setting));
  return absl::OkStatus();
}

std::string PluginHost::StoqCore() const {
  Json object = Json::object();
  for (const auto& [key, setting] : core_) {
    if (auto value = ParseJson(setting.json, key); value.ok()) {
      object[key] = *std::move(value);
    }
  }
  return PrintJson(object);
}

PluginHost::View PluginHost::MakeView() const {
  View view;
  view.warnings = warnings_;
  for (const PluginSpec& spec : specs_) {
    SetUpPlugin& plugin = view.plugins.emplace_back();
    plugin.spec = spec;
    if (spec.info.dialect != "stoq") {
      plugin.options = spec.manifest_options;
    } else if (!core_.empty()) {
      plugin.options.push_back({.name = "stoq",
                                .json = StoqCore(),
                                .origin = OptionOrigin::kConfigFile,
                                .place = config_});
    }
  }
  MarkTaken(&view.plugins, &view.warnings);
  std::vector<OptionSetting> settings = settings_;
  if (options_.environment) {
    const std::vector<OptionSetting> more =
        SettingsOfVariables(PluginVariables(), view.plugins, &view.warnings);
    settings.insert(settings.end(), more.begin(), more.end());
  }
  ApplySettings(std::move(settings), &view.plugins, &view.warnings);
  for (SetUpPlugin& plugin : view.plugins) {
    if (!plugin.spec.problem.empty()) continue;
    const auto tier = cupel::TierOf(plugin.spec, options_);
    if (!tier.ok()) plugin.spec.problem = MessageOf(tier.status());
  }
  std::stable_sort(view.plugins.begin(), view.plugins.end(),
                   [](const SetUpPlugin& a, const SetUpPlugin& b) {
                     const bool a_broken = !a.spec.problem.empty();
                     const bool b_broken = !b.spec.problem.empty();
                     return std::tie(a_broken, a.spec.info.id) <
                            std::tie(b_broken, b.spec.info.id);
                   });
  return view;
}

PluginHost::View PluginHost::CurrentView() const {
  const MutexLock lock(mutex_);
  return set_ == nullptr ? MakeView() : frozen_;
}

std::vector<std::string> PluginHost::Warnings() const {
  return CurrentView().warnings;
}

std::map<std::string, CoreSetting> PluginHost::Core() const {
  const MutexLock lock(mutex_);
  return core_;
}

std::vector<SetUpPlugin> PluginHost::Plugins() const {
  return CurrentView().plugins;
}

absl::StatusOr<Tier> PluginHost::TierOf(const PluginSpec& spec) const {
  return cupel::TierOf(spec, options_);
}

std::shared_ptr<const PluginSet> PluginHost::set() {
  const MutexLock lock(mutex_);
  if (set_ != nullptr) return set_;
  for (PluginSpec& spec : specs_) {
    if (const absl::Status status = Complete(&spec, options_); !status.ok()) {
      spec.problem = MessageOf(status);
    }
  }
  View view = MakeView();
  auto set = std::make_shared<PluginSet>();
  for (SetUpPlugin& plugin : view.plugins) {
    PluginSpec& spec = plugin.spec;
    if (spec.problem.empty()) {
      auto made = MakePlugin(spec, options_);
      const absl::Status status =
          made.ok() ? set->Add(*made) : std::move(made).status();
      spec.problem = MessageOf(status);
    }
    if (!spec.problem.empty()) {
      set->AddBroken({.name = spec.info.id.name.empty()
                                  ? ""
                                  : PluginNameText(spec.info.id),
                      .origin = spec.info.origin,
                      .problem = spec.problem});
      continue;
    }
    for (const PluginOptionValue& option : plugin.options) {
      // Each was JSON when it was read.
      (void)set->SetOption(spec.info.id, option.name, option.json,
                           option.origin, option.place);
    }
  }
  frozen_ = std::move(view);
  set_ = std::move(set);
  return set_;
}

}  // namespace cupel
