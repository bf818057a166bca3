/// @file plugin_use.hpp
/// @brief plugin_use.h for C++17. Comes with cupel.hpp.
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
inline namespace CUPEL_HPP_MODE {

/// What a finished report is written as.
enum class DocumentSchema : int32_t {
  kCupel = 0,  ///< docs/report.md.
  kStoq1 = 1,  ///< stoQ 1.x: docs/stoq-documents.md.
  kStoq3 = 2   ///< stoQ v3.
};

/// How documents are written.
struct DocumentOptions {
  DocumentSchema schema = DocumentSchema::kCupel;  ///< Which form.
  bool split = false;          ///< One for each payload (and worker).
  bool flatten = false;        ///< Nested names joined into one level.
  bool quirks = false;         ///< With stoQ's oddities.
  bool indent = false;         ///< Over many lines.
  bool timing = true;          ///< false: leave out what differs between runs.
  std::string delimiter = {};  ///< Of a flat one; empty: ":".
  std::string worker = {};     ///< stoQ 1.x: this one's only; empty: all.
  std::string source = {};     ///< stoQ v3: request_meta.source.
};

/// How much a line of a log matters.
enum class LogLevel : int32_t {
  kDebug = 0,    ///< For those who look for a fault.
  kInfo = 1,     ///< What happens.
  kWarning = 2,  ///< What may be wrong.
  kError = 3     ///< What is wrong.
};

/// Told what plugins log, from any thread; what it throws is lost.
using PluginLogFn = std::function<void(std::string_view plugin, LogLevel level,
                                       std::string_view text)>;

/// Which plugins a scan uses, and for what: cupel_plugin_use. Lists are
/// separated by commas.
struct PluginUse {
  std::string run = {};  ///< Workers, on every payload that they consume.
  /// Rules whose metas say what to do with what they match: `rules.get()`.
  const cupel_ruleset* dispatch_rules = nullptr;
  /// Type ("zip") or pattern of a MIME type, and a plugin.
  std::vector<std::pair<std::string, std::string>> by_type = {};
  std::string decorators = {};        ///< Add to every report, in this order.
  std::string connectors = {};        ///< Get every report.
  std::string error_connectors = {};  ///< Get those that are not complete.
  std::string archive = {};           ///< A connector that keeps inputs.
  std::string tlp = {};               ///< "clear" to "red"; empty: clear.
  std::string metadata = {};          ///< A JSON object for the report.
  DocumentOptions documents = {};     ///< How connectors get reports.
  std::string rate_folder = {};       ///< Shared by all processes of a worker.
  bool by_consumes = true;    ///< false: nothing runs because it consumes.
  PluginLogFn log = nullptr;  ///< May be empty.
};

namespace internal {

/// Borrows `options`.
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

/// A scanner's plugins: what its C calls point to.
struct UsedPlugins {
  PluginUse use;

  static void OnLog(void* data, cupel_view plugin, cupel_log_level level,
                    cupel_view text) noexcept {
    Quietly([&] {
      static_cast<UsedPlugins*>(data)->use.log(
          Text(plugin), static_cast<LogLevel>(level), Text(text));
    });
  }

  /// Whether the scanner uses them from now on.
  bool Apply(cupel_scanner* scanner, const Plugins& plugins) {
    const cupel_document_options documents = ToC(use.documents);
    std::vector<cupel_field> types;
    types.reserve(use.by_type.size());
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
    cupel_error* error = nullptr;
    const cupel_status status = cupel_scanner_use_plugins(scanner, &c, &error);
    if (status != CUPEL_STATUS_OK) Raise(Error(status, error));
    return status == CUPEL_STATUS_OK;
  }
};

}  // namespace internal
}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_PLUGIN_USE_HPP_
