#include "report_table.h"

#include <utility>

#include "json_text.h"

namespace cupel_pg {
namespace {

// cupel_schema is that of all stores: store/driver_connection.cc.
constexpr char kMakeTable[] =
    "CREATE TABLE IF NOT EXISTS cupel_schema (store TEXT PRIMARY KEY, "
    "application BIGINT NOT NULL, version BIGINT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS report ("
    "  id TEXT COLLATE \"C\" PRIMARY KEY,"
    "  saved TIMESTAMPTZ NOT NULL DEFAULT now(),"
    "  name TEXT NOT NULL,"
    "  verdict TEXT,"
    "  coverage TEXT,"
    "  score NUMERIC,"
    "  document JSONB NOT NULL);"
    "CREATE INDEX IF NOT EXISTS report_saved ON report (saved);"
    // "CuRP" and the first version of this table.
    "INSERT INTO cupel_schema (store, application, version) "
    "VALUES ('reports', 1131762256, 1) ON CONFLICT (store) DO NOTHING";
constexpr std::string_view kVersion = "1";

cupel_sql_value TextValue(std::string_view text) {
  return {CUPEL_SQL_TEXT,
          0,
          0,
          {reinterpret_cast<const uint8_t*>(text.data()), text.size()}};
}

std::string FirstText(const Result& result) {
  cupel_sql_value value{};
  if (!ReadColumn(result.get(), 0, 0, &value)) return {};
  return {reinterpret_cast<const char*>(value.bytes.data), value.bytes.size};
}

}  // namespace

ReportTable::ReportTable(Settings settings)
    : settings_(std::move(settings)), connection_(settings_) {}

Outcome ReportTable::MakeTable() {
  CUPEL_PG_RETURN_IF_ERROR(connection_.Begin(true));
  Outcome made = connection_.Execute(kMakeTable);
  if (made.ok()) made = connection_.Commit();
  if (!made.ok()) (void)connection_.Rollback();
  return made;
}

Outcome ReportTable::Open() {
  if (open_) return {};
  CUPEL_PG_RETURN_IF_ERROR(connection_.Open());
  const Parameters none(0);
  Result result;
  // A role that may only add rows makes nothing.
  const std::string look =
      "SELECT CAST(version AS TEXT) FROM cupel_schema WHERE store = 'reports'";
  Outcome known = connection_.Run(look, none, &result);
  if (known.code == CUPEL_STATUS_NOT_FOUND ||
      (known.ok() && PQntuples(result.get()) == 0)) {
    CUPEL_PG_RETURN_IF_ERROR(MakeTable());
    known = connection_.Run(look, none, &result);
  }
  CUPEL_PG_RETURN_IF_ERROR(std::move(known));
  if (FirstText(result) != kVersion) {
    return {CUPEL_STATUS_FAILED_PRECONDITION,
            "its reports have version " + FirstText(result) +
                ", this plugin knows 1; use the newer one that made it"};
  }
  open_ = true;
  return {};
}

Outcome ReportTable::Add(std::string_view name, std::string_view document,
                         std::string* id) {
  CUPEL_PG_RETURN_IF_ERROR(Open());
  const std::string json = ForJsonb(document);
  Parameters parameters(2);
  CUPEL_PG_RETURN_IF_ERROR(parameters.Set(0, TextValue(name)));
  CUPEL_PG_RETURN_IF_ERROR(parameters.Set(1, TextValue(json)));
  Result result;
  CUPEL_PG_RETURN_IF_ERROR(connection_.Run(
      "WITH given AS (SELECT encode(sha256(convert_to($2, 'UTF8')), 'hex') AS "
      "id, CAST($2 AS JSONB) AS document), added AS (INSERT INTO report (id, "
      "name, verdict, coverage, score, document) SELECT id, $1, "
      "document->>'verdict', document->>'coverage', CASE WHEN "
      "jsonb_typeof(document->'score') = 'number' THEN "
      "CAST(document->>'score' AS NUMERIC) END, document FROM given "
      "ON CONFLICT (id) DO NOTHING) SELECT id FROM given",
      parameters, &result));
  *id = FirstText(result);
  return {};
}

Outcome ReportTable::Find(std::string_view id, std::string* document) {
  CUPEL_PG_RETURN_IF_ERROR(Open());
  Parameters parameters(1);
  CUPEL_PG_RETURN_IF_ERROR(parameters.Set(0, TextValue(id)));
  Result result;
  CUPEL_PG_RETURN_IF_ERROR(connection_.Run(
      "SELECT document FROM report WHERE id = $1", parameters, &result));
  if (PQntuples(result.get()) == 0) {
    return {CUPEL_STATUS_NOT_FOUND, "there is no such report"};
  }
  *document = FirstText(result);
  return {};
}

}  // namespace cupel_pg
