#include "store/raw_store.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/status.h"
#include "base/uuid.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr size_t kIdBytes = 256;
constexpr size_t kMimeTypes = 256;
constexpr size_t kMimeBytes = 256;

absl::Status CheckId(std::string_view field, std::string_view id) {
  if (id.empty()) return InvalidArgument("{} is empty", field);
  if (id.size() > kIdBytes) {
    return InvalidArgument("{} has {} bytes; at most {} are kept", field,
                           id.size(), kIdBytes);
  }
  if (id.find('\0') != std::string_view::npos) {
    return InvalidArgument("{} has a NUL byte", field);
  }
  if (!IsUtf8(id)) return InvalidArgument("{} is not UTF-8", field);
  return absl::OkStatus();
}

std::string_view AsBytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

absl::Status NoRaw(std::string_view id) {
  return NotFound("raw '{}' is not known", EscapePrintable(id));
}

// Sorted, each once, one a line: they have no line ends.
std::string JoinedTypes(std::vector<std::string> types) {
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  std::string lines;
  for (const std::string& type : types) lines.append(type).push_back('\n');
  return lines;
}

std::vector<std::string> SplitTypes(std::string_view lines) {
  std::vector<std::string> types;
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    types.emplace_back(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return types;
}

constexpr std::string_view kSelectAny =
    "SELECT r.id, r.organisation, r.job, r.mime_types, r.created, b.sha256, "
    "b.size FROM raw r JOIN blob b ON b.number = r.blob";
constexpr std::string_view kSelect =
    "SELECT r.id, r.organisation, r.job, r.mime_types, r.created, b.sha256, "
    "b.size FROM raw r JOIN blob b ON b.number = r.blob "
    "WHERE r.organisation = ?";

RawRow ReadRow(const Statement& row) {
  RawRow raw;
  raw.id = row.Text(0);
  raw.owner = {std::string(row.Text(1)), std::string(row.Text(2))};
  raw.mime_types = SplitTypes(row.Text(3));
  raw.created_micros = row.Integer(4);
  const std::string_view digest = row.Text(5);
  std::copy_n(digest.begin(), std::min(digest.size(), raw.sha256.size()),
              raw.sha256.begin());
  raw.size = static_cast<uint64_t>(row.Integer(6));
  return raw;
}

int64_t Clamp(uint64_t number) {
  return static_cast<int64_t>(std::min<uint64_t>(
      number, uint64_t{std::numeric_limits<int64_t>::max()}));
}

std::string SqlOf(const RawFilter& filter) {
  std::string sql(kSelect);
  if (filter.job) sql += " AND r.job = ?";
  if (filter.mime_type) {
    // Whether it stands there between line ends; instr is SQLite's alone.
    sql += " AND replace('\n' || r.mime_types, ?, '') <> '\n' || r.mime_types";
  }
  return sql + " ORDER BY r.number LIMIT ? OFFSET ?";
}

}  // namespace

absl::Status CheckOwner(const RawOwner& owner) {
  CUPEL_RETURN_IF_ERROR(CheckId("an organisation's id", owner.organisation));
  return CheckId("a job's id", owner.job);
}

RawStore::RawStore(std::shared_ptr<RunDatabase> database, uint64_t most_bytes)
    : database_(std::move(database)), most_bytes_(most_bytes) {}

absl::Status RawStore::CheckOutput(const RawOutput& output) const {
  if (output.bytes.size() > most_bytes_) {
    return ResourceExhausted(
        "a raw of {} bytes; at most {} are kept: raise the limit, or let the "
        "plugin give less",
        output.bytes.size(), most_bytes_);
  }
  if (output.mime_types.size() > kMimeTypes) {
    return InvalidArgument("a raw with {} MIME types; at most {} are kept",
                           output.mime_types.size(), kMimeTypes);
  }
  for (const std::string& type : output.mime_types) {
    const bool control = std::any_of(type.begin(), type.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    if (type.empty() || type.size() > kMimeBytes || control || !IsUtf8(type)) {
      return InvalidArgument(
          "a raw's MIME type is empty, longer than {} bytes, not UTF-8 or has "
          "control characters",
          kMimeBytes);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<StoredBlob> RawStore::Keep(const RawOutput& output) {
  CUPEL_RETURN_IF_ERROR(CheckOutput(output));
  StoredBlob blob;
  blob.sha256 = Sha256(output.bytes);
  blob.size = output.bytes.size();
  blob.mime_types = JoinedTypes(output.mime_types);
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
  CUPEL_ASSIGN_OR_RETURN(
      Statement find,
      database->Prepare("SELECT number, size FROM blob WHERE sha256 = ?"));
  CUPEL_ASSIGN_OR_RETURN(const bool known,
                         find.BindBlob(0, AsBytes(blob.sha256)).Step());
  if (known) {
    blob.number = find.Integer(0);
    return blob;
  }
  CUPEL_ASSIGN_OR_RETURN(
      Statement insert,
      database->Prepare(
          "INSERT INTO blob (sha256, size, bytes) VALUES (?, ?, ?) "
          "RETURNING number"));
  insert.BindBlob(0, AsBytes(blob.sha256)).Bind(1, Clamp(blob.size));
  CUPEL_ASSIGN_OR_RETURN(blob.number,
                         insert.BindBlob(2, output.bytes).RunForNumber());
  return blob;
}

absl::StatusOr<RawRow> RawStore::Grant(const RawOwner& owner,
                                       const StoredBlob& blob,
                                       int64_t created_micros,
                                       std::string_view id) {
  CUPEL_RETURN_IF_ERROR(CheckOwner(owner));
  RawRow raw;
  raw.id = id.empty() ? Uuid::Random().ToString() : std::string(id);
  raw.owner = owner;
  raw.mime_types = SplitTypes(blob.mime_types);
  raw.created_micros = created_micros;
  raw.sha256 = blob.sha256;
  raw.size = blob.size;
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
  CUPEL_ASSIGN_OR_RETURN(
      Statement insert,
      database->Prepare("INSERT INTO raw (id, organisation, job, mime_types, "
                        "created, blob) VALUES (?, ?, ?, ?, ?, ?)"));
  insert.Bind(0, raw.id).Bind(1, owner.organisation).Bind(2, owner.job);
  insert.Bind(3, blob.mime_types).Bind(4, created_micros);
  CUPEL_RETURN_IF_ERROR(insert.Bind(5, blob.number).Run());
  return raw;
}

absl::StatusOr<RawRow> RawStore::Put(const RawOwner& owner,
                                     const RawOutput& output,
                                     int64_t created_micros) {
  RawRow raw;
  CUPEL_RETURN_IF_ERROR(database_->Atomically([&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const StoredBlob blob, Keep(output));
    CUPEL_ASSIGN_OR_RETURN(raw, Grant(owner, blob, created_micros, output.id));
    return absl::OkStatus();
  }));
  return raw;
}

absl::StatusOr<RawRow> RawStore::Row(std::string_view organisation,
                                     std::string_view id) {
  static const std::string sql = std::string(kSelect) + " AND r.id = ?";
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(Statement query, database->Prepare(sql));
  CUPEL_ASSIGN_OR_RETURN(const bool row,
                         query.Bind(0, organisation).Bind(1, id).Step());
  if (!row) return NoRaw(id);
  return ReadRow(query);
}

absl::StatusOr<RawRow> RawStore::Find(std::string_view id) {
  static const std::string sql = std::string(kSelectAny) + " WHERE r.id = ?";
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(Statement query, database->Prepare(sql));
  CUPEL_ASSIGN_OR_RETURN(const bool row, query.Bind(0, id).Step());
  if (!row) return NoRaw(id);
  return ReadRow(query);
}

absl::StatusOr<std::string> RawStore::Bytes(std::string_view organisation,
                                            std::string_view id) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(
      Statement query,
      database->Prepare(
          "SELECT b.bytes, b.sha256 FROM raw r JOIN blob b "
          "ON b.number = r.blob WHERE r.organisation = ? AND r.id = ?"));
  CUPEL_ASSIGN_OR_RETURN(const bool row,
                         query.Bind(0, organisation).Bind(1, id).Step());
  if (!row) return NoRaw(id);
  const std::string_view bytes = query.Text(0);
  if (AsBytes(Sha256(bytes)) != query.Text(1)) {
    return DataLoss(
        "raw '{}': its bytes are not those that were stored; restore a backup, "
        "or delete it and run the job again",
        EscapePrintable(id));
  }
  return std::string(bytes);
}

absl::StatusOr<std::vector<RawRow>> RawStore::List(const RawFilter& filter) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(Statement query, database->Prepare(SqlOf(filter)));
  int index = 0;
  query.Bind(index++, filter.organisation);
  if (filter.job) query.Bind(index++, *filter.job);
  if (filter.mime_type) {
    query.Bind(index++, "\n" + *filter.mime_type + "\n");
  }
  query.Bind(index++, Clamp(filter.limit == 0 ? UINT64_MAX : filter.limit));
  query.Bind(index, Clamp(filter.offset));
  std::vector<RawRow> rows;
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const bool row, query.Step());
    if (!row) return rows;
    rows.push_back(ReadRow(query));
  }
}

absl::Status RawStore::Delete(std::string_view organisation,
                              std::string_view id) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
  CUPEL_ASSIGN_OR_RETURN(
      Statement erase,
      database->Prepare("DELETE FROM raw WHERE organisation = ? AND id = ?"));
  CUPEL_RETURN_IF_ERROR(erase.Bind(0, organisation).Bind(1, id).Run());
  return database->changes() == 0 ? NoRaw(id) : absl::OkStatus();
}

absl::StatusOr<uint64_t> RawStore::DeleteOf(std::string_view organisation) {
  uint64_t raws = 0;
  const absl::Status done = database_->Atomically([&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
    CUPEL_ASSIGN_OR_RETURN(
        Statement erase,
        database->Prepare("DELETE FROM raw WHERE organisation = ?"));
    CUPEL_RETURN_IF_ERROR(erase.Bind(0, organisation).Run());
    raws = static_cast<uint64_t>(database->changes());
    CUPEL_ASSIGN_OR_RETURN(
        Statement forget,
        database->Prepare("DELETE FROM meta WHERE organisation = ?"));
    return forget.Bind(0, organisation).Run();
  });
  CUPEL_RETURN_IF_ERROR(done);
  return raws;
}

absl::StatusOr<RawUsage> RawStore::Usage() {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(
      Statement query,
      database->Prepare(
          "SELECT (SELECT count(*) FROM raw), "
          "(SELECT CAST(COALESCE(sum(b.size), 0) AS BIGINT) "
          "FROM raw r JOIN blob b ON b.number = r.blob), "
          "(SELECT count(*) FROM blob), "
          "(SELECT CAST(COALESCE(sum(size), 0) AS BIGINT) FROM blob)"));
  CUPEL_RETURN_IF_ERROR(query.Step().status());
  const auto number = [&query](int column) {
    return static_cast<uint64_t>(query.Integer(column));
  };
  return RawUsage{number(0), number(1), number(2), number(3)};
}

}  // namespace cupel
