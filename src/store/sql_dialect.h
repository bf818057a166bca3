// What is said otherwise on one database than on another.
#ifndef CUPEL_STORE_SQL_DIALECT_H_
#define CUPEL_STORE_SQL_DIALECT_H_

#include <string>
#include <string_view>

#include "store/database.h"

namespace cupel {

// A Migration's `sql` for PostgreSQL: INTEGER becomes BIGINT, TEXT is ordered
// by its bytes, BLOB becomes BYTEA, a numbered primary key an identity, and
// STRICT and WITHOUT ROWID go.
std::string ForPostgresql(std::string_view ddl);

// All of a migration's step, for that dialect.
std::string MigrationText(const Migration& step, SqlDialect dialect);

// Whether a statement's first word says that it writes.
bool IsWrite(std::string_view sql);

}  // namespace cupel

#endif  // CUPEL_STORE_SQL_DIALECT_H_
