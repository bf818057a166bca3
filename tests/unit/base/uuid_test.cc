#include "base/uuid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/status.h"

namespace cupel {
namespace {

using testing::HasSubstr;

constexpr std::string_view kText = "70da7d4f-f41f-4940-901b-d98a92e9014b";

TEST(Uuid, TakesTheSpellingsOfPydantic) {
  for (const std::string_view text :
       {kText, std::string_view("70da7d4ff41f4940901bd98a92e9014b"),
        std::string_view("70DA7D4F-F41F-4940-901B-D98A92E9014B"),
        std::string_view("{70da7d4f-f41f-4940-901b-d98a92e9014b}"),
        std::string_view("urn:uuid:70da7d4f-f41f-4940-901b-d98a92e9014b")}) {
    const auto uuid = Uuid::Parse(text);
    ASSERT_TRUE(uuid.ok()) << text << ": " << MessageOf(uuid.status());
    EXPECT_EQ(uuid->ToString(), kText);
  }
}

TEST(Uuid, RefusesEverythingElse) {
  for (const std::string_view text : {
           "",
           "70da7d4f-f41f-4940-901bd98a92e9014b",    // a hyphen missing
           "70da7d4ff41f-4940-901b-d98a92e9014b",    // another
           "70da7d4f-f41f-4940-901b-d98a92e9014",    // short
           "70da7d4f-f41f-4940-901b-d98a92e9014bc",  // long
           "70da7d4f-f41f-4940-901b-d98a92e9014g",   // no digit
           "70da7d4f-f41f-4940-901bd-98a92e9014b",   // hyphen moved
           " 70da7d4f-f41f-4940-901b-d98a92e9014b",
           "{70da7d4f-f41f-4940-901b-d98a92e9014b",
           "{70da7d4ff41f4940901bd98a92e9014b}",
           "URN:UUID:70da7d4f-f41f-4940-901b-d98a92e9014b",
           "urn:uuid:70da7d4ff41f4940901bd98a92e9014b",
           "{urn:uuid:70da7d4f-f41f-4940-901b-d98a92e9014b}",
           "urn:uuid:",
           "{}",
           "--------------------------------",
       }) {
    const auto uuid = Uuid::Parse(text);
    EXPECT_FALSE(uuid.ok()) << text;
    EXPECT_EQ(uuid.status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(Uuid, SaysWhatIsWrongWithoutTheText) {
  EXPECT_THAT(
      std::string(MessageOf(
          Uuid::Parse("70da7d4f-f41f-4940-901b-d98a92e9014g").status())),
      HasSubstr("character 36"));
  EXPECT_THAT(
      std::string(MessageOf(Uuid::Parse("secret").status())),
      testing::AllOf(HasSubstr("6 characters"), Not(HasSubstr("secret"))));
}

TEST(Uuid, RandomOnesAreOfVersion4AndDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = Uuid::Random().ToString();
    EXPECT_EQ(text[14], '4');
    EXPECT_THAT(std::string("89ab"), HasSubstr(text.substr(19, 1)));
    EXPECT_EQ(Uuid::Parse(text)->ToString(), text);
    seen.insert(text);
  }
  EXPECT_EQ(seen.size(), 1000u);
}

}  // namespace
}  // namespace cupel
