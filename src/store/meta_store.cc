#include "store/meta_store.h"

#include <utility>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {

MetaStore::MetaStore(std::shared_ptr<RunDatabase> database)
    : database_(std::move(database)) {}

absl::Status MetaStore::Put(const MetaRow& row) {
  CUPEL_RETURN_IF_ERROR(CheckOwner(row.owner));
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
  CUPEL_ASSIGN_OR_RETURN(
      Statement insert,
      database->Prepare("INSERT INTO meta (organisation, job, kind, document) "
                        "VALUES (?, ?, ?, ?)"));
  const absl::Status done = insert.Bind(0, row.owner.organisation)
                                .Bind(1, row.owner.job)
                                .Bind(2, static_cast<int64_t>(row.kind))
                                .Bind(3, row.document)
                                .Run();
  if (!absl::IsAlreadyExists(done)) return done;
  return AlreadyExists(
      "job '{}' was run before; what it gave is kept under that id. Give the "
      "job another one",
      EscapePrintable(row.owner.job));
}

absl::StatusOr<MetaRow> MetaStore::Get(const RawOwner& owner) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(
      Statement query, database->Prepare("SELECT kind, document FROM meta "
                                         "WHERE organisation = ? AND job = ?"));
  CUPEL_ASSIGN_OR_RETURN(
      const bool found,
      query.Bind(0, owner.organisation).Bind(1, owner.job).Step());
  if (!found) {
    return NotFound("nothing is known of job '{}'", EscapePrintable(owner.job));
  }
  MetaRow row;
  row.owner = owner;
  row.kind = static_cast<MetaKind>(query.Integer(0));
  row.document = std::string(query.Text(1));
  return row;
}

}  // namespace cupel
