/// @file plugins.hpp
/// @brief plugins.h for C++17. Comes with cupel.hpp.
#ifndef CUPEL_PLUGINS_HPP_
#define CUPEL_PLUGINS_HPP_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "cupel/base.hpp"
#include "cupel/plugins.h"

namespace cupel {
inline namespace CUPEL_HPP_MODE {

/// Where a plugin runs: a higher one is further from the host.
enum class Tier : int32_t {
  kBuiltin = 1,  ///< In the host's process.
  kProcess = 2,  ///< In a cupel-runner, without network and privileges.
  kOci = 3       ///< In a container.
};

/// How plugins are found and run.
struct PluginsOptions {
  Tier min_tier = Tier::kBuiltin;     ///< Nothing runs nearer.
  std::string_view runner = {};       ///< cupel-runner; empty: found.
  std::string_view python_path = {};  ///< Of the package; empty: found.
  std::string_view python = {};       ///< The interpreter; empty: the system's.
  bool builtins = true;               ///< With those that are compiled in.
  bool environment = false;           ///< Variables CUPEL_PLUGIN_… count.
  bool network = true;                ///< For those that need it.
  bool files = true;                  ///< The same.
};

/// What a plugin is called with.
struct PluginInput {
  Bytes bytes = {};                ///< The payload.
  std::string_view name = {};      ///< Its name.
  std::string_view options = {};   ///< A JSON object over the plugin's own.
  std::string_view document = {};  ///< JSON.
  std::string_view tlp = {};       ///< Empty: clear.
  const Fields* environment = nullptr;  ///< In place of all variables.
  cupel_plugin_method method = CUPEL_METHOD_DEFAULT;  ///< CUPEL_METHOD_*.
  bool base64 = false;              ///< Children's bytes in the JSON too.
  uint64_t timeout_ns = 0;          ///< 0, here and below: the default.
  uint64_t max_children = 0;        ///< Or items of a source.
  uint64_t max_children_bytes = 0;  ///< Of all.
};

/// Told a child's number, name and bytes; returns true to go on.
using PluginBytesFn = std::function<bool(uint64_t index, std::string_view name,
                                         std::string_view bytes)>;

/// The plugins that a host uses. The first run, or the first scanner, freezes
/// it.
///
/// Threads: any number may use one. Lifetime: its own; scanners that use it
/// keep what they need.
///
///     cupel::Plugins plugins;
///     plugins.Register(&kTable);
///     cupel::PluginInput input;
///     input.bytes = body;
///     cupel::Buffer json = plugins.Run("worker:size", input);
class Plugins : public internal::Owner<cupel_plugins, cupel_plugins_free> {
 public:
  /// With those that are compiled in, unless told otherwise.
  explicit Plugins(const PluginsOptions& options = {}) {
    cupel_plugins_options c = CUPEL_PLUGINS_OPTIONS_INIT;
    if (!options.builtins) c.flags |= CUPEL_PLUGINS_NO_BUILTIN;
    if (options.environment) c.flags |= CUPEL_PLUGINS_ENVIRONMENT;
    if (!options.network) c.flags |= CUPEL_PLUGINS_NO_NETWORK;
    if (!options.files) c.flags |= CUPEL_PLUGINS_NO_FILES;
    c.min_tier = static_cast<int32_t>(options.min_tier);
    c.runner = View(options.runner);
    c.python_path = View(options.python_path);
    c.python = View(options.python);
    Make(cupel_plugins_new, &c);
  }

  /// Adds a folder, of which nothing is run, or a shared object, which is
  /// loaded.
  void AddPath(std::string_view path) const {
    Do(cupel_plugins_add_path, View(path));
  }
  /// Adds a plugin of the host's own. The table must outlive this and what is
  /// made with it.
  void Register(const cupel_plugin_v1* table) const {
    Do(cupel_plugins_register, table);
  }
  /// Reads a stoq.cfg.
  void LoadConfig(std::string_view path) const {
    Do(cupel_plugins_load_config, View(path));
  }
  /// Sets an option of "category:name" or "name": JSON, or with `json` false
  /// text of the type that the option has otherwise.
  void SetOption(std::string_view plugin, std::string_view option,
                 std::string_view value, bool json = true) const {
    Do(cupel_plugins_set_option, View(plugin), View(option), View(value),
       json ? uint32_t{CUPEL_OPTION_JSON} : 0,
       static_cast<cupel_option_origin>(CUPEL_OPTION_CALL));
  }
  /// Sets "name:key=value", of a command line.
  void SetOptionText(std::string_view setting) const {
    Do(cupel_plugins_set_option_text, View(setting));
  }

  /// All of them, as JSON.
  Buffer Json() const { return Buffer::Of(cupel_plugins_json, get()); }
  /// One of them with its options, as JSON; secrets are "***" unless `reveal`.
  Buffer Show(std::string_view plugin, bool reveal = false) const {
    return Buffer::Of(cupel_plugins_show_json, get(), View(plugin),
                      reveal ? uint32_t{CUPEL_PLUGINS_REVEAL} : 0);
  }
  /// What is odd in the configuration, as JSON.
  Buffer Warnings() const {
    return Buffer::Of(cupel_plugins_warnings_json, get());
  }
  /// The [core] of configuration files, as JSON.
  Buffer Config() const { return Buffer::Of(cupel_plugins_config_json, get()); }

  /// Calls one plugin once; what it gave back, as JSON. `take` may be empty,
  /// `cancel` null.
  Buffer Run(std::string_view plugin, const PluginInput& input,
             PluginBytesFn take = nullptr,
             const Cancel* cancel = nullptr) const {
    const std::vector<cupel_field> environment = internal::ToC(
        input.environment == nullptr ? Fields() : *input.environment);
    static constexpr cupel_field kNone = {{nullptr, 0}, {nullptr, 0}};
    cupel_plugin_input c = CUPEL_PLUGIN_INPUT_INIT;
    if (input.base64) c.flags |= CUPEL_PLUGIN_INPUT_BASE64;
    c.method = input.method;
    c.bytes = View(input.bytes);
    c.name = View(input.name);
    c.options = View(input.options);
    c.document = View(input.document);
    c.tlp = View(input.tlp);
    if (input.environment != nullptr) {
      // Not NULL, also if it is empty: then the plugin gets no variable.
      c.environment = environment.empty() ? &kNone : environment.data();
      c.environment_count = environment.size();
    }
    c.timeout_ns = input.timeout_ns;
    c.max_children = input.max_children;
    c.max_children_bytes = input.max_children_bytes;
    Taking taking{{}, std::move(take)};
    return Buffer::OfCallBack(&taking.thrown, cupel_plugins_run, get(),
                              View(plugin), &c,
                              taking.take ? Taking::OnBytes : nullptr, &taking,
                              internal::OrNull(cancel));
  }

 private:
  struct Taking {
    internal::Thrown thrown;
    PluginBytesFn take;

    static int32_t OnBytes(void* data, uint64_t index, cupel_view name,
                           cupel_view bytes) noexcept {
      auto* self = static_cast<Taking*>(data);
      return self->thrown.Guard(
          [&] { return self->take(index, Text(name), Text(bytes)); });
    }
  };
};

/// Copies a plugin's folder into a folder of plugins; what was done, as JSON.
inline Buffer InstallPlugin(std::string_view folder,
                            std::string_view destination,
                            bool upgrade = false) {
  return Buffer::Of(cupel_plugins_install, internal::View(folder),
                    internal::View(destination),
                    upgrade ? uint32_t{CUPEL_INSTALL_UPGRADE} : 0);
}

}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_PLUGINS_HPP_
