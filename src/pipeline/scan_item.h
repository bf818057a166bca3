// One payload on its way through the rules.
#ifndef CUPEL_PIPELINE_SCAN_ITEM_H_
#define CUPEL_PIPELINE_SCAN_ITEM_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "answers/answer_cache.h"
#include "base/clock.h"
#include "budget/cancel.h"
#include "pipeline/hashing.h"
#include "pipeline/memory.h"
#include "pipeline/plugin_run.h"
#include "report/report.h"
#include "rules/rule_set.h"
#include "rules/scratch.h"

namespace cupel {

// Values of the externals of one payload; empty when no rule asks for them.
struct NameExternals {
  std::string filename;
  std::string filepath;
  std::string extension;
  std::string owner;
};

struct ScanItem {
  uint32_t payload = 0;
  Bytes bytes;
  NameExternals names;
  std::string_view filetype;      // static
  bool hash = false;              // is hashed first
  ByteSource* hash_of = nullptr;  // is hashed instead, and nothing else is done
  bool rules = true;              // meets the rules …
  // What earlier scans know of the answer; null: there is no cache.
  std::unique_ptr<KnownAnswer> known;
  std::unique_ptr<PluginTask> plugins;  // … and the plugins, unless null
};

// What one thread has for itself. Either may be null.
struct ScanThread {
  std::unique_ptr<Scratch> scratch;
  std::unique_ptr<PluginThread> plugins;
  uint64_t rules_ns = 0;  // spent in the rules, in this scan
};

// What came of it. Handed back to the thread that owns the report.
struct ScannedItem {
  uint32_t payload = 0;
  uint64_t size = 0;
  bool hashing = false;          // it was to be hashed …
  std::optional<Hashed> hashed;  // … and was, unless stopped or out of memory
  absl::Status status;
  std::shared_ptr<const ScanResult> result;  // null: no match
  std::vector<std::string> overflowing;
  bool cut_matches = false;  // some rule has more matches than are listed
  bool rules = false;        // it met the rules
  // To be kept for later scans, with all matches; null: nothing is.
  std::unique_ptr<KnownAnswer> known;
  std::unique_ptr<PluginOutcome> outcome;  // null: it met no plugins
};

// What is the same for all items of a job.
struct ScanRules {
  const RuleSet* rules = nullptr;
  uint64_t file_time_ns = 0;
  uint64_t matches_per_rule = 0;
  uint32_t excerpt_bytes = 0;
  Deadline deadline;
  const Cancel* cancel = nullptr;
  PluginBudget plugins;
};

// Runs the rules and then the plugins over one item, and gives its memory back
// unless a plugin's children need it. Thread-safe but for `thread`.
ScannedItem RunItem(const ScanRules& job, ScanItem item,
                    ScanThread& thread) noexcept;

// The same for an item of which everything is known and that meets no plugins.
ScannedItem RunKnownItem(const ScanRules& job, ScanItem item) noexcept;

// The externals that follow from a payload's path.
NameExternals NamesOf(std::string_view path, std::string_view owner);

}  // namespace cupel

#endif  // CUPEL_PIPELINE_SCAN_ITEM_H_
