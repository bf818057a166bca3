#include "store/meta_store.h"

#include <gtest/gtest.h>

#include <string>

#include "store/raw_store.h"
#include "store/run_database.h"
#include "tests/support/test_database.h"

namespace cupel {
namespace {

class MetaStoreTest : public testing::Test {
 protected:
  std::shared_ptr<RunDatabase> database_ =
      *OpenRunDatabase(TestDatabase(":memory:"));
  MetaStore metas_{database_};
  RawStore raws_{database_};
};

TEST_F(MetaStoreTest, KeepsAJobOnceForEachOrganisation) {
  const MetaRow row = {{"acme", "1"}, MetaKind::kNormalizer, R"({"a":1})"};
  ASSERT_TRUE(metas_.Put(row).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(metas_.Put(row)));
  EXPECT_TRUE(metas_.Put({{"other", "1"}, MetaKind::kBoefje, "{}"}).ok());
  const auto kept = metas_.Get({"acme", "1"});
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->document, R"({"a":1})");
  EXPECT_EQ(kept->kind, MetaKind::kNormalizer);
  EXPECT_TRUE(absl::IsNotFound(metas_.Get({"acme", "2"}).status()));
  EXPECT_FALSE(metas_.Put({{"", "1"}, MetaKind::kBoefje, "{}"}).ok());
}

TEST_F(MetaStoreTest, GoesWithTheRawsOfAnOrganisation) {
  ASSERT_TRUE(metas_.Put({{"acme", "1"}, MetaKind::kBoefje, "{}"}).ok());
  ASSERT_TRUE(metas_.Put({{"other", "1"}, MetaKind::kBoefje, "{}"}).ok());
  ASSERT_TRUE(raws_.Put({"acme", "1"}, {"x", {"a/b"}}, 1).ok());
  EXPECT_EQ(*raws_.DeleteOf("acme"), 1u);
  EXPECT_TRUE(absl::IsNotFound(metas_.Get({"acme", "1"}).status()));
  EXPECT_TRUE(metas_.Get({"other", "1"}).ok());
}

TEST_F(MetaStoreTest, ARawCanHaveAnIdThatWasPromised) {
  const std::string id = "70da7d4f-f41f-4940-901b-d98a92e9014b";
  const auto raw = raws_.Put({"acme", "1"}, {"x", {"a/b"}, id}, 1);
  ASSERT_TRUE(raw.ok()) << raw.status();
  EXPECT_EQ(raw->id, id);
  const auto found = raws_.Find(id);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->owner, (RawOwner{"acme", "1"}));
  EXPECT_TRUE(absl::IsNotFound(raws_.Find("other").status()));
  EXPECT_FALSE(raws_.Put({"acme", "1"}, {"y", {"a/b"}, id}, 1).ok());
}

}  // namespace
}  // namespace cupel
