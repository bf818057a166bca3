// Folders and databases for the tests of the store.
#ifndef CUPEL_TESTS_UNIT_STORE_STORE_TESTING_H_
#define CUPEL_TESTS_UNIT_STORE_STORE_TESTING_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/status.h"
#include "store/database.h"
#include "tests/support/test_database.h"

namespace cupel {

// An empty folder of its own, gone with what is in it.
class TempFolder {
 public:
  TempFolder() {
    std::string path = testing::TempDir() + "cupel-store-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) abort();
    path_ = path;
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;

  std::string operator/(std::string_view name) const {
    return path_ + "/" + std::string(name);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::string ReadBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void WriteBytes(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

inline constexpr uint32_t kTestApplication = 0x43755454;

inline DatabaseOptions TestOptions(const std::string& path) {
  DatabaseOptions options;
  options.path = path;
  options.store = "things";
  options.application_id = kTestApplication;
  options.busy_timeout_ms = 50;
  options.migrations = {
      {"CREATE TABLE thing (id TEXT PRIMARY KEY, bytes BLOB) STRICT"},
      {"CREATE TABLE part (thing TEXT NOT NULL REFERENCES thing (id)) STRICT"},
  };
  return options;
}

inline absl::Status AddThing(Database& database, std::string_view id,
                             std::string_view bytes) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement insert,
      database.Prepare("INSERT INTO thing (id, bytes) VALUES (?, ?)"));
  return insert.Bind(0, id).BindBlob(1, bytes).Run();
}

inline int64_t CountThings(Database& database) {
  auto count = database.Prepare("SELECT count(*) FROM thing");
  EXPECT_TRUE(count.ok()) << count.status();
  if (!count.ok()) return -1;
  const auto row = count->Step();
  EXPECT_TRUE(row.ok()) << row.status();
  return row.ok() ? count->Integer(0) : -1;
}

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_STORE_STORE_TESTING_H_
