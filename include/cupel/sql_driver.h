/**
 * @file sql_driver.h
 * @brief The table by which a database server is known to Cupel: what its
 *   stores (registry, runs and raws, queues) and plugins say in SQL goes
 *   through it. docs/postgresql.md is the guide.
 *
 * SQLite is built in; PostgreSQL is such a driver, in a shared object of its
 * own (plugins/postgresql), so that nobody links libpq who does not want it.
 * The driver for URLs that begin with NAME:// is the file cupel-driver-NAME.so,
 * which exports cupel_sql_driver_get_v1 (see CUPEL_SQL_DRIVER_EXPORT). A driver
 * includes this header alone and links nothing of ours.
 *
 *     static const cupel_sql_driver_v1 kTable = {
 *         .struct_size = sizeof(cupel_sql_driver_v1),
 *         .abi = CUPEL_SQL_DRIVER_ABI,
 *         .dialect = CUPEL_SQL_DIALECT_POSTGRESQL,
 *         .name = "postgresql", .version = "1.0",
 *         .open = Open, .close = Close, .exec = Exec, ...};
 *     CUPEL_SQL_DRIVER_EXPORT(&kTable)
 *
 * Threads: a connection, with all its statements, is entered by one thread at a
 * time, but for `interrupt`. Different connections are entered side by side.
 * Functions must not throw.
 *
 * Lifetime: what is handed in lives until the function returns, but for the
 * table itself; what a driver hands out, as long as said. Statements are
 * finalized before their connection is closed.
 *
 * SQL: parameters are written `?`. Each table is in the connection's own space
 * (a schema, in PostgreSQL), so that their names need no prefix. All text is
 * UTF-8.
 *
 * Connections that are lost: the function at work returns UNAVAILABLE; the next
 * one that is called outside of a transaction connects anew, and prepares anew
 * what was prepared. Within a transaction all fail with ABORTED until it is
 * rolled back.
 *
 * Errors: INVALID_ARGUMENT a statement, value or constraint (but for the next
 * two), ALREADY_EXISTS a unique constraint, FAILED_PRECONDITION a foreign key
 * or the state of the database, NOT_FOUND a table or database that is not
 * there, ABORTED a transaction that may be tried again, UNAVAILABLE no
 * connection or a lock that others hold, DEADLINE_EXCEEDED, CANCELLED,
 * RESOURCE_EXHAUSTED no room, memory or connection left, PERMISSION_DENIED,
 * DATA_LOSS, UNIMPLEMENTED, INTERNAL anything else.
 *
 * Growth: structs grow at their end, `struct_size` says how much of one its
 * giver knows.
 */
#ifndef CUPEL_SQL_DRIVER_H_
#define CUPEL_SQL_DRIVER_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup sql_driver Drivers of databases
 * What a driver is, and what it is handed. The file sql_driver.h has the rules.
 * @{
 */

/** What `abi` in a table must be. Grows only with what breaks old drivers. */
#define CUPEL_SQL_DRIVER_ABI 1

/** The SQL that a database speaks; the host knows how to make tables in it. */
typedef int32_t cupel_sql_dialect;

/** The values of a cupel_sql_dialect. */
enum {
  /** That of PostgreSQL 11 and newer. */
  CUPEL_SQL_DIALECT_POSTGRESQL = 1
};

/** Why a function failed, besides its status. The name of the database is put
 * before it by the host. */
typedef struct cupel_sql_error {
  /** As the host knows it. */
  size_t struct_size;
  /** One line of UTF-8 with a NUL at its end, for people. No values of rows, no
   * passwords. */
  char message[1024];
} cupel_sql_error;

/** How a connection is opened: bits of cupel_sql_open.flags. */
enum {
  /** Nothing may be written, no space made. */
  CUPEL_SQL_READ_ONLY = 1 << 0
};

/** What a connection is opened with. Copied by the driver if it needs it. Times
 * are milliseconds; 0: no limit. */
typedef struct cupel_sql_open {
  /** As the host knows it. */
  size_t struct_size;
  /** CUPEL_SQL_READ_ONLY; others are refused. */
  uint32_t flags;
  /** 0. */
  uint32_t reserved;
  /** As it was given, with its password. */
  cupel_view url;
  /** [a-z][a-z0-9_]{0,47}; made if it is not there. */
  cupel_view space;
  /** To connect. */
  uint32_t connect_timeout_ms;
  /** For locks that others hold. */
  uint32_t lock_timeout_ms;
  /** For one statement, unless the URL says something else. The driver itself
   * waits a little longer for an answer and then gives the connection up. */
  uint32_t statement_timeout_ms;
  /** 0. */
  uint32_t reserved2;
} cupel_sql_open;

/** What a value is: a CUPEL_SQL_NULL or one of those beside it. */
typedef int32_t cupel_sql_kind;

/** The values of a cupel_sql_kind. */
enum {
  /** Nothing. */
  CUPEL_SQL_NULL = 0,
  /** 64 bits, signed. */
  CUPEL_SQL_INTEGER = 1,
  /** UTF-8. */
  CUPEL_SQL_TEXT = 2,
  /** Any bytes. */
  CUPEL_SQL_BLOB = 3
};

/** A parameter or a column. This struct never grows. */
typedef struct cupel_sql_value {
  /** CUPEL_SQL_NULL and those beside it. */
  cupel_sql_kind kind;
  /** 0. */
  uint32_t reserved;
  /** Of an integer. */
  int64_t integer;
  /** Of text and blobs. */
  cupel_view bytes;
} cupel_sql_value;

/** What others may do while a transaction is open. */
typedef int32_t cupel_sql_mode;

/** The values of a cupel_sql_mode. */
enum {
  /** No other exclusive one in this space: they wait for each other, up to the
   * lock timeout. Each statement sees what was committed before it. */
  CUPEL_SQL_EXCLUSIVE = 1,
  /** Any number at once. */
  CUPEL_SQL_SHARED = 2
};

/** A connection: the driver's own. */
typedef struct cupel_sql_connection cupel_sql_connection;
/** A statement: the driver's own. */
typedef struct cupel_sql_statement cupel_sql_statement;

/** A driver. Constant, lives as long as the process. No function may be NULL
 * unless it is said. `error` is never NULL; it is filled when a function does
 * not return OK. */
typedef struct cupel_sql_driver_v1 {
  /** sizeof(cupel_sql_driver_v1). */
  size_t struct_size;
  /** CUPEL_SQL_DRIVER_ABI. */
  uint32_t abi;
  /** 0. */
  uint32_t flags;
  /** CUPEL_SQL_DIALECT_*. */
  cupel_sql_dialect dialect;
  /** 0. */
  uint32_t reserved;
  /** "postgresql". */
  const char* name;
  /** "1.0". */
  const char* version;

  /**
   * Connects and makes the space. Not OK: nothing is left to close.
   *
   * `options` is borrowed. `connection` is stored on success only, and is the
   * host's until it calls `close`.
   */
  cupel_status (*open)(const cupel_sql_open* options,
                       cupel_sql_connection** connection,
                       cupel_sql_error* error);
  /** Ends a connection, with its transaction rolled back. */
  void (*close)(cupel_sql_connection* connection);

  /**
   * Runs one or several statements without parameters, in one transaction if
   * there are several; rows are passed over.
   *
   * `sql` is UTF-8 and need not end with a NUL. Outside of a transaction each
   * statement is committed by itself.
   */
  cupel_status (*exec)(cupel_sql_connection* connection, cupel_view sql,
                       cupel_sql_error* error);
  /**
   * Begins a transaction.
   *
   * FAILED_PRECONDITION if there is one already. UNAVAILABLE if others hold the
   * lock for longer than the lock timeout.
   */
  cupel_status (*begin)(cupel_sql_connection* connection, cupel_sql_mode mode,
                        cupel_sql_error* error);
  /** Ends it with what it did. ABORTED if the database gave the transaction up.
   * UNAVAILABLE if the connection was lost; then it is not known whether it was
   * committed. */
  cupel_status (*commit)(cupel_sql_connection* connection,
                         cupel_sql_error* error);
  /** Ends it without. OK if there is no transaction (any more). */
  cupel_status (*rollback)(cupel_sql_connection* connection,
                           cupel_sql_error* error);
  /** Not 0 while a transaction is open and was not given up. */
  int32_t (*in_transaction)(const cupel_sql_connection* connection);
  /** Rows that the last statement inserted, updated or deleted. */
  int64_t (*changes)(const cupel_sql_connection* connection);

  /**
   * Makes a statement. May look at `sql` only when it is stepped first.
   *
   * `statement` is stored on success only, and is the host's until it calls
   * `finalize`. What is wrong with the SQL may be found out by the first
   * `step`.
   */
  cupel_status (*prepare)(cupel_sql_connection* connection, cupel_view sql,
                          cupel_sql_statement** statement,
                          cupel_sql_error* error);
  /** Ends a statement. */
  void (*finalize)(cupel_sql_statement* statement);
  /**
   * Sets a parameter; they count from 0. Copied.
   *
   * Values stay until they are set anew, also from one run of the statement to
   * the next. A parameter that is not there is an error, at the latest of
   * `step`.
   */
  cupel_status (*bind)(cupel_sql_statement* statement, uint32_t parameter,
                       const cupel_sql_value* value, cupel_sql_error* error);
  /** Runs a statement to its next row. *row is 1 while there is a row. After
   * the last one, or an error, the next step runs the statement anew. A
   * parameter that was not bound is NULL. */
  cupel_status (*step)(cupel_sql_statement* statement, int32_t* row,
                       cupel_sql_error* error);
  /**
   * A column of the present row; bytes until the next step. NULL for a column
   * that is not there.
   *
   * `value` is filled by the driver. Text is UTF-8; what the database has as
   * another type (a boolean, a number with a fraction) is text.
   */
  void (*column)(const cupel_sql_statement* statement, uint32_t column,
                 cupel_sql_value* value);

  /** From any thread, at any time before `close`: ends what the connection does
   * just now with CANCELLED, within 50 ms if the server answers. A `wait` that
   * begins later ends as well; a statement does not. Does not wait. */
  void (*interrupt)(cupel_sql_connection* connection);

  /** Tells those who wait, when the transaction is committed. `channel`:
   * [a-z][a-z_]{0,11}; others than of the same space do not hear it. Both this
   * and `wait`, or neither, may be NULL. */
  cupel_status (*notify)(cupel_sql_connection* connection, cupel_view channel,
                         cupel_sql_error* error);
  /** Waits until somebody notified, or timeout_ns are over: *came says which.
   * What came since the last wait for this channel counts; when that can't be
   * known, at the first wait and after the connection was lost, it is 1.
   * Outside of a transaction. */
  cupel_status (*wait)(cupel_sql_connection* connection, cupel_view channel,
                       uint64_t timeout_ns, int32_t* came,
                       cupel_sql_error* error);
} cupel_sql_driver_v1;

/**
 * What a shared object exports, as cupel_sql_driver_get_v1.
 *
 * @param host_abi CUPEL_SQL_DRIVER_ABI of the host.
 * @return The table; NULL to decline, because the driver does not go with that
 *   ABI.
 */
typedef const struct cupel_sql_driver_v1* (*cupel_sql_driver_get_v1_fn)(
    uint32_t host_abi);

/** @} */

/**
 * @def CUPEL_SQL_DRIVER_VISIBLE
 * For CUPEL_SQL_DRIVER_EXPORT.
 */
#if defined(_WIN32)
#define CUPEL_SQL_DRIVER_VISIBLE __declspec(dllexport)
#else
#define CUPEL_SQL_DRIVER_VISIBLE __attribute__((visibility("default")))
#endif
/**
 * @def CUPEL_SQL_DRIVER_LINKAGE
 * For CUPEL_SQL_DRIVER_EXPORT.
 */
#ifdef __cplusplus
#define CUPEL_SQL_DRIVER_LINKAGE extern "C"
#else
#define CUPEL_SQL_DRIVER_LINKAGE
#endif

/** Exports a driver: CUPEL_SQL_DRIVER_EXPORT(&kTable), once per shared object.
 * */
#define CUPEL_SQL_DRIVER_EXPORT(table)                                         \
  CUPEL_SQL_DRIVER_LINKAGE CUPEL_SQL_DRIVER_VISIBLE const cupel_sql_driver_v1* \
  cupel_sql_driver_get_v1(uint32_t host_abi);                                  \
  CUPEL_SQL_DRIVER_LINKAGE const cupel_sql_driver_v1* cupel_sql_driver_get_v1( \
      uint32_t host_abi) {                                                     \
    return host_abi == CUPEL_SQL_DRIVER_ABI ? (table) : NULL;                  \
  }

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_SQL_DRIVER_H_ */
