#include "store/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "tests/unit/store/store_testing.h"

namespace cupel {
namespace {

using testing::HasSubstr;

std::unique_ptr<Database> MustOpen(const DatabaseOptions& options) {
  auto database = Database::Open(options);
  EXPECT_TRUE(database.ok()) << database.status();
  return database.ok() ? *std::move(database) : nullptr;
}

std::string Pragma(Database& database, std::string_view sql) {
  auto statement = database.Prepare(sql);
  EXPECT_TRUE(statement.ok()) << statement.status();
  const auto row = statement->Step();
  EXPECT_TRUE(row.ok() && *row) << row.status();
  return std::string(statement->Text(0));
}

std::string Message(const absl::Status& status) {
  return std::string(MessageOf(status));
}

TEST(DatabaseTest, IsSetUpToLoseNothingAndToTrustNobody) {
  TempFolder folder;
  const auto database = MustOpen(TestOptions(folder / "a.db"));
  EXPECT_EQ(Pragma(*database, "PRAGMA journal_mode"), "wal");
  EXPECT_EQ(Pragma(*database, "PRAGMA synchronous"), "2");
  EXPECT_EQ(Pragma(*database, "PRAGMA foreign_keys"), "1");
  EXPECT_EQ(Pragma(*database, "PRAGMA trusted_schema"), "0");
  EXPECT_EQ(Pragma(*database, "PRAGMA cell_size_check"), "1");
  EXPECT_EQ(Pragma(*database, "PRAGMA application_id"),
            std::to_string(kTestApplication));
  EXPECT_EQ(Pragma(*database, "PRAGMA user_version"), "2");
  // Defensive mode: the schema can't be written as a table.
  EXPECT_TRUE(database->Execute("PRAGMA writable_schema=ON").ok());
  EXPECT_FALSE(database->Execute("DELETE FROM sqlite_schema").ok());
  EXPECT_FALSE(database->Execute("SELECT load_extension('x')").ok());
  EXPECT_FALSE(database->Execute("ATTACH ':memory:' AS other").ok());
}

TEST(DatabaseTest, FilesAreForTheOwnerOnlyWhateverTheUmask) {
  TempFolder folder;
  const mode_t before = umask(0);
  const auto database = MustOpen(TestOptions(folder / "a.db"));
  ASSERT_TRUE(AddThing(*database, "x", "y").ok());
  umask(before);
  for (const char* name : {"a.db", "a.db-wal", "a.db-shm"}) {
    struct stat info{};
    ASSERT_EQ(stat((folder / name).c_str(), &info), 0) << name;
    EXPECT_EQ(info.st_mode & 07777, 0600U) << name;
  }
}

TEST(DatabaseTest, KeepsWhatItWasGiven) {
  TempFolder folder;
  const std::string bytes("a\0b\xff", 4);
  {
    const auto database = MustOpen(TestOptions(folder / "a.db"));
    ASSERT_TRUE(AddThing(*database, "one", bytes).ok());
    ASSERT_TRUE(AddThing(*database, "", "").ok());
  }
  const auto database = MustOpen(TestOptions(folder / "a.db"));
  auto query = database->Prepare("SELECT id, bytes FROM thing ORDER BY id");
  ASSERT_TRUE(query.ok());
  ASSERT_TRUE(*query->Step());
  EXPECT_EQ(query->Text(0), "");
  EXPECT_FALSE(query->IsNull(0));
  EXPECT_FALSE(query->IsNull(1));
  ASSERT_TRUE(*query->Step());
  EXPECT_EQ(query->Text(1), bytes);
  EXPECT_FALSE(*query->Step());
  // And from the start again.
  ASSERT_TRUE(*query->Step());
  EXPECT_EQ(query->Text(0), "");
}

TEST(DatabaseTest, BindsEveryKind) {
  const auto database = MustOpen(TestOptions(":memory:"));
  auto query = database->Prepare("SELECT ?, ?, ?, ?, ?, ?");
  ASSERT_TRUE(query.ok());
  const std::optional<std::string> some = "some";
  query->Bind(0, std::string("s")).Bind(1, "c").Bind(2, int64_t{-7});
  query->Bind(3, some).Bind(4, std::optional<std::string_view>()).BindNull(5);
  ASSERT_TRUE(*query->Step());
  EXPECT_EQ(query->Text(0), "s");
  EXPECT_EQ(query->Text(1), "c");
  EXPECT_EQ(query->Integer(2), -7);
  EXPECT_EQ(query->Text(3), "some");
  EXPECT_TRUE(query->IsNull(4));
  EXPECT_TRUE(query->IsNull(5));
}

TEST(DatabaseTest, AParameterThatIsNotThereIsAnError) {
  const auto database = MustOpen(TestOptions(":memory:"));
  auto query = database->Prepare("SELECT ?");
  ASSERT_TRUE(query.ok());
  EXPECT_EQ(query->Bind(7, "x").Step().status().code(),
            absl::StatusCode::kInternal);
}

TEST(DatabaseTest, CachedStatementsForgetWhatWasBound) {
  const auto database = MustOpen(TestOptions(":memory:"));
  for (const bool bind : {true, false}) {
    auto query = database->Prepare("SELECT ?");
    ASSERT_TRUE(query.ok());
    if (bind) query->Bind(0, "left over");
    ASSERT_TRUE(*query->Step());
    EXPECT_EQ(query->IsNull(0), !bind);
  }
}

TEST(DatabaseTest, AStatementCanBeBoundAnewAfterItsLastRow) {
  auto database = Database::Open({.path = ":memory:"});
  ASSERT_TRUE(database.ok()) << database.status();
  auto select = (*database)->Prepare("SELECT ? WHERE ? > 1");
  ASSERT_TRUE(select.ok());
  for (const int64_t number : {0, 1, 2, 0, 3}) {
    const auto row = select->Bind(0, number).Bind(1, number).Step();
    ASSERT_TRUE(row.ok()) << row.status();
    EXPECT_EQ(*row, number > 1) << number;
    if (!*row) continue;
    EXPECT_EQ(select->Integer(0), number);
    ASSERT_TRUE(select->Run().ok());
  }
}

TEST(DatabaseTest, TheSameStatementTwiceAtOnceIsTwoStatements) {
  const auto database = MustOpen(TestOptions(":memory:"));
  auto one = database->Prepare("SELECT ?");
  auto two = database->Prepare("SELECT ?");
  ASSERT_TRUE(*one->Bind(0, "1").Step());
  ASSERT_TRUE(*two->Bind(0, "2").Step());
  EXPECT_EQ(one->Text(0), "1");
  EXPECT_EQ(two->Text(0), "2");
}

TEST(DatabaseTest, MoreStatementsThanTheCacheHolds) {
  const auto database = MustOpen(TestOptions(":memory:"));
  for (int i = 0; i < 300; ++i) {
    auto query = database->Prepare(fmt::format("SELECT {}", i));
    ASSERT_TRUE(query.ok() && *query->Step());
    EXPECT_EQ(query->Integer(0), i);
  }
}

TEST(DatabaseTest, AStatementMayOutliveItsDatabase) {
  auto database = MustOpen(TestOptions(":memory:"));
  auto query = database->Prepare("SELECT 5");
  database.reset();
  ASSERT_TRUE(*query->Step());
  EXPECT_EQ(query->Integer(0), 5);
}

TEST(DatabaseTest, BrokenConstraintsHaveTheirCodes) {
  const auto database = MustOpen(TestOptions(":memory:"));
  ASSERT_TRUE(AddThing(*database, "secret-value", "y").ok());
  const absl::Status twice = AddThing(*database, "secret-value", "z");
  EXPECT_EQ(twice.code(), absl::StatusCode::kAlreadyExists) << twice;
  EXPECT_THAT(Message(twice), Not(HasSubstr("secret-value")));
  EXPECT_EQ(database->Execute("INSERT INTO part VALUES ('none')").code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(database->Execute("INSERT INTO part VALUES (NULL)").code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(DatabaseTest, ATransactionIsAllOrNothing) {
  const auto database = MustOpen(TestOptions(":memory:"));
  {
    Database::Transaction transaction(database.get());
    ASSERT_TRUE(transaction.Begin().ok());
    ASSERT_TRUE(AddThing(*database, "a", "").ok());
    EXPECT_TRUE(database->in_transaction());
  }
  EXPECT_FALSE(database->in_transaction());
  EXPECT_EQ(CountThings(*database), 0);
  {
    Database::Transaction transaction(database.get());
    ASSERT_TRUE(transaction.Begin().ok());
    ASSERT_TRUE(AddThing(*database, "a", "").ok());
    ASSERT_TRUE(transaction.Commit().ok());
    EXPECT_EQ(transaction.Commit().code(), absl::StatusCode::kAborted);
  }
  EXPECT_EQ(CountThings(*database), 1);
}

TEST(DatabaseTest, MigratesStepByStep) {
  TempFolder folder;
  DatabaseOptions options = TestOptions(folder / "a.db");
  DatabaseOptions older = options;
  older.migrations.pop_back();
  ASSERT_TRUE(AddThing(*MustOpen(older), "kept", "").ok());
  const auto database = MustOpen(options);
  EXPECT_EQ(CountThings(*database), 1);
  EXPECT_TRUE(database->Execute("INSERT INTO part VALUES ('kept')").ok());
}

TEST(DatabaseTest, AStepThatFailsLeavesTheVersionBefore) {
  TempFolder folder;
  DatabaseOptions options = TestOptions(folder / "a.db");
  ASSERT_TRUE(AddThing(*MustOpen(options), "kept", "").ok());
  DatabaseOptions broken = options;
  broken.migrations.push_back(
      {"DELETE FROM thing; CREATE TABLE thing (id TEXT)"});
  EXPECT_FALSE(Database::Open(broken).ok());
  const auto database = MustOpen(options);
  EXPECT_EQ(CountThings(*database), 1);
}

TEST(DatabaseTest, ManyThreadsMayMakeItAtOnce) {
  TempFolder folder;
  DatabaseOptions options = TestOptions(folder / "a.db");
  options.busy_timeout_ms = 60000;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&options, i] {
      const auto database = Database::Open(options);
      ASSERT_TRUE(database.ok()) << database.status();
      for (int k = 0; k < 10; ++k) {
        const absl::Status added =
            AddThing(**database, fmt::format("{}-{}", i, k), "");
        EXPECT_TRUE(added.ok()) << added;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(CountThings(*MustOpen(options)), 80);
}

TEST(DatabaseTest, SaysThatAnotherHoldsIt) {
  TempFolder folder;
  const auto holder = MustOpen(TestOptions(folder / "a.db"));
  const auto other = MustOpen(TestOptions(folder / "a.db"));
  Database::Transaction transaction(holder.get());
  ASSERT_TRUE(transaction.Begin().ok());
  ASSERT_TRUE(AddThing(*holder, "a", "").ok());
  const absl::Status locked = AddThing(*other, "b", "");
  EXPECT_EQ(locked.code(), absl::StatusCode::kUnavailable) << locked;
  EXPECT_THAT(Message(locked), HasSubstr("a.db"));
  EXPECT_THAT(Message(locked), HasSubstr("try again"));
  EXPECT_EQ(CountThings(*other), 0);  // reading goes on
  ASSERT_TRUE(transaction.Commit().ok());
  EXPECT_TRUE(AddThing(*other, "b", "").ok());
}

TEST(DatabaseTest, OpeningBesideOneDoesNotDropItsLocks) {
  // Closing any descriptor of the file would do that, by POSIX's rules; only
  // another process can see it.
  TempFolder folder;
  const auto holder = MustOpen(TestOptions(folder / "a.db"));
  Database::Transaction transaction(holder.get());
  ASSERT_TRUE(transaction.Begin().ok());
  MustOpen(TestOptions(folder / "a.db")).reset();
  EXPECT_EXIT(
      {
        const auto other = Database::Open(TestOptions(folder / "a.db"));
        const bool refused =
            other.ok() && absl::IsUnavailable(AddThing(**other, "b", ""));
        _exit(refused ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST(DatabaseTest, ReadOnlyReadsOnly) {
  TempFolder folder;
  DatabaseOptions options = TestOptions(folder / "a.db");
  ASSERT_TRUE(AddThing(*MustOpen(options), "a", "").ok());
  options.read_only = true;
  const auto reader = MustOpen(options);
  EXPECT_EQ(CountThings(*reader), 1);
  EXPECT_EQ(AddThing(*reader, "b", "").code(),
            absl::StatusCode::kPermissionDenied);
  options.path = folder / "none.db";
  EXPECT_EQ(Database::Open(options).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(options.path));
}

TEST(DatabaseTest, ReadOnlyDoesNotMigrate) {
  TempFolder folder;
  DatabaseOptions options = TestOptions(folder / "a.db");
  DatabaseOptions older = options;
  older.migrations.pop_back();
  MustOpen(older).reset();
  options.read_only = true;
  EXPECT_EQ(Database::Open(options).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(DatabaseTest, PathsThatAreNone) {
  for (const std::string& path : {std::string(), std::string("a\0b", 3)}) {
    EXPECT_EQ(Database::Open(TestOptions(path)).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  TempFolder folder;
  const absl::Status missing =
      Database::Open(TestOptions(folder / "no/a.db")).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound) << missing;
  EXPECT_THAT(Message(missing), HasSubstr("no/a.db"));
  const absl::Status directory =
      Database::Open(TestOptions(folder.path())).status();
  EXPECT_EQ(directory.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Message(directory), HasSubstr("is a folder"));
}

TEST(DatabaseTest, APipeIsRefusedWithoutWaiting) {
  TempFolder folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(Database::Open(TestOptions(folder / "pipe")).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(DatabaseTest, ALinkToNothingMakesNothing) {
  TempFolder folder;
  std::filesystem::create_symlink(folder / "target", folder / "link");
  EXPECT_FALSE(Database::Open(TestOptions(folder / "link")).ok());
  EXPECT_FALSE(std::filesystem::exists(folder / "target"));
}

TEST(DatabaseTest, NamesThatLookLikeUrisAreNames) {
  TempFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const auto database = Database::Open(TestOptions("file:x?mode=memory"));
  std::filesystem::current_path(before);
  ASSERT_TRUE(database.ok()) << database.status();
  EXPECT_TRUE(std::filesystem::exists(folder / "file:x?mode=memory"));
}

}  // namespace
}  // namespace cupel
