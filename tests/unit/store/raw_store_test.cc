#include "store/raw_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/status.h"
#include "base/uuid.h"
#include "store/run_store.h"
#include "store_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kNul("a\0b", 3);

class RawStoreTest : public testing::Test {
 protected:
  RawStoreTest()
      : path_(TestDatabase(folder_ / "runs")),
        database_(Open(path_)),
        raws_(database_) {}

  static std::shared_ptr<RunDatabase> Open(const std::string& path) {
    auto database = OpenRunDatabase(path);
    EXPECT_TRUE(database.ok()) << database.status();
    return database.ok() ? *database : nullptr;
  }

  RawRow Put(std::string_view organisation, std::string_view job,
             std::string_view bytes, std::vector<std::string> types = {},
             int64_t created = 1000) {
    const auto row = raws_.Put({std::string(organisation), std::string(job)},
                               RawOutput{bytes, std::move(types)}, created);
    EXPECT_TRUE(row.ok()) << row.status();
    return row.ok() ? *row : RawRow{};
  }

  RawUsage Usage() {
    const auto usage = raws_.Usage();
    EXPECT_TRUE(usage.ok()) << usage.status();
    return usage.value_or(RawUsage{});
  }

  TempFolder folder_;
  const std::string path_;
  std::shared_ptr<RunDatabase> database_;
  RawStore raws_;
};

TEST_F(RawStoreTest, KeepsBytesAndWhatIsKnownOfThem) {
  const std::string bytes("\0\xff\x80 raw", 7);
  const RawRow put =
      Put("acme", "job-1", bytes, {"text/plain", "a/b", "text/plain"}, 77);
  EXPECT_TRUE(Uuid::Parse(put.id).ok()) << put.id;
  const auto row = raws_.Row("acme", put.id);
  ASSERT_TRUE(row.ok()) << row.status();
  EXPECT_EQ(row->id, put.id);
  EXPECT_EQ(row->owner, (RawOwner{"acme", "job-1"}));
  EXPECT_THAT(row->mime_types, ElementsAre("a/b", "text/plain"));
  EXPECT_EQ(row->created_micros, 77);
  EXPECT_EQ(row->sha256, Sha256(bytes));
  EXPECT_EQ(row->size, bytes.size());
  EXPECT_EQ(*raws_.Bytes("acme", put.id), bytes);
}

TEST_F(RawStoreTest, EmptyBytesAndNoTypesAreARawToo) {
  const RawRow put = Put("acme", "job", "");
  EXPECT_EQ(*raws_.Bytes("acme", put.id), "");
  EXPECT_THAT(raws_.Row("acme", put.id)->mime_types, IsEmpty());
}

TEST_F(RawStoreTest, SameBytesAreStoredOnce) {
  std::set<std::string> ids;
  for (const std::string_view who : {"a", "b", "c"}) {
    ids.insert(
        Put(who, "job", std::string(1000, 'x'), {"t/" + std::string(who)}).id);
  }
  Put("a", "job", "other");
  EXPECT_THAT(ids, SizeIs(3));
  const RawUsage usage = Usage();
  EXPECT_EQ(usage.raws, 4U);
  EXPECT_EQ(usage.raw_bytes, 3005U);
  EXPECT_EQ(usage.blobs, 2U);
  EXPECT_EQ(usage.blob_bytes, 1005U);
}

TEST_F(RawStoreTest, WithTheLastRawGoTheBytes) {
  const RawRow a = Put("a", "job", "bytes");
  const RawRow b = Put("b", "job", "bytes");
  EXPECT_TRUE(raws_.Delete("a", a.id).ok());
  EXPECT_TRUE(absl::IsNotFound(raws_.Delete("a", a.id)));
  EXPECT_EQ(Usage().blobs, 1U);
  EXPECT_EQ(*raws_.Bytes("b", b.id), "bytes");
  EXPECT_TRUE(raws_.Delete("b", b.id).ok());
  EXPECT_EQ(Usage().blobs, 0U);
}

TEST_F(RawStoreTest, OneOrganisationsRawsAreNotThereForAnother) {
  const RawRow a = Put("a", "job", "bytes");
  const auto missing = raws_.Row("b", "no-such-raw");
  for (const absl::Status& status :
       {raws_.Row("b", a.id).status(), raws_.Bytes("b", a.id).status(),
        raws_.Delete("b", a.id)}) {
    EXPECT_TRUE(absl::IsNotFound(status)) << status;
    EXPECT_EQ(MessageOf(status), "raw '" + a.id + "' is not known");
  }
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(*raws_.List({.organisation = "b"}), IsEmpty());
  EXPECT_EQ(Usage().raws, 1U);
}

TEST_F(RawStoreTest, ListsByJobAndTypeInPages) {
  const RawRow one = Put("a", "1", "x", {"text/plain"});
  const RawRow two = Put("a", "2", "y", {"text/plain+x", "z/z"});
  const RawRow three = Put("a", "2", "z", {"z/z"});
  const auto ids = [this](const RawFilter& filter) {
    const auto rows = raws_.List(filter);
    std::vector<std::string> found;
    for (const RawRow& row : *rows) found.push_back(row.id);
    return found;
  };
  RawFilter filter;
  filter.organisation = "a";
  EXPECT_THAT(ids(filter), ElementsAre(one.id, two.id, three.id));
  filter.limit = 1;
  filter.offset = 1;
  EXPECT_THAT(ids(filter), ElementsAre(two.id));
  filter = {.organisation = "a", .job = "2"};
  EXPECT_THAT(ids(filter), ElementsAre(two.id, three.id));
  filter.mime_type = "z/z";
  EXPECT_THAT(ids(filter), ElementsAre(two.id, three.id));
  filter = {.organisation = "a", .mime_type = "text/plain"};
  EXPECT_THAT(ids(filter), ElementsAre(one.id));
}

TEST_F(RawStoreTest, DeletesAnOrganisationsAndNobodyElses) {
  Put("a", "1", "shared");
  Put("a", "2", "own");
  const RawRow b = Put("b", "1", "shared");
  EXPECT_EQ(*raws_.DeleteOf("a"), 2U);
  EXPECT_EQ(*raws_.DeleteOf("a"), 0U);
  EXPECT_EQ(Usage().blobs, 1U);
  EXPECT_EQ(*raws_.Bytes("b", b.id), "shared");
}

TEST_F(RawStoreTest, SurvivesReopening) {
  const RawRow put = Put("a", "1", "bytes");
  RawStore again(Open(path_));
  EXPECT_EQ(*again.Bytes("a", put.id), "bytes");
}

TEST_F(RawStoreTest, TheLimitFires) {
  RawStore small(database_, 10);
  const RawOwner owner{"a", "1"};
  EXPECT_TRUE(small.Put(owner, {std::string(10, 'x'), {}}, 0).ok());
  const std::string eleven(11, 'y');
  const auto refused = small.Put(owner, {eleven, {}}, 0);
  EXPECT_TRUE(absl::IsResourceExhausted(refused.status()));
  EXPECT_THAT(std::string(MessageOf(refused.status())), HasSubstr("11 bytes"));
  EXPECT_EQ(Usage().blobs, 1U);
}

TEST_F(RawStoreTest, RefusesWhatCannotBe) {
  const std::vector<RawOwner> owners = {{"", "1"},
                                        {"a", ""},
                                        {std::string(257, 'a'), "1"},
                                        {"a", "\xff"},
                                        {std::string(kNul), "1"}};
  for (const RawOwner& owner : owners) {
    EXPECT_TRUE(
        absl::IsInvalidArgument(raws_.Put(owner, {"x", {}}, 0).status()));
  }
  const std::vector<std::vector<std::string>> types = {
      {""},     {"a\nb"}, {std::string(257, 'a')},
      {"\xff"}, {"\x7f"}, std::vector<std::string>(257, "a/b")};
  for (const auto& list : types) {
    EXPECT_TRUE(absl::IsInvalidArgument(
        raws_.Put({"a", "1"}, {"x", list}, 0).status()));
  }
  EXPECT_EQ(Usage().blobs, 0U) << "nothing half written";
}

TEST_F(RawStoreTest, ChangedBytesAreDataLossThatNamesTheRaw) {
  const RawRow put = Put("a", "1", "some-bytes");
  {
    const auto writer = database_->ForWriting();
    ASSERT_TRUE(writer.ok());
    // Behind the store's back.
    ASSERT_TRUE((*writer)->Execute("UPDATE blob SET bytes = sha256").ok());
  }
  const auto bytes = raws_.Bytes("a", put.id);
  EXPECT_TRUE(absl::IsDataLoss(bytes.status())) << bytes.status();
  EXPECT_THAT(std::string(MessageOf(bytes.status())), HasSubstr(put.id));
}

TEST_F(RawStoreTest, AFailedTransactionLeavesNothing) {
  const absl::Status status = database_->Atomically([&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(raws_.Put({"a", "1"}, {"x", {}}, 0).status());
    return Internal("stop");
  });
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(Usage().raws, 0U);
  EXPECT_EQ(Usage().blobs, 0U);
}

TEST_F(RawStoreTest, ARunIsForgottenWithItsBytes) {
  RunStore runs(database_);
  RunRow row;
  row.key = std::string(64, 'a');
  const int64_t run = *runs.Add(row);
  RawRow raw;
  ASSERT_TRUE(database_
                  ->Atomically([&]() -> absl::Status {
                    CUPEL_ASSIGN_OR_RETURN(const StoredBlob blob,
                                           raws_.Keep({"bytes", {}}));
                    CUPEL_RETURN_IF_ERROR(runs.AddOutput(run, 0, blob));
                    CUPEL_ASSIGN_OR_RETURN(raw,
                                           raws_.Grant({"a", "1"}, blob, 0));
                    return runs.PutTicket({"a", "1"}, run, false).status();
                  })
                  .ok());
  EXPECT_TRUE(runs.Run(run)->has_value());
  ASSERT_TRUE(raws_.Delete("a", raw.id).ok());
  EXPECT_FALSE(runs.Run(run)->has_value());
  EXPECT_FALSE(runs.Ticket({"a", "1"})->has_value());
}

TEST(RunDatabaseTest, IsNoCatalogue) {
  const TempFolder folder;
  DatabaseOptions other = TestOptions(TestDatabase(folder / "other"));
  other.store = "runs";
  ASSERT_TRUE(Database::Open(other).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenRunDatabase(other.path).status()));
}

}  // namespace
}  // namespace cupel
