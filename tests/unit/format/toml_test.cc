#include "format/toml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(TomlTest, BecomesJson) {
  auto json = ParseToml(R"(
# a comment
text = "a\u00fc"
count = 1_000
ratio = 0.5
nothing = nan
flag = true
day = 2026-01-02
[table]
list = [1, "two", { three = 3 }]
at = 2026-01-02T03:04:05Z
[[many]]
a = 1
[[many]]
a = 2
)",
                        "worker.toml");
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_EQ(PrintJson(*json),
            "{\"count\":1000,\"day\":\"2026-01-02\",\"flag\":true,"
            "\"many\":[{\"a\":1},{\"a\":2}],\"nothing\":null,\"ratio\":0.5,"
            "\"table\":{\"at\":\"2026-01-02T03:04:05Z\",\"list\":[1,\"two\","
            "{\"three\":3}]},\"text\":\"a\xc3\xbc\"}");
}

TEST(TomlTest, EmptyIsAnEmptyObject) {
  EXPECT_EQ(PrintJson(*ParseToml("", "x")), "{}");
}

TEST(TomlTest, ErrorsNameThePlaceAndShowNoValue) {
  for (const char* bad :
       {"a = geheim", "a = \"geheim", "a = 1\na = \"geheim\"", "[geheim",
        "a = [\"geheim\"", "a = 'geheim\n'", "a = \"geheim\" geheim", "geheim",
        "a = 12geheim", "a = \"\\qgeheim\"", "a = \"\xffgeheim\""}) {
    absl::Status status = ParseToml(bad, "worker.toml").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_THAT(MessageOf(status), StartsWith("worker.toml:")) << bad;
    EXPECT_THAT(MessageOf(status), Not(HasSubstr("geheim"))) << bad;
  }
}

TEST(TomlTest, LimitsAreErrors) {
  EXPECT_EQ(ParseToml(std::string(kMaxTomlBytes + 1, ' '), "x").status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(ParseToml("a = " + std::string(100'000, '['), "x").ok());
}

}  // namespace
}  // namespace cupel
