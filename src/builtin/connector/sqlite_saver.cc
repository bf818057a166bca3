#include "builtin/connector/sqlite_saver.h"

#include "base/datetime.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr uint32_t kApplication = 0x43755270;  // "CuRp"

// What is in a document is read through the view, so that a document of any
// version, and one that is no JSON, can be kept.
constexpr std::string_view kFirst = R"sql(
CREATE TABLE result (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  saved_micros INTEGER NOT NULL,
  name TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT;

CREATE TABLE payload (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  saved_micros INTEGER NOT NULL,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  metadata TEXT
) STRICT;
CREATE INDEX payload_of_hash ON payload (sha256);

CREATE TABLE content (
  sha256 TEXT NOT NULL PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

CREATE VIEW report AS
SELECT number, saved_micros, name,
       json_extract(document, '$.verdict') AS verdict,
       json_extract(document, '$.coverage') AS coverage,
       json_extract(document, '$.score') AS score,
       document
FROM result WHERE json_valid(document);
)sql";

absl::StatusOr<std::string> FirstColumn(Statement& statement,
                                        std::string_view what) {
  CUPEL_ASSIGN_OR_RETURN(const bool found, statement.Step());
  if (!found) return NotFound("the database has no {}", what);
  return std::string(statement.Text(0));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteSaver>> SqliteSaver::Open(
    const std::string& path) {
  DatabaseOptions options;
  options.path = path;
  options.application_id = kApplication;
  options.migrations = {{kFirst}};
  CUPEL_ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                         Database::Open(options));
  return std::unique_ptr<SqliteSaver>(new SqliteSaver(std::move(database)));
}

absl::StatusOr<int64_t> SqliteSaver::AddReport(std::string_view name,
                                               std::string_view document) {
  if (!IsUtf8(document)) {
    return InvalidArgument("the document is no UTF-8, which SQLite needs");
  }
  CUPEL_ASSIGN_OR_RETURN(
      Statement add,
      database_->Prepare("INSERT INTO result (saved_micros, name, document) "
                         "VALUES (?, ?, ?) RETURNING number"));
  add.Bind(0, DateTime::Now().micros)
      .Bind(1, EscapePrintable(name))
      .Bind(2, document);
  return add.RunForNumber();
}

absl::Status SqliteSaver::AddBytes(std::string_view sha256,
                                   std::string_view bytes) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement find,
      database_->Prepare("SELECT 1 FROM content WHERE sha256 = ?"));
  CUPEL_ASSIGN_OR_RETURN(const bool there, find.Bind(0, sha256).Step());
  if (there) return absl::OkStatus();
  CUPEL_ASSIGN_OR_RETURN(
      Statement add,
      database_->Prepare("INSERT INTO content (sha256, bytes) VALUES (?, ?)"));
  return add.Bind(0, sha256).BindBlob(1, bytes).Run();
}

absl::StatusOr<int64_t> SqliteSaver::AddPayload(const Payload& payload,
                                                bool with_bytes) {
  const std::string sha256 = HexDigest(Sha256(payload.bytes));
  Database::Transaction transaction(database_.get());
  CUPEL_RETURN_IF_ERROR(transaction.Begin());
  if (with_bytes) CUPEL_RETURN_IF_ERROR(AddBytes(sha256, payload.bytes));
  CUPEL_ASSIGN_OR_RETURN(
      Statement add,
      database_->Prepare("INSERT INTO payload (saved_micros, name, size, "
                         "sha256, metadata) VALUES (?, ?, ?, ?, ?) "
                         "RETURNING number"));
  add.Bind(0, DateTime::Now().micros)
      .Bind(1, EscapePrintable(payload.name))
      .Bind(2, static_cast<int64_t>(payload.bytes.size()))
      .Bind(3, sha256);
  if (payload.metadata.empty()) {
    add.BindNull(4);
  } else {
    add.Bind(4, ReplaceInvalidUtf8(payload.metadata));
  }
  CUPEL_ASSIGN_OR_RETURN(const int64_t number, add.RunForNumber());
  CUPEL_RETURN_IF_ERROR(transaction.Commit());
  return number;
}

absl::StatusOr<std::string> SqliteSaver::BytesOf(std::string_view sha256) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement find,
      database_->Prepare("SELECT bytes FROM content WHERE sha256 = ?"));
  find.Bind(0, sha256);
  CUPEL_ASSIGN_OR_RETURN(
      std::string bytes,
      FirstColumn(find, fmt::format("bytes of payload {}", sha256)));
  if (HexDigest(Sha256(bytes)) != sha256) {
    return DataLoss("the bytes of payload {} in '{}' are damaged", sha256,
                    database_->printable());
  }
  return bytes;
}

absl::StatusOr<std::string> SqliteSaver::BytesOfPayload(int64_t number) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement find,
      database_->Prepare("SELECT sha256 FROM payload WHERE number = ?"));
  find.Bind(0, number);
  CUPEL_ASSIGN_OR_RETURN(
      const std::string sha256,
      FirstColumn(find, fmt::format("payload number {}", number)));
  return BytesOf(sha256);
}

absl::StatusOr<std::string> SqliteSaver::Document(int64_t number) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement find,
      database_->Prepare("SELECT document FROM result WHERE number = ?"));
  find.Bind(0, number);
  return FirstColumn(find, fmt::format("result number {}", number));
}

}  // namespace cupel
