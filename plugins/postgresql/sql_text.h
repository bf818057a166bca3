// Cupel's SQL as PostgreSQL has it.
#ifndef CUPEL_PLUGINS_POSTGRESQL_SQL_TEXT_H_
#define CUPEL_PLUGINS_POSTGRESQL_SQL_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace cupel_pg {

struct SqlText {
  std::string sql;
  size_t parameters = 0;
};

// Each `?` becomes $1, $2, …, but for those in literals, quoted names,
// comments and between dollar quotes. What is not closed reaches to the end:
// the server refuses it.
SqlText NumberParameters(std::string_view sql);

}  // namespace cupel_pg

#endif  // CUPEL_PLUGINS_POSTGRESQL_SQL_TEXT_H_
