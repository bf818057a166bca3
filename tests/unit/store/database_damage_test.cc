// Files that are damaged, somebody else's, not to be written, or on a disk
// that is full: each a clear error, and nothing half written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <string>
#include <utility>

#include "store/database.h"
#include "tests/unit/store/store_testing.h"

namespace cupel {
namespace {

using testing::HasSubstr;

// A file with all its pages in it and nothing beside it.
std::string MakeFile(const std::string& path, int things) {
  const auto database = Database::Open(TestOptions(path));
  EXPECT_TRUE(database.ok()) << database.status();
  for (int i = 0; i < things; ++i) {
    EXPECT_TRUE(
        AddThing(**database, std::to_string(i), std::string(300, 'x')).ok());
  }
  EXPECT_TRUE((*database)->Execute("PRAGMA wal_checkpoint(TRUNCATE)").ok());
  return ReadBytes(path);
}

TEST(DatabaseDamageTest, NoDatabaseAtAll) {
  TempFolder folder;
  WriteBytes(folder / "a.db", std::string(5000, 'z'));
  const absl::Status status =
      Database::Open(TestOptions(folder / "a.db")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("a.db"));
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("backup"));
  EXPECT_EQ(ReadBytes(folder / "a.db"), std::string(5000, 'z'));
}

TEST(DatabaseDamageTest, OneOfSomebodyElse) {
  TempFolder folder;
  DatabaseOptions theirs = TestOptions(folder / "a.db");
  theirs.application_id = 0;
  ASSERT_TRUE(Database::Open(theirs).ok());
  const std::string before = ReadBytes(folder / "a.db");
  const absl::Status status =
      Database::Open(TestOptions(folder / "a.db")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("another program"));
  EXPECT_EQ(ReadBytes(folder / "a.db"), before);
}

TEST(DatabaseDamageTest, OneOfANewerVersion) {
  TempFolder folder;
  DatabaseOptions newer = TestOptions(folder / "a.db");
  newer.migrations.push_back({"CREATE TABLE later (x TEXT) STRICT"});
  ASSERT_TRUE(Database::Open(newer).ok());
  const absl::Status status =
      Database::Open(TestOptions(folder / "a.db")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("newer"));
}

TEST(DatabaseDamageTest, TruncatedAnywhere) {
  TempFolder folder;
  const std::string whole = MakeFile(folder / "a.db", 100);
  ASSERT_GT(whole.size(), 8 * 4096U);
  for (size_t size = 1; size < whole.size(); size += 1021) {
    WriteBytes(folder / "b.db", whole.substr(0, size));
    const absl::Status status =
        Database::Open(TestOptions(folder / "b.db")).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss)
        << size << ": " << status;
    EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("b.db"));
  }
}

TEST(DatabaseDamageTest, BytesFlippedInTheHeader) {
  TempFolder folder;
  const std::string whole = MakeFile(folder / "a.db", 10);
  for (size_t at = 0; at < 100; ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
    WriteBytes(folder / "b.db", bytes);
    const auto database = Database::Open(TestOptions(folder / "b.db"));
    if (database.ok()) {
      // Counters that nothing depends on.
      EXPECT_EQ(CountThings(**database), 10) << at;
      continue;
    }
    EXPECT_TRUE(absl::IsDataLoss(database.status()) ||
                absl::IsFailedPrecondition(database.status()) ||
                absl::IsPermissionDenied(database.status()))
        << at << ": " << database.status();
  }
}

TEST(DatabaseDamageTest, BytesFlippedInPages) {
  TempFolder folder;
  const std::string whole = MakeFile(folder / "a.db", 100);
  std::mt19937 random(7);
  int refused = 0;
  for (int round = 0; round < 100; ++round) {
    std::string bytes = whole;
    // The head of a page, where what is wrong can be told.
    const size_t page = 1 + random() % (whole.size() / 4096 - 1);
    for (int i = 0; i < 4; ++i) {
      bytes[page * 4096 + random() % 40] = static_cast<char>(random());
    }
    WriteBytes(folder / "b.db", bytes);
    const auto database = Database::Open(TestOptions(folder / "b.db"));
    if (database.ok()) continue;
    ++refused;
    EXPECT_TRUE(absl::IsDataLoss(database.status())) << database.status();
  }
  EXPECT_GT(refused, 60);
}

TEST(DatabaseDamageTest, LargeFilesAreCheckedWhenAsked) {
  TempFolder folder;
  std::string bytes = MakeFile(folder / "a.db", 100);
  bytes.replace(bytes.size() - 4096, 40, std::string(40, '\x7f'));
  WriteBytes(folder / "a.db", bytes);
  DatabaseOptions options = TestOptions(folder / "a.db");
  options.check_bytes = bytes.size() - 1;
  const auto database = Database::Open(options);
  ASSERT_TRUE(database.ok()) << database.status();
  EXPECT_TRUE(absl::IsDataLoss((*database)->Check()));
  options.check_bytes = bytes.size();
  EXPECT_TRUE(absl::IsDataLoss(Database::Open(options).status()));
}

TEST(DatabaseDamageTest, AFileThatMayNotBeWritten) {
  TempFolder folder;
  MakeFile(folder / "a.db", 1);
  ASSERT_EQ(chmod((folder / "a.db").c_str(), 0444), 0);
  ASSERT_EQ(chmod(folder.path().c_str(), 0755), 0);
  EXPECT_EXIT(
      {
        // Root may write whatever its mode says.
        if (geteuid() == 0 && setuid(65534) != 0) _exit(2);
        const absl::Status status =
            Database::Open(TestOptions(folder / "a.db")).status();
        _exit(absl::IsPermissionDenied(status) ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST(DatabaseDamageTest, AFileThatMayNotBeRead) {
  TempFolder folder;
  MakeFile(folder / "a.db", 1);
  ASSERT_EQ(chmod(folder.path().c_str(), 0755), 0);
  ASSERT_EQ(chmod((folder / "a.db").c_str(), 0000), 0);
  EXPECT_EXIT(
      {
        if (geteuid() == 0 && setuid(65534) != 0) _exit(2);
        const absl::Status status =
            Database::Open(TestOptions(folder / "a.db")).status();
        _exit(absl::IsPermissionDenied(status) ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST(DatabaseDamageTest, NoMorePages) {
  TempFolder folder;
  const auto database = Database::Open(TestOptions(folder / "a.db"));
  ASSERT_TRUE(database.ok());
  ASSERT_TRUE((*database)->Execute("PRAGMA max_page_count=12").ok());
  Database::Transaction transaction(database->get());
  ASSERT_TRUE(transaction.Begin().ok());
  ASSERT_TRUE(AddThing(**database, "small", "x").ok());
  const absl::Status full =
      AddThing(**database, "large", std::string(100000, 'x'));
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted) << full;
  EXPECT_THAT(std::string(MessageOf(full)), HasSubstr("no room"));
}

// In a child, whose files may not grow beyond a bound, as on a full disk. Its
// exit code says how far it came.
[[noreturn]] void FillUp(const std::string& path) {
  signal(SIGXFSZ, SIG_IGN);
  const auto database = Database::Open(TestOptions(path));
  if (!database.ok()) _exit(10);
  if (!AddThing(**database, "before", "x").ok()) _exit(11);
  const rlimit limit{200000, 200000};
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(12);
  Database::Transaction transaction(database->get());
  if (!transaction.Begin().ok()) _exit(13);
  absl::Status status;
  for (int i = 0; i < 1000 && status.ok(); ++i) {
    status = AddThing(**database, fmt::format("x{}", i),
                      std::string(10000, static_cast<char>('a' + i % 26)));
  }
  if (status.ok()) status = transaction.Commit();
  if (!absl::IsResourceExhausted(status)) _exit(14);
  if (MessageOf(status).find("no room") == std::string_view::npos) _exit(15);
  _exit(0);
}

TEST(DatabaseDamageTest, AFullDiskLosesNothingAndKeepsNoHalf) {
  TempFolder folder;
  EXPECT_EXIT(FillUp(folder / "a.db"), testing::ExitedWithCode(0), "");
  const auto database = Database::Open(TestOptions(folder / "a.db"));
  ASSERT_TRUE(database.ok()) << database.status();
  EXPECT_EQ(CountThings(**database), 1);
  EXPECT_TRUE((*database)->Check().ok());
  EXPECT_TRUE(AddThing(**database, "after", "x").ok());
}

TEST(DatabaseDamageTest, KilledWhileWritingLosesNothingCommitted) {
  TempFolder folder;
  EXPECT_EXIT(
      {
        const auto database = Database::Open(TestOptions(folder / "a.db"));
        if (!AddThing(**database, "before", "x").ok()) _exit(1);
        Database::Transaction transaction(database->get());
        if (!transaction.Begin().ok()) _exit(1);
        if (!AddThing(**database, "half", std::string(500000, 'x')).ok()) {
          _exit(1);
        }
        raise(SIGKILL);
      },
      testing::KilledBySignal(SIGKILL), "");
  const auto database = Database::Open(TestOptions(folder / "a.db"));
  ASSERT_TRUE(database.ok()) << database.status();
  EXPECT_EQ(CountThings(**database), 1);
}

}  // namespace
}  // namespace cupel
