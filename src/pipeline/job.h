// The report while it is being made, and everything else that belongs to one
// run of a job.
#ifndef CUPEL_PIPELINE_JOB_H_
#define CUPEL_PIPELINE_JOB_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/clock.h"
#include "budget/cancel.h"
#include "pipeline/executor.h"
#include "pipeline/memory.h"
#include "pipeline/scan.h"
#include "pipeline/scan_item.h"
#include "report/report.h"

namespace cupel {

// Belongs to the thread that unpacks; scanning threads see only the executor.
class Job {
 public:
  // Gets the bytes of a payload instead of the rules (see collect.h).
  using BytesHook =
      std::function<void(const PayloadRecord&, std::string_view bytes)>;

  Job(std::shared_ptr<const RuleSet> rules, const ScanOptions& options,
      const std::vector<std::unique_ptr<Scratch>>& scratches, Cancel* cancel,
      BytesHook hook);

  const ScanOptions& options() const { return options_; }
  const Limits& limits() const { return options_.limits; }
  Report& report() { return *report_; }
  Cancel& cancel() { return cancel_; }
  MemoryGate& memory() { return memory_; }
  bool depends_on_names() const { return depends_on_names_; }
  bool has_rules() const { return report_->rules != nullptr; }

  // -- payloads

  // Starts a payload: its descendants follow until Close. References to
  // records do not survive the next Open.
  PayloadRecord& Open(uint32_t parent, std::string_view raw_name);
  void Close(uint32_t id);

  // Hands a payload's bytes to the rules. `names_of`: the payload whose name is
  // used for externals, if that is another one (a link).
  void Scan(uint32_t id, Bytes bytes);

  // An earlier payload with the same content (and, where rules ask for names,
  // the same name), or kNoPayload; `id` is remembered for later ones.
  uint32_t FindSame(uint32_t id);

  // -- incidents

  void AddIncident(uint32_t payload, IncidentKind kind, std::string_view name,
                   std::string_view detail,
                   std::optional<uint64_t> covered = std::nullopt);
  void AddLimit(uint32_t payload, std::string_view limit, uint64_t value,
                std::optional<uint64_t> covered);
  // The incident that fits an error of a reader or of the system.
  void AddError(uint32_t payload, const absl::Status& status,
                std::optional<uint64_t> covered);
  // The reason why the job has been stopped, as an incident of this payload.
  void AddStopped(uint32_t payload, std::optional<uint64_t> covered);
  // Says that nothing of a payload was scanned.
  void MarkUnscanned(uint32_t payload);

  // -- running

  // True once the job was cancelled or is out of time. Also the place where
  // progress is told and findings are handed out.
  bool Stopped();

  // Room for `bytes` more, waiting for scans to finish if need be; false if all
  // are finished and there still is none.
  bool AcquireMemory(uint64_t bytes);

  // Scans all that waits, and hands the report over.
  std::unique_ptr<Report> Finish();

  // For progress and for paths of inputs.
  void AddInputBytes(uint64_t bytes) { progress_.input_bytes += bytes; }
  void AddInputBytesDone(uint64_t bytes) {
    progress_.input_bytes_done += bytes;
  }
  void SetOwner(std::string owner) { owner_ = std::move(owner); }

 private:
  void Pump();  // applies what was scanned, emits findings, tells progress
  void Apply(ScannedItem scanned);
  void EmitFindings();
  bool EmitPayload(const PayloadRecord& payload);
  void TellProgress();
  void StopByCallback();

  const ScanOptions& options_;
  const bool depends_on_names_;
  std::unique_ptr<Report> report_;
  ScanRules scan_rules_;
  Cancel cancel_;  // of this run: by the caller, a callback or the clock
  Cancel::Listener outer_listener_;
  MemoryGate memory_;
  BytesHook hook_;
  int64_t started_ns_;
  int64_t next_progress_ns_;
  bool out_of_time_ = false;
  ScanProgress progress_;
  std::string owner_;

  absl::flat_hash_map<std::string, uint32_t> seen_;  // content key -> payload
  std::vector<uint32_t> pending_;  // scans not done yet, by payload id - 1
  size_t next_emit_ = 0;           // index into Report::order

  std::vector<std::unique_ptr<Cancel::Listener>> scratch_listeners_;
  Executor executor_;
};

}  // namespace cupel

#endif  // CUPEL_PIPELINE_JOB_H_
