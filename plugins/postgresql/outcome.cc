#include "outcome.h"

#include <string>

namespace cupel_pg {
namespace {

struct Code {
  std::string_view sqlstate;  // or its first two characters
  cupel_status status;
  std::string_view remedy;
};

// The first that fits.
constexpr Code kCodes[] = {
    {"23505", CUPEL_STATUS_ALREADY_EXISTS, ""},
    {"23503", CUPEL_STATUS_FAILED_PRECONDITION, ""},
    {"23", CUPEL_STATUS_INVALID_ARGUMENT, ""},
    {"40", CUPEL_STATUS_ABORTED, "try again"},
    {"25006", CUPEL_STATUS_PERMISSION_DENIED,
     "it was opened for reading only, or the server is a standby"},
    {"25P02", CUPEL_STATUS_ABORTED,
     "the transaction was given up after an earlier error; nothing of it was "
     "kept"},
    {"25", CUPEL_STATUS_FAILED_PRECONDITION, ""},
    {"55P03", CUPEL_STATUS_UNAVAILABLE,
     "locked by another connection for longer than this one waits; try again, "
     "or end the program that holds it"},
    {"55", CUPEL_STATUS_FAILED_PRECONDITION, ""},
    {"53100", CUPEL_STATUS_RESOURCE_EXHAUSTED,
     "the server's disk is full; nothing of this change was kept; free some "
     "space and try again"},
    {"53300", CUPEL_STATUS_UNAVAILABLE,
     "raise max_connections or use fewer workers"},
    {"53", CUPEL_STATUS_RESOURCE_EXHAUSTED, ""},
    {"54", CUPEL_STATUS_RESOURCE_EXHAUSTED, ""},
    {"57014", CUPEL_STATUS_DEADLINE_EXCEEDED,
     "it took longer than statement_timeout allows"},
    {"57", CUPEL_STATUS_UNAVAILABLE, "the server stops or starts; try again"},
    {"08", CUPEL_STATUS_UNAVAILABLE, "try again"},
    {"28", CUPEL_STATUS_PERMISSION_DENIED, ""},
    {"42501", CUPEL_STATUS_PERMISSION_DENIED,
     "let the role own the schema, or create it"},
    {"42P01", CUPEL_STATUS_NOT_FOUND, ""},
    {"3F000", CUPEL_STATUS_NOT_FOUND, ""},
    {"3D000", CUPEL_STATUS_NOT_FOUND, "make it with createdb"},
    {"42P07", CUPEL_STATUS_FAILED_PRECONDITION,
     "something of that name is there already, which is not ours"},
    {"42", CUPEL_STATUS_INTERNAL, ""},
    {"58", CUPEL_STATUS_RESOURCE_EXHAUSTED,
     "the server could not read or write its files; see its log"},
    {"XX001", CUPEL_STATUS_DATA_LOSS, "restore a backup"},
    {"XX002", CUPEL_STATUS_DATA_LOSS, "run REINDEX or restore a backup"},
};

std::string Field(const PGresult* result, int field) {
  const char* const text = PQresultErrorField(result, field);
  return text == nullptr ? "" : OneLine(text);
}

// libpq says of a text only where it came from; these are the server's.
struct Words {
  std::string_view words;
  cupel_status status;
  std::string_view remedy;
};
constexpr Words kWords[] = {
    {"authentication failed", CUPEL_STATUS_PERMISSION_DENIED,
     "check the user and the password"},
    {"no password supplied", CUPEL_STATUS_PERMISSION_DENIED,
     "give one by PGPASSFILE or PGPASSWORD"},
    {"no pg_hba.conf entry", CUPEL_STATUS_PERMISSION_DENIED, ""},
    {"is not permitted to log in", CUPEL_STATUS_PERMISSION_DENIED, ""},
    {"role \"", CUPEL_STATUS_PERMISSION_DENIED, ""},
    {"permission denied for database", CUPEL_STATUS_PERMISSION_DENIED, ""},
    {"certificate", CUPEL_STATUS_PERMISSION_DENIED, ""},
    {"database \"", CUPEL_STATUS_NOT_FOUND, "make it with createdb"},
};

}  // namespace

std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool space = static_cast<unsigned char>(c) <= ' ';
    if (!space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

Outcome OutcomeOf(const PGresult* result, bool interrupted) {
  const std::string state = Field(result, PG_DIAG_SQLSTATE);
  // In primary messages of this class there are values.
  std::string message = state.substr(0, 2) == "22"
                            ? "a value does not fit"
                            : Field(result, PG_DIAG_MESSAGE_PRIMARY);
  if (message.empty()) message = OneLine(PQresultErrorMessage(result));
  if (!state.empty()) message += " (SQLSTATE " + state + ")";
  if (state == "57014" && interrupted) {
    return {CUPEL_STATUS_CANCELLED, "interrupted"};
  }
  if (state.substr(0, 2) == "22") {
    return {CUPEL_STATUS_INVALID_ARGUMENT, message};
  }
  for (const Code& code : kCodes) {
    if (state.substr(0, code.sqlstate.size()) != code.sqlstate) continue;
    if (!code.remedy.empty()) message.append("; ").append(code.remedy);
    return {code.status, message};
  }
  return {CUPEL_STATUS_INTERNAL, message};
}

Outcome CouldNotConnect(PGconn* connection) {
  Outcome outcome{CUPEL_STATUS_UNAVAILABLE,
                  OneLine(PQerrorMessage(connection))};
  for (const Words& known : kWords) {
    if (outcome.message.find(known.words) == std::string::npos) continue;
    outcome.code = known.status;
    if (!known.remedy.empty())
      outcome.message.append("; ").append(known.remedy);
    return outcome;
  }
  if (PQconnectionNeedsPassword(connection) != 0) {
    outcome.code = CUPEL_STATUS_PERMISSION_DENIED;
  }
  return outcome;
}

}  // namespace cupel_pg
