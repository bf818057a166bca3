// The class behind sql_queue.h. Only sql_queue*.cc include it.
#ifndef CUPEL_QUEUE_SQL_QUEUE_IMPL_H_
#define CUPEL_QUEUE_SQL_QUEUE_IMPL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "queue/job_queue.h"
#include "queue/queue_clock.h"
#include "queue/server_clock.h"
#include "queue/sql_queue.h"
#include "queue/sql_rows.h"
#include "queue/work_signal.h"
#include "store/catalogue_connections.h"
#include "store/database.h"

namespace cupel::queue {

class SqlQueue final : public JobQueue {
 public:
  SqlQueue(std::shared_ptr<CatalogueConnections> database,
           SqlQueueOptions options, std::shared_ptr<ServerClock> server_clock);

  const std::string& url() const override { return options_.url; }

  // sql_queue_submit.cc
  absl::StatusOr<std::vector<Submitted>> Submit(
      const std::vector<NewJob>& jobs) override;
  // sql_queue_lease.cc
  absl::StatusOr<std::vector<LeasedJob>> Lease(
      const LeaseRequest& request) override;
  absl::Status WaitForWork(const std::vector<std::string>& kinds,
                           int64_t micros, class Cancel* cancel) override;
  // sql_queue_end.cc
  absl::StatusOr<Renewal> Renew(std::string_view id, uint64_t token,
                                int64_t lease_micros) override;
  absl::Status Complete(std::string_view id, uint64_t token,
                        const JobResult& result) override;
  absl::Status Fail(std::string_view id, uint64_t token,
                    const JobFailure& failure) override;
  absl::Status Release(std::string_view id, uint64_t token,
                       std::string_view reason) override;
  absl::Status Retry(std::string_view id) override;
  absl::Status Cancel(std::string_view id, std::string_view reason) override;
  // sql_queue_read.cc
  absl::StatusOr<JobRecord> Get(std::string_view id) override;
  absl::StatusOr<std::vector<Attempt>> History(std::string_view id) override;
  absl::StatusOr<JobResult> Result(std::string_view id) override;
  absl::StatusOr<std::vector<JobRecord>> List(
      const ListRequest& request) override;
  absl::StatusOr<QueueStats> Stats() override;
  absl::StatusOr<bool> HasOpen(const std::vector<std::string>& kinds) override;
  absl::StatusOr<uint64_t> Purge(int64_t ended_before_micros,
                                 std::optional<JobState> state) override;

 private:
  // A job that may be leased.
  struct Candidate {
    int64_t number;
    int64_t priority;
    uint64_t body_size;
    std::string kind;
  };

  absl::StatusOr<Submitted> SubmitOne(Database& database, NewJob job,
                                      int64_t now);
  absl::StatusOr<Submitted> FindSubmitted(Database& database,
                                          const NewJob& job);

  // What time alone changes: leases that are over, jobs that are late or whose
  // time has come, and what a step of the clock did to all of them.
  absl::Status Tidy(Database& database, int64_t now);
  absl::Status AfterStep(Database& database, int64_t now, const Step& step);
  absl::Status TakeBackExpired(Database& database, int64_t now);
  absl::Status EndLate(Database& database, int64_t now);
  absl::Status MakeReady(Database& database, int64_t now);
  absl::StatusOr<std::vector<JobRow>> RowsFor(Database& database,
                                              std::string_view where,
                                              int64_t now);
  absl::StatusOr<std::vector<Candidate>> FirstOfEachKind(Database& database);
  absl::Status AddCandidates(Database& database, const std::string& kind,
                             uint32_t max, std::vector<Candidate>* candidates);
  absl::StatusOr<std::vector<Candidate>> Candidates(
      Database& database, const LeaseRequest& request);
  absl::StatusOr<std::optional<LeasedJob>> LeaseOne(Database& database,
                                                    int64_t number,
                                                    const LeaseRequest& request,
                                                    int64_t now);
  // When there is something to lease: now, later, or nobody knows.
  absl::StatusOr<int64_t> NextWork(const std::vector<std::string>& kinds,
                                   int64_t now);

  // The job, if it is leased with this token.
  absl::StatusOr<JobRow> Held(Database& database, std::string_view id,
                              uint64_t token);
  absl::StatusOr<std::optional<int64_t>> MarkCompleted(Database& database,
                                                       std::string_view id,
                                                       uint64_t token,
                                                       const JobResult& result);
  absl::Status NotHeld(const JobRow& job, uint64_t token) const;
  // Ends the attempt; the job waits again, or is dead or cancelled.
  absl::Status EndAttempt(Database& database, const JobRow& job,
                          Attempt attempt, bool dead, int64_t backoff);

  const std::shared_ptr<CatalogueConnections> database_;
  const SqlQueueOptions options_;
  // Whose clock counts; null: this machine's, or what the options say.
  const std::shared_ptr<ServerClock> server_clock_;
  QueueClock clock_;
  WorkSignal signal_;
};

}  // namespace cupel::queue

#endif  // CUPEL_QUEUE_SQL_QUEUE_IMPL_H_
