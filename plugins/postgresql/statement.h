// A statement of a connection, with the rows of its answer.
#ifndef CUPEL_PLUGINS_POSTGRESQL_STATEMENT_H_
#define CUPEL_PLUGINS_POSTGRESQL_STATEMENT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "connection.h"
#include "outcome.h"
#include "values.h"

namespace cupel_pg {

class Statement {
 public:
  Statement(Connection* connection, std::string sql, size_t parameters)
      : connection_(connection),
        sql_(std::move(sql)),
        parameters_(parameters) {}

  Outcome Bind(uint32_t parameter, const cupel_sql_value& value) {
    return parameters_.Set(parameter, value);
  }
  Outcome Step(bool* row);
  void Column(uint32_t column, cupel_sql_value* value) const;

 private:
  Connection* const connection_;
  const std::string sql_;
  Parameters parameters_;
  Result result_;  // while there may be rows
  int row_ = -1;
};

}  // namespace cupel_pg

#endif  // CUPEL_PLUGINS_POSTGRESQL_STATEMENT_H_
