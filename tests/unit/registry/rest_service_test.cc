#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "registry/rest_routes.h"
#include "rest_testing.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_F(RestTest, RootLeadsToHealth) {
  const RestResponse root = Ask("GET", "/");
  EXPECT_EQ(root.status, 307);
  EXPECT_EQ(HeaderOf(root, "location"), "/health");
  const Json health = Parsed(Ask("GET", "/health").body);
  EXPECT_EQ(health["service"], "katalogus");
  EXPECT_EQ(health["healthy"], true);
  EXPECT_EQ(health["results"], Json::array());
}

TEST_F(RestTest, UnknownPathsAndMethods) {
  for (const char* const path :
       {"/x", "/v1", "/v1/", "//", "/v1/organisations/acme//",
        "/v1//organisations", "/v1/organisations/acme/plugins/dns/x",
        "/V1/organisations"}) {
    EXPECT_EQ(Get(path), R"(404 {"detail":"Not Found"})") << path;
  }
  const RestResponse wrong = Ask("PATCH", "/v1/organisations");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.body, R"({"detail":"Method Not Allowed"})");
  EXPECT_EQ(HeaderOf(wrong, "allow"), "GET, HEAD, POST, PUT, OPTIONS");
  const RestResponse options = Ask("OPTIONS", "/v1/organisations/acme");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(HeaderOf(options, "allow"), "GET, HEAD, DELETE, OPTIONS");
  const RestResponse head = Ask("HEAD", "/v1/organisations/acme");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(Ask("HEAD", "/nowhere").body, "");
  EXPECT_EQ(Ask("HEAD", "/%").body, "");
  EXPECT_EQ(Ask("get", "/health").status, 405);
}

// With and without a slash at the end, where OpenKAT redirects or answers 405.
TEST_F(RestTest, ASlashAtTheEndDoesNotCount) {
  EXPECT_EQ(Get("/v1/organisations/"), Get("/v1/organisations"));
  EXPECT_EQ(Get("/v1/organisations/acme/plugins/dns/"),
            Get("/v1/organisations/acme/plugins/dns"));
}

TEST_F(RestTest, PathsAreDecodedStrictly) {
  EXPECT_EQ(Get("/v1/organisations/%61cme"), Get("/v1/organisations/acme"));
  for (const char* const path :
       {"/v1/organisations/%", "/v1/organisations/%6", "/v1/organisations/%zz",
        "/v1/organisations/a%2fb", "/v1/organisations/a%00b",
        "/v1/organisations/a%0d%0ab", "/v1/organisations/%ff", "", "x"}) {
    const RestResponse response = Ask("GET", path);
    EXPECT_EQ(response.status, 400) << path;
    EXPECT_THAT(response.body, StartsWith(R"({"detail":"the path: )"));
  }
  EXPECT_EQ(Get("/v1/organisations/a+b"),
            R"(404 {"message":"Organisation with id 'a+b' not found"})");
  EXPECT_EQ(Ask("GET", "/v1/organisations?a=%").status, 400);
  EXPECT_EQ(Ask("GET", "/v1/organisations?&&a&=b&c=d=e&%61=%20+").status, 200);
}

TEST_F(RestTest, Limits) {
  RestLimits limits;
  limits.body_bytes = 10;
  limits.target_bytes = 30;
  EXPECT_EQ(Ask("POST", "/v1/organisations", "0123456789", limits).status, 422);
  const RestResponse large =
      Ask("POST", "/v1/organisations", "0123456789a", limits);
  EXPECT_EQ(large.status, 413);
  EXPECT_THAT(large.body, HasSubstr("more than 10 bytes"));
  EXPECT_EQ(HeaderOf(large, "cache-control"), "no-store");
  EXPECT_EQ(Ask("GET", "/v1/organisations?abcdefghijklm", "", limits).status,
            200);
  EXPECT_EQ(Ask("GET", "/v1/organisations?abcdefghijklmn", "", limits).status,
            414);
}

// A full disk or a lock are not the asker's mistake.
TEST_F(RestTest, ErrorsOfTheDatabase) {
  EXPECT_EQ(ErrorReply(absl::UnavailableError("locked")).status, 503);
  EXPECT_EQ(
      HeaderOf(ErrorReply(absl::UnavailableError("locked")), "retry-after"),
      "1");
  EXPECT_EQ(ErrorReply(absl::ResourceExhaustedError("full")).status, 503);
  EXPECT_EQ(ErrorReply(absl::DataLossError("damaged")).status, 500);
}

TEST_F(RestTest, OpenApiHasEveryRoute) {
  const Json document = Parsed(Ask("GET", "/openapi.json").body);
  EXPECT_EQ(document["openapi"], "3.1.0");
  size_t operations = 0;
  for (const auto& [path, item] : document["paths"].items()) {
    operations += item.size();
    for (const auto& [method, operation] : item.items()) {
      std::set<std::string> in_path;
      for (const Json& parameter :
           operation.value("parameters", Json::array())) {
        if (parameter["in"] == "path") in_path.insert(parameter["name"]);
      }
      for (const std::string& name : in_path) {
        EXPECT_THAT(path, HasSubstr("{" + name + "}"));
      }
      EXPECT_EQ(in_path.size(), std::count(path.begin(), path.end(), '{'));
    }
  }
  EXPECT_EQ(operations, RestRoutes().size());
  // Every reference leads somewhere.
  const std::string text = PrintJson(document);
  const std::string prefix = "\"#/components/schemas/";
  for (size_t at = text.find(prefix); at != std::string::npos;
       at = text.find(prefix, at + 1)) {
    const size_t begin = at + prefix.size();
    const std::string name = text.substr(begin, text.find('"', begin) - begin);
    EXPECT_TRUE(document["components"]["schemas"].contains(name)) << name;
  }
}

}  // namespace
}  // namespace cupel
