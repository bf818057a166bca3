// cupel-driver-postgresql.so: PostgreSQL's table of functions.
#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "connection.h"
#include "cupel/sql_driver.h"
#include "outcome.h"
#include "sql_text.h"
#include "statement.h"

// They are the same; C knows them by these names.
struct cupel_sql_connection : cupel_pg::Connection {
  using cupel_pg::Connection::Connection;
};
struct cupel_sql_statement : cupel_pg::Statement {
  using cupel_pg::Statement::Statement;
};

namespace cupel_pg {
namespace {

constexpr size_t kSpaceBytes = 48;
constexpr size_t kChannelBytes = 12;
constexpr size_t kStatementBytes = size_t{1} << 20;
constexpr size_t kParameters = 65535;

std::string_view TextOf(cupel_view view) {
  return {reinterpret_cast<const char*>(view.data), view.size};
}

cupel_status Tell(const Outcome& outcome, cupel_sql_error* error) {
  if (outcome.ok()) return CUPEL_STATUS_OK;
  size_t size = std::min(outcome.message.size(), sizeof(error->message) - 1);
  // Not within a character.
  while (size > 0 && size < outcome.message.size() &&
         (static_cast<uint8_t>(outcome.message[size]) & 0xc0) == 0x80) {
    --size;
  }
  std::memcpy(error->message, outcome.message.data(), size);
  error->message[size] = '\0';
  return outcome.code;
}

// No exception leaves the driver.
template <typename Body>
cupel_status Guarded(cupel_sql_error* error, const Body& body) {
  try {
    return Tell(body(), error);
  } catch (const std::bad_alloc&) {
    return Tell({CUPEL_STATUS_RESOURCE_EXHAUSTED, "out of memory"}, error);
  } catch (const std::exception&) {
    return Tell({CUPEL_STATUS_INTERNAL, "an unexpected exception"}, error);
  }
}

bool IsName(std::string_view name, size_t most, bool digits) {
  const auto fits = [digits](char c) {
    return (c >= 'a' && c <= 'z') || c == '_' ||
           (digits && c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= most && name[0] >= 'a' &&
         name[0] <= 'z' && std::all_of(name.begin(), name.end(), fits);
}

Outcome ReadSettings(const cupel_sql_open& options, Settings* settings) {
  if (options.struct_size < sizeof(cupel_sql_open) ||
      (options.flags & ~uint32_t{CUPEL_SQL_READ_ONLY}) != 0) {
    return {CUPEL_STATUS_INVALID_ARGUMENT,
            "options of another version of Cupel"};
  }
  settings->url = TextOf(options.url);
  settings->space = TextOf(options.space);
  settings->read_only = (options.flags & CUPEL_SQL_READ_ONLY) != 0;
  settings->connect_timeout_ms = options.connect_timeout_ms;
  settings->lock_timeout_ms = options.lock_timeout_ms;
  settings->statement_timeout_ms = options.statement_timeout_ms;
  if (!IsName(settings->space, kSpaceBytes, true)) {
    return {CUPEL_STATUS_INVALID_ARGUMENT,
            "a schema has to be named by a lower-case letter, then up to 47 of "
            "letters, digits and '_'"};
  }
  return {};
}

cupel_status Open(const cupel_sql_open* options,
                  cupel_sql_connection** connection, cupel_sql_error* error) {
  *connection = nullptr;
  return Guarded(error, [&]() -> Outcome {
    Settings settings;
    CUPEL_PG_RETURN_IF_ERROR(ReadSettings(*options, &settings));
    auto made = std::make_unique<cupel_sql_connection>(std::move(settings));
    CUPEL_PG_RETURN_IF_ERROR(made->Open());
    *connection = made.release();
    return {};
  });
}

void Close(cupel_sql_connection* connection) { delete connection; }

cupel_status Execute(cupel_sql_connection* connection, cupel_view sql,
                     cupel_sql_error* error) {
  return Guarded(error,
                 [&] { return connection->Execute(std::string(TextOf(sql))); });
}

cupel_status Begin(cupel_sql_connection* connection, cupel_sql_mode mode,
                   cupel_sql_error* error) {
  return Guarded(error,
                 [&] { return connection->Begin(mode != CUPEL_SQL_SHARED); });
}

cupel_status Commit(cupel_sql_connection* connection, cupel_sql_error* error) {
  return Guarded(error, [&] { return connection->Commit(); });
}

cupel_status Rollback(cupel_sql_connection* connection,
                      cupel_sql_error* error) {
  return Guarded(error, [&] { return connection->Rollback(); });
}

int32_t InTransaction(const cupel_sql_connection* connection) {
  return connection->in_transaction() ? 1 : 0;
}

int64_t Changes(const cupel_sql_connection* connection) {
  return connection->changes();
}

cupel_status Prepare(cupel_sql_connection* connection, cupel_view sql,
                     cupel_sql_statement** statement, cupel_sql_error* error) {
  *statement = nullptr;
  return Guarded(error, [&]() -> Outcome {
    if (sql.size > kStatementBytes) {
      return {CUPEL_STATUS_INVALID_ARGUMENT,
              "a statement of " + std::to_string(sql.size) + " bytes"};
    }
    SqlText text = NumberParameters(TextOf(sql));
    if (text.parameters > kParameters) {
      return {CUPEL_STATUS_INVALID_ARGUMENT,
              "a statement with " + std::to_string(text.parameters) +
                  " parameters"};
    }
    *statement = new cupel_sql_statement(connection, std::move(text.sql),
                                         text.parameters);
    return {};
  });
}

void Finalize(cupel_sql_statement* statement) { delete statement; }

cupel_status Bind(cupel_sql_statement* statement, uint32_t parameter,
                  const cupel_sql_value* value, cupel_sql_error* error) {
  return Guarded(error, [&] { return statement->Bind(parameter, *value); });
}

cupel_status Step(cupel_sql_statement* statement, int32_t* row,
                  cupel_sql_error* error) {
  *row = 0;
  return Guarded(error, [&] {
    bool there = false;
    Outcome outcome = statement->Step(&there);
    *row = there ? 1 : 0;
    return outcome;
  });
}

void Column(const cupel_sql_statement* statement, uint32_t column,
            cupel_sql_value* value) {
  statement->Column(column, value);
}

void Interrupt(cupel_sql_connection* connection) { connection->Interrupt(); }

Outcome CheckChannel(std::string_view channel) {
  if (IsName(channel, kChannelBytes, false)) return {};
  return {CUPEL_STATUS_INVALID_ARGUMENT,
          "a channel has to be named by up to 12 lower-case letters and '_'"};
}

cupel_status Notify(cupel_sql_connection* connection, cupel_view channel,
                    cupel_sql_error* error) {
  return Guarded(error, [&]() -> Outcome {
    CUPEL_PG_RETURN_IF_ERROR(CheckChannel(TextOf(channel)));
    return connection->Notify(TextOf(channel));
  });
}

cupel_status Wait(cupel_sql_connection* connection, cupel_view channel,
                  uint64_t timeout_ns, int32_t* came, cupel_sql_error* error) {
  *came = 0;
  return Guarded(error, [&]() -> Outcome {
    CUPEL_PG_RETURN_IF_ERROR(CheckChannel(TextOf(channel)));
    bool there = false;
    Outcome outcome = connection->Wait(TextOf(channel), timeout_ns, &there);
    *came = there ? 1 : 0;
    return outcome;
  });
}

constexpr cupel_sql_driver_v1 kDriver = {
    .struct_size = sizeof(cupel_sql_driver_v1),
    .abi = CUPEL_SQL_DRIVER_ABI,
    .flags = 0,
    .dialect = CUPEL_SQL_DIALECT_POSTGRESQL,
    .reserved = 0,
    .name = "postgresql",
    .version = "1.0",
    .open = Open,
    .close = Close,
    .exec = Execute,
    .begin = Begin,
    .commit = Commit,
    .rollback = Rollback,
    .in_transaction = InTransaction,
    .changes = Changes,
    .prepare = Prepare,
    .finalize = Finalize,
    .bind = Bind,
    .step = Step,
    .column = Column,
    .interrupt = Interrupt,
    .notify = Notify,
    .wait = Wait,
};

}  // namespace
}  // namespace cupel_pg

CUPEL_SQL_DRIVER_EXPORT(&cupel_pg::kDriver)
