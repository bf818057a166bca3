// Which runs go on, which are done, and which jobs wait for which. The rows
// only: what they mean is decided in dedup/.
#ifndef CUPEL_STORE_RUN_STORE_H_
#define CUPEL_STORE_RUN_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/raw_store.h"
#include "store/run_database.h"

namespace cupel {

// The numbers are stored.
enum class RunState : int32_t {
  kGoingOn = 0,
  kDone = 1,
  kOver = 2,  // failed, or its leader died: gives nothing to anybody
};

struct RunRow {
  int64_t number = 0;
  std::optional<std::string> key;  // none: serves its own job only
  RunState state = RunState::kGoingOn;
  int64_t token = 0;   // of the present leader
  int64_t leader = 0;  // the number of its ticket
  int64_t started_micros = 0;
  int64_t expires_micros = 0;
};

// A job's place at a run. A job has at most one.
struct TicketRow {
  int64_t number = 0;
  int64_t run = 0;
  RawOwner owner;
  bool reuses = false;  // came when the run was done
};

// Thread-safe. Each call is a transaction of its own, or part of that of
// RunDatabase::Atomically around it. Times are microseconds since 1970, UTC.
class RunStore {
 public:
  explicit RunStore(std::shared_ptr<RunDatabase> database);

  // `row.number` is ignored; the number it got. ALREADY_EXISTS if one with this
  // key goes on.
  absl::StatusOr<int64_t> Add(const RunRow& row);
  // All but number and key.
  absl::Status Update(const RunRow& row);
  // Larger than every one before it.
  absl::StatusOr<int64_t> NextToken();

  absl::StatusOr<std::optional<RunRow>> Run(int64_t number);
  absl::StatusOr<std::optional<RunRow>> GoingOn(std::string_view key);
  // That with the latest start, of those that are done.
  absl::StatusOr<std::optional<RunRow>> LatestDone(std::string_view key);
  absl::StatusOr<std::optional<RunRow>> WithToken(const RawOwner& owner,
                                                  int64_t token);
  // Those that go on although their time was up at `now`.
  absl::StatusOr<std::vector<RunRow>> Expired(int64_t now_micros);
  // Those that are done or over and began before; with their tickets, without
  // anybody's raws.
  absl::StatusOr<uint64_t> Prune(int64_t before_micros);

  absl::StatusOr<std::optional<TicketRow>> Ticket(const RawOwner& owner);
  // In the order in which they were taken.
  absl::StatusOr<std::vector<TicketRow>> Tickets(int64_t run);
  // The tickets of an organisation.
  absl::StatusOr<std::vector<TicketRow>> TicketsOf(
      std::string_view organisation);
  // The job's ticket, moved here if it has one elsewhere; its number.
  absl::StatusOr<int64_t> PutTicket(const RawOwner& owner, int64_t run,
                                    bool reuses);
  absl::Status DeleteTicket(int64_t number);

  absl::Status AddOutput(int64_t run, size_t place, const StoredBlob& blob);
  absl::StatusOr<std::vector<StoredBlob>> Outputs(int64_t run);

 private:
  absl::StatusOr<std::optional<RunRow>> OneRun(Statement query);

  const std::shared_ptr<RunDatabase> database_;
};

}  // namespace cupel

#endif  // CUPEL_STORE_RUN_STORE_H_
