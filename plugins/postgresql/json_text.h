// JSON that PostgreSQL takes.
#ifndef CUPEL_PLUGINS_POSTGRESQL_JSON_TEXT_H_
#define CUPEL_PLUGINS_POSTGRESQL_JSON_TEXT_H_

#include <string>
#include <string_view>

namespace cupel_pg {

// jsonb can hold neither \u0000 nor half a pair of surrogates, which both are
// JSON: each becomes \ufffd. The rest stays as it is.
std::string ForJsonb(std::string_view json);

}  // namespace cupel_pg

#endif  // CUPEL_PLUGINS_POSTGRESQL_JSON_TEXT_H_
