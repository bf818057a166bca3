// Database over the driver for PostgreSQL: what tests of the stores don't say.
// Run with a server in CUPEL_TEST_POSTGRES.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <thread>

#include "budget/cancel.h"
#include "tests/unit/store/store_testing.h"

namespace cupel {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Server() {
  if (TestServer() != nullptr) return TestServer();
  ADD_FAILURE() << "run by tests/support/with_postgres.py";
  return "postgresql://nowhere.invalid/";
}

std::string NewUrl() { return WithOwnPrefix(Server()); }

// With another password, database or whatever in place of `what`.
std::string UrlWith(const std::string& what, const std::string& with) {
  std::string url = NewUrl();
  return url.replace(url.find(what), what.size(), with);
}

std::string Password() {
  const std::string url = Server();
  const size_t colon = url.find(':', url.find("://") + 3);
  return url.substr(colon + 1, url.find('@') - colon - 1);
}

std::unique_ptr<Database> MustOpen(const DatabaseOptions& options) {
  auto database = Database::Open(options);
  EXPECT_TRUE(database.ok()) << database.status();
  return database.ok() ? *std::move(database) : nullptr;
}

std::string One(Database& database, std::string_view sql) {
  auto statement = database.Prepare(sql);
  EXPECT_TRUE(statement.ok()) << statement.status();
  const auto row = statement->Step();
  EXPECT_TRUE(row.ok() && *row) << row.status();
  return row.ok() ? std::string(statement->Text(0)) : "";
}

std::string Message(const absl::Status& status) {
  return std::string(MessageOf(status));
}

class DriverTest : public testing::Test {
 protected:
  DriverTest()
      : options_(TestOptions(NewUrl())), database_(MustOpen(options_)) {}

  // The number of this connection's process in the server.
  std::string Backend() { return One(*database_, "SELECT pg_backend_pid()"); }
  void EndBackend(const std::string& number) {
    const auto other = MustOpen(options_);
    EXPECT_EQ(One(*other, "SELECT CAST(pg_terminate_backend(" + number +
                              ", 5000) AS TEXT)"),
              "true");
  }

  DatabaseOptions options_;
  std::unique_ptr<Database> database_;
};

TEST_F(DriverTest, KeepsEveryKindOfValue) {
  auto query =
      database_->Prepare("SELECT ?, ?, ?, CAST(? AS BIGINT), ?, count(*) = 1");
  ASSERT_TRUE(query.ok());
  const std::string bytes("\0\xff'\\?", 5);
  query->Bind(0, "text '\\?\xe2\x82\xac").BindBlob(1, bytes).BindBlob(2, "");
  query->Bind(3, std::numeric_limits<int64_t>::min()).BindNull(4);
  ASSERT_TRUE(*query->Step());
  EXPECT_EQ(query->Text(0), "text '\\?\xe2\x82\xac");
  EXPECT_EQ(query->Text(1), bytes);
  EXPECT_EQ(query->Text(2), "");
  EXPECT_FALSE(query->IsNull(2));
  EXPECT_EQ(query->Integer(3), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(query->Text(3), "-9223372036854775808");
  EXPECT_TRUE(query->IsNull(4));
  EXPECT_EQ(query->Integer(5), 1);
  EXPECT_TRUE(query->IsNull(6));  // there is no such column
  EXPECT_FALSE(*query->Step());
}

TEST_F(DriverTest, SumsAreNumbers) {
  auto query = database_->Prepare(
      "SELECT sum(n), -sum(n), sum(n) * 10000000000, 0.5, 12345678.9, "
      "CAST('{\"a\":1}' AS jsonb) "
      "FROM (SELECT 4611686018427387904 AS n UNION ALL SELECT 1) AS numbers");
  ASSERT_TRUE(query.ok() && *query->Step());
  EXPECT_EQ(query->Integer(0), 4611686018427387905);
  EXPECT_EQ(query->Integer(1), -4611686018427387905);
  EXPECT_EQ(query->Integer(2), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(query->Integer(3), 0);
  EXPECT_EQ(query->Integer(4), 12345678);
  EXPECT_EQ(query->Text(5), "{\"a\": 1}");
  const auto time = database_->Prepare("SELECT now()")->Step();
  EXPECT_TRUE(absl::IsInvalidArgument(time.status())) << time.status();
  EXPECT_THAT(Message(time.status()), HasSubstr("cast it"));
}

TEST_F(DriverTest, ALargeBlobGoesThereAndBack) {
  std::string bytes(size_t{20} << 20, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(i * 2654435761U >> 13);
  }
  ASSERT_TRUE(AddThing(*database_, "large", bytes).ok());
  EXPECT_EQ(One(*database_, "SELECT bytes FROM thing"), bytes);
}

TEST_F(DriverTest, WhatIsNoTextIsRefused) {
  const absl::Status nul = AddThing(*database_, std::string("a\0b", 3), "");
  EXPECT_TRUE(absl::IsInvalidArgument(nul)) << nul;
  const absl::Status latin = AddThing(*database_, "\xe4SECRET", "");
  EXPECT_TRUE(absl::IsInvalidArgument(latin)) << latin;
  EXPECT_THAT(Message(latin), Not(HasSubstr("SECRET")));
}

TEST_F(DriverTest, BrokenConstraintsHaveTheirCodes) {
  ASSERT_TRUE(AddThing(*database_, "secret-value", "y").ok());
  const absl::Status twice = AddThing(*database_, "secret-value", "z");
  EXPECT_EQ(twice.code(), absl::StatusCode::kAlreadyExists) << twice;
  EXPECT_THAT(Message(twice), Not(HasSubstr("secret-value")));
  EXPECT_EQ(database_->Execute("INSERT INTO part VALUES ('none')").code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(database_->Execute("INSERT INTO part VALUES (NULL)").code(),
            absl::StatusCode::kInvalidArgument);
  const absl::Status number =
      database_->Prepare("SELECT CAST('secret-value' AS BIGINT)")
          ->Step()
          .status();
  EXPECT_EQ(number.code(), absl::StatusCode::kInvalidArgument) << number;
  EXPECT_THAT(Message(number), Not(HasSubstr("secret-value")));
  EXPECT_TRUE(absl::IsNotFound(
      database_->Prepare("SELECT 1 FROM nothing")->Step().status()));
}

TEST_F(DriverTest, AfterAnErrorATransactionKeepsNothing) {
  Database::Transaction transaction(database_.get());
  ASSERT_TRUE(transaction.Begin().ok());
  ASSERT_TRUE(AddThing(*database_, "a", "").ok());
  EXPECT_TRUE(absl::IsAlreadyExists(AddThing(*database_, "a", "")));
  EXPECT_FALSE(database_->in_transaction());
  EXPECT_TRUE(absl::IsAborted(AddThing(*database_, "b", "")));
  EXPECT_TRUE(absl::IsAborted(transaction.Commit()));
}

TEST_F(DriverTest, ManyStatementsAreForgottenAgain) {
  for (int i = 0; i < 700; ++i) {
    EXPECT_EQ(One(*database_, fmt::format("SELECT {}", i)), std::to_string(i));
  }
  EXPECT_LE(
      std::stoi(One(*database_, "SELECT count(*) FROM pg_prepared_statements")),
      256);
}

TEST_F(DriverTest, StoresAndPrefixesDoNotMeet) {
  ASSERT_TRUE(AddThing(*database_, "a", "").ok());
  DatabaseOptions other = options_;
  other.store = "others";
  EXPECT_EQ(CountThings(*MustOpen(other)), 0);
  other = options_;
  other.path = NewUrl();
  EXPECT_EQ(CountThings(*MustOpen(other)), 0);
  EXPECT_EQ(CountThings(*MustOpen(options_)), 1);
}

TEST_F(DriverTest, ReadOnlyReadsOnlyAndMakesNothing) {
  DatabaseOptions reading = options_;
  reading.read_only = true;
  const auto reader = MustOpen(reading);
  EXPECT_EQ(CountThings(*reader), 0);
  const absl::Status refused = AddThing(*reader, "a", "");
  EXPECT_TRUE(absl::IsPermissionDenied(refused)) << refused;
  reading.path = NewUrl();
  EXPECT_TRUE(absl::IsFailedPrecondition(Database::Open(reading).status()));
  const std::string space =
      reading.path.substr(reading.path.rfind('=') + 1) + "_things";
  EXPECT_EQ(One(*database_,
                "SELECT count(*) FROM pg_namespace WHERE nspname "
                "= '" +
                    space + "'"),
            "0");
}

// ------------------------------------------------------- who may, and where

TEST(DriverOpenTest, AWrongPasswordIsSaidAndNotShown) {
  DatabaseOptions options = TestOptions(UrlWith(Password(), "Wr0ng%2FS3cret"));
  const absl::Status status = Database::Open(options).status();
  EXPECT_TRUE(absl::IsPermissionDenied(status)) << status;
  EXPECT_THAT(Message(status), HasSubstr("postgresql://cupel@127.0.0.1"));
  EXPECT_THAT(Message(status), HasSubstr("password"));
  EXPECT_THAT(Message(status), Not(HasSubstr("S3cret")));
  options.path = UrlWith(":" + Password(), "");
  const absl::Status none = Database::Open(options).status();
  EXPECT_TRUE(absl::IsPermissionDenied(none)) << none;
  EXPECT_THAT(Message(none), HasSubstr("PGPASSFILE"));
}

TEST(DriverOpenTest, ThePasswordMayComeFromTheEnvironment) {
  DatabaseOptions options = TestOptions(UrlWith(":" + Password(), ""));
  ASSERT_EQ(setenv("PGPASSWORD", Password().c_str(), 1), 0);
  EXPECT_NE(MustOpen(options), nullptr);
  unsetenv("PGPASSWORD");
  TempFolder folder;
  const std::string file = folder / "pgpass";
  WriteBytes(file, "*:*:*:*:" + Password() + "\n");
  ASSERT_EQ(chmod(file.c_str(), 0600), 0);
  ASSERT_EQ(setenv("PGPASSFILE", file.c_str(), 1), 0);
  EXPECT_NE(MustOpen(options), nullptr);
  unsetenv("PGPASSFILE");
}

TEST(DriverOpenTest, WhatIsNotThereIsNamed) {
  DatabaseOptions options = TestOptions(UrlWith("/cupel?", "/nothing?"));
  const absl::Status database = Database::Open(options).status();
  EXPECT_TRUE(absl::IsNotFound(database)) << database;
  EXPECT_THAT(Message(database), HasSubstr("createdb"));
  const std::string url = NewUrl();
  const std::string port =
      url.substr(url.rfind(':'), url.find("/cupel?") - url.rfind(':'));
  options.path = UrlWith(port, ":1");
  EXPECT_TRUE(absl::IsUnavailable(Database::Open(options).status()));
  options.path = UrlWith("/cupel?", "/cupel?sslmode=require&");
  const absl::Status plain = Database::Open(options).status();
  EXPECT_FALSE(plain.ok());
  EXPECT_THAT(Message(plain), HasSubstr("SSL"));
}

TEST(DriverOpenTest, BrokenUrlsAreRefusedWithoutTheirPasswords) {
  for (const char* rest :
       {"u:se/cret@h/d", "u:secret@h:port/d", "u:secret@h/d?nosuch=1",
        "u:secret@h/%zz", "u:secret/d", "u@h/d?password=secret&x=1"}) {
    const absl::Status status =
        Database::Open(TestOptions(std::string("postgresql://") + rest))
            .status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << rest << status;
    EXPECT_THAT(Message(status), Not(HasSubstr("secret"))) << rest;
    EXPECT_THAT(Message(status), Not(HasSubstr("cret@"))) << rest;
  }
}

TEST(DriverOpenTest, OtherEncodingsAreRefused) {
  const auto server = MustOpen(TestOptions(NewUrl()));
  ASSERT_TRUE(server
                  ->Execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE "
                            "'C' TEMPLATE template0")
                  .ok());
  const absl::Status status =
      Database::Open(TestOptions(UrlWith("/cupel?", "/latin?"))).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(Message(status), HasSubstr("LATIN1"));
}

TEST(DriverOpenTest, ARoleThatMayNotMakeASchemaIsTold) {
  const auto server = MustOpen(TestOptions(NewUrl()));
  ASSERT_TRUE(server->Execute("CREATE ROLE guest LOGIN PASSWORD 'guest'").ok());
  const absl::Status status =
      Database::Open(TestOptions(UrlWith("cupel:" + Password(), "guest:guest")))
          .status();
  EXPECT_TRUE(absl::IsPermissionDenied(status)) << status;
}

// ------------------------------------------------------- lost and too slow

TEST_F(DriverTest, AConnectionThatWasEndedMeanwhileIsMadeAnew) {
  ASSERT_TRUE(AddThing(*database_, "a", "").ok());
  const std::string before = Backend();
  EndBackend(before);
  // Nothing was under way, so nobody has to know.
  EXPECT_EQ(CountThings(*database_), 1);
  EXPECT_NE(Backend(), before);
}

TEST_F(DriverTest, ATransactionDoesNotGoOnOnANewConnection) {
  {
    Database::Transaction transaction(database_.get());
    ASSERT_TRUE(transaction.Begin().ok());
    ASSERT_TRUE(AddThing(*database_, "a", "").ok());
    EndBackend(Backend());
    const absl::Status lost = AddThing(*database_, "b", "");
    EXPECT_TRUE(absl::IsUnavailable(lost)) << lost;
    EXPECT_THAT(Message(lost), HasSubstr("lost"));
    EXPECT_FALSE(database_->in_transaction());
    EXPECT_TRUE(absl::IsAborted(AddThing(*database_, "c", "")));
    EXPECT_TRUE(absl::IsAborted(transaction.Commit()));
  }
  EXPECT_EQ(CountThings(*database_), 0);
  EXPECT_TRUE(AddThing(*database_, "d", "").ok());
}

TEST_F(DriverTest, AStatementUnderWayIsUnavailableWhenTheConnectionEnds) {
  const std::string backend = Backend();
  std::thread other([&] { EndBackend(backend); });
  const auto slept = database_->Prepare("SELECT pg_sleep(60)")->Step();
  other.join();
  EXPECT_TRUE(absl::IsUnavailable(slept.status())) << slept.status();
  EXPECT_EQ(CountThings(*database_), 0);
}

TEST_F(DriverTest, InterruptEndsAStatement) {
  using Clock = std::chrono::steady_clock;
  Clock::time_point asked;
  std::thread other([&] {
    const auto watching = MustOpen(options_);
    // Once the server is at it.
    while (One(*watching,
               "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' "
               "AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()") ==
           "0") {
    }
    asked = Clock::now();
    database_->Interrupt();
  });
  const auto slept = database_->Prepare("SELECT pg_sleep(60)")->Step();
  other.join();
  EXPECT_TRUE(absl::IsCancelled(slept.status())) << slept.status();
  EXPECT_LT(Clock::now() - asked, std::chrono::seconds(5));
  EXPECT_EQ(CountThings(*database_), 0);
}

TEST_F(DriverTest, AStatementMayNotTakeForEver) {
  options_.statement_timeout_ms = 100;
  database_ = MustOpen(options_);
  const auto slept = database_->Prepare("SELECT pg_sleep(60)")->Step();
  EXPECT_TRUE(absl::IsDeadlineExceeded(slept.status())) << slept.status();
  EXPECT_THAT(Message(slept.status()), HasSubstr("statement_timeout"));
  // What the URL says of it goes before.
  options_.path += "&options=-c%20statement_timeout%3D7s";
  EXPECT_EQ(One(*MustOpen(options_), "SHOW statement_timeout"), "7s");
}

TEST_F(DriverTest, WritingAloneWaitsForTheExclusiveOnes) {
  const auto other = MustOpen(options_);
  Database::Transaction transaction(other.get());
  ASSERT_TRUE(transaction.Begin().ok());
  const absl::Status locked = AddThing(*database_, "a", "");
  EXPECT_TRUE(absl::IsUnavailable(locked)) << locked;
  EXPECT_THAT(Message(locked), HasSubstr("try again"));
  EXPECT_EQ(CountThings(*database_), 0);  // reading goes on
  Database::Transaction shared(database_.get());
  EXPECT_TRUE(shared.Begin(TransactionMode::kShared).ok());
  EXPECT_TRUE(AddThing(*database_, "b", "").ok());
  EXPECT_TRUE(shared.Commit().ok());
}

// Two that wait for each other: the server ends one, and that one may try
// again.
TEST_F(DriverTest, ADeadlockIsAborted) {
  ASSERT_TRUE(AddThing(*database_, "a", "").ok());
  ASSERT_TRUE(AddThing(*database_, "b", "").ok());
  options_.busy_timeout_ms = 60'000;
  database_ = MustOpen(options_);
  const auto other = MustOpen(options_);
  const auto lock = [](Database& database, std::string_view id) {
    auto update = database.Prepare("UPDATE thing SET bytes = ? WHERE id = ?");
    return update->BindBlob(0, "x").Bind(1, id).Run();
  };
  Database::Transaction one(database_.get());
  Database::Transaction two(other.get());
  ASSERT_TRUE(one.Begin(TransactionMode::kShared).ok());
  ASSERT_TRUE(two.Begin(TransactionMode::kShared).ok());
  ASSERT_TRUE(lock(*database_, "a").ok());
  ASSERT_TRUE(lock(*other, "b").ok());
  absl::Status first;
  std::thread thread([&] {
    first = lock(*database_, "b");
    if (first.ok()) first = one.Commit();
  });
  absl::Status second = lock(*other, "a");
  if (second.ok()) second = two.Commit();
  thread.join();
  EXPECT_NE(first.ok(), second.ok()) << first << second;
  EXPECT_TRUE(absl::IsAborted(first.ok() ? second : first));
}

// ----------------------------------------------------------- notifications

TEST_F(DriverTest, NotificationsComeWithTheCommit) {
  const auto other = MustOpen(options_);
  ASSERT_TRUE(*database_->WaitForNotification("work", 0, nullptr));
  EXPECT_FALSE(*database_->WaitForNotification("work", 1000, nullptr));
  {
    Database::Transaction transaction(other.get());
    ASSERT_TRUE(transaction.Begin().ok());
    ASSERT_TRUE(other->Notify("work").ok());
    EXPECT_FALSE(*database_->WaitForNotification("work", 1000, nullptr));
    ASSERT_TRUE(transaction.Commit().ok());
  }
  EXPECT_TRUE(*database_->WaitForNotification("work", 60'000'000, nullptr));
  EXPECT_FALSE(*database_->WaitForNotification("work", 1000, nullptr));
  // Another store's is another's.
  DatabaseOptions elsewhere = options_;
  elsewhere.path = NewUrl();
  ASSERT_TRUE(MustOpen(elsewhere)->Notify("work").ok());
  EXPECT_FALSE(*database_->WaitForNotification("work", 1000, nullptr));
}

TEST_F(DriverTest, WaitingIsCancelledAndInterrupted) {
  ASSERT_TRUE(database_->WaitForNotification("work", 0, nullptr).ok());
  Cancel cancel;
  std::thread other([&] { cancel.Trigger(); });
  EXPECT_TRUE(absl::IsCancelled(
      database_->WaitForNotification("work", 3'600'000'000, &cancel).status()));
  other.join();
  // Also before it was begun.
  database_->Interrupt();
  EXPECT_FALSE(*database_->WaitForNotification("work", 3'600'000'000, nullptr));
}

TEST_F(DriverTest, WhoWaitsHearsThatTheConnectionIsLost) {
  ASSERT_TRUE(database_->WaitForNotification("work", 0, nullptr).ok());
  const std::string backend = Backend();
  std::thread other([&] { EndBackend(backend); });
  const auto lost =
      database_->WaitForNotification("work", 3'600'000'000, nullptr);
  other.join();
  EXPECT_TRUE(absl::IsUnavailable(lost.status())) << lost.status();
  // Something may have been said meanwhile.
  EXPECT_TRUE(*database_->WaitForNotification("work", 0, nullptr));
}

TEST_F(DriverTest, ChannelsHaveNames) {
  for (const char* channel : {"", "Work", "a-b", "more_than_twelve"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(database_->Notify(channel)));
  }
}

}  // namespace
}  // namespace cupel
