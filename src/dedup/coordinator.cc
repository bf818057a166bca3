#include "dedup/coordinator.h"

#include <utility>

#include "base/status.h"
#include "dedup/in_one_go.h"
#include "format/escape.h"

namespace cupel {
namespace {

DateTime AtMicros(int64_t micros) { return {micros, true, 0}; }

KnownRun Known(const RunRow& row) {
  return {row.number, AtMicros(row.started_micros),
          AtMicros(row.expires_micros)};
}

class StoredRuns final : public RunIndex {
 public:
  explicit StoredRuns(RunStore* runs) : runs_(runs) {}

  absl::StatusOr<std::optional<KnownRun>> LatestDone(
      std::string_view key) override {
    return Found(runs_->LatestDone(key));
  }
  absl::StatusOr<std::optional<KnownRun>> GoingOn(
      std::string_view key) override {
    return Found(runs_->GoingOn(key));
  }

 private:
  static absl::StatusOr<std::optional<KnownRun>> Found(
      absl::StatusOr<std::optional<RunRow>> row) {
    if (!row.ok()) return std::move(row).status();
    if (!row->has_value()) return std::nullopt;
    return Known(**row);
  }

  RunStore* const runs_;
};

}  // namespace

DedupCoordinator::DedupCoordinator(std::shared_ptr<RunDatabase> database,
                                   const DedupOptions& options)
    : database_(std::move(database)),
      lease_(options.lease),
      raws_(database_, options.most_raw_bytes),
      runs_(database_) {}

absl::StatusOr<std::shared_ptr<DedupCoordinator>> DedupCoordinator::Open(
    const DedupOptions& options) {
  constexpr std::chrono::hours kLongest{24 * 365};
  if (options.lease.count() <= 0 || options.lease > kLongest) {
    return InvalidArgument(
        "a lease of {} microseconds: it has to be more than "
        "none and at most a year",
        options.lease.count());
  }
  RunDatabaseOptions database;
  database.busy_timeout_ms = options.busy_timeout_ms;
  CUPEL_ASSIGN_OR_RETURN(auto opened, OpenRunDatabase(options.path, database));
  return std::shared_ptr<DedupCoordinator>(
      new DedupCoordinator(std::move(opened), options));
}

absl::Status DedupCoordinator::CheckMoment(const DateTime& moment) {
  if (moment.aware) return absl::OkStatus();
  return InvalidArgument("the time '{}' has no offset from UTC",
                         moment.ToString());
}

RunLease DedupCoordinator::LeaseOf(const RunRow& run) {
  return {run.token, AtMicros(run.expires_micros)};
}

absl::StatusOr<JoinResult> DedupCoordinator::Join(const DedupRequest& request,
                                                  const DateTime& now) {
  CUPEL_RETURN_IF_ERROR(CheckMoment(now));
  CUPEL_RETURN_IF_ERROR(CheckDedupRequest(request));
  const RawOwner owner{request.organisation, request.job};
  CUPEL_RETURN_IF_ERROR(CheckOwner(owner));
  return InOneGo<JoinResult>(*database_, [&]() -> absl::StatusOr<JoinResult> {
    CUPEL_ASSIGN_OR_RETURN(const auto ticket, runs_.Ticket(owner));
    if (ticket.has_value()) {
      CUPEL_ASSIGN_OR_RETURN(std::optional<JoinResult> again,
                             JoinAgain(request, *ticket, now));
      if (again.has_value()) return *std::move(again);
    }
    StoredRuns index(&runs_);
    CUPEL_ASSIGN_OR_RETURN(DedupDecision decision, Decide(request, index, now));
    return Act(owner, request.key, std::move(decision), now);
  });
}

// Nothing if it has to be decided anew.
absl::StatusOr<std::optional<JoinResult>> DedupCoordinator::JoinAgain(
    const DedupRequest& request, const TicketRow& ticket, const DateTime& now) {
  CUPEL_ASSIGN_OR_RETURN(auto run, runs_.Run(ticket.run));
  if (!run.has_value() || run->state == RunState::kOver) return std::nullopt;
  JoinResult result;
  if (run->state == RunState::kDone) {
    result.action = DedupAction::kReuse;
    result.reason = "the job is done already";
    CUPEL_ASSIGN_OR_RETURN(result.raws, GrantedBefore(ticket.owner));
    return result;
  }
  const bool late = run->expires_micros <= now.micros;
  const bool same = request.switches.on() && run->key == request.key;
  if (run->leader != ticket.number) {
    if (late || !same) return std::nullopt;
    result.action = DedupAction::kFollow;
    result.reason = "the job waits already";
    return result;
  }
  if (run->key.has_value() && !same) {
    return FailedPrecondition(
        "job '{}' leads a run with another key or with deduplication on: end "
        "that first, or join as it did then",
        EscapePrintable(ticket.owner.job));
  }
  result.action = run->key ? DedupAction::kLead : DedupAction::kAlone;
  result.reason = late ? "the job did not come back in time, and runs again"
                       : "the job runs already";
  result.lease = LeaseOf(*run);
  if (late) {
    CUPEL_ASSIGN_OR_RETURN(result.lease, Lead(ticket.owner, *run, now));
  }
  return result;
}

absl::StatusOr<JoinResult> DedupCoordinator::Act(const RawOwner& owner,
                                                 const std::string& key,
                                                 DedupDecision decision,
                                                 const DateTime& now) {
  JoinResult result;
  result.action = decision.action;
  result.reason = std::move(decision.reason);
  RunRow run;
  switch (decision.action) {
    case DedupAction::kLead:
      run.key = key;
      if (decision.run.has_value()) run.number = decision.run->number;
      [[fallthrough]];
    case DedupAction::kAlone: {
      CUPEL_ASSIGN_OR_RETURN(result.lease, Lead(owner, std::move(run), now));
      return result;
    }
    case DedupAction::kFollow:
      CUPEL_RETURN_IF_ERROR(
          runs_.PutTicket(owner, decision.run->number, false).status());
      return result;
    case DedupAction::kReuse: {
      const int64_t number = decision.run->number;
      CUPEL_RETURN_IF_ERROR(runs_.PutTicket(owner, number, true).status());
      CUPEL_ASSIGN_OR_RETURN(const auto blobs, runs_.Outputs(number));
      CUPEL_ASSIGN_OR_RETURN(result.raws, GrantAll(owner, blobs, now));
      return result;
    }
  }
  return Internal("an action that is none");
}

absl::StatusOr<RunLease> DedupCoordinator::Lead(const RawOwner& owner,
                                                RunRow run,
                                                const DateTime& now) {
  CUPEL_ASSIGN_OR_RETURN(run.token, runs_.NextToken());
  run.state = RunState::kGoingOn;
  run.started_micros = now.micros;
  run.expires_micros = now.micros + lease_.count();
  if (run.number == 0) {
    CUPEL_ASSIGN_OR_RETURN(run.number, runs_.Add(run));
  }
  CUPEL_ASSIGN_OR_RETURN(run.leader, runs_.PutTicket(owner, run.number, false));
  CUPEL_RETURN_IF_ERROR(runs_.Update(run));
  return LeaseOf(run);
}

// The time is that of this moment and not of the run: an older one would tell
// an organisation that somebody else asked before.
absl::StatusOr<std::vector<RawRow>> DedupCoordinator::GrantAll(
    const RawOwner& owner, const std::vector<StoredBlob>& blobs,
    const DateTime& now) {
  std::vector<RawRow> raws;
  raws.reserve(blobs.size());
  for (const StoredBlob& blob : blobs) {
    CUPEL_ASSIGN_OR_RETURN(RawRow raw, raws_.Grant(owner, blob, now.micros));
    raws.push_back(std::move(raw));
  }
  return raws;
}

absl::StatusOr<std::vector<RawRow>> DedupCoordinator::GrantedBefore(
    const RawOwner& owner) {
  RawFilter filter;
  filter.organisation = owner.organisation;
  filter.job = owner.job;
  return raws_.List(filter);
}

}  // namespace cupel
