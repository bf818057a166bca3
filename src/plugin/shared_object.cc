#include <dlfcn.h>

#include "base/status.h"
#include "format/escape.h"
#include "plugin/table_plugin.h"

namespace cupel {
namespace {

constexpr size_t kMostPlugins = 1000;

}  // namespace

absl::StatusOr<std::vector<const cupel_plugin_v1*>> LoadTables(
    const std::string& path) {
  // A name without a slash would be searched for in the system's folders.
  const std::string file =
      path.find('/') == std::string::npos ? "./" + path : path;
  // Never unloaded: a plugin may have started threads or registered handlers.
  void* const handle =
      dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    const char* const why = dlerror();
    return FailedPrecondition("plugin '{}' can't be loaded: {}",
                              EscapePrintable(path),
                              EscapePrintable(why == nullptr ? "" : why));
  }
  const auto tables =
      reinterpret_cast<cupel_plugins_v1_fn>(dlsym(handle, "cupel_plugins_v1"));
  if (tables == nullptr) {
    return InvalidArgument(
        "'{}' is no plugin: it does not export cupel_plugins_v1 (see "
        "CUPEL_PLUGIN_EXPORT in cupel/plugin.h)",
        EscapePrintable(path));
  }
  size_t count = 0;
  const cupel_plugin_v1* const* list = nullptr;
  try {
    list = tables(CUPEL_PLUGIN_ABI, &count);
  } catch (...) {
    return Internal("'{}' threw an exception when it was asked for its plugins",
                    EscapePrintable(path));
  }
  if (list == nullptr || count == 0 || count > kMostPlugins) {
    return FailedPrecondition(
        "'{}' gives no plugins for ABI {}: build it with the headers of this "
        "version",
        EscapePrintable(path), CUPEL_PLUGIN_ABI);
  }
  return std::vector<const cupel_plugin_v1*>(list, list + count);
}

absl::StatusOr<std::vector<std::shared_ptr<Plugin>>> LoadSharedObject(
    const std::string& path) {
  CUPEL_ASSIGN_OR_RETURN(const auto tables, LoadTables(path));
  std::vector<std::shared_ptr<Plugin>> plugins;
  for (const cupel_plugin_v1* table : tables) {
    CUPEL_ASSIGN_OR_RETURN(std::shared_ptr<Plugin> plugin,
                           NewTablePlugin(table, path, nullptr));
    plugins.push_back(std::move(plugin));
  }
  return plugins;
}

}  // namespace cupel
