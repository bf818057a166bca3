// plugins.hpp: plugins.h for C++17. Comes with cupel.hpp.
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

// Where a plugin runs: a higher one is further from the host.
enum class Tier : int32_t { kBuiltin = 1, kProcess = 2, kOci = 3 };

struct PluginsOptions {
  Tier min_tier = Tier::kBuiltin;
  std::string_view runner = {};       // cupel-runner; empty: found
  std::string_view python_path = {};  // of the package cupel; empty: found
  std::string_view python = {};       // the interpreter; empty: the system's
  bool builtins = true;
  bool environment = false;  // variables CUPEL_PLUGIN_… count
  bool network = true;       // for those that need it
  bool files = true;         // the same
};

struct PluginInput {
  std::string_view bytes = {};
  std::string_view name = {};
  std::string_view options = {};   // JSON object over the plugin's own
  std::string_view document = {};  // JSON
  std::string_view tlp = {};       // empty: clear
  const Fields* environment = nullptr;
  cupel_plugin_method method = CUPEL_METHOD_DEFAULT;
  bool base64 = false;  // children's bytes in the JSON
  uint64_t timeout_ns = 0;
  uint64_t max_children = 0;
  uint64_t max_children_bytes = 0;
};

// Told a child's number, name and bytes; returns true to go on.
using PluginBytesFn = std::function<bool(uint64_t index, std::string_view name,
                                         std::string_view bytes)>;

// The plugins that a host uses. Thread-safe; frozen once it is used.
class Plugins : public internal::Owner<cupel_plugins, cupel_plugins_free> {
 public:
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

  // A folder, of which nothing is run, or a shared object, which is loaded.
  void AddPath(std::string_view path) const {
    Do(cupel_plugins_add_path, View(path));
  }
  // The table must outlive this and what is made with it.
  void Register(const cupel_plugin_v1* table) const {
    Do(cupel_plugins_register, table);
  }
  // A stoq.cfg.
  void LoadConfig(std::string_view path) const {
    Do(cupel_plugins_load_config, View(path));
  }
  // An option of "category:name" or "name": JSON, or with `json` false text of
  // the type that the option has otherwise.
  void SetOption(std::string_view plugin, std::string_view option,
                 std::string_view value, bool json = true) const {
    Do(cupel_plugins_set_option, View(plugin), View(option), View(value),
       json ? uint32_t{CUPEL_OPTION_JSON} : 0,
       static_cast<cupel_option_origin>(CUPEL_OPTION_CALL));
  }
  // "name:key=value", of a command line.
  void SetOptionText(std::string_view setting) const {
    Do(cupel_plugins_set_option_text, View(setting));
  }

  // All of them, one of them with its options, what is not right, and the
  // [core] of configuration files: as JSON (plugins.h).
  Buffer Json() const { return Buffer(cupel_plugins_json, get()); }
  // Secrets are "***" unless `reveal`.
  Buffer Show(std::string_view plugin, bool reveal = false) const {
    return Buffer(cupel_plugins_show_json, get(), View(plugin),
                  reveal ? uint32_t{CUPEL_PLUGINS_REVEAL} : 0);
  }
  Buffer Warnings() const { return Buffer(cupel_plugins_warnings_json, get()); }
  Buffer Config() const { return Buffer(cupel_plugins_config_json, get()); }

  // Calls one plugin once; what it gave back, as JSON. `cancel` may be null.
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
    try {
      Buffer made(cupel_plugins_run, get(), View(plugin), &c,
                  taking.take ? Taking::OnBytes : nullptr, &taking,
                  cancel == nullptr ? nullptr : cancel->get());
      taking.thrown.Rethrow();
      return made;
    } catch (const Error&) {
      taking.thrown.Rethrow();
      throw;
    }
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

// Copies a plugin's folder into a folder of plugins; what was done, as JSON.
inline Buffer InstallPlugin(std::string_view folder,
                            std::string_view destination,
                            bool upgrade = false) {
  return Buffer(cupel_plugins_install, internal::View(folder),
                internal::View(destination),
                upgrade ? uint32_t{CUPEL_INSTALL_UPGRADE} : 0);
}

}  // namespace cupel

#endif  // CUPEL_PLUGINS_HPP_
