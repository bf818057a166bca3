// A connection as Cupel wants it: set up, in its schema, with transactions that
// never change the connection beneath them.
#ifndef CUPEL_PLUGINS_POSTGRESQL_CONNECTION_H_
#define CUPEL_PLUGINS_POSTGRESQL_CONNECTION_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "link.h"
#include "outcome.h"
#include "values.h"

namespace cupel_pg {

struct Settings {
  std::string url;
  std::string space;  // a schema, made if it is not there
  bool read_only = false;
  uint32_t connect_timeout_ms = 0;  // 0, here and below: none
  uint32_t lock_timeout_ms = 0;
  uint32_t statement_timeout_ms = 0;
};

// INVALID_ARGUMENT, without a word of it, for a URL that libpq can't read or
// would read otherwise than it was meant.
Outcome CheckUrl(const std::string& url);

class Connection {
 public:
  explicit Connection(Settings settings) : settings_(std::move(settings)) {}

  // Connects, and makes the space.
  Outcome Open();

  Outcome Execute(const std::string& sql);
  // Prepared on this connection when it is first run with values of these
  // types. `sql` is PostgreSQL's.
  Outcome Run(const std::string& sql, const Parameters& parameters,
              Result* result);
  Outcome Begin(bool exclusive);
  Outcome Commit();
  Outcome Rollback();
  bool in_transaction() const;
  int64_t changes() const { return changes_; }

  Outcome Notify(std::string_view channel);
  Outcome Wait(std::string_view channel, uint64_t timeout_ns, bool* came);
  void Interrupt() { link_.Interrupt(); }

 private:
  enum class Transaction { kNone, kOpen, kLost };

  Outcome Connect();
  Outcome SetUp();
  Outcome MakeSpace();
  Outcome SetPatience(const std::string& statement_timeout);
  // A connection that can be used: made anew if need be and allowed.
  Outcome Ready();
  Outcome Receive(int sent, Result* result);
  Outcome SendSql(const std::string& sql, Result* result);
  Outcome Prepare(const std::string& sql, const Parameters& parameters,
                  const Parameters::Wire& wire, std::string* name);
  Outcome RunOnce(const std::string& sql, const Parameters& parameters,
                  Result* result);
  Outcome Listen(const std::string& channel);
  void TakeNotifications();
  std::string ChannelName(std::string_view channel) const;

  const Settings settings_;
  Link link_;
  Transaction transaction_ = Transaction::kNone;
  int64_t changes_ = 0;
  // By statement and types, on this link.
  std::unordered_map<std::string, std::string> prepared_;
  uint64_t last_name_ = 0;
  // Whether something came; those that this link listens to, and those that it
  // has to again.
  std::map<std::string, bool> channels_;
  std::set<std::string> listening_;
};

}  // namespace cupel_pg

#endif  // CUPEL_PLUGINS_POSTGRESQL_CONNECTION_H_
