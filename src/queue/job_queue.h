// A queue of jobs that outlives those who work on it.
//
//   waiting -> leased -> completed
//      ^         |  \-> dead        (every attempt failed)
//      |---------/                  (failed, lease over, given back)
//   waiting or leased -> cancelled
//
// Who leases a job gets a token, which grows with every lease of that job;
// whatever is said of a job with another token than the latest is refused, so
// that a worker that was thought dead can't overwrite what was done since.
#ifndef CUPEL_QUEUE_JOB_QUEUE_H_
#define CUPEL_QUEUE_JOB_QUEUE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "budget/cancel.h"

namespace cupel::queue {

// The numbers are stored.
enum class JobState : int32_t {
  kWaiting = 0,  // also before its time
  kLeased = 1,
  kCompleted = 2,
  kDead = 3,
  kCancelled = 4,
};
std::string_view JobStateName(JobState state);  // "waiting", "leased", …
std::optional<JobState> JobStateOf(std::string_view name);

// Times are microseconds since 1970, UTC; 0 where nothing is said.
struct NewJob {
  std::string id;    // empty: one is made; else unique in the queue
  std::string kind;  // "scan", "boefje", "normalizer", "package"
  std::string body;  // JSON object, what the kind says (docs/queue.md)
  std::string organisation;
  std::string dedup_key;  // empty: none
  int32_t priority = 0;   // larger first; then the order of submission
  int64_t not_before_micros = 0;
  int64_t deadline_micros = 0;  // not begun after it: then it is dead
  uint32_t max_attempts = 0;    // 0: the queue's own
};

struct Submitted {
  std::string id;
  // True if a job of the organisation with this dedup key, or one with this id
  // and the same content, was there; then nothing was added and `id` is that
  // job's. It is there until it is purged, however it ended.
  bool existed = false;
};

// What became of one attempt.
struct Attempt {
  uint32_t number = 0;  // from 1
  std::string worker;
  int64_t started_micros = 0;
  int64_t ended_micros = 0;  // 0: goes on
  // "completed", "failed", "lease expired", "given back", "cancelled"
  std::string outcome;
  std::string reason;  // one line
  int32_t signal = 0;  // that ended the process, or 0
  uint64_t max_rss_bytes = 0;
  std::string last_step;  // "unpack pkg.tgz!/a.py"
};

struct JobRecord {
  NewJob job;
  JobState state = JobState::kWaiting;
  uint32_t attempts = 0;  // begun and not given back
  uint64_t token = 0;
  std::string worker;  // the latest
  bool cancel_wanted = false;
  int64_t submitted_micros = 0;
  int64_t ready_micros = 0;  // when it may be leased
  int64_t lease_expires_micros = 0;
  int64_t finished_micros = 0;
  std::string reason;       // why it is dead or cancelled, or the last failure
  std::string result_type;  // MIME type; empty: no result
  uint64_t result_size = 0;
};

struct LeaseRequest {
  std::string worker;  // who asks: "host:pid/name", for people
  uint32_t max = 1;
  int64_t lease_micros = 60'000'000;
  std::vector<std::string> kinds;  // empty: any
};

struct LeasedJob {
  JobRecord record;  // as of the lease; record.token is the fencing token
};

struct JobResult {
  std::string type;  // "application/vnd.cupel.report+json", …
  std::string bytes;
  uint64_t max_rss_bytes = 0;
};

struct JobFailure {
  std::string reason;  // one line; no secrets
  int32_t signal = 0;
  uint64_t max_rss_bytes = 0;
  std::string last_step;
  bool retry = true;  // false: dead at once, whatever attempts are left
};

// How a lease stands when it is renewed.
struct Renewal {
  int64_t expires_micros = 0;
  bool cancel_wanted = false;  // stop, and say Fail or Release
};

struct ListRequest {
  std::optional<JobState> state;
  std::string kind;   // empty: any
  std::string after;  // an id: those after it, in the order of submission
  uint32_t max = 100;
};

struct QueueStats {
  uint64_t waiting = 0;  // ready now
  uint64_t delayed = 0;
  uint64_t leased = 0;
  uint64_t completed = 0;
  uint64_t dead = 0;
  uint64_t cancelled = 0;
  int64_t oldest_waiting_micros = 0;  // since when the oldest is ready; 0: none
};

// Thread-safe; several processes may have the same queue open. Errors: what is
// no lease any more is kAborted ("…is leased to another…"), an unknown job
// kNotFound, a job in a state in which that can't be done kFailedPrecondition,
// what this kind of queue can't do kUnimplemented; and what the database or
// broker says (kUnavailable can be tried again).
class JobQueue {
 public:
  virtual ~JobQueue() = default;

  virtual const std::string& url() const = 0;  // without its password

  // All or nothing. kAlreadyExists: that id with other content.
  virtual absl::StatusOr<std::vector<Submitted>> Submit(
      const std::vector<NewJob>& jobs) = 0;

  // As many as there are, up to `max`, and fewer where their bodies are more
  // than one may be; none is no error. Also takes what was
  // leased and whose time is over, and makes dead what is out of attempts or
  // past its deadline.
  virtual absl::StatusOr<std::vector<LeasedJob>> Lease(
      const LeaseRequest& request) = 0;
  // Waits, without spinning, until there may be a job of these kinds (empty:
  // of any) to lease, at most for `micros`. Returns early for no reason at
  // times. kCancelled within 50 ms of `cancel`, which may be null.
  virtual absl::Status WaitForWork(const std::vector<std::string>& kinds,
                                   int64_t micros, Cancel* cancel) = 0;

  virtual absl::StatusOr<Renewal> Renew(std::string_view id, uint64_t token,
                                        int64_t lease_micros) = 0;
  // The result is kept in the same transaction that ends the job. Once more
  // with the same token is no error and changes nothing.
  virtual absl::Status Complete(std::string_view id, uint64_t token,
                                const JobResult& result) = 0;
  // Back to waiting, later with each attempt, or dead.
  virtual absl::Status Fail(std::string_view id, uint64_t token,
                            const JobFailure& failure) = 0;
  // As if it had never been leased: at the front again, no attempt lost.
  virtual absl::Status Release(std::string_view id, uint64_t token,
                               std::string_view reason) = 0;

  virtual absl::StatusOr<JobRecord> Get(std::string_view id) = 0;
  virtual absl::StatusOr<std::vector<Attempt>> History(std::string_view id) = 0;
  virtual absl::StatusOr<JobResult> Result(std::string_view id) = 0;
  // Without their bodies.
  virtual absl::StatusOr<std::vector<JobRecord>> List(
      const ListRequest& request) = 0;
  virtual absl::StatusOr<QueueStats> Stats() = 0;
  // Whether any job of these kinds (none: of any) waits or is leased. What
  // can't look at kinds says it of all.
  virtual absl::StatusOr<bool> HasOpen(const std::vector<std::string>& kinds);

  // A dead or cancelled job waits again, with as many attempts as it had at
  // first and without a deadline that is past.
  virtual absl::Status Retry(std::string_view id) = 0;
  // At once if it waits; if it is leased, its worker is told by Renew.
  virtual absl::Status Cancel(std::string_view id, std::string_view reason) = 0;
  // Removes what ended before; how many.
  virtual absl::StatusOr<uint64_t> Purge(int64_t ended_before_micros,
                                         std::optional<JobState> state) = 0;
};

struct QueueOptions {
  uint32_t max_attempts = 3;
  int64_t backoff_micros = 1'000'000;  // after the first failure; then double
  int64_t max_backoff_micros = 600'000'000;
  double jitter = 0.2;  // up to that part more or less
  uint64_t max_body_bytes = uint64_t{64} << 20;
  uint64_t max_result_bytes = uint64_t{1} << 30;
  uint32_t busy_timeout_ms = 5000;
  // Folders in which drivers are looked for: docs/drivers.md.
  std::vector<std::string> driver_folders;
};

// sqlite:PATH, memory:, postgresql://… (by a driver), amqp://… (by a driver).
// INVALID_ARGUMENT names the schemes there are.
absl::StatusOr<std::shared_ptr<JobQueue>> OpenQueue(
    std::string_view url, const QueueOptions& options = {});

}  // namespace cupel::queue

#endif  // CUPEL_QUEUE_JOB_QUEUE_H_
