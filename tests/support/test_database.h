// The database that tests of stores run on: SQLite, or the server of
// with_postgres.py where there is one. Such test programs are run by both.
#ifndef CUPEL_TESTS_SUPPORT_TEST_DATABASE_H_
#define CUPEL_TESTS_SUPPORT_TEST_DATABASE_H_

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>

namespace cupel {

inline const char* TestServer() { return std::getenv("CUPEL_TEST_POSTGRES"); }

// `url` with a prefix that no other test has.
inline std::string WithOwnPrefix(const std::string& url) {
  static std::atomic<int> last{0};
  return url + (url.find('?') == std::string::npos ? "?" : "&") +
         "cupel_prefix=t" + std::to_string(getpid()) + "_" +
         std::to_string(++last);
}

// `path`, or an empty database of its own on the server.
inline std::string TestDatabase(const std::string& path) {
  return TestServer() == nullptr ? path : WithOwnPrefix(TestServer());
}

}  // namespace cupel

#endif  // CUPEL_TESTS_SUPPORT_TEST_DATABASE_H_
