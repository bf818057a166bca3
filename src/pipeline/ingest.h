// Sources: plugins that bring work.
#ifndef CUPEL_PIPELINE_INGEST_H_
#define CUPEL_PIPELINE_INGEST_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "budget/cancel.h"
#include "pipeline/plugin_roster.h"
#include "plugin/plugin.h"

namespace cupel {

// Does one item; `metadata` is a JSON object or empty. What is not OK ends the
// source. When it returns OK the report is delivered: the source is told only
// then, and acknowledges the item to where it came from.
using ItemSink =
    std::function<absl::Status(PluginItem item, std::string* metadata)>;

// Activates a source, lets it bring its items one by one, and is done when it
// is. The next item is asked for when the last one is through, so nothing piles
// up. `source_options`: a JSON object over the configured ones, or empty.
// `cancel` may be null. What is wrong with an item (metadata that are no
// object) is told to the source, and the others go on.
absl::Status IngestItems(const PluginRoster& roster, uint32_t source,
                         std::string_view source_options, Cancel* cancel,
                         const ItemSink& sink);

}  // namespace cupel

#endif  // CUPEL_PIPELINE_INGEST_H_
