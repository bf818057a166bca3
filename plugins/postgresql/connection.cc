#include "connection.h"

#include <algorithm>
#include <cstdlib>

namespace cupel_pg {
namespace {

// All of a store's have room; those of others that are made up as they go are
// not to fill the server's memory.
constexpr size_t kPrepared = 256;
constexpr int kOldestServer = 110000;
constexpr int kTries = 3;

// Of the lock that exclusive transactions of a space take (FNV-1a).
std::string LockOf(std::string_view space) {
  uint64_t hash = 14695981039346656037U;
  for (const char c : space) {
    hash = (hash ^ static_cast<uint8_t>(c)) * 1099511628211U;
  }
  return std::to_string(static_cast<int64_t>(hash));
}

// A password with a '/' or '@' in it becomes part of what comes after it, and
// would be shown when that is not found.
bool HasStrayPassword(const PQconninfoOption* options) {
  for (; options->keyword != nullptr; ++options) {
    const std::string_view name = options->keyword;
    if (options->val == nullptr) continue;
    const std::string_view value = options->val;
    if (name == "port" &&
        value.find_first_not_of("0123456789,") != std::string_view::npos) {
      return true;
    }
    if ((name == "host" || name == "dbname") &&
        value.find('@') != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

std::string TextAt(const Result& result, int column) {
  if (PQntuples(result.get()) < 1 || column >= PQnfields(result.get())) {
    return {};
  }
  return PQgetvalue(result.get(), 0, column);
}

}  // namespace

Outcome CheckUrl(const std::string& url) {
  // libpq's own words would show what it took for what, the password too.
  char* error = nullptr;
  PQconninfoOption* const parsed = PQconninfoParse(url.c_str(), &error);
  PQfreemem(error);
  if (parsed == nullptr || HasStrayPassword(parsed)) {
    PQconninfoFree(parsed);
    return {CUPEL_STATUS_INVALID_ARGUMENT,
            "the URL can't be read, or has a parameter that libpq does not "
            "know: expected postgresql://USER:PASSWORD@HOST:PORT/NAME?..., "
            "with special characters of a password written as %40"};
  }
  PQconninfoFree(parsed);
  return {};
}

Outcome Connection::Open() {
  CUPEL_PG_RETURN_IF_ERROR(link_.Check());
  CUPEL_PG_RETURN_IF_ERROR(CheckUrl(settings_.url));
  CUPEL_PG_RETURN_IF_ERROR(Connect());
  return settings_.read_only ? Outcome() : MakeSpace();
}

Outcome Connection::Connect() {
  prepared_.clear();
  listening_.clear();
  // Whatever was said meanwhile was not heard.
  for (auto& [channel, came] : channels_) came = true;
  CUPEL_PG_RETURN_IF_ERROR(
      link_.Connect(settings_.url, settings_.connect_timeout_ms));
  Outcome done = SetUp();
  if (!done.ok()) link_.Drop();
  return done;
}

Outcome Connection::SetUp() {
  if (PQserverVersion(link_.handle()) < kOldestServer) {
    return {CUPEL_STATUS_FAILED_PRECONDITION,
            "the server is older than PostgreSQL 11"};
  }
  const std::string wait = std::to_string(settings_.lock_timeout_ms);
  const std::string run = std::to_string(settings_.statement_timeout_ms);
  Result result;
  CUPEL_PG_RETURN_IF_ERROR(
      SendSql("SELECT current_setting('server_encoding'),"
              " set_config('search_path', '" +
                  settings_.space +
                  "', false),"
                  " set_config('client_min_messages', 'warning', false),"
                  " set_config('standard_conforming_strings', 'on', false),"
                  " set_config('default_transaction_isolation', 'read "
                  "committed', false),"
                  " set_config('lock_timeout', '" +
                  wait +
                  "', false),"
                  " set_config('statement_timeout', CASE current_setting("
                  "'statement_timeout') WHEN '0' THEN '" +
                  run +
                  "' ELSE "
                  "current_setting('statement_timeout') END, false)",
              &result));
  if (TextAt(result, 0) != "UTF8") {
    return {
        CUPEL_STATUS_FAILED_PRECONDITION,
        "its encoding is " + TextAt(result, 0) +
            "; make one with createdb --encoding=UTF8 --template=template0"};
  }
  CUPEL_PG_RETURN_IF_ERROR(SendSql("SHOW statement_timeout", &result));
  CUPEL_PG_RETURN_IF_ERROR(SetPatience(TextAt(result, 0)));
  if (!settings_.read_only) return {};
  return SendSql("SET default_transaction_read_only = on", &result);
}

// The server ends what takes too long; if it does not even say that, nobody is
// there any more. `statement_timeout` is "1min", "90s", "250ms" or "0".
Outcome Connection::SetPatience(const std::string& statement_timeout) {
  char* unit = nullptr;
  const long number = std::strtol(statement_timeout.c_str(), &unit, 10);
  const std::string_view name(unit);
  const long factor = name == "ms"    ? 1
                      : name == "s"   ? 1000
                      : name == "min" ? 60'000
                      : name == "h"   ? 3'600'000
                      : name == "d"   ? 86'400'000
                                      : 1;
  const long patience = number > 0 ? number * factor + 5000 : 0;
  link_.set_patience(std::chrono::milliseconds(patience));
  return {};
}

Outcome Connection::MakeSpace() {
  Result result;
  CUPEL_PG_RETURN_IF_ERROR(SendSql(
      "SELECT 1 FROM pg_namespace WHERE nspname = '" + settings_.space + "'",
      &result));
  if (PQntuples(result.get()) > 0) return {};
  // Two who make it at once would get in each other's way.
  return SendSql(
      "BEGIN; SELECT pg_advisory_xact_lock(" + LockOf(settings_.space) +
          "); CREATE SCHEMA IF NOT EXISTS \"" + settings_.space + "\"; COMMIT",
      &result);
}

Outcome Connection::Ready() {
  if (transaction_ == Transaction::kLost) {
    return {CUPEL_STATUS_ABORTED,
            "the transaction was given up when the connection was lost; "
            "nothing of it was kept"};
  }
  if (transaction_ == Transaction::kOpen) {
    if (link_.connected()) return {};
    transaction_ = Transaction::kLost;
    return Ready();
  }
  return link_.StillThere() ? Outcome() : Connect();
}

Outcome Connection::Receive(int sent, Result* result) {
  Outcome outcome = link_.Receive(sent, result);
  if (!link_.connected() && transaction_ == Transaction::kOpen) {
    transaction_ = Transaction::kLost;
  }
  return outcome;
}

Outcome Connection::SendSql(const std::string& sql, Result* result) {
  return Receive(PQsendQuery(link_.handle(), sql.c_str()), result);
}

Outcome Connection::Execute(const std::string& sql) {
  CUPEL_PG_RETURN_IF_ERROR(Ready());
  Result result;
  return SendSql(sql, &result);
}

Outcome Connection::Prepare(const std::string& sql,
                            const Parameters& parameters,
                            const Parameters::Wire& wire, std::string* name) {
  const std::string key = parameters.Types() + ' ' + sql;
  const auto found = prepared_.find(key);
  if (found != prepared_.end()) {
    *name = found->second;
    return {};
  }
  Result result;
  if (prepared_.size() >= kPrepared) {
    prepared_.clear();
    CUPEL_PG_RETURN_IF_ERROR(SendSql("DEALLOCATE ALL", &result));
  }
  *name = "s" + std::to_string(++last_name_);
  CUPEL_PG_RETURN_IF_ERROR(Receive(
      PQsendPrepare(link_.handle(), name->c_str(), sql.c_str(),
                    static_cast<int>(wire.types.size()), wire.types.data()),
      &result));
  prepared_[key] = *name;
  return {};
}

Outcome Connection::RunOnce(const std::string& sql,
                            const Parameters& parameters, Result* result) {
  const Parameters::Wire wire = parameters.OnWire();
  std::string name;
  CUPEL_PG_RETURN_IF_ERROR(Prepare(sql, parameters, wire, &name));
  CUPEL_PG_RETURN_IF_ERROR(Receive(
      PQsendQueryPrepared(
          link_.handle(), name.c_str(), static_cast<int>(wire.values.size()),
          wire.values.data(), wire.lengths.data(), wire.formats.data(), 1),
      result));
  changes_ = std::strtoll(PQcmdTuples(result->get()), nullptr, 10);
  const int columns = PQnfields(result->get());
  for (int i = 0; i < columns; ++i) {
    if (CanRead(PQftype(result->get(), i))) continue;
    return {CUPEL_STATUS_INVALID_ARGUMENT,
            "column " + std::to_string(i) + " is of a type (OID " +
                std::to_string(PQftype(result->get(), i)) +
                ") that is not read; cast it to TEXT or BIGINT"};
  }
  return {};
}

Outcome Connection::Run(const std::string& sql, const Parameters& parameters,
                        Result* result) {
  for (int left = kTries;; --left) {
    CUPEL_PG_RETURN_IF_ERROR(Ready());
    Outcome outcome = RunOnce(sql, parameters, result);
    // A conflict with others. A statement that is a transaction of its own did
    // nothing then, so it may be run again.
    if (outcome.code != CUPEL_STATUS_ABORTED ||
        transaction_ != Transaction::kNone || left <= 1) {
      return outcome;
    }
  }
}

Outcome Connection::Begin(bool exclusive) {
  if (transaction_ != Transaction::kNone) {
    return {CUPEL_STATUS_FAILED_PRECONDITION,
            "a transaction within a transaction"};
  }
  CUPEL_PG_RETURN_IF_ERROR(Ready());
  Result result;
  // In READ COMMITTED each statement sees what was committed before it began,
  // so also what the one before committed who had the lock.
  Outcome outcome = SendSql(exclusive ? "BEGIN; SELECT pg_advisory_xact_lock(" +
                                            LockOf(settings_.space) + ")"
                                      : "BEGIN",
                            &result);
  if (outcome.ok()) {
    transaction_ = Transaction::kOpen;
  } else if (link_.connected()) {
    const Outcome undone = SendSql("ROLLBACK", &result);
    if (!undone.ok()) link_.Drop();
  }
  return outcome;
}

Outcome Connection::Commit() {
  CUPEL_PG_RETURN_IF_ERROR(Ready());
  Result result;
  Outcome outcome = SendSql("COMMIT", &result);
  if (outcome.ok()) {
    transaction_ = Transaction::kNone;
    // Said instead of an error where there was one before.
    if (std::string_view(PQcmdStatus(result.get())) == "ROLLBACK") {
      return {CUPEL_STATUS_ABORTED,
              "the transaction was given up after an earlier error; nothing of "
              "it was kept"};
    }
  } else if (!link_.connected()) {
    outcome.message += "; it is not known whether this change was kept";
  }
  return outcome;
}

Outcome Connection::Rollback() {
  if (transaction_ == Transaction::kNone) return {};
  const bool lost = transaction_ == Transaction::kLost || !link_.connected();
  transaction_ = Transaction::kNone;
  if (lost) return {};
  Result result;
  Outcome outcome = SendSql("ROLLBACK", &result);
  // The server rolls back what its connection's end leaves.
  if (!outcome.ok()) link_.Drop();
  return outcome;
}

bool Connection::in_transaction() const {
  return transaction_ == Transaction::kOpen && link_.connected() &&
         PQtransactionStatus(link_.handle()) == PQTRANS_INTRANS;
}

std::string Connection::ChannelName(std::string_view channel) const {
  return settings_.space + "_" + std::string(channel);
}

Outcome Connection::Notify(std::string_view channel) {
  Parameters parameters(1);
  const std::string name = ChannelName(channel);
  CUPEL_PG_RETURN_IF_ERROR(parameters.Set(
      0, {CUPEL_SQL_TEXT,
          0,
          0,
          {reinterpret_cast<const uint8_t*>(name.data()), name.size()}}));
  Result result;
  return Run("SELECT pg_notify($1, '')", parameters, &result);
}

Outcome Connection::Listen(const std::string& channel) {
  CUPEL_PG_RETURN_IF_ERROR(Ready());
  // Of what was said before nobody knows.
  channels_.try_emplace(channel, true);
  if (listening_.count(channel) != 0) return {};
  Result result;
  CUPEL_PG_RETURN_IF_ERROR(SendSql("LISTEN \"" + channel + "\"", &result));
  listening_.insert(channel);
  return {};
}

void Connection::TakeNotifications() {
  while (PGnotify* const notify = PQnotifies(link_.handle())) {
    const auto found = channels_.find(notify->relname);
    if (found != channels_.end()) found->second = true;
    PQfreemem(notify);
  }
}

Outcome Connection::Wait(std::string_view channel, uint64_t timeout_ns,
                         bool* came) {
  constexpr uint64_t kLongest = 3'600'000'000'000;
  const auto until =
      Clock::now() + std::chrono::nanoseconds(std::min(timeout_ns, kLongest));
  if (transaction_ != Transaction::kNone) {
    return {CUPEL_STATUS_FAILED_PRECONDITION,
            "waiting within a transaction, which hears nothing"};
  }
  const std::string name = ChannelName(channel);
  CUPEL_PG_RETURN_IF_ERROR(Listen(name));
  while (true) {
    TakeNotifications();
    bool& there = channels_[name];
    *came = there;
    if (there || Clock::now() >= until) {
      there = false;
      return {};
    }
    CUPEL_PG_RETURN_IF_ERROR(link_.WaitForInput(until));
  }
}

}  // namespace cupel_pg
