#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rest_testing.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kOrganisations = "/v1/organisations";

TEST_F(RestTest, ListsOrganisationsByTheirIds) {
  EXPECT_EQ(Get(kOrganisations),
            R"(200 {"acme":{"id":"acme","name":"acme","deduplicate":true},)"
            R"("other":{"id":"other","name":"other","deduplicate":true}})");
}

TEST_F(RestTest, OneOrganisation) {
  EXPECT_EQ(Get("/v1/organisations/acme"),
            R"(200 {"id":"acme","name":"acme","deduplicate":true})");
  EXPECT_EQ(Get("/v1/organisations/nobody"),
            R"(404 {"message":"Organisation with id 'nobody' not found"})");
}

TEST_F(RestTest, AddsChangesAndRemovesOrganisations) {
  EXPECT_EQ(Answer("POST", "/v1/organisations/", R"({"id":"n","name":"New"})"),
            "201 null");
  EXPECT_THAT(
      Answer("POST", "/v1/organisations/", R"({"id":"n","name":"New"})"),
      StartsWith("400 {\"message\":"));
  EXPECT_EQ(Answer("PUT", "/v1/organisations/",
                   R"({"id":"n","name":"Newer","deduplicate":false})"),
            "200 null");
  EXPECT_EQ(Get("/v1/organisations/n"),
            R"(200 {"id":"n","name":"Newer","deduplicate":false})");
  EXPECT_EQ(Answer("PUT", "/v1/organisations/", R"({"id":"x","name":"X"})"),
            R"(404 {"message":"Organisation with id 'x' not found"})");
  EXPECT_EQ(Answer("DELETE", "/v1/organisations/n"), "200 null");
  EXPECT_EQ(Answer("DELETE", "/v1/organisations/n"),
            R"(404 {"message":"Organisation with id 'n' not found"})");
}

TEST_F(RestTest, OrganisationBodiesAreChecked) {
  EXPECT_EQ(Answer("POST", kOrganisations, R"({"id":5})"),
            R"(422 {"detail":[{"type":"string_type","loc":["body","id"],)"
            R"("msg":"expected a string, found an integer"},)"
            R"({"type":"missing","loc":["body","name"],)"
            R"("msg":"required, but it is not there"}]})");
  EXPECT_THAT(Answer("POST", kOrganisations, ""),
              HasSubstr(R"("type":"missing","loc":["body"])"));
  EXPECT_THAT(Answer("POST", kOrganisations, "{\"id\":"),
              StartsWith(R"(422 {"detail":[{"type":"json_invalid")"));
  EXPECT_THAT(Answer("POST", kOrganisations, "[]"),
              StartsWith(R"(422 {"detail":[{"type":"dict_type")"));
  for (const char* const id : {"", "a/b", "..", "a\\u0000b", "a\\nb"}) {
    EXPECT_THAT(Answer("POST", kOrganisations,
                       std::string(R"({"name":"N","id":")") + id + "\"}"),
                StartsWith("422 "))
        << id;
  }
}

TEST_F(RestTest, Repositories) {
  const char* const all = "/v1/organisations/acme/repositories/";
  const char* const one = "/v1/organisations/acme/repositories/r";
  const std::string body =
      R"({"id":"r","name":"R","base_url":"https://example.com/"})";
  EXPECT_EQ(Answer("POST", all, body), "201 null");
  EXPECT_THAT(Answer("POST", all, body), StartsWith("400 {\"message\":"));
  EXPECT_EQ(Get(one), "200 " + body);
  EXPECT_EQ(Get(all), R"(200 {"LOCAL":{"id":"LOCAL","name":"Local plugins",)"
                      R"("base_url":"http://localhost/"},"r":)" +
                          body + "}");
  EXPECT_EQ(Get("/v1/organisations/other/repositories/r"),
            R"(404 {"message":"Repository with id 'r' not found"})");
  EXPECT_EQ(Answer("DELETE", one), "200 null");
  EXPECT_THAT(Answer("DELETE", one), StartsWith("404 "));
}

TEST_F(RestTest, RepositoriesAreChecked) {
  const char* const all = "/v1/organisations/acme/repositories";
  for (const char* const url :
       {"", "ftp://x/", "https://", "https://user:password@x/", "x"}) {
    const std::string answer = Answer(
        "POST", all,
        std::string(R"({"id":"r","name":"R","base_url":")") + url + "\"}");
    EXPECT_THAT(answer, StartsWith("422 ")) << url;
    EXPECT_THAT(answer, HasSubstr("base_url")) << url;
    EXPECT_THAT(answer, testing::Not(HasSubstr("password"))) << url;
  }
  EXPECT_THAT(
      Answer("POST", all, R"({"id":"LOCAL","name":"","base_url":"http://x"})"),
      StartsWith("400 "));
  EXPECT_THAT(Answer("DELETE", "/v1/organisations/acme/repositories/LOCAL"),
              StartsWith("400 "));
  EXPECT_EQ(Get("/v1/organisations/nobody/repositories"),
            R"(404 {"message":"Organisation with id 'nobody' not found"})");
}

// The routes of OpenKAT's documentation.
TEST_F(RestTest, PluginsOfRepositories) {
  const std::string local = "/v1/organisations/acme/repositories/LOCAL/plugins";
  const Json all = Parsed(Ask("GET", local).body);
  EXPECT_EQ(all.size(), 3U);
  EXPECT_EQ(all["dns"]["id"], "dns");
  EXPECT_EQ(Answer("PATCH", local + "/dns", R"({"enabled":true})"), "204 ");
  EXPECT_EQ(Parsed(Ask("GET", local + "/dns").body)["enabled"], true);
  ASSERT_EQ(Answer("POST", "/v1/organisations/acme/repositories",
                   R"({"id":"r","name":"R","base_url":"http://x"})"),
            "201 null");
  const std::string other = "/v1/organisations/acme/repositories/r/plugins";
  EXPECT_EQ(Get(other), "200 {}");
  EXPECT_EQ(Get(other + "/dns"), R"(404 {"detail":"Plugin not found"})");
  EXPECT_EQ(Answer("PATCH", other + "/dns", R"({"enabled":false})"),
            R"(404 {"message":"Plugin with id 'dns' not found"})");
  EXPECT_THAT(Get("/v1/organisations/acme/repositories/x/plugins"),
              StartsWith("404 "));
}

}  // namespace
}  // namespace cupel
