// What became of something that was asked of the server.
#ifndef CUPEL_PLUGINS_POSTGRESQL_OUTCOME_H_
#define CUPEL_PLUGINS_POSTGRESQL_OUTCOME_H_

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>

#include "cupel/base.h"

namespace cupel_pg {

struct Outcome {
  cupel_status code = CUPEL_STATUS_OK;
  std::string message;  // one line, without values and passwords

  bool ok() const { return code == CUPEL_STATUS_OK; }
};

#define CUPEL_PG_RETURN_IF_ERROR(expr)   \
  do {                                   \
    Outcome _outcome = (expr);           \
    if (!_outcome.ok()) return _outcome; \
  } while (false)

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

// Of a result that is an error: by its SQLSTATE. `interrupted`: we asked the
// server to stop.
Outcome OutcomeOf(const PGresult* result, bool interrupted);
// Of a connection that could not be made. Those have no SQLSTATE: it goes by
// the words, where they are English, else it is UNAVAILABLE.
Outcome CouldNotConnect(PGconn* connection);

// The lines of `text` as one.
std::string OneLine(std::string_view text);

}  // namespace cupel_pg

#endif  // CUPEL_PLUGINS_POSTGRESQL_OUTCOME_H_
