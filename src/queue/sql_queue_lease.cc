// Leasing: what time did, who is next, and waiting until there is somebody.
#include <algorithm>
#include <limits>
#include <utility>

#include "base/clock.h"
#include "base/status.h"
#include "queue/new_job.h"
#include "queue/sql_queue_impl.h"

namespace cupel::queue {
namespace {

constexpr uint32_t kMostLeases = 1000;
constexpr size_t kMostKinds = 256;
// Nobody knows of any work to come.
constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

constexpr int64_t kLongestWait = int64_t{3600} * 1'000'000;

// At most so many rows are changed by one look at the clock, so that nobody
// waits long for the others' sake; the next one does the rest.
#define CUPEL_TIDY_ROWS "100"

absl::StatusOr<int64_t> OneNumber(Database& database, std::string_view sql,
                                  int64_t otherwise) {
  CUPEL_ASSIGN_OR_RETURN(Statement query, database.Prepare(sql));
  CUPEL_ASSIGN_OR_RETURN(const bool row, query.Step());
  return row && !query.IsNull(0) ? query.Integer(0) : otherwise;
}

}  // namespace

absl::Status SqlQueue::Tidy(Database& database, int64_t now) {
  if (const Step step = clock_.Look(now); step.stepped) {
    CUPEL_RETURN_IF_ERROR(AfterStep(database, now, step));
  }
  // Mostly there is nothing to do, and one statement says so.
  CUPEL_ASSIGN_OR_RETURN(
      Statement next,
      database.Prepare(
          "SELECT (SELECT min(expires) FROM job WHERE state = 1), (SELECT "
          "min(deadline) FROM job WHERE state = 0 AND deadline > 0), (SELECT "
          "min(ready) FROM job WHERE state = 0 AND delayed = 1)"));
  CUPEL_RETURN_IF_ERROR(next.Step().status());
  const auto due = [&next, now](int column) {
    return !next.IsNull(column) && next.Integer(column) <= now;
  };
  if (due(0)) CUPEL_RETURN_IF_ERROR(TakeBackExpired(database, now));
  // Also of those that were just taken back.
  if (due(0) || due(1)) CUPEL_RETURN_IF_ERROR(EndLate(database, now));
  if (due(2)) CUPEL_RETURN_IF_ERROR(MakeReady(database, now));
  return absl::OkStatus();
}

// Spans that were begun by another clock begin anew: a step backwards does not
// make leases and back-offs endless, one forwards ends no lease of somebody who
// is at work. What a user named as a time stays that time. Several processes
// may do this; who comes second finds nothing left to do.
absl::Status SqlQueue::AfterStep(Database& database, int64_t now,
                                 const Step& step) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement leases,
      database.Prepare("UPDATE job SET expires = ? + lease WHERE state = 1 AND "
                       "(expires - lease > ? OR expires - lease <= ?)"));
  leases.Bind(0, now).Bind(1, now);
  CUPEL_RETURN_IF_ERROR(
      leases.Bind(2, step.before_micros > 0 ? step.before_micros : int64_t{-1})
          .Run());
  CUPEL_ASSIGN_OR_RETURN(
      Statement delays,
      database.Prepare("UPDATE job SET ready = ? + delay WHERE state = 0 AND "
                       "delayed = 1 AND delay > 0 AND ready - delay > ?"));
  return delays.Bind(0, now).Bind(1, now).Run();
}

absl::StatusOr<std::vector<JobRow>> SqlQueue::RowsFor(Database& database,
                                                      std::string_view where,
                                                      int64_t now) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement find,
      database.Prepare("SELECT " CUPEL_JOB_COLUMNS " FROM job WHERE " +
                       std::string(where) + " LIMIT " CUPEL_TIDY_ROWS +
                       std::string(database.skip_locked())));
  find.Bind(0, now);
  std::vector<JobRow> rows;
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const bool row, find.Step());
    if (!row) return rows;
    rows.push_back(ReadJob(find));
  }
}

absl::Status SqlQueue::TakeBackExpired(Database& database, int64_t now) {
  CUPEL_ASSIGN_OR_RETURN(
      const std::vector<JobRow> rows,
      RowsFor(database, "state = 1 AND expires <= ? ORDER BY expires", now));
  for (const JobRow& job : rows) {
    Attempt attempt;
    attempt.ended_micros = now;
    attempt.outcome = "lease expired";
    attempt.reason = "its worker did not renew the lease in time";
    const bool dead = job.record.attempts >= job.record.job.max_attempts;
    CUPEL_RETURN_IF_ERROR(
        EndAttempt(database, job, std::move(attempt), dead, 0));
  }
  return absl::OkStatus();
}

absl::Status SqlQueue::EndLate(Database& database, int64_t now) {
  CUPEL_ASSIGN_OR_RETURN(
      const std::vector<JobRow> rows,
      RowsFor(database,
              "state = 0 AND deadline > 0 AND deadline <= ? ORDER BY deadline",
              now));
  for (const JobRow& job : rows) {
    std::string reason = "its deadline passed before it was begun";
    if (!job.record.reason.empty()) {
      reason = OneLine(reason + "; before: " + job.record.reason);
    }
    CUPEL_RETURN_IF_ERROR(
        EndJob(database, job.number, JobState::kDead, now, reason));
  }
  return absl::OkStatus();
}

absl::Status SqlQueue::MakeReady(Database& database, int64_t now) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement update,
      database.Prepare("UPDATE job SET delayed = 0 WHERE state = 0 AND delayed "
                       "= 1 AND number IN (SELECT number FROM job WHERE state "
                       "= 0 AND delayed = 1 AND ready <= ? ORDER BY ready "
                       "LIMIT 1000" +
                       std::string(database.skip_locked()) + ")"));
  return update.Bind(0, now).Run();
}

// The first job of each kind that has one: a step per kind, however many jobs
// there are of it. Whoever makes up kinds without end makes others wait no
// longer than for so many.
absl::StatusOr<std::vector<SqlQueue::Candidate>> SqlQueue::FirstOfEachKind(
    Database& database) {
  std::vector<Candidate> firsts;
  std::string last;
  while (firsts.size() < kMostKinds) {
    CUPEL_ASSIGN_OR_RETURN(
        Statement next,
        database.Prepare("SELECT number, priority, body_size, kind FROM job "
                         "WHERE state = 0 AND delayed = 0 AND kind > ? ORDER "
                         "BY kind, priority DESC, number LIMIT 1"));
    CUPEL_ASSIGN_OR_RETURN(const bool row, next.Bind(0, last).Step());
    if (!row) return firsts;
    last = next.Text(3);
    firsts.push_back({next.Integer(0), next.Integer(1),
                      static_cast<uint64_t>(next.Integer(2)), last});
  }
  return firsts;
}

absl::Status SqlQueue::AddCandidates(Database& database,
                                     const std::string& kind, uint32_t max,
                                     std::vector<Candidate>* candidates) {
  // Who only looks, outside of a transaction, locks nothing.
  const std::string lock(database.in_transaction() ? database.skip_locked()
                                                   : "");
  CUPEL_ASSIGN_OR_RETURN(
      Statement find,
      database.Prepare(
          "SELECT number, priority, body_size FROM job WHERE state = 0 AND "
          "delayed = 0 AND kind = ? ORDER BY priority DESC, number LIMIT ?" +
          lock));
  find.Bind(0, kind).Bind(1, int64_t{max});
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const bool row, find.Step());
    if (!row) return absl::OkStatus();
    candidates->push_back({find.Integer(0), find.Integer(1),
                           static_cast<uint64_t>(find.Integer(2)), kind});
  }
}

// Those that come first, of every kind that is asked for.
absl::StatusOr<std::vector<SqlQueue::Candidate>> SqlQueue::Candidates(
    Database& database, const LeaseRequest& request) {
  const uint32_t max = std::min(request.max, kMostLeases);
  std::vector<std::string> kinds = request.kinds;
  std::vector<Candidate> candidates;
  if (kinds.empty()) {
    CUPEL_ASSIGN_OR_RETURN(candidates, FirstOfEachKind(database));
    // One of them it is, where nobody else can have locked it.
    if (max > 1 || !database.skip_locked().empty()) {
      for (const Candidate& first : candidates) kinds.push_back(first.kind);
      candidates.clear();
    }
  }
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  for (const std::string& kind : kinds) {
    CUPEL_RETURN_IF_ERROR(AddCandidates(database, kind, max, &candidates));
  }
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) {
              return a.priority != b.priority ? a.priority > b.priority
                                              : a.number < b.number;
            });
  if (candidates.size() > max) candidates.resize(max);
  return candidates;
}

absl::StatusOr<std::optional<LeasedJob>> SqlQueue::LeaseOne(
    Database& database, int64_t number, const LeaseRequest& request,
    int64_t now) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement update,
      database.Prepare(
          "UPDATE job SET state = 1, attempts = attempts + 1, token = CASE "
          "WHEN token = 0 THEN number * 1048576 + 1 ELSE token + 1 END, worker "
          "= ?, started = ?, expires = ?, lease = ?, cancel_wanted = 0 WHERE "
          "number = ? AND state = 0 RETURNING " CUPEL_JOB_COLUMNS));
  update.Bind(0, request.worker).Bind(1, now);
  update.Bind(2, now + request.lease_micros).Bind(3, request.lease_micros);
  CUPEL_ASSIGN_OR_RETURN(const bool row, update.Bind(4, number).Step());
  if (!row) return std::nullopt;
  LeasedJob leased{ReadJob(update).record};
  CUPEL_ASSIGN_OR_RETURN(leased.record.job.body, ReadBody(database, number));
  return leased;
}

absl::StatusOr<std::vector<LeasedJob>> SqlQueue::Lease(
    const LeaseRequest& request) {
  CUPEL_RETURN_IF_ERROR(CheckLeaseRequest(request));
  std::vector<LeasedJob> leased;
  if (request.max == 0) return leased;
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
  Database::Transaction transaction(&*database);
  CUPEL_RETURN_IF_ERROR(transaction.Begin(TransactionMode::kShared));
  if (server_clock_ != nullptr) {
    CUPEL_RETURN_IF_ERROR(server_clock_->Sync(*database));
  }
  const int64_t now = clock_.Now();
  CUPEL_RETURN_IF_ERROR(Tidy(*database, now));
  CUPEL_ASSIGN_OR_RETURN(const std::vector<Candidate> candidates,
                         Candidates(*database, request));
  uint64_t bytes = 0;
  for (const Candidate& candidate : candidates) {
    bytes += candidate.body_size;
    if (!leased.empty() && bytes > options_.queue.max_body_bytes) break;
    CUPEL_ASSIGN_OR_RETURN(std::optional<LeasedJob> job,
                           LeaseOne(*database, candidate.number, request, now));
    if (job.has_value()) leased.push_back(std::move(*job));
  }
  CUPEL_RETURN_IF_ERROR(transaction.Commit());
  clock_.Settle(now);
  return leased;
}

absl::StatusOr<int64_t> SqlQueue::NextWork(
    const std::vector<std::string>& kinds, int64_t now) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  std::vector<Candidate> ready;
  if (kinds.empty()) {
    CUPEL_ASSIGN_OR_RETURN(ready, FirstOfEachKind(*database));
  }
  for (const std::string& kind : kinds) {
    CUPEL_RETURN_IF_ERROR(AddCandidates(*database, kind, 1, &ready));
  }
  if (!ready.empty()) return now;
  CUPEL_ASSIGN_OR_RETURN(
      const int64_t delayed,
      OneNumber(*database,
                "SELECT min(ready) FROM job WHERE state = 0 AND delayed = 1",
                kNever));
  CUPEL_ASSIGN_OR_RETURN(
      const int64_t expires,
      OneNumber(*database, "SELECT min(expires) FROM job WHERE state = 1",
                kNever));
  return std::min(delayed, expires);
}

absl::Status SqlQueue::WaitForWork(const std::vector<std::string>& kinds,
                                   int64_t micros, class Cancel* cancel) {
  const Deadline end = Deadline::After(
      static_cast<uint64_t>(std::clamp<int64_t>(micros, 0, kLongestWait)) *
      1000);
  while (true) {
    if (cancel != nullptr && cancel->triggered()) {
      return Cancelled("waiting for work was cancelled");
    }
    const uint64_t seen = signal_.generation();
    const int64_t now = clock_.Now();
    // Only a lease can do something about it.
    if (clock_.Look(now).stepped) return absl::OkStatus();
    CUPEL_ASSIGN_OR_RETURN(const int64_t next, NextWork(kinds, now));
    if (next <= now || end.passed()) return absl::OkStatus();
    uint64_t nanos = end.remaining();
    if (next != kNever) {
      const int64_t until = std::min(next - now, kLongestWait);
      nanos = std::min(nanos, static_cast<uint64_t>(until) * 1000);
    }
    CUPEL_RETURN_IF_ERROR(signal_.Wait(seen, nanos, cancel));
  }
}

}  // namespace cupel::queue
