// Names of plugins, TLP labels, nearest names.
#include "plugin/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "plugin/nearest.h"

namespace cupel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(NamesTest, EveryCategoryAndTierHasAName) {
  for (int i = 1; i <= 9; ++i) {
    const auto category = static_cast<PluginCategory>(i);
    EXPECT_EQ(CategoryOf(CategoryName(category)), category);
  }
  EXPECT_EQ(CategoryName(static_cast<PluginCategory>(0)), "unknown");
  EXPECT_EQ(CategoryName(static_cast<PluginCategory>(10)), "unknown");
  EXPECT_EQ(CategoryOf("Worker"), std::nullopt);
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(TierOf(TierName(static_cast<Tier>(i))), static_cast<Tier>(i));
  }
  EXPECT_EQ(TierOf(""), std::nullopt);
}

TEST(NamesTest, ANameIsACategoryAndAName) {
  const auto name = ParsePluginName(" Decoder : xor ");
  ASSERT_TRUE(name.ok()) << name.status();
  EXPECT_EQ(PluginNameText(*name), "decoder:xor");
  for (const std::string_view bad :
       {"", ":", "xor", "decoder:", "decoder:../x", "decoder:a b", "codec:xor",
        "decoder:.x", "decoder:-x", "decoder:_x", "decoder:x:y", "decoder:\xff",
        "\x1b[2J:x"}) {
    const auto parsed = ParsePluginName(bad);
    ASSERT_FALSE(parsed.ok()) << bad;
    EXPECT_TRUE(absl::IsInvalidArgument(parsed.status()));
    EXPECT_EQ(MessageOf(parsed.status()).find('\x1b'), std::string_view::npos);
  }
  EXPECT_THAT(MessageOf(ParsePluginName("codec:xor").status()),
              HasSubstr("there is no category 'codec'"));
  EXPECT_TRUE(CheckPluginName(std::string(64, 'a')).ok());
  EXPECT_FALSE(CheckPluginName(std::string(65, 'a')).ok());
  EXPECT_FALSE(CheckPluginName(std::string_view("a\0b", 3)).ok());
}

TEST(NamesTest, AListIsSortedAndWithoutDuplicates) {
  std::vector<std::string> bad;
  const auto names = ParsePluginList(
      "worker:pe, decoder:xor,carver:pe ,, decoder:xor, nonsense", &bad);
  std::vector<std::string> texts;
  for (const PluginName& name : names) texts.push_back(PluginNameText(name));
  EXPECT_THAT(texts, ElementsAre("worker:pe", "carver:pe", "decoder:xor"));
  EXPECT_THAT(bad, ElementsAre("nonsense"));
  EXPECT_TRUE(ParsePluginList(" , ,", nullptr).empty());
}

TEST(NamesTest, LabelsAreThoseOfTlp2AndWhite) {
  EXPECT_EQ(TlpOf("white"), Tlp::kClear);
  EXPECT_EQ(TlpOf(" TLP:AMBER+STRICT "), Tlp::kAmberStrict);
  EXPECT_EQ(TlpOf("purple"), std::nullopt);
  EXPECT_EQ(TlpOf(""), std::nullopt);
  EXPECT_EQ(TlpOrStrictest("purple"), Tlp::kRed);
  EXPECT_EQ(TlpOrStrictest(""), Tlp::kRed);
}

// stoQ's table: a plugin that may see up to amber sees clear, green and amber.
TEST(NamesTest, WhoMaySeeWhat) {
  EXPECT_TRUE(TlpAllows(Tlp::kAmber, Tlp::kClear));
  EXPECT_TRUE(TlpAllows(Tlp::kAmber, Tlp::kGreen));
  EXPECT_TRUE(TlpAllows(Tlp::kAmber, Tlp::kAmber));
  EXPECT_FALSE(TlpAllows(Tlp::kAmber, Tlp::kAmberStrict));
  EXPECT_FALSE(TlpAllows(Tlp::kAmber, Tlp::kRed));
  EXPECT_FALSE(TlpAllows(Tlp::kClear, TlpOrStrictest("bogus")));
}

TEST(NearestTest, DistancesAreEdits) {
  EXPECT_EQ(EditDistance("kitten", "sitting", 5), 3u);
  EXPECT_EQ(EditDistance("", "abc", 5), 3u);
  EXPECT_EQ(EditDistance("abc", "abc", 0), 0u);
  EXPECT_EQ(EditDistance("abc", "abcdefgh", 2), 3u) << "most + 1";
}

TEST(NearestTest, OnlyWhatIsNearIsNamed) {
  const std::vector<std::string> known = {"limit", "label", "x"};
  EXPECT_EQ(Nearest("limti", known), "limit");
  EXPECT_EQ(Nearest("y", known), "") << "anything is near to one letter";
  EXPECT_EQ(Nearest("nothing-like-it", known), "");
  EXPECT_EQ(Nearest(std::string(1 << 20, 'l'), known), "");
  EXPECT_EQ(IsItNearest("labl", known), " Is it 'label'?");
  EXPECT_EQ(IsItNearest("zzz", known), "");
}

}  // namespace
}  // namespace cupel
