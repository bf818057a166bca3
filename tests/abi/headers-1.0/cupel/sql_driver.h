#ifndef CUPEL_SQL_DRIVER_H_
#define CUPEL_SQL_DRIVER_H_
#include <stddef.h>
#include <stdint.h>
#include "cupel/base.h"
#ifdef __cplusplus
extern "C" {
#endif
#define CUPEL_SQL_DRIVER_ABI 1
typedef int32_t cupel_sql_dialect;
enum {
  CUPEL_SQL_DIALECT_POSTGRESQL = 1
};
typedef struct cupel_sql_error {
  size_t struct_size;
  char message[1024];
} cupel_sql_error;
enum {
  CUPEL_SQL_READ_ONLY = 1 << 0
};
typedef struct cupel_sql_open {
  size_t struct_size;
  uint32_t flags;
  uint32_t reserved;
  cupel_view url;
  cupel_view space;
  uint32_t connect_timeout_ms;
  uint32_t lock_timeout_ms;
  uint32_t statement_timeout_ms;
  uint32_t reserved2;
} cupel_sql_open;
typedef int32_t cupel_sql_kind;
enum {
  CUPEL_SQL_NULL = 0,
  CUPEL_SQL_INTEGER = 1,
  CUPEL_SQL_TEXT = 2,
  CUPEL_SQL_BLOB = 3
};
typedef struct cupel_sql_value {
  cupel_sql_kind kind;
  uint32_t reserved;
  int64_t integer;
  cupel_view bytes;
} cupel_sql_value;
typedef int32_t cupel_sql_mode;
enum {
  CUPEL_SQL_EXCLUSIVE = 1,
  CUPEL_SQL_SHARED = 2
};
typedef struct cupel_sql_connection cupel_sql_connection;
typedef struct cupel_sql_statement cupel_sql_statement;
typedef struct cupel_sql_driver_v1 {
  size_t struct_size;
  uint32_t abi;
  uint32_t flags;
  cupel_sql_dialect dialect;
  uint32_t reserved;
  const char* name;
  const char* version;
  cupel_status (*open)(const cupel_sql_open* options,
                       cupel_sql_connection** connection,
                       cupel_sql_error* error);
  void (*close)(cupel_sql_connection* connection);
  cupel_status (*exec)(cupel_sql_connection* connection, cupel_view sql,
                       cupel_sql_error* error);
  cupel_status (*begin)(cupel_sql_connection* connection, cupel_sql_mode mode,
                        cupel_sql_error* error);
  cupel_status (*commit)(cupel_sql_connection* connection,
                         cupel_sql_error* error);
  cupel_status (*rollback)(cupel_sql_connection* connection,
                           cupel_sql_error* error);
  int32_t (*in_transaction)(const cupel_sql_connection* connection);
  int64_t (*changes)(const cupel_sql_connection* connection);
  cupel_status (*prepare)(cupel_sql_connection* connection, cupel_view sql,
                          cupel_sql_statement** statement,
                          cupel_sql_error* error);
  void (*finalize)(cupel_sql_statement* statement);
  cupel_status (*bind)(cupel_sql_statement* statement, uint32_t parameter,
                       const cupel_sql_value* value, cupel_sql_error* error);
  cupel_status (*step)(cupel_sql_statement* statement, int32_t* row,
                       cupel_sql_error* error);
  void (*column)(const cupel_sql_statement* statement, uint32_t column,
                 cupel_sql_value* value);
  void (*interrupt)(cupel_sql_connection* connection);
  cupel_status (*notify)(cupel_sql_connection* connection, cupel_view channel,
                         cupel_sql_error* error);
  cupel_status (*wait)(cupel_sql_connection* connection, cupel_view channel,
                       uint64_t timeout_ns, int32_t* came,
                       cupel_sql_error* error);
} cupel_sql_driver_v1;
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
#define CUPEL_SQL_DRIVER_EXPORT(table)                                         \
  CUPEL_SQL_DRIVER_LINKAGE CUPEL_SQL_DRIVER_VISIBLE const cupel_sql_driver_v1* \
  cupel_sql_driver_get_v1(uint32_t host_abi);                                  \
  CUPEL_SQL_DRIVER_LINKAGE const cupel_sql_driver_v1* cupel_sql_driver_get_v1( \
      uint32_t host_abi) {                                                     \
    return host_abi == CUPEL_SQL_DRIVER_ABI ? (table) : NULL;                  \
  }
#ifdef __cplusplus
}
#endif
#endif
