// cupel_plugins: what a host may run, and how it is set up.
#include "engine/plugins.h"

#include <memory>
#include <string>
#include <utility>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/structs.h"
#include "cupel/cupel.h"
#include "engine/plugin_host_json.h"
#include "engine/plugin_install.h"

namespace {

using cupel::OptionOrigin;
using cupel::capi::CheckFlags;
using cupel::capi::CheckHandle;
using cupel::capi::ClearOut;
using cupel::capi::Guard;
using cupel::capi::NameOf;
using cupel::capi::TextOf;

static_assert(
    CUPEL_OPTION_DEFAULT == static_cast<int>(OptionOrigin::kDefault) &&
    CUPEL_OPTION_MANIFEST == static_cast<int>(OptionOrigin::kManifest) &&
    CUPEL_OPTION_CONFIG_FILE == static_cast<int>(OptionOrigin::kConfigFile) &&
    CUPEL_OPTION_ENVIRONMENT == static_cast<int>(OptionOrigin::kEnvironment) &&
    CUPEL_OPTION_COMMAND_LINE == static_cast<int>(OptionOrigin::kCommandLine) &&
    CUPEL_OPTION_CALL == static_cast<int>(OptionOrigin::kCall));
static_assert(CUPEL_TIER_OCI == static_cast<int>(cupel::Tier::kOci));

constexpr uint32_t kKnownFlags =
    CUPEL_PLUGINS_NO_BUILTIN | CUPEL_PLUGINS_ENVIRONMENT |
    CUPEL_PLUGINS_NO_NETWORK | CUPEL_PLUGINS_NO_FILES;

absl::StatusOr<std::string> OptionalName(cupel_view view,
                                         std::string_view name) {
  if (view.size == 0) return std::string();
  return NameOf(view, name);
}

absl::StatusOr<cupel::PluginHostOptions> OptionsOf(
    const cupel_plugins_options* options) {
  cupel_plugins_options o = CUPEL_PLUGINS_OPTIONS_INIT;
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CopyIn(options, &o, "cupel_plugins_options"));
  CUPEL_RETURN_IF_ERROR(
      CheckFlags(o.flags, kKnownFlags, "cupel_plugins_options.flags"));
  if (o.min_tier < 0 || o.min_tier > CUPEL_TIER_OCI) {
    return cupel::InvalidArgument("min_tier {} is none of CUPEL_TIER_*",
                                  o.min_tier);
  }
  cupel::PluginHostOptions to;
  if (o.min_tier != 0) to.min_tier = static_cast<cupel::Tier>(o.min_tier);
  to.builtins = (o.flags & CUPEL_PLUGINS_NO_BUILTIN) == 0;
  to.environment = (o.flags & CUPEL_PLUGINS_ENVIRONMENT) != 0;
  to.allow_network = (o.flags & CUPEL_PLUGINS_NO_NETWORK) == 0;
  to.allow_files = (o.flags & CUPEL_PLUGINS_NO_FILES) == 0;
  CUPEL_ASSIGN_OR_RETURN(to.runner, OptionalName(o.runner, "runner"));
  CUPEL_ASSIGN_OR_RETURN(to.python_path,
                         OptionalName(o.python_path, "python_path"));
  CUPEL_ASSIGN_OR_RETURN(to.python, OptionalName(o.python, "python"));
  return to;
}

// Clears `out`; the host, of which the caller gets a share.
absl::StatusOr<std::shared_ptr<const cupel::PluginHost>> HostOf(
    const cupel_plugins* plugins, cupel_buffer** out) {
  CUPEL_RETURN_IF_ERROR(ClearOut(out));
  CUPEL_RETURN_IF_ERROR(CheckHandle(plugins, "plugins"));
  return plugins->host;
}

}  // namespace

extern "C" {

cupel_status cupel_plugins_new(const cupel_plugins_options* options,
                               cupel_plugins** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(cupel::PluginHostOptions to, OptionsOf(options));
    auto handle = std::make_unique<cupel_plugins>();
    handle->host = std::make_shared<cupel::PluginHost>(std::move(to));
    *out = handle.release();
    return absl::OkStatus();
  });
}

void cupel_plugins_free(cupel_plugins* plugins) { cupel::capi::Free(plugins); }

cupel_status cupel_plugins_add_path(cupel_plugins* plugins, cupel_view path,
                                    cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(plugins, "plugins"));
    CUPEL_ASSIGN_OR_RETURN(const std::string name, NameOf(path, "path"));
    const std::shared_ptr<cupel::PluginHost> host = plugins->host;
    return host->AddPath(name);
  });
}

cupel_status cupel_plugins_register(cupel_plugins* plugins,
                                    const cupel_plugin_v1* table,
                                    cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(plugins, "plugins"));
    const std::shared_ptr<cupel::PluginHost> host = plugins->host;
    return host->Register(table);
  });
}

cupel_status cupel_plugins_load_config(cupel_plugins* plugins, cupel_view path,
                                       cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(plugins, "plugins"));
    CUPEL_ASSIGN_OR_RETURN(const std::string name, NameOf(path, "path"));
    const std::shared_ptr<cupel::PluginHost> host = plugins->host;
    return host->LoadConfig(name);
  });
}

cupel_status cupel_plugins_set_option(cupel_plugins* plugins, cupel_view plugin,
                                      cupel_view option, cupel_view value,
                                      uint32_t flags,
                                      cupel_option_origin origin,
                                      cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(plugins, "plugins"));
    CUPEL_RETURN_IF_ERROR(CheckFlags(flags, CUPEL_OPTION_JSON, "flags"));
    if (origin != CUPEL_OPTION_COMMAND_LINE && origin != CUPEL_OPTION_CALL) {
      return cupel::InvalidArgument(
          "origin {} is neither CUPEL_OPTION_COMMAND_LINE nor "
          "CUPEL_OPTION_CALL",
          origin);
    }
    CUPEL_ASSIGN_OR_RETURN(const std::string whose, TextOf(plugin, "plugin"));
    CUPEL_ASSIGN_OR_RETURN(auto name, cupel::ParseOpenName(whose));
    cupel::OptionSetting setting;
    setting.category = name.first;
    setting.plugin = std::move(name.second);
    CUPEL_ASSIGN_OR_RETURN(setting.option, TextOf(option, "option"));
    CUPEL_ASSIGN_OR_RETURN(setting.value, TextOf(value, "value"));
    setting.is_json = (flags & CUPEL_OPTION_JSON) != 0;
    setting.origin = static_cast<OptionOrigin>(origin);
    setting.place = cupel::OptionOriginName(setting.origin);
    const std::shared_ptr<cupel::PluginHost> host = plugins->host;
    return host->SetOption(std::move(setting));
  });
}

cupel_status cupel_plugins_set_option_text(cupel_plugins* plugins,
                                           cupel_view setting,
                                           cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(plugins, "plugins"));
    CUPEL_ASSIGN_OR_RETURN(const std::string text, TextOf(setting, "setting"));
    CUPEL_ASSIGN_OR_RETURN(cupel::OptionSetting parsed,
                           cupel::ParseOptionSetting(text));
    parsed.origin = OptionOrigin::kCommandLine;
    parsed.place = cupel::OptionOriginName(parsed.origin);
    const std::shared_ptr<cupel::PluginHost> host = plugins->host;
    return host->SetOption(std::move(parsed));
  });
}

cupel_status cupel_plugins_json(const cupel_plugins* plugins,
                                cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const auto host, HostOf(plugins, out));
    *out = new cupel_buffer(cupel::HostPluginsJson(*host));
    return absl::OkStatus();
  });
}

cupel_status cupel_plugins_show_json(const cupel_plugins* plugins,
                                     cupel_view plugin, uint32_t flags,
                                     cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const auto host, HostOf(plugins, out));
    CUPEL_RETURN_IF_ERROR(CheckFlags(flags, CUPEL_PLUGINS_REVEAL, "flags"));
    CUPEL_ASSIGN_OR_RETURN(const std::string name, TextOf(plugin, "plugin"));
    const bool reveal = (flags & CUPEL_PLUGINS_REVEAL) != 0;
    CUPEL_ASSIGN_OR_RETURN(std::string json,
                           cupel::HostPluginJson(*host, name, reveal));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_plugins_warnings_json(const cupel_plugins* plugins,
                                         cupel_buffer** out,
                                         cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const auto host, HostOf(plugins, out));
    *out = new cupel_buffer(cupel::HostWarningsJson(*host));
    return absl::OkStatus();
  });
}

cupel_status cupel_plugins_config_json(const cupel_plugins* plugins,
                                       cupel_buffer** out,
                                       cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const auto host, HostOf(plugins, out));
    *out = new cupel_buffer(cupel::HostConfigJson(*host));
    return absl::OkStatus();
  });
}

cupel_status cupel_plugins_install(cupel_view folder, cupel_view destination,
                                   uint32_t flags, cupel_buffer** out,
                                   cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckFlags(flags, CUPEL_INSTALL_UPGRADE, "flags"));
    CUPEL_ASSIGN_OR_RETURN(const std::string from, NameOf(folder, "folder"));
    CUPEL_ASSIGN_OR_RETURN(const std::string to,
                           NameOf(destination, "destination"));
    CUPEL_ASSIGN_OR_RETURN(std::string json,
                           cupel::InstallPluginJson(
                               from, to, (flags & CUPEL_INSTALL_UPGRADE) != 0));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

}  // extern "C"
