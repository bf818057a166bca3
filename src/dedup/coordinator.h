// One run for all who want the same: hands out who runs, who waits and what
// each gets. docs/openkat.md, "Deduplication".
#ifndef CUPEL_DEDUP_COORDINATOR_H_
#define CUPEL_DEDUP_COORDINATOR_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/datetime.h"
#include "dedup/decision.h"
#include "store/raw_store.h"
#include "store/run_store.h"

namespace cupel {

struct DedupOptions {
  std::string path = ":memory:";  // several processes may share a file
  uint32_t busy_timeout_ms = 5000;
  uint64_t most_raw_bytes = RawStore::kDefaultRawBytes;
  // How long a leader is believed to be at work without a word of it.
  std::chrono::microseconds lease = std::chrono::minutes(10);
};

// The right to run a job and to say what came of it.
struct RunLease {
  int64_t token = 0;  // grows with every lease
  DateTime expires;
};

// A job with the raws that are its own: ids, owner and time are those of its
// organisation, whoever ran it. Their time is when they were handed out.
struct Granted {
  RawOwner owner;
  std::vector<RawRow> raws;
};

struct JoinResult {
  DedupAction action = DedupAction::kAlone;
  std::string reason;             // for the host, as all but `raws`
  std::optional<RunLease> lease;  // kAlone, kLead
  std::vector<RawRow> raws;       // kReuse: the job is done
};

// Jobs that wait for nobody any more: to be queued again.
struct ReleasedJob {
  RawOwner owner;
  bool led = false;  // the one that ran, which did not come back
};

// Thread-safe, and across processes that have the same file. Calls may be
// repeated: the answer is the first one's, nothing is done twice. The caller
// says what time it is; times are aware.
class DedupCoordinator {
 public:
  // Outputs of a run.
  static constexpr size_t kMostOutputs = 1000;

  static absl::StatusOr<std::shared_ptr<DedupCoordinator>> Open(
      const DedupOptions& options);

  // Decides what is to be done with a job, and does as much as can be done
  // without running it. A job that leads already keeps its lease, unless the
  // time was up: then it gets a new one. One that was served gets the same
  // raws. FAILED_PRECONDITION for a job that leads a run with another key.
  absl::StatusOr<JoinResult> Join(const DedupRequest& request,
                                  const DateTime& now);

  // FAILED_PRECONDITION for these three if `token` is not that of the job's
  // present lease: another took its place. A lease whose time is up holds until
  // somebody does.
  absl::StatusOr<RunLease> Renew(const RawOwner& leader, int64_t token,
                                 const DateTime& now);
  // Stores what the run gave, once, and hands it to the leader, which comes
  // first, and to each that followed. FAILED_PRECONDITION if it was completed
  // with something else, or failed, before.
  absl::StatusOr<std::vector<Granted>> Complete(
      const RawOwner& leader, int64_t token, std::span<const RawOutput> outputs,
      const DateTime& now);
  // Those who followed; the first of them to join again leads. Called again,
  // those that have not joined again.
  absl::StatusOr<std::vector<ReleasedJob>> Fail(const RawOwner& leader,
                                                int64_t token);

  // The job was cancelled. Whoever waits for it is released. It keeps raws that
  // it has.
  absl::StatusOr<std::vector<ReleasedJob>> Leave(const RawOwner& job);
  // Ends the runs whose leaders' time is up.
  absl::StatusOr<std::vector<ReleasedJob>> ReleaseExpired(const DateTime& now);
  // The organisation leaves: its raws go, its jobs too.
  absl::StatusOr<std::vector<ReleasedJob>> Forget(
      std::string_view organisation);
  // Forgets runs that ended and began before, so that they serve nobody any
  // more. Raws stay. How many runs.
  absl::StatusOr<uint64_t> Prune(const DateTime& before);

  RawStore& raws() { return raws_; }

 private:
  DedupCoordinator(std::shared_ptr<RunDatabase> database,
                   const DedupOptions& options);

  static absl::Status CheckMoment(const DateTime& moment);
  static RunLease LeaseOf(const RunRow& run);

  // Within a transaction, all of them.
  absl::StatusOr<std::optional<JoinResult>> JoinAgain(
      const DedupRequest& request, const TicketRow& ticket,
      const DateTime& now);
  absl::StatusOr<JoinResult> Act(const RawOwner& owner, const std::string& key,
                                 DedupDecision decision, const DateTime& now);
  absl::StatusOr<RunLease> Lead(const RawOwner& owner, RunRow run,
                                const DateTime& now);
  absl::StatusOr<std::vector<RawRow>> GrantAll(
      const RawOwner& owner, const std::vector<StoredBlob>& blobs,
      const DateTime& now);
  absl::StatusOr<std::vector<RawRow>> GrantedBefore(const RawOwner& owner);
  absl::StatusOr<RunRow> RunOf(const RawOwner& leader, int64_t token);
  absl::StatusOr<std::vector<TicketRow>> Members(const RunRow& run);
  absl::StatusOr<std::vector<Granted>> Finish(
      RunRow run, const std::vector<StoredBlob>& blobs, const DateTime& now);
  absl::StatusOr<std::vector<Granted>> HandedOut(const RunRow& run);
  absl::Status GiveUp(RunRow run, bool with_leader,
                      std::vector<ReleasedJob>* released);
  absl::Status TakeAway(const TicketRow& ticket,
                        std::vector<ReleasedJob>* released);

  const std::shared_ptr<RunDatabase> database_;
  const std::chrono::microseconds lease_;
  RawStore raws_;
  RunStore runs_;
};

}  // namespace cupel

#endif  // CUPEL_DEDUP_COORDINATOR_H_
