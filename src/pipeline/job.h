// The report while it is being made, and everything else that belongs to one
// run of a job.
#ifndef CUPEL_PIPELINE_JOB_H_
#define CUPEL_PIPELINE_JOB_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "budget/cancel.h"
#include "pipeline/executor.h"
#include "pipeline/hashing.h"
#include "pipeline/memory.h"
#include "pipeline/plugin_roster.h"
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

  // `roster` may be null: no plugins; `cache` too. `threads` are borrowed.
  Job(std::shared_ptr<const RuleSet> rules, const PluginRoster* roster,
      AnswerCache* cache, const ScanOptions& options,
      std::vector<ScanThread>& threads, Cancel* cancel, BytesHook hook);

  const ScanOptions& options() const { return options_; }
  const Limits& limits() const { return options_.limits; }
  Report& report() { return *report_; }
  Cancel& cancel() { return cancel_; }
  MemoryGate& memory() { return memory_; }
  bool depends_on_names() const { return depends_on_names_; }
  bool has_rules() const { return report_->rules != nullptr; }
  const PluginRoster* roster() const { return roster_; }

  // -- payloads

  // Starts a payload: its descendants follow until Close. References to
  // records do not survive the next Open.
  PayloadRecord& Open(uint32_t parent, std::string_view raw_name);
  void Close(uint32_t id);

  // Hands a payload's bytes to those who are to see them. `sha256` is of just
  // these bytes; null if only that of the payload is known, which may have been
  // another one when it was hashed.
  enum class Audience : uint8_t { kRules, kPlugins, kAll };
  void Scan(uint32_t id, Bytes bytes, Audience audience, const Digest* sha256);

  // True if some plugin may want to see the bytes of this payload, which is a
  // container that the rules are not owed.
  bool PluginsWant(uint32_t id) const;

  // An earlier payload with the same content (and, where rules ask for names,
  // the same name), or kNoPayload; `id` is remembered for later ones.
  uint32_t FindSame(uint32_t id);
  // The same for bytes that are no payload yet; remembers nothing.
  uint32_t FindContent(const Digest& sha256) const;

  // -- hashes

  // True if no earlier payload has the same bytes as `id`, which `sketch` is
  // of, so far as that can be told without hashing: then whoever scans `id` may
  // hash it as well (ScanUnhashed, HashBeside). Else the digests of those that
  // may be the same are known, and `id` must be hashed at once.
  //
  // Never true where a digest is asked for before the scan, or there is one
  // thread only; then it costs nothing.
  bool MayHashLater(uint32_t id, const std::function<uint64_t()>& sketch);
  // As Scan for kAll, in place of FindSame too.
  void ScanUnhashed(uint32_t id, Bytes bytes);
  // Hashes a source while the caller goes on, until StopHashing.
  void HashBeside(uint32_t id, ByteSource& source);
  void StopHashing(const ByteSource& source) noexcept {
    executor_.WithdrawSource(source);
  }
  void AwaitDigest(uint32_t id);
  // Takes what was hashed; nothing: it was stopped.
  void SetHashed(uint32_t id, const std::optional<Hashed>& hashed);
  // `alias` has the bytes of `original`, whose digest may not be known yet.
  void CopyContent(uint32_t original, uint32_t alias);
  // For HashBytes and HashSource on this thread.
  StopCheck stop_check() {
    return [this] { return Stopped(); };
  }

  // -- what plugins made

  // Waits until everything that was handed over is done, and gives what plugins
  // made meanwhile, in the order of the payloads they made it of.
  struct Made {
    uint32_t parent = kNoPayload;
    MadeChild made;
  };
  std::vector<Made> TakeMade();
  // What is to be done with a payload that a plugin made, or an input.
  void Plan(uint32_t id, std::vector<PluginName> dispatch, bool save);
  uint32_t DepthOf(uint32_t id) const;

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
  // A label for this job, in place of the one that all have.
  void SetTlp(std::string_view label);
  void SetOwner(std::string owner) { owner_ = std::move(owner); }

 private:
  void Pump();  // applies what was scanned, emits findings, tells progress
  void Apply(ScannedItem scanned);
  void ApplyHashed(const ScannedItem& scanned);
  ScanItem ItemFor(uint32_t id, Bytes bytes, Audience audience);
  void LookUp(const Digest* sha256, ScanItem* item);
  void EmitFindings();
  bool EmitPayload(const PayloadRecord& payload);
  void TellProgress();
  void StopByCallback();
  void ApplyOutcome(uint32_t id, PluginOutcome outcome);
  std::unique_ptr<PluginTask> TaskFor(uint32_t id);
  void KeepMade(uint32_t id, std::vector<MadeChild> children);
  void DropHeld(uint32_t id, size_t first);
  // Drops what plugins made last, until there is room for `bytes`.
  bool DropMade(uint64_t bytes);
  void AddMemoryLimit(uint32_t id);
  // Bytes that are held for it alone.
  static uint64_t HeldBy(const MadeChild& child);
  static uint64_t HeldBy(const std::vector<MadeChild>& children);

  struct PayloadPlan {
    std::vector<PluginName> dispatch;
    bool save = false;
  };

  const ScanOptions& options_;
  const PluginRoster* const roster_;
  AnswerCache* const cache_;
  const bool depends_on_names_;
  std::unique_ptr<Report> report_;
  ScanRules scan_rules_;
  Cancel cancel_;  // of this run: by the caller, a callback or the clock
  Cancel::Listener outer_listener_;
  MemoryGate memory_;
  BytesHook hook_;
  uint64_t stored_before_ = 0;  // by the cache, in other jobs
  int64_t started_ns_;
  int64_t next_progress_ns_;
  bool out_of_time_ = false;
  ScanProgress progress_;
  std::string owner_;
  std::string tlp_;  // as given; empty: clear

  HashMap<std::string, uint32_t> seen_;   // content key -> payload
  HashMap<uint64_t, uint32_t> sketches_;  // -> the first payload that has it
  // Payloads that are being hashed, with those that have the same bytes.
  HashMap<uint32_t, std::vector<uint32_t>> unhashed_;
  std::vector<uint32_t> pending_;  // scans not done yet, by payload id - 1
  HashMap<uint32_t, PayloadPlan> plans_;
  // What plugins made in this round, by parent; its bytes, slices aside; the
  // first payload of which something was dropped, and all of those.
  std::map<uint32_t, std::vector<MadeChild>> made_;
  uint64_t made_bytes_ = 0;
  uint32_t made_cutoff_ = UINT32_MAX;
  HashSet<uint32_t> made_limited_;
  size_t next_emit_ = 0;  // index into Report::order

  std::vector<std::unique_ptr<Cancel::Listener>> scratch_listeners_;
  Executor executor_;
};

}  // namespace cupel

#endif  // CUPEL_PIPELINE_JOB_H_
