#include "http/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "http/client.h"

namespace cupel::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(UrlTest, TakesWhatIsHttp) {
  auto url = ParseUrl("HTTPS://Files.Example/a b/ü?x=1");
  ASSERT_TRUE(url.ok()) << url.status();
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->origin, "https://files.example:443");
  EXPECT_EQ(url->text, "https://Files.Example/a%20b/%c3%bc?x=1");
  EXPECT_EQ(ParseUrl("http://h:8080")->origin, "http://h:8080");
  EXPECT_EQ(ParseUrl("http://h")->origin, "http://h:80");
}

TEST(UrlTest, RefusesOthersWithoutShowingSecrets) {
  for (std::string_view bad :
       {"", "//no.scheme/p", "ftp://user:geheim@h/p", "file:///etc/passwd",
        "http://", "http://h:99999/?geheim", "http://user:geheim@/x",
        "http://a b/", "javascript:alert(1)", "http://h:port/geheim@"}) {
    absl::Status status = ParseUrl(bad).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_THAT(MessageOf(status), Not(HasSubstr("geheim"))) << bad;
  }
  using namespace std::string_view_literals;
  EXPECT_FALSE(ParseUrl("http://h/\0x"sv).ok());
}

TEST(UrlTest, FollowsLocations) {
  Url base = *ParseUrl("https://h/a/b?q");
  EXPECT_EQ(ResolveUrl(base, "c")->text, "https://h/a/c");
  EXPECT_EQ(ResolveUrl(base, "/c d")->text, "https://h/c%20d");
  EXPECT_EQ(ResolveUrl(base, "//other/x")->origin, "https://other:443");
  EXPECT_EQ(ResolveUrl(base, "http://h/")->origin, "http://h:80");
  EXPECT_FALSE(ResolveUrl(base, "file:///etc/passwd").ok());
}

TEST(UrlTest, PrintsNoSecretAndNothingThatMovesTheCursor) {
  EXPECT_EQ(PrintableUrl("https://u:p@h:1/path?token=t#f"), "https://h:1/path");
  EXPECT_EQ(PrintableUrl("https://u:p@w@h/x"), "https://h/x");
  EXPECT_EQ(PrintableUrl("https://u:p/w@h/x"), "https://(no valid host)");
  EXPECT_EQ(PrintableUrl("https://[::1]:80/@scope/p"),
            "https://[::1]:80/@scope/p");
  EXPECT_EQ(PrintableUrl("u:p@h/x"), "h/x");
  EXPECT_EQ(PrintableUrl("http://h/\x1b[2J"), "http://h/\\x1b[2J");
  EXPECT_LT(PrintableUrl("http://h/" + std::string(5000, 'a')).size(), 320u);
}

}  // namespace
}  // namespace cupel::http
