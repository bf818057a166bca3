// Values as they go over the wire, in PostgreSQL's binary formats.
#ifndef CUPEL_PLUGINS_POSTGRESQL_VALUES_H_
#define CUPEL_PLUGINS_POSTGRESQL_VALUES_H_

#include <libpq-fe.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cupel/sql_driver.h"
#include "outcome.h"

namespace cupel_pg {

// What is bound to a statement.
class Parameters {
 public:
  explicit Parameters(size_t count) : values_(count) {}

  size_t size() const { return values_.size(); }
  Outcome Set(size_t index, const cupel_sql_value& value);
  void Clear();
  // A letter for each one's type: with it a statement is prepared.
  std::string Types() const;

  // As libpq wants them; until the next Set.
  struct Wire {
    std::vector<Oid> types;
    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;
  };
  Wire OnWire() const;

 private:
  struct Value {
    cupel_sql_kind kind = CUPEL_SQL_NULL;
    std::string bytes;
  };
  std::vector<Value> values_;
};

// A column of a row: numbers, truth values and whole numerics as INTEGER, bytea
// as BLOB, text and JSON as TEXT. False for a type that it can't be.
bool ReadColumn(const PGresult* result, int row, int column,
                cupel_sql_value* value);
bool CanRead(Oid type);

}  // namespace cupel_pg

#endif  // CUPEL_PLUGINS_POSTGRESQL_VALUES_H_
