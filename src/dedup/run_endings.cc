// How runs end, and who gets what then.
#include <algorithm>
#include <utility>

#include "base/status.h"
#include "dedup/coordinator.h"
#include "dedup/in_one_go.h"
#include "format/escape.h"

namespace cupel {
namespace {

using ReleasedJobs = std::vector<ReleasedJob>;
using Grants = std::vector<Granted>;

bool SameBlobs(const std::vector<StoredBlob>& a,
               const std::vector<StoredBlob>& b) {
  bool same = a.size() == b.size();
  for (size_t i = 0; same && i < a.size(); ++i) {
    same = a[i].number == b[i].number && a[i].mime_types == b[i].mime_types;
  }
  return same;
}

absl::Status HasEnded(const RawOwner& leader, const RunRow& run) {
  return FailedPrecondition(
      "the run of job '{}' has {} before", EscapePrintable(leader.job),
      run.state == RunState::kDone ? "been completed" : "failed");
}

}  // namespace

absl::StatusOr<RunRow> DedupCoordinator::RunOf(const RawOwner& leader,
                                               int64_t token) {
  CUPEL_RETURN_IF_ERROR(CheckOwner(leader));
  CUPEL_ASSIGN_OR_RETURN(auto run, runs_.WithToken(leader, token));
  if (run.has_value()) return *std::move(run);
  return FailedPrecondition(
      "lease {} of job '{}' is not its present one: another took its place, or "
      "the run was given up; drop what it gave",
      token, EscapePrintable(leader.job));
}

absl::StatusOr<RunLease> DedupCoordinator::Renew(const RawOwner& leader,
                                                 int64_t token,
                                                 const DateTime& now) {
  CUPEL_RETURN_IF_ERROR(CheckMoment(now));
  return InOneGo<RunLease>(*database_, [&]() -> absl::StatusOr<RunLease> {
    CUPEL_ASSIGN_OR_RETURN(RunRow run, RunOf(leader, token));
    if (run.state != RunState::kGoingOn) return HasEnded(leader, run);
    // A clock that was set back does not shorten it.
    run.expires_micros =
        std::max(run.expires_micros, now.micros + lease_.count());
    CUPEL_RETURN_IF_ERROR(runs_.Update(run));
    return LeaseOf(run);
  });
}

absl::StatusOr<Grants> DedupCoordinator::Complete(
    const RawOwner& leader, int64_t token, std::span<const RawOutput> outputs,
    const DateTime& now) {
  CUPEL_RETURN_IF_ERROR(CheckMoment(now));
  if (outputs.size() > kMostOutputs) {
    return ResourceExhausted("a run gave {} raws; at most {} are kept",
                             outputs.size(), kMostOutputs);
  }
  return InOneGo<Grants>(*database_, [&]() -> absl::StatusOr<Grants> {
    CUPEL_ASSIGN_OR_RETURN(RunRow run, RunOf(leader, token));
    if (run.state == RunState::kOver) return HasEnded(leader, run);
    std::vector<StoredBlob> blobs;
    blobs.reserve(outputs.size());
    for (const RawOutput& output : outputs) {
      CUPEL_ASSIGN_OR_RETURN(StoredBlob blob, raws_.Keep(output));
      blobs.push_back(std::move(blob));
    }
    if (run.state == RunState::kGoingOn) return Finish(run, blobs, now);
    CUPEL_ASSIGN_OR_RETURN(const auto before, runs_.Outputs(run.number));
    if (!SameBlobs(before, blobs)) {
      return FailedPrecondition(
          "the run of job '{}' was completed with something else before",
          EscapePrintable(leader.job));
    }
    return HandedOut(run);
  });
}

// The leader, then those that followed, in the order in which they came.
absl::StatusOr<std::vector<TicketRow>> DedupCoordinator::Members(
    const RunRow& run) {
  CUPEL_ASSIGN_OR_RETURN(std::vector<TicketRow> tickets,
                         runs_.Tickets(run.number));
  std::erase_if(tickets, [](const TicketRow& ticket) { return ticket.reuses; });
  std::stable_partition(
      tickets.begin(), tickets.end(),
      [&run](const TicketRow& ticket) { return ticket.number == run.leader; });
  return tickets;
}

absl::StatusOr<Grants> DedupCoordinator::Finish(
    RunRow run, const std::vector<StoredBlob>& blobs, const DateTime& now) {
  run.state = RunState::kDone;
  CUPEL_RETURN_IF_ERROR(runs_.Update(run));
  for (size_t i = 0; i < blobs.size(); ++i) {
    CUPEL_RETURN_IF_ERROR(runs_.AddOutput(run.number, i, blobs[i]));
  }
  CUPEL_ASSIGN_OR_RETURN(const auto members, Members(run));
  Grants grants;
  grants.reserve(members.size());
  for (const TicketRow& ticket : members) {
    CUPEL_ASSIGN_OR_RETURN(auto raws, GrantAll(ticket.owner, blobs, now));
    grants.push_back({ticket.owner, std::move(raws)});
  }
  return grants;
}

absl::StatusOr<Grants> DedupCoordinator::HandedOut(const RunRow& run) {
  CUPEL_ASSIGN_OR_RETURN(const auto members, Members(run));
  Grants grants;
  grants.reserve(members.size());
  for (const TicketRow& ticket : members) {
    CUPEL_ASSIGN_OR_RETURN(auto raws, GrantedBefore(ticket.owner));
    grants.push_back({ticket.owner, std::move(raws)});
  }
  return grants;
}

// The tickets stay, so that it can be said again who was released.
absl::Status DedupCoordinator::GiveUp(RunRow run, bool with_leader,
                                      ReleasedJobs* released) {
  run.state = RunState::kOver;
  CUPEL_RETURN_IF_ERROR(runs_.Update(run));
  CUPEL_ASSIGN_OR_RETURN(const auto members, Members(run));
  for (const TicketRow& ticket : members) {
    const bool led = ticket.number == run.leader;
    if (!led || with_leader) released->push_back({ticket.owner, led});
  }
  return absl::OkStatus();
}

absl::StatusOr<ReleasedJobs> DedupCoordinator::Fail(const RawOwner& leader,
                                                    int64_t token) {
  return InOneGo<ReleasedJobs>(
      *database_, [&]() -> absl::StatusOr<ReleasedJobs> {
        CUPEL_ASSIGN_OR_RETURN(const RunRow run, RunOf(leader, token));
        if (run.state == RunState::kDone) return HasEnded(leader, run);
        ReleasedJobs released;
        CUPEL_RETURN_IF_ERROR(GiveUp(run, false, &released));
        return released;
      });
}

absl::Status DedupCoordinator::TakeAway(const TicketRow& ticket,
                                        ReleasedJobs* released) {
  CUPEL_ASSIGN_OR_RETURN(const auto run, runs_.Run(ticket.run));
  if (run.has_value() && run->state == RunState::kGoingOn &&
      run->leader == ticket.number) {
    CUPEL_RETURN_IF_ERROR(GiveUp(*run, false, released));
  }
  return runs_.DeleteTicket(ticket.number);
}

absl::StatusOr<ReleasedJobs> DedupCoordinator::Leave(const RawOwner& job) {
  CUPEL_RETURN_IF_ERROR(CheckOwner(job));
  return InOneGo<ReleasedJobs>(
      *database_, [&]() -> absl::StatusOr<ReleasedJobs> {
        ReleasedJobs released;
        CUPEL_ASSIGN_OR_RETURN(const auto ticket, runs_.Ticket(job));
        if (ticket.has_value()) {
          CUPEL_RETURN_IF_ERROR(TakeAway(*ticket, &released));
        }
        return released;
      });
}

absl::StatusOr<ReleasedJobs> DedupCoordinator::ReleaseExpired(
    const DateTime& now) {
  CUPEL_RETURN_IF_ERROR(CheckMoment(now));
  return InOneGo<ReleasedJobs>(
      *database_, [&]() -> absl::StatusOr<ReleasedJobs> {
        ReleasedJobs released;
        CUPEL_ASSIGN_OR_RETURN(const auto runs, runs_.Expired(now.micros));
        for (const RunRow& run : runs) {
          CUPEL_RETURN_IF_ERROR(GiveUp(run, true, &released));
        }
        return released;
      });
}

absl::StatusOr<ReleasedJobs> DedupCoordinator::Forget(
    std::string_view organisation) {
  return InOneGo<ReleasedJobs>(
      *database_, [&]() -> absl::StatusOr<ReleasedJobs> {
        ReleasedJobs released;
        CUPEL_ASSIGN_OR_RETURN(const auto tickets,
                               runs_.TicketsOf(organisation));
        for (const TicketRow& ticket : tickets) {
          CUPEL_RETURN_IF_ERROR(TakeAway(ticket, &released));
        }
        CUPEL_RETURN_IF_ERROR(raws_.DeleteOf(organisation).status());
        std::erase_if(released, [&](const ReleasedJob& job) {
          return job.owner.organisation == organisation;
        });
        return released;
      });
}

absl::StatusOr<uint64_t> DedupCoordinator::Prune(const DateTime& before) {
  CUPEL_RETURN_IF_ERROR(CheckMoment(before));
  return runs_.Prune(before.micros);
}

}  // namespace cupel
