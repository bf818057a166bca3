// A server whose disk is full: run by with_postgres.py --small-disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "store/raw_store.h"
#include "store/run_database.h"
#include "tests/unit/store/store_testing.h"

namespace cupel {
namespace {

using testing::HasSubstr;

TEST(FullDiskTest, IsSaidAndNothingIsHalfWritten) {
  const std::string url = TestDatabase("");
  const auto database = OpenRunDatabase(url);
  ASSERT_TRUE(database.ok()) << database.status();
  RawStore raws(*database);
  std::mt19937 random(1);
  std::string bytes(size_t{1} << 20, '\0');
  std::vector<std::string> kept;
  absl::Status status;
  while (status.ok() && kept.size() < 1000) {
    for (char& byte : bytes) byte = static_cast<char>(random());
    const auto put = raws.Put({"a", "j"}, {bytes, {}, ""}, 0);
    status = put.status();
    if (put.ok()) kept.push_back(put->id);
  }
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("disk is full"));
  const auto usage = raws.Usage();
  ASSERT_TRUE(usage.ok()) << usage.status();
  EXPECT_EQ(usage->raws, kept.size());
  EXPECT_EQ(usage->blobs, kept.size());
  for (const std::string& id : kept) EXPECT_TRUE(raws.Bytes("a", id).ok());
  // Room is made, and it goes on.
  EXPECT_TRUE(raws.DeleteOf("a").ok());
  EXPECT_EQ(raws.Usage()->blobs, 0U);
}

}  // namespace
}  // namespace cupel
