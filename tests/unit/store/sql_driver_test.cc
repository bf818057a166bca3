#include "store/sql_driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "tests/unit/store/store_testing.h"

namespace cupel {
namespace {

using testing::HasSubstr;

// A table with everything in it, of which nothing is called.
cupel_sql_driver_v1 Whole() {
  cupel_sql_driver_v1 table{};
  table.struct_size = sizeof(table);
  table.abi = CUPEL_SQL_DRIVER_ABI;
  table.dialect = CUPEL_SQL_DIALECT_POSTGRESQL;
  table.name = "x";
  table.version = "1";
  // All that follows are pointers to functions.
  const size_t first = offsetof(cupel_sql_driver_v1, open);
  std::memset(reinterpret_cast<char*>(&table) + first, 1,
              sizeof(table) - first);
  return table;
}

TEST(SqlDriverTest, ADriverThatIsNotThereIsNamedWithItsPlaces) {
  TempFolder folder;
  DatabaseOptions options = TestOptions("mysql://u:secret@h/d");
  options.driver_folders = {folder.path()};
  const absl::Status status = Database::Open(options).status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  const std::string message(MessageOf(status));
  EXPECT_THAT(message, HasSubstr("cupel-driver-mysql.so"));
  EXPECT_THAT(message, HasSubstr(folder.path()));
  EXPECT_THAT(message, Not(HasSubstr("secret")));
}

TEST(SqlDriverTest, OnlyWholeTablesOfThisVersionAreTaken) {
  cupel_sql_driver_v1 table = Whole();
  EXPECT_TRUE(CheckSqlDriver(&table, "f").ok());
  table.notify = nullptr;
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckSqlDriver(&table, "f")));
  table.wait = nullptr;
  EXPECT_TRUE(CheckSqlDriver(&table, "f").ok());
  table = Whole();
  table.abi = 2;
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckSqlDriver(&table, "f")));
  table = Whole();
  table.struct_size -= 8;
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckSqlDriver(&table, "f")));
  table = Whole();
  table.flags = 1;
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckSqlDriver(&table, "f")));
  table = Whole();
  table.dialect = 99;
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckSqlDriver(&table, "f")));
  const absl::Status declined = CheckSqlDriver(nullptr, "the/file");
  EXPECT_TRUE(absl::IsFailedPrecondition(declined));
  EXPECT_THAT(std::string(MessageOf(declined)), HasSubstr("the/file"));
}

TEST(SqlDriverTest, EveryFunctionIsNeeded) {
  const size_t first = offsetof(cupel_sql_driver_v1, open);
  const size_t last = offsetof(cupel_sql_driver_v1, notify);
  for (size_t at = first; at < last; at += sizeof(void*)) {
    cupel_sql_driver_v1 table = Whole();
    std::memset(reinterpret_cast<char*>(&table) + at, 0, sizeof(void*));
    EXPECT_TRUE(absl::IsFailedPrecondition(CheckSqlDriver(&table, "f"))) << at;
  }
}

// SQLite has none; whoever asks is told.
TEST(SqlDriverTest, SqliteHasNoNotifications) {
  auto database = Database::Open(TestOptions(":memory:"));
  ASSERT_TRUE(database.ok());
  EXPECT_FALSE((*database)->has_notifications());
  EXPECT_TRUE(absl::IsUnimplemented((*database)->Notify("work")));
  EXPECT_TRUE(absl::IsUnimplemented(
      (*database)->WaitForNotification("work", 0, nullptr).status()));
}

}  // namespace
}  // namespace cupel
