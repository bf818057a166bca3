// What a database's path or URL says.
#ifndef CUPEL_STORE_DATABASE_URL_H_
#define CUPEL_STORE_DATABASE_URL_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cupel {

struct DatabaseUrl {
  std::string driver;  // "postgresql"; empty: SQLite
  // SQLite: the path. Else the URL as its driver takes it, with the password.
  std::string target;
  std::string printable;  // without the password
  std::string prefix;     // cupel_prefix, or "cupel"
};

// INVALID_ARGUMENT for a URL that is broken, and for what has a "://" behind
// something that can be no driver; never with its password. What begins with
// '/' or '.', or has no "://", is a path. Schemes may be in upper case.
absl::StatusOr<DatabaseUrl> ParseDatabaseUrl(std::string_view url);

// `url` without what may be a password: whatever stands between the first ':'
// of the user's part and the last '@', and the value of password=. For messages
// about URLs that can't be parsed, too.
std::string PrintableUrl(std::string_view url);

}  // namespace cupel

#endif  // CUPEL_STORE_DATABASE_URL_H_
