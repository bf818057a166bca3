#include "pipeline/job.h"

#include <algorithm>
#include <tuple>
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

Job::Job(std::shared_ptr<const RuleSet> rules, const ScanOptions& options,
         const std::vector<std::unique_ptr<Scratch>>& scratches, Cancel* cancel,
         BytesHook hook)
    : options_(options),
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
      executor_(scan_rules_, scratches) {
  report_->rules = std::move(rules);
  report_->selected = options.selected;
  report_->limits = options.limits;
  report_->threads = options.threads;
  for (const auto& scratch : scratches) {
    scratch->Reset();
    scratch_listeners_.push_back(std::make_unique<Cancel::Listener>(
        &cancel_, [s = scratch.get()] { s->Interrupt(); }));
  }
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

void Job::Scan(uint32_t id, Bytes bytes) {
  const PayloadRecord& record = report_->payload(id);
  if (hook_) {
    hook_(record, bytes.view());
    return;
  }
  if (!has_rules()) return;
  ScanItem item{.payload = id, .bytes = std::move(bytes)};
  if (depends_on_names_) {
    item.names = NamesOf(PayloadPath(*report_, id), owner_);
    if (record.type != nullptr) item.filetype = record.type->yara;
  }
  ++pending_[id - 1];
  executor_.Submit(std::move(item));
  Pump();
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
  return cancel_.triggered();
}

bool Job::AcquireMemory(uint64_t bytes) {
  while (!memory_.TryAcquire(bytes)) {
    if (!executor_.HelpOrWait()) return memory_.TryAcquire(bytes);
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
  report_->payload(id).result = std::move(scanned.result);
  report_->scanned_bytes += scanned.size;
  progress_.scanned_bytes += scanned.size;
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
    default:
      AddIncident(id, IncidentKind::kEngine, "engine",
                  MessageOf(scanned.status));
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
  // By everything there is, because scans end in any order.
  std::sort(report_->incidents.begin(), report_->incidents.end(),
            [](const Incident& a, const Incident& b) {
              return std::tie(a.payload, a.kind, a.name, a.detail, a.value,
                              a.covered_bytes) <
                     std::tie(b.payload, b.kind, b.name, b.detail, b.value,
                              b.covered_bytes);
            });
  if (!has_rules()) {
    for (PayloadRecord& payload : report_->payloads) {
      payload.own_coverage = Coverage::kNone;
    }
  }
  report_->elapsed_ns = static_cast<uint64_t>(MonotonicNanos() - started_ns_);
  if (options_.progress) TellProgress();
  FinishReport(report_.get());
  return std::move(report_);
}

}  // namespace cupel
