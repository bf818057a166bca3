/* sql_driver.h: the table by which a database server is known to Cupel: what
 * its stores (registry, runs and raws, queues) and plugins say in SQL goes
 * through it. SQLite is built in; PostgreSQL is such a driver, in a shared
 * object of its own (plugins/postgresql), so that nobody links libpq who does
 * not want it.
 *
 * The driver for URLs that begin with NAME:// is the file
 * cupel-driver-NAME.so, which exports cupel_sql_driver_get_v1 (see
 * CUPEL_SQL_DRIVER_EXPORT). Where it is looked for: docs/postgresql.md. A
 * driver includes this header alone and links nothing of ours.
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
 * giver knows. */
#ifndef CUPEL_SQL_DRIVER_H_
#define CUPEL_SQL_DRIVER_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What `abi` in a table must be. Grows only with what breaks old drivers. */
#define CUPEL_SQL_DRIVER_ABI 1

/* The SQL that a database speaks; the host knows how to make tables in it. */
typedef int32_t cupel_sql_dialect;
enum { CUPEL_SQL_DIALECT_POSTGRESQL = 1 };

/* Why a function failed, besides its status: one line of UTF-8 with a NUL at
 * its end, for people. No values of rows, no passwords. The name of the
 * database is put before it by the host. */
typedef struct cupel_sql_error {
  size_t struct_size;
  char message[1024];
} cupel_sql_error;

enum {
  CUPEL_SQL_READ_ONLY = 1 << 0 /* nothing may be written, no space made */
};

/* What a connection is opened with. Copied by the driver if it needs it. */
typedef struct cupel_sql_open {
  size_t struct_size;
  uint32_t flags;    /* CUPEL_SQL_*; others are refused */
  uint32_t reserved; /* 0 */
  cupel_view url;    /* as it was given, with its password */
  cupel_view space;  /* [a-z][a-z0-9_]{0,47}; made if it is not there */
  uint32_t connect_timeout_ms; /* 0, here and below: none */
  uint32_t lock_timeout_ms;    /* for locks that others hold */
  /* Unless the URL says something else. The driver itself waits a little longer
   * for an answer and then gives the connection up. */
  uint32_t statement_timeout_ms;
  uint32_t reserved2; /* 0 */
} cupel_sql_open;

typedef int32_t cupel_sql_kind;
enum {
  CUPEL_SQL_NULL = 0,
  CUPEL_SQL_INTEGER = 1, /* 64 bits, signed */
  CUPEL_SQL_TEXT = 2,
  CUPEL_SQL_BLOB = 3
};

typedef struct cupel_sql_value {
  cupel_sql_kind kind;
  uint32_t reserved; /* 0 */
  int64_t integer;
  cupel_view bytes; /* of text and blobs */
} cupel_sql_value;

/* What others may do while a transaction is open. */
typedef int32_t cupel_sql_mode;
enum {
  /* No other exclusive one in this space: they wait for each other, up to the
   * lock timeout. Each statement sees what was committed before it. */
  CUPEL_SQL_EXCLUSIVE = 1,
  /* Any number at once. */
  CUPEL_SQL_SHARED = 2
};

typedef struct cupel_sql_connection cupel_sql_connection; /* the driver's */
typedef struct cupel_sql_statement cupel_sql_statement;   /* the driver's */

/* A driver. Constant, lives as long as the process. No function may be NULL
 * unless it is said. `error` is never NULL; it is filled when a function does
 * not return OK. */
typedef struct cupel_sql_driver_v1 {
  size_t struct_size;
  uint32_t abi;   /* CUPEL_SQL_DRIVER_ABI */
  uint32_t flags; /* 0 */
  cupel_sql_dialect dialect;
  uint32_t reserved;   /* 0 */
  const char* name;    /* "postgresql" */
  const char* version; /* "1.0" */

  /* Connects and makes the space. */
  cupel_status (*open)(const cupel_sql_open* options,
                       cupel_sql_connection** connection,
                       cupel_sql_error* error);
  void (*close)(cupel_sql_connection* connection);

  /* One or several statements without parameters, in one transaction if there
   * are several; rows are passed over. */
  cupel_status (*exec)(cupel_sql_connection* connection, cupel_view sql,
                       cupel_sql_error* error);
  cupel_status (*begin)(cupel_sql_connection* connection, cupel_sql_mode mode,
                        cupel_sql_error* error);
  /* ABORTED if the database gave the transaction up. UNAVAILABLE if the
   * connection was lost; then it is not known whether it was committed. */
  cupel_status (*commit)(cupel_sql_connection* connection,
                         cupel_sql_error* error);
  /* OK if there is no transaction (any more). */
  cupel_status (*rollback)(cupel_sql_connection* connection,
                           cupel_sql_error* error);
  /* Not 0 while one is open and was not given up. */
  int32_t (*in_transaction)(const cupel_sql_connection* connection);
  /* Rows that the last statement inserted, updated or deleted. */
  int64_t (*changes)(const cupel_sql_connection* connection);

  /* May look at `sql` only when it is stepped first. */
  cupel_status (*prepare)(cupel_sql_connection* connection, cupel_view sql,
                          cupel_sql_statement** statement,
                          cupel_sql_error* error);
  void (*finalize)(cupel_sql_statement* statement);
  /* Parameters count from 0. Copied. */
  cupel_status (*bind)(cupel_sql_statement* statement, uint32_t parameter,
                       const cupel_sql_value* value, cupel_sql_error* error);
  /* *row is 1 while there is a row. After the last one, or an error, the next
   * step runs the statement anew. A parameter that was not bound is NULL. */
  cupel_status (*step)(cupel_sql_statement* statement, int32_t* row,
                       cupel_sql_error* error);
  /* Of the present row; bytes until the next step. NULL for a column that is
   * not there. */
  void (*column)(const cupel_sql_statement* statement, uint32_t column,
                 cupel_sql_value* value);

  /* From any thread, at any time before `close`: ends what the connection does
   * just now with CANCELLED, within 50 ms if the server answers. A `wait` that
   * begins later ends as well; a statement does not. Does not wait. */
  void (*interrupt)(cupel_sql_connection* connection);

  /* Both or neither may be NULL. Tells those who wait, when the transaction is
   * committed. `channel`: [a-z][a-z_]{0,11}; others than of the same space do
   * not hear it. */
  cupel_status (*notify)(cupel_sql_connection* connection, cupel_view channel,
                         cupel_sql_error* error);
  /* Until somebody notified, or timeout_ns are over: *came says which. What
   * came since the last wait for this channel counts; when that can't be known,
   * at the first wait and after the connection was lost, it is 1. Outside of a
   * transaction. */
  cupel_status (*wait)(cupel_sql_connection* connection, cupel_view channel,
                       uint64_t timeout_ns, int32_t* came,
                       cupel_sql_error* error);
} cupel_sql_driver_v1;

/* What a shared object exports, as cupel_sql_driver_get_v1: its table. The
 * host's ABI is given, so that a driver may decline with NULL. */
typedef const struct cupel_sql_driver_v1* (*cupel_sql_driver_get_v1_fn)(
    uint32_t host_abi);

#if defined(_WIN32)
#define CUPEL_SQL_DRIVER_VISIBLE __declspec(dllexport)
#else
#define CUPEL_SQL_DRIVER_VISIBLE __attribute__((visibility("default")))
#endif
#ifdef __cplusplus
#define CUPEL_SQL_DRIVER_LINKAGE extern "C"
#else
#define CUPEL_SQL_DRIVER_LINKAGE
#endif

/* CUPEL_SQL_DRIVER_EXPORT(&kTable): once per shared object. */
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
