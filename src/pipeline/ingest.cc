#include "pipeline/ingest.h"

#include <memory>
#include <utility>

#include "base/status.h"

namespace cupel {

absl::Status IngestItems(const PluginRoster& roster, uint32_t source,
                         std::string_view source_options, Cancel* cancel,
                         const ItemSink& sink) {
  const PluginRoster::Entry& entry = roster.entry(source);
  const PluginInfo& info = entry.plugin->info();
  absl::Status ended;  // by the sink
  PluginServices services;
  if (roster.use().log) {
    services.log = [&](LogLevel level, std::string_view text) {
      roster.use().log(info.id, level, text);
    };
  }
  services.item = [&](PluginItem item) -> absl::Status {
    if (!ended.ok()) return Cancelled("no more items are wanted");
    if (cancel != nullptr && cancel->triggered()) return Cancelled("cancelled");
    CUPEL_RETURN_IF_ERROR(CheckItem(item));
    // A source is a plugin with a rate of its own: so many items in so long.
    CUPEL_RETURN_IF_ERROR(roster.use().rates->Acquire(
        entry.name, info.rate_limit, cancel, Deadline()));
    std::string metadata = std::move(item.metadata);
    ended = sink(std::move(item), &metadata);
    return ended.ok() ? absl::OkStatus()
                      : Cancelled("no more items are wanted");
  };
  const std::string options =
      roster.use().set->OptionsJson(*entry.plugin, source_options);
  CUPEL_ASSIGN_OR_RETURN(const std::unique_ptr<PluginInstance> instance,
                         entry.plugin->Activate(options, &services, cancel));
  PluginRequest request;
  request.method = PluginMethod::kIngest;
  request.options = options;
  request.cancel = cancel;
  request.services = &services;
  PluginAnswer answer;
  const absl::Status status = instance->Call(request, &answer);
  if (roster.use().log) {
    for (const PluginError& error : answer.errors) {
      roster.use().log(info.id, LogLevel::kError, error.message);
    }
  }
  if (!ended.ok()) return ended;
  if (cancel != nullptr && cancel->triggered()) return Cancelled("cancelled");
  return status;
}

}  // namespace cupel
