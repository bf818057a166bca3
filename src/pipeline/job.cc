#include "pipeline/job.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr int64_t kProgressPeriodNs = 100'000'000;

IncidentKind KindOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kPermissionDenied:
      return IncidentKind::kEncrypted;
    case absl::StatusCode::kUnimplemented:
      return IncidentKind::kUnsupported;
    case absl::StatusCode::kCancelled:
      return IncidentKind::kCancelled;
    default:
      return IncidentKind::kCorrupt;
  }
}

std::string_view NameOf(IncidentKind kind) {
  switch (kind) {
    case IncidentKind::kEncrypted:
      return "encrypted";
    case IncidentKind::kUnsupported:
      return "unsupported";
    case IncidentKind::kCancelled:
      return "cancelled";
    default:
      return "corrupt";
  }
}

}  // namespace

Job::Job(std::shared_ptr<const RuleSet> rules, const PluginRoster* roster,
         AnswerCache* cache, const ScanOptions& options,
         std::vector<ScanThread>& threads, Cancel* cancel, BytesHook hook)
    : options_(options),
      roster_(roster),
      cache_(cache),
      depends_on_names_(rules != nullptr && rules->depends_on_names()),
      report_(std::make_unique<Report>()),
      scan_rules_{.rules = rules.get(),
                  .file_time_ns = options.limits.file_time_ns,
                  .matches_per_rule = options.limits.matches_per_rule,
                  .excerpt_bytes = options.excerpt_bytes,
                  .deadline = Deadline::After(options.limits.total_time_ns)},
      outer_listener_(cancel, [this] { cancel_.Trigger(); }),
      memory_(options.limits.memory_bytes),
      hook_(std::move(hook)),
      started_ns_(MonotonicNanos()),
      next_progress_ns_(started_ns_ + kProgressPeriodNs),
      executor_(scan_rules_, threads) {
  report_->rules = std::move(rules);
  report_->selected = options.selected;
  report_->any_filetype = options.any_filetype;
  report_->limits = options.limits;
  report_->threads = options.threads;
  if (cache_ != nullptr) {
    report_->cache.emplace();
    stored_before_ = cache_->stored();
  }
  scan_rules_.plugins = {.limits = options.limits,
                         .deadline = scan_rules_.deadline,
                         .cancel = &cancel_};
  scan_rules_.cancel = &cancel_;
  if (roster_ != nullptr) {
    report_->plugins = roster_->Listed();
    SetTlp(roster_->use().tlp);
    report_->metadata = roster_->use().metadata;
  }
  const auto interrupt = [this](Scratch* scratch) {
    if (scratch == nullptr) return;
    scratch->Reset();
    scratch_listeners_.push_back(std::make_unique<Cancel::Listener>(
        &cancel_, [scratch] { scratch->Interrupt(); }));
  };
  for (ScanThread& thread : threads) {
    interrupt(thread.scratch.get());
    if (thread.plugins != nullptr) interrupt(thread.plugins->dispatch());
  }
}

void Job::SetTlp(std::string_view label) {
  tlp_ = label;
  report_->tlp = label.empty() ? "" : TlpName(TlpOrStrictest(label));
}

PayloadRecord& Job::Open(uint32_t parent, std::string_view raw_name) {
  PayloadRecord& record = report_->payloads.emplace_back();
  pending_.push_back(0);
  record.id = static_cast<uint32_t>(report_->payloads.size());
  record.parent = parent;
  record.raw_name = raw_name;
  record.own_coverage = Coverage::kComplete;  // until something speaks against
  if (parent != kNoPayload) {
    record.distribution = report_->payload(parent).distribution;
  }
  ++progress_.payloads;
  return record;
}

void Job::Close(uint32_t id) {
  PayloadRecord& record = report_->payload(id);
  if (record.last_descendant == 0) {
    record.last_descendant = static_cast<uint32_t>(report_->payloads.size());
  }
  report_->order.push_back(id);
  Pump();
}

uint32_t Job::FindSame(uint32_t id) {
  if (!options_.dedup) return kNoPayload;
  const PayloadRecord& record = report_->payload(id);
  std::string key(reinterpret_cast<const char*>(record.sha256.data()),
                  record.sha256.size());
  if (depends_on_names_) key += PayloadPath(*report_, id);
  const auto [it, inserted] = seen_.try_emplace(std::move(key), id);
  return inserted ? kNoPayload : it->second;
}

uint32_t Job::FindContent(const Digest& sha256) const {
  if (!options_.dedup || depends_on_names_) return kNoPayload;
  const auto found = seen_.find(
      std::string(reinterpret_cast<const char*>(sha256.data()), sha256.size()));
  return found == seen_.end() ? kNoPayload : found->second;
}

void Job::LookUp(const Digest* sha256, ScanItem* item) {
  if (cache_ == nullptr || !item->rules) return;
  const std::string_view bytes = item->bytes.view();
  item->known = std::make_unique<KnownAnswer>(
      cache_->Find(sha256 != nullptr ? *sha256 : Sha256(bytes),
                   {.filename = item->names.filename,
                    .filepath = item->names.filepath,
                    .extension = item->names.extension,
                    .filetype = item->filetype,
                    .owner = item->names.owner},
                   options_.limits.matches_per_rule));
  switch (item->known->extent) {
    case KnownAnswer::Extent::kNothing:
      ++report_->cache->unknown;
      break;
    case KnownAnswer::Extent::kPart:
      ++report_->cache->partly;
      break;
    case KnownAnswer::Extent::kAll:
      ++report_->cache->known;
      break;
  }
}

ScanItem Job::ItemFor(uint32_t id, Bytes bytes, Audience audience) {
  const PayloadRecord& record = report_->payload(id);
  ScanItem item{.payload = id, .bytes = std::move(bytes)};
  item.rules = has_rules() && audience != Audience::kPlugins;
  if (roster_ != nullptr && audience != Audience::kRules) {
    item.plugins = TaskFor(id);
  }
  if (item.rules && depends_on_names_) {
    item.names = NamesOf(PayloadPath(*report_, id), owner_);
    if (record.type != nullptr) item.filetype = record.type->yara;
  }
  return item;
}

void Job::Scan(uint32_t id, Bytes bytes, Audience audience,
               const Digest* sha256) {
  if (hook_) {
    if (audience != Audience::kPlugins) {
      hook_(report_->payload(id), bytes.view());
    }
    return;
  }
  ScanItem item = ItemFor(id, std::move(bytes), audience);
  if (!item.rules && item.plugins == nullptr) return;
  LookUp(sha256, &item);
  ++pending_[id - 1];
  if (item.known != nullptr && item.plugins == nullptr &&
      item.known->extent == KnownAnswer::Extent::kAll) {
    // Quicker than waking another thread.
    Apply(RunKnownItem(scan_rules_, std::move(item)));
  } else {
    executor_.Submit(std::move(item));
  }
  Pump();
}

bool Job::PluginsWant(uint32_t id) const {
  if (roster_ == nullptr) return false;
  const PayloadRecord& record = report_->payload(id);
  const auto plan = plans_.find(id);
  if (plan != plans_.end() &&
      (!plan->second.dispatch.empty() || plan->second.save)) {
    return true;
  }
  const bool known = record.type != nullptr;
  return roster_->use().dispatch_rules != nullptr ||
         !roster_
              ->Select(known ? record.type->name : "",
                       known ? record.type->mime : "")
              .empty();
}

std::unique_ptr<PluginTask> Job::TaskFor(uint32_t id) {
  const PayloadRecord& record = report_->payload(id);
  auto task = std::make_unique<PluginTask>();
  task->payload = id;
  task->depth = DepthOf(id);
  task->name = record.raw_name;
  task->path = EscapePrintable(PayloadPath(*report_, id));
  if (record.type != nullptr) {
    task->type = record.type->name;
    task->mime = record.type->mime;
  }
  task->sha256 = HexDigest(record.sha256);
  task->tlp = tlp_.empty() ? "clear" : tlp_;
  if (const auto plan = plans_.find(id); plan != plans_.end()) {
    task->dispatch = std::move(plan->second.dispatch);
    task->save = plan->second.save;
    plans_.erase(plan);
  }
  return task;
}

void Job::Plan(uint32_t id, std::vector<PluginName> dispatch, bool save) {
  plans_[id] = {std::move(dispatch), save};
}

uint32_t Job::DepthOf(uint32_t id) const {
  uint32_t depth = 0;
  while ((id = report_->payload(id).parent) != kNoPayload) ++depth;
  return depth;
}

std::vector<Job::Made> Job::TakeMade() {
  do {
    Stopped();
  } while (executor_.HelpOrWait());
  Pump();
  std::vector<Made> made;
  for (auto& [parent, children] : made_) {
    for (MadeChild& child : children)
      made.push_back({parent, std::move(child)});
  }
  made_.clear();
  made_bytes_ = 0;
  made_cutoff_ = UINT32_MAX;
  made_limited_.clear();
  return made;
}

void Job::ApplyOutcome(uint32_t id, PluginOutcome outcome) {
  report_->payload(id).sayings = std::move(outcome.sayings);
  report_->payload(id).saved = std::move(outcome.saved);
  for (PluginIncident& incident : outcome.incidents) {
    AddIncident(id, incident.kind, incident.name, incident.detail);
    report_->incidents.back().value = incident.value;
  }
  if (outcome.stopped) AddStopped(id, std::nullopt);
  if (outcome.children.empty()) return;
  KeepMade(id, std::move(outcome.children));
}

// Scans end in any order, and what is kept must not depend on it: of all that a
// round makes the first ones are kept, by their parents' order, as long as
// they fit. What is last among those that are here and over the limit is so
// whatever may still come, and what comes after something that was dropped is
// dropped as well.
void Job::KeepMade(uint32_t id, std::vector<MadeChild> children) {
  const uint64_t most = options_.limits.memory_bytes;
  for (const MadeChild& child : children) made_bytes_ += HeldBy(child);
  made_[id] = std::move(children);
  if (id > made_cutoff_) DropHeld(id, 0);
  while (made_bytes_ > most) {
    auto last = std::prev(made_.end());
    while (HeldBy(last->second) == 0) --last;
    // All of its own that come after the first that does not fit.
    uint64_t before = made_bytes_ - HeldBy(last->second);
    size_t fit = 0;
    for (; before <= most && fit < last->second.size(); ++fit) {
      before += HeldBy(last->second[fit]);
    }
    DropHeld(last->first, fit - (before > most && fit > 0 ? 1 : 0));
  }
}

uint64_t Job::HeldBy(const MadeChild& child) {
  return child.child.offset.has_value() ? 0 : child.child.bytes.view.size();
}

uint64_t Job::HeldBy(const std::vector<MadeChild>& children) {
  uint64_t held = 0;
  for (const MadeChild& child : children) held += HeldBy(child);
  return held;
}

// Drops what was made of a payload from the `first` child on, slices aside.
void Job::DropHeld(uint32_t id, size_t first) {
  std::vector<MadeChild>& children = made_[id];
  std::vector<MadeChild> kept;
  bool dropped = false;
  for (size_t i = 0; i < children.size(); ++i) {
    const uint64_t held = HeldBy(children[i]);
    if (i < first || held == 0) {
      kept.push_back(std::move(children[i]));
      continue;
    }
    made_bytes_ -= held;
    dropped = true;
  }
  children = std::move(kept);
  if (!dropped) return;
  made_cutoff_ = std::min(made_cutoff_, id);
  AddMemoryLimit(id);
}

void Job::AddMemoryLimit(uint32_t id) {
  if (!made_limited_.insert(id).second) return;
  AddLimit(id, "memory_bytes", options_.limits.memory_bytes, std::nullopt);
}

// Slices keep what they are cut out of.
bool Job::DropMade(uint64_t bytes) {
  while (!made_.empty()) {
    const auto last = std::prev(made_.end());
    made_bytes_ -= HeldBy(last->second);
    AddMemoryLimit(last->first);
    made_.erase(last);
    if (memory_.TryAcquire(bytes)) return true;
  }
  return false;
}

void Job::AddIncident(uint32_t payload, IncidentKind kind,
                      std::string_view name, std::string_view detail,
                      std::optional<uint64_t> covered) {
  Incident& incident = report_->incidents.emplace_back();
  incident.payload = payload;
  incident.kind = kind;
  incident.name = name;
  incident.detail = detail;
  incident.covered_bytes = covered;
  ++progress_.incidents;
  if (payload == kNoPayload || !LowersCoverage(kind)) return;
  Coverage& coverage = report_->payload(payload).own_coverage;
  coverage = std::min(coverage, Coverage::kPartial);
}

void Job::AddLimit(uint32_t payload, std::string_view limit, uint64_t value,
                   std::optional<uint64_t> covered) {
  AddIncident(payload, IncidentKind::kLimit, limit, "", covered);
  report_->incidents.back().value = value;
}

void Job::AddError(uint32_t payload, const absl::Status& status,
                   std::optional<uint64_t> covered) {
  const IncidentKind kind = KindOf(status.code());
  if (kind == IncidentKind::kCancelled) return AddStopped(payload, covered);
  AddIncident(payload, kind, NameOf(kind), MessageOf(status), covered);
}

void Job::AddStopped(uint32_t payload, std::optional<uint64_t> covered) {
  if (out_of_time_) {
    AddLimit(payload, "total_time", options_.limits.total_time_ns, covered);
  } else {
    AddIncident(payload, IncidentKind::kCancelled, "cancelled", "", covered);
  }
}

void Job::MarkUnscanned(uint32_t payload) {
  report_->payload(payload).own_coverage = Coverage::kNone;
}

bool Job::Stopped() {
  if (!out_of_time_ && !cancel_.triggered() && scan_rules_.deadline.passed()) {
    out_of_time_ = true;
    cancel_.Trigger();
  }
  Pump();
  if (cache_ != nullptr) cache_->Idle();
  return cancel_.triggered();
}

bool Job::AcquireMemory(uint64_t bytes) {
  while (!memory_.TryAcquire(bytes)) {
    if (!executor_.HelpOrWait()) {
      // Everything is through, so what is held now is the same whatever the
      // number of threads: what plugins made, and what this thread holds.
      Pump();
      return memory_.TryAcquire(bytes) || DropMade(bytes);
    }
    Pump();
  }
  return true;
}

void Job::Pump() {
  for (ScannedItem& scanned : executor_.TakeScanned()) {
    Apply(std::move(scanned));
  }
  EmitFindings();
  if (options_.progress && MonotonicNanos() >= next_progress_ns_) {
    TellProgress();
  }
}

void Job::Apply(ScannedItem scanned) {
  const uint32_t id = scanned.payload;
  --pending_[id - 1];
  if (scanned.hashing) {
    ApplyHashed(scanned);
    // A container's digest; or nobody got so far as to scan.
    if (!scanned.rules && scanned.status.ok()) return;
  }
  if (scanned.known != nullptr) {
    cache_->Store(*scanned.known->ticket, scanned.known->matches);
  }
  report_->payload(id).result = std::move(scanned.result);
  if (scanned.rules) {
    report_->scanned_bytes += scanned.size;
    progress_.scanned_bytes += scanned.size;
  }
  if (scanned.outcome != nullptr) {
    ApplyOutcome(id, std::move(*scanned.outcome));
  }
  for (const std::string& string : scanned.overflowing) {
    AddIncident(id, IncidentKind::kEngine, "too_many_matches", string);
  }
  if (scanned.cut_matches) {
    AddLimit(id, "matches_per_rule", options_.limits.matches_per_rule,
             scanned.size);
  }
  switch (scanned.status.code()) {
    case absl::StatusCode::kOk:
      break;
    case absl::StatusCode::kCancelled:
      AddStopped(id, std::nullopt);
      break;
    case absl::StatusCode::kDeadlineExceeded:
      if (scan_rules_.deadline.passed()) {
        AddLimit(id, "total_time", options_.limits.total_time_ns, std::nullopt);
      } else {
        AddIncident(id, IncidentKind::kTimeout, "file_time", "", std::nullopt);
        report_->incidents.back().value = options_.limits.file_time_ns;
      }
      break;
    default: {
      const std::string_view why = MessageOf(scanned.status);
      AddIncident(id, IncidentKind::kEngine, "engine",
                  why.empty() ? "not enough memory to scan it" : why);
    }
  }
}

void Job::EmitFindings() {
  for (; next_emit_ < report_->order.size(); ++next_emit_) {
    PayloadRecord& payload = report_->payload(report_->order[next_emit_]);
    if (pending_[payload.id - 1] > 0) return;
    if (payload.same_as != kNoPayload) {
      if (pending_[payload.same_as - 1] > 0) return;
      // An ancestor with these very bytes is not through yet: it reports for
      // itself, later.
      const PayloadRecord& same = report_->payload(payload.same_as);
      if (!IsAncestor(*report_, same.id, payload.id)) {
        payload.result = same.result;
        payload.sayings = same.sayings;
      }
    }
    if (!EmitPayload(payload)) StopByCallback();
  }
}

bool Job::EmitPayload(const PayloadRecord& payload) {
  bool go_on = true;
  ForEachFinding(*report_, payload, [&](const Finding& finding) {
    ++progress_.findings;
    if (go_on && options_.finding) {
      go_on = options_.finding(*report_, payload, finding);
    }
  });
  return go_on;
}

void Job::TellProgress() {
  const int64_t now = MonotonicNanos();
  next_progress_ns_ = now + kProgressPeriodNs;
  progress_.elapsed_ns = static_cast<uint64_t>(now - started_ns_);
  if (!report_->payloads.empty()) {
    progress_.current =
        EscapePrintable(PayloadPath(*report_, report_->payloads.back().id));
  }
  if (!options_.progress(progress_)) StopByCallback();
}

void Job::StopByCallback() { cancel_.Trigger(); }

std::unique_ptr<Report> Job::Finish() {
  do {
    Stopped();
  } while (executor_.HelpOrWait());
  Pump();
  if (!has_rules()) {
    for (PayloadRecord& payload : report_->payloads) {
      payload.own_coverage = Coverage::kNone;
    }
  }
  if (cache_ != nullptr) {
    cache_->Flush();
    report_->cache->stored = cache_->stored() - stored_before_;
    for (const std::string& warning : cache_->warnings()) {
      std::string& all = report_->cache->warning;
      all += (all.empty() ? "" : "; ") + warning;
    }
  }
  report_->elapsed_ns = static_cast<uint64_t>(MonotonicNanos() - started_ns_);
  if (options_.progress) TellProgress();
  FinishReport(report_.get());
  return std::move(report_);
}

}  // namespace cupel
