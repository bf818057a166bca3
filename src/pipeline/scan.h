// One scan job: inputs in, report out. Orchestration only.
#ifndef CUPEL_PIPELINE_SCAN_H_
#define CUPEL_PIPELINE_SCAN_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "answers/answer_options.h"
#include "budget/cancel.h"
#include "budget/limits.h"
#include "pipeline/plugin_use.h"
#include "report/report.h"
#include "rules/rule_set.h"

namespace cupel {

// Whose own bytes meet the rules although they were taken apart to the end.
// Up to kNever the values are those of the C interface.
enum class ContainerMode : uint8_t {
  kAuto = 0,
  kAlways = 1,
  kNever = 2,
  kMembers = 3,  // as kAuto, but no input: only containers within them
};

struct ScanProgress {
  uint64_t elapsed_ns = 0;
  uint64_t input_bytes = 0;
  uint64_t input_bytes_done = 0;
  uint64_t payloads = 0;
  uint64_t scanned_bytes = 0;
  uint64_t findings = 0;
  uint64_t incidents = 0;
  std::string current;  // printable
};

struct ScanOptions {
  Limits limits;
  ContainerMode containers = ContainerMode::kAuto;
  bool unpack = true;
  bool dedup = true;
  bool any_filetype = false;    // rules count for files of every name
  uint32_t threads = 1;         // the caller's included
  uint32_t excerpt_bytes = 64;  // 0: none
  std::vector<std::string> passwords = {"infected", "malware", "password"};
  std::vector<bool> selected;  // rules that are reported; empty: all
  // Both are called on the calling thread and return false to end the scan.
  std::function<bool(const ScanProgress&)> progress;
  std::function<bool(const Report&, const PayloadRecord&, const Finding&)>
      finding;
};

// What to scan. Views and descriptors are borrowed until the scan is over.
struct ScanInput {
  enum class Kind : uint8_t { kPath, kMemory, kDescriptor };
  Kind kind = Kind::kPath;
  std::string name;        // the path, or what stands for it in the report
  std::string_view bytes;  // kMemory
  int fd = -1;             // kDescriptor
  std::string metadata;    // JSON object for the report, or empty
};

// The reusable half of a job: each thread's scratches and plugins. One scan at
// a time. Keeps `rules` (may be null) alive.
class ScanSession {
 public:
  // With `plugins.set`, plugins take part; what they need is kept from scan to
  // scan. With `cache.folder`, what the rules say is kept there, and rules are
  // not asked again; reports are the same with and without. Fails if that
  // folder can't be used.
  static absl::StatusOr<std::unique_ptr<ScanSession>> New(
      std::shared_ptr<const RuleSet> rules, uint32_t threads,
      PluginUse plugins = {}, const AnswerCacheOptions& cache = {});
  virtual ~ScanSession() = default;

  // Fails only if the scan could not be begun; everything else stands in the
  // report. `cancel` may be null.
  virtual absl::StatusOr<std::unique_ptr<const Report>> Scan(
      const std::vector<ScanInput>& inputs, const ScanOptions& options,
      Cancel* cancel) = 0;

  // Runs a source and scans each of its items as a job of its own, handing the
  // reports out one by one; false ends it. What the source says, or kCancelled.
  // kFailedPrecondition without plugins.
  using ReportSink = std::function<bool(std::unique_ptr<const Report>)>;
  virtual absl::Status Ingest(const PluginName& source,
                              std::string_view source_options,
                              const ScanOptions& options, Cancel* cancel,
                              const ReportSink& sink) = 0;
};

}  // namespace cupel

#endif  // CUPEL_PIPELINE_SCAN_H_
