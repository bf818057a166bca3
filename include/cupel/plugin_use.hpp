// plugin_use.hpp: plugin_use.h for C++17. Comes with cupel.hpp.
#ifndef CUPEL_PLUGIN_USE_HPP_
#define CUPEL_PLUGIN_USE_HPP_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cupel/base.hpp"
#include "cupel/plugin_use.h"
#include "cupel/plugins.hpp"

namespace cupel {

enum class DocumentSchema : int32_t { kCupel = 0, kStoq1 = 1, kStoq3 = 2 };

struct DocumentOptions {
  DocumentSchema schema = DocumentSchema::kCupel;
  bool split = false;
  bool flatten = false;
  bool quirks = false;
  bool indent = false;
  bool timing = true;
  std::string delimiter = {};  // of a flat one; empty: ":"
  std::string worker = {};     // stoQ 1.x: this one's only
  std::string source = {};     // stoQ v3
};

enum class LogLevel : int32_t { kDebug = 0, kInfo, kWarning, kError };

// Told what plugins log, from any thread; what it throws is lost.
using PluginLogFn = std::function<void(std::string_view plugin, LogLevel level,
                                       std::string_view text)>;

// cupel_plugin_use. Lists are separated by commas.
struct PluginUse {
  std::string run = {};
  const cupel_ruleset* dispatch_rules = nullptr;
  std::vector<std::pair<std::string, std::string>> by_type = {};
  std::string decorators = {};
  std::string connectors = {};
  std::string error_connectors = {};
  std::string archive = {};
  std::string tlp = {};
  std::string metadata = {};  // JSON object
  DocumentOptions documents = {};
  std::string rate_folder = {};
  bool by_consumes = true;
  PluginLogFn log = nullptr;
};

namespace internal {

// Borrows `options`.
inline cupel_document_options ToC(const DocumentOptions& options) noexcept {
  cupel_document_options c = CUPEL_DOCUMENT_OPTIONS_INIT;
  c.flags = (options.split ? uint32_t{CUPEL_DOCUMENT_SPLIT} : 0) |
            (options.flatten ? uint32_t{CUPEL_DOCUMENT_FLATTEN} : 0) |
            (options.quirks ? uint32_t{CUPEL_DOCUMENT_QUIRKS} : 0) |
            (options.indent ? uint32_t{CUPEL_DOCUMENT_INDENT} : 0) |
            (options.timing ? 0 : uint32_t{CUPEL_DOCUMENT_NO_TIMING});
  c.schema = static_cast<int32_t>(options.schema);
  c.delimiter = View(options.delimiter);
  c.worker = View(options.worker);
  c.source = View(options.source);
  return c;
}

// A scanner's plugins: what its C calls point to.
struct UsedPlugins {
  PluginUse use;

  static void OnLog(void* data, cupel_view plugin, cupel_log_level level,
                    cupel_view text) noexcept {
    try {
      static_cast<UsedPlugins*>(data)->use.log(
          Text(plugin), static_cast<LogLevel>(level), Text(text));
    } catch (...) {
      // A line of a log is no reason to end a scan, and there is nobody to
      // tell.
    }
  }

  void Apply(cupel_scanner* scanner, const Plugins& plugins) {
    const cupel_document_options documents = ToC(use.documents);
    std::vector<cupel_field> types;
    for (const auto& [type, plugin] : use.by_type) {
      types.push_back(Field(type, plugin));
    }
    cupel_plugin_use c = CUPEL_PLUGIN_USE_INIT;
    if (!use.by_consumes) c.flags |= CUPEL_USE_NO_CONSUMES;
    c.plugins = plugins.get();
    c.run = View(use.run);
    c.dispatch_rules = use.dispatch_rules;
    c.by_type = types.data();
    c.by_type_count = types.size();
    c.decorators = View(use.decorators);
    c.connectors = View(use.connectors);
    c.error_connectors = View(use.error_connectors);
    c.archive = View(use.archive);
    c.tlp = View(use.tlp);
    c.metadata = View(use.metadata);
    c.documents = &documents;
    c.rate_folder = View(use.rate_folder);
    c.log = use.log ? OnLog : nullptr;
    c.user_data = this;
    Call(cupel_scanner_use_plugins, scanner,
         static_cast<const cupel_plugin_use*>(&c));
  }
};

}  // namespace internal
}  // namespace cupel

#endif  // CUPEL_PLUGIN_USE_HPP_
