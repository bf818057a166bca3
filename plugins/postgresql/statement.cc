#include "statement.h"

namespace cupel_pg {

Outcome Statement::Step(bool* row) {
  *row = false;
  if (result_ == nullptr) {
    row_ = -1;
    Result result;
    CUPEL_PG_RETURN_IF_ERROR(connection_->Run(sql_, parameters_, &result));
    result_ = std::move(result);
  }
  *row = ++row_ < PQntuples(result_.get());
  if (!*row) result_.reset();
  return {};
}

void Statement::Column(uint32_t column, cupel_sql_value* value) const {
  *value = cupel_sql_value{};
  if (result_ == nullptr) return;
  (void)ReadColumn(result_.get(), row_, static_cast<int>(column), value);
}

}  // namespace cupel_pg
