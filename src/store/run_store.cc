#include "store/run_store.h"

#include <algorithm>
#include <utility>

#include "base/status.h"

namespace cupel {
namespace {

#define CUPEL_RUN_COLUMNS \
  "r.number, r.key, r.state, r.token, r.leader, r.started, r.expires"

RunRow ReadRun(const Statement& row) {
  RunRow run;
  run.number = row.Integer(0);
  if (!row.IsNull(1)) run.key = row.Text(1);
  run.state = static_cast<RunState>(row.Integer(2));
  run.token = row.Integer(3);
  run.leader = row.Integer(4);
  run.started_micros = row.Integer(5);
  run.expires_micros = row.Integer(6);
  return run;
}

TicketRow ReadTicket(const Statement& row) {
  return {row.Integer(0),
          row.Integer(1),
          {std::string(row.Text(2)), std::string(row.Text(3))},
          row.Integer(4) != 0};
}

absl::StatusOr<std::vector<TicketRow>> ReadTickets(Statement query) {
  std::vector<TicketRow> tickets;
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const bool row, query.Step());
    if (!row) return tickets;
    tickets.push_back(ReadTicket(query));
  }
}

}  // namespace

RunStore::RunStore(std::shared_ptr<RunDatabase> database)
    : database_(std::move(database)) {}

absl::StatusOr<std::optional<RunRow>> RunStore::OneRun(Statement query) {
  CUPEL_ASSIGN_OR_RETURN(const bool row, query.Step());
  if (!row) return std::nullopt;
  return ReadRun(query);
}

absl::StatusOr<int64_t> RunStore::Add(const RunRow& row) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
  CUPEL_ASSIGN_OR_RETURN(
      Statement insert,
      database->Prepare("INSERT INTO run (key, state, token, leader, started, "
                        "expires) VALUES (?, ?, ?, ?, ?, ?) "
                        "RETURNING number"));
  if (row.key.has_value()) {
    insert.Bind(0, *row.key);
  } else {
    insert.BindNull(0);
  }
  insert.Bind(1, static_cast<int64_t>(row.state)).Bind(2, row.token);
  insert.Bind(3, row.leader).Bind(4, row.started_micros);
  return insert.Bind(5, row.expires_micros).RunForNumber();
}

absl::Status RunStore::Update(const RunRow& row) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
  CUPEL_ASSIGN_OR_RETURN(
      Statement update,
      database->Prepare("UPDATE run SET state = ?, token = ?, leader = ?, "
                        "started = ?, expires = ? WHERE number = ?"));
  update.Bind(0, static_cast<int64_t>(row.state)).Bind(1, row.token);
  update.Bind(2, row.leader).Bind(3, row.started_micros);
  return update.Bind(4, row.expires_micros).Bind(5, row.number).Run();
}

absl::StatusOr<int64_t> RunStore::NextToken() {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
  CUPEL_ASSIGN_OR_RETURN(
      Statement update,
      database->Prepare(
          "UPDATE last_token SET value = value + 1 RETURNING value"));
  CUPEL_ASSIGN_OR_RETURN(const bool row, update.Step());
  if (!row) return DataLoss("the database of runs has lost its last token");
  const int64_t token = update.Integer(0);
  CUPEL_RETURN_IF_ERROR(update.Run());
  return token;
}

absl::StatusOr<std::optional<RunRow>> RunStore::Run(int64_t number) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(Statement query,
                         database->Prepare("SELECT " CUPEL_RUN_COLUMNS
                                           " FROM run r WHERE r.number = ?"));
  query.Bind(0, number);
  return OneRun(std::move(query));
}

absl::StatusOr<std::optional<RunRow>> RunStore::GoingOn(std::string_view key) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(
      Statement query,
      database->Prepare("SELECT " CUPEL_RUN_COLUMNS
                        " FROM run r WHERE r.key = ? AND r.state = 0"));
  query.Bind(0, key);
  return OneRun(std::move(query));
}

absl::StatusOr<std::optional<RunRow>> RunStore::LatestDone(
    std::string_view key) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(
      Statement query,
      database->Prepare("SELECT " CUPEL_RUN_COLUMNS
                        " FROM run r WHERE r.key = ? AND r.state = 1 "
                        "ORDER BY r.started DESC, r.number DESC LIMIT 1"));
  query.Bind(0, key);
  return OneRun(std::move(query));
}

absl::StatusOr<std::optional<RunRow>> RunStore::WithToken(const RawOwner& owner,
                                                          int64_t token) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(
      Statement query,
      database->Prepare(
          "SELECT " CUPEL_RUN_COLUMNS
          " FROM ticket t JOIN run r ON r.number = t.run AND r.leader = "
          "t.number WHERE t.organisation = ? AND t.job = ? AND r.token = ?"));
  query.Bind(0, owner.organisation).Bind(1, owner.job).Bind(2, token);
  return OneRun(std::move(query));
}

absl::StatusOr<std::vector<RunRow>> RunStore::Expired(int64_t now_micros) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(
      Statement query,
      database->Prepare("SELECT " CUPEL_RUN_COLUMNS
                        " FROM run r WHERE r.state = 0 AND r.expires <= ? "
                        "ORDER BY r.number"));
  query.Bind(0, now_micros);
  std::vector<RunRow> runs;
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const bool row, query.Step());
    if (!row) return runs;
    runs.push_back(ReadRun(query));
  }
}

absl::StatusOr<uint64_t> RunStore::Prune(int64_t before_micros) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
  CUPEL_ASSIGN_OR_RETURN(
      Statement erase,
      database->Prepare("DELETE FROM run WHERE state <> 0 AND started < ?"));
  CUPEL_RETURN_IF_ERROR(erase.Bind(0, before_micros).Run());
  return static_cast<uint64_t>(database->changes());
}

absl::StatusOr<std::optional<TicketRow>> RunStore::Ticket(
    const RawOwner& owner) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(
      Statement query,
      database->Prepare(
          "SELECT number, run, organisation, job, reuses FROM ticket "
          "WHERE organisation = ? AND job = ?"));
  query.Bind(0, owner.organisation).Bind(1, owner.job);
  CUPEL_ASSIGN_OR_RETURN(const bool row, query.Step());
  if (!row) return std::nullopt;
  return ReadTicket(query);
}

absl::StatusOr<std::vector<TicketRow>> RunStore::Tickets(int64_t run) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(
      Statement query,
      database->Prepare(
          "SELECT number, run, organisation, job, reuses FROM ticket "
          "WHERE run = ? ORDER BY number"));
  query.Bind(0, run);
  return ReadTickets(std::move(query));
}

absl::StatusOr<std::vector<TicketRow>> RunStore::TicketsOf(
    std::string_view organisation) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(
      Statement query,
      database->Prepare(
          "SELECT number, run, organisation, job, reuses FROM ticket "
          "WHERE organisation = ? ORDER BY number"));
  query.Bind(0, organisation);
  return ReadTickets(std::move(query));
}

absl::StatusOr<int64_t> RunStore::PutTicket(const RawOwner& owner, int64_t run,
                                            bool reuses) {
  CUPEL_RETURN_IF_ERROR(CheckOwner(owner));
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
  CUPEL_ASSIGN_OR_RETURN(
      Statement insert,
      database->Prepare(
          "INSERT INTO ticket (run, organisation, job, reuses) "
          "VALUES (?, ?, ?, ?) ON CONFLICT (organisation, job) DO UPDATE "
          "SET run = excluded.run, reuses = excluded.reuses "
          "RETURNING number"));
  insert.Bind(0, run).Bind(1, owner.organisation).Bind(2, owner.job);
  return insert.Bind(3, int64_t{reuses}).RunForNumber();
}

absl::Status RunStore::DeleteTicket(int64_t number) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
  CUPEL_ASSIGN_OR_RETURN(
      Statement erase,
      database->Prepare("DELETE FROM ticket WHERE number = ?"));
  return erase.Bind(0, number).Run();
}

absl::Status RunStore::AddOutput(int64_t run, size_t place,
                                 const StoredBlob& blob) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
  CUPEL_ASSIGN_OR_RETURN(
      Statement insert,
      database->Prepare("INSERT INTO run_output (run, place, mime_types, blob) "
                        "VALUES (?, ?, ?, ?)"));
  insert.Bind(0, run).Bind(1, static_cast<int64_t>(place));
  return insert.Bind(2, blob.mime_types).Bind(3, blob.number).Run();
}

absl::StatusOr<std::vector<StoredBlob>> RunStore::Outputs(int64_t run) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(
      Statement query,
      database->Prepare("SELECT b.number, b.sha256, b.size, o.mime_types "
                        "FROM run_output o JOIN blob b ON b.number = o.blob "
                        "WHERE o.run = ? ORDER BY o.place"));
  query.Bind(0, run);
  std::vector<StoredBlob> blobs;
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const bool row, query.Step());
    if (!row) return blobs;
    StoredBlob& blob = blobs.emplace_back();
    blob.number = query.Integer(0);
    const std::string_view digest = query.Text(1);
    std::copy_n(digest.begin(), std::min(digest.size(), blob.sha256.size()),
                blob.sha256.begin());
    blob.size = static_cast<uint64_t>(query.Integer(2));
    blob.mime_types = query.Text(3);
  }
}

}  // namespace cupel
