// Which plugins a scan uses, and what for.
#ifndef CUPEL_PIPELINE_PLUGIN_USE_H_
#define CUPEL_PIPELINE_PLUGIN_USE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugin/names.h"
#include "plugin/plugin.h"
#include "plugin/plugin_set.h"
#include "plugin/rate_limit.h"
#include "report/report.h"
#include "rules/rule_set.h"

namespace cupel {

// A plain value. With no `set` nothing of the rest counts.
struct PluginUse {
  std::shared_ptr<const PluginSet> set;

  // Readers, workers, extractors, carvers and decoders that see every payload
  // of a type that they consume; all payloads, if they don't say.
  std::vector<PluginName> run;
  // Plugins for what has a type ("zip") or MIME type that fits ("text/*").
  struct ByType {
    std::string pattern;
    PluginName plugin;
  };
  std::vector<ByType> by_type;
  // Rules that say with their metas what to do: `plugin` ("decoder:xor,
  // carver:pe"), `save`; all others are options for that call. May be null.
  std::shared_ptr<const RuleSet> dispatch_rules;
  // Run what says that it consumes something, unless it is compiled in.
  bool by_consumes = true;

  std::vector<PluginName> decorators;  // in this order
  std::vector<PluginName> connectors;
  std::vector<PluginName> error_connectors;  // if something was not scanned
  std::optional<PluginName> archive;  // keeps inputs and what is to be saved

  std::string tlp;       // a label; empty: clear
  std::string metadata;  // JSON object, for the report; may be empty
  std::shared_ptr<RateLimits> rates;  // null: of this scan alone

  // Heartbeats go on between scans, as long as the session lives, on a thread
  // of its own: for workers, whose plugins have something to deliver later.
  bool beat_between_scans = false;

  // Takes what plugins log, from any thread. May be empty.
  std::function<void(const PluginName&, LogLevel, std::string_view)> log;
  // Makes of a finished report what connectors are given; empty: the report's
  // JSON.
  std::function<absl::StatusOr<std::vector<std::string>>(const Report&)>
      documents;
};

}  // namespace cupel

#endif  // CUPEL_PIPELINE_PLUGIN_USE_H_
