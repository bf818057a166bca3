// One payload on its way through the rules.
#ifndef CUPEL_PIPELINE_SCAN_ITEM_H_
#define CUPEL_PIPELINE_SCAN_ITEM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "pipeline/memory.h"
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
  std::string_view filetype;  // static
};

// What came of it. Handed back to the thread that owns the report.
struct ScannedItem {
  uint32_t payload = 0;
  uint64_t size = 0;
  absl::Status status;
  std::shared_ptr<const ScanResult> result;  // null: no match
  std::vector<std::string> overflowing;
  bool cut_matches = false;  // some rule has more matches than are listed
};

// What is the same for all items of a job.
struct ScanRules {
  const RuleSet* rules = nullptr;
  uint64_t file_time_ns = 0;
  uint64_t matches_per_rule = 0;
  uint32_t excerpt_bytes = 0;
  Deadline deadline;
};

// Runs the rules over one item. Thread-safe but for `scratch`.
ScannedItem RunRules(const ScanRules& job, const ScanItem& item,
                     Scratch& scratch) noexcept;

// The externals that follow from a payload's path.
NameExternals NamesOf(std::string_view path, std::string_view owner);

}  // namespace cupel

#endif  // CUPEL_PIPELINE_SCAN_ITEM_H_
