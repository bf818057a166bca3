#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rest_testing.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kSettings = "/v1/organisations/acme/ports/settings";
const char* const kGood =
    R"({"API_KEY":"hunter2-is-the-secret","TOP_PORTS":5})";

TEST_F(RestTest, SettingsComeBackAsTheyWere) {
  EXPECT_EQ(Get(kSettings), "200 {}");
  EXPECT_EQ(Get("/v1/organisations/nobody/nothing/settings"), "200 {}");
  EXPECT_EQ(Answer("PUT", kSettings, kGood), "200 null");
  const RestResponse response = Ask("GET", kSettings);
  EXPECT_EQ(response.body, kGood);
  EXPECT_EQ(HeaderOf(response, "cache-control"), "no-store");
  EXPECT_EQ(Answer("POST", kSettings, R"({"API_KEY":"x"})"), "200 null");
  EXPECT_EQ(Get(kSettings), R"(200 {"API_KEY":"x"})");
  EXPECT_EQ(Get("/v1/organisations/other/ports/settings"), "200 {}");
}

TEST_F(RestTest, SettingsHaveToFitTheSchema) {
  const std::string answer = Answer(
      "PUT", kSettings,
      R"({"API_KEY":"hunter2-is-the-secret","TOP_PORTS":"hunter2-is-the-secret"})");
  EXPECT_THAT(answer,
              StartsWith(R"(400 {"message":"Settings for plugin ports are not )"
                         R"(conform the plugin schema: $.TOP_PORTS: )"));
  EXPECT_THAT(answer, Not(HasSubstr(kSecret)));
  EXPECT_THAT(Answer("PUT", kSettings, "{}"), HasSubstr("API_KEY"));
  EXPECT_EQ(Get(kSettings), "200 {}");
}

TEST_F(RestTest, SettingsOfWhatIsNotThere) {
  EXPECT_EQ(Answer("PUT", "/v1/organisations/acme/x/settings", "{}"),
            R"(404 {"message":"Plugin with id 'x' not found"})");
  EXPECT_EQ(Answer("PUT", "/v1/organisations/nobody/dns/settings", "{}"),
            R"(404 {"message":"Organisation with id 'nobody' not found"})");
  EXPECT_THAT(
      Answer("PUT", "/v1/organisations/acme/ports-normalize/settings", "{}"),
      StartsWith("400 {\"message\":"));
  EXPECT_EQ(Answer("DELETE", kSettings),
            R"(404 {"message":"Setting not found for organisation 'acme' and )"
            R"(plugin 'ports'"})");
}

TEST_F(RestTest, DeletingSettingsLeavesItEnabled) {
  ASSERT_EQ(Answer("PUT", kSettings, kGood), "200 null");
  ASSERT_EQ(
      Answer("PATCH", std::string(kPlugins) + "/ports", R"({"enabled":true})"),
      "204 ");
  EXPECT_EQ(Answer("DELETE", kSettings), "200 null");
  EXPECT_EQ(Get(kSettings), "200 {}");
  EXPECT_EQ(IdsIn(std::string(kPlugins) + "?state=true&plugin_type=boefje"),
            "ports");
}

TEST_F(RestTest, BodiesThatAreNoSettings) {
  std::string deep(10000, '[');
  for (const std::string& body :
       {std::string("[]"), std::string("5"), std::string("{\"a\":\"\xff\"}"),
        std::string("{\"a\":1,\"a\":2}"), std::string("{\"a\0\":1}", 8), deep,
        std::string("{\"hunter2-is-the-secret"), std::string("NaN")}) {
    const std::string answer = Answer("PUT", kSettings, body);
    EXPECT_THAT(answer, StartsWith("422 {\"detail\":[{\"type\":")) << body;
    EXPECT_THAT(answer, Not(HasSubstr(kSecret)));
  }
}

TEST_F(RestTest, ALostKeyIsNamed) {
  ASSERT_EQ(Answer("PUT", kSettings, kGood), "200 null");
  ASSERT_EQ(Answer("PUT", "/v1/organisations/acme/dns/settings", R"({"a":1})"),
            "200 null");
  registry_ = MakeWith({NewKeyText()});
  const std::string answer = Get(kSettings);
  EXPECT_THAT(answer, StartsWith("500 {\"message\":"));
  EXPECT_THAT(answer, HasSubstr(IdOf(key_)));
  EXPECT_THAT(Get("/v1/organisations/acme/settings"), HasSubstr(IdOf(key_)));
  // In a list it hides nobody, and is not taken for no settings.
  const Json configs = Parsed(Ask("GET", "/v1/configs").body);
  ASSERT_EQ(configs.size(), 2U);
  EXPECT_THAT(configs[0]["problem"].get<std::string>(), HasSubstr(IdOf(key_)));
  EXPECT_THAT(Get("/v1/configs?organisation_id=acme&boefje_id=ports"),
              StartsWith("500 "));
}

TEST_F(RestTest, ListsAndClonesSettings) {
  ASSERT_EQ(Answer("PUT", kSettings, kGood), "200 null");
  ASSERT_EQ(
      Answer("PATCH", std::string(kPlugins) + "/dns", R"({"enabled":true})"),
      "204 ");
  EXPECT_EQ(Get("/v1/organisations/acme/settings"),
            std::string(R"(200 {"ports":)") + kGood + "}");
  EXPECT_EQ(Answer("POST", "/v1/organisations/acme/settings/clone/other", ""),
            "200 null");
  EXPECT_EQ(Get("/v1/organisations/other/ports/settings"),
            std::string("200 ") + kGood);
  EXPECT_EQ(IdsIn("/v1/organisations/other/plugins?state=true"),
            "dns ports-normalize");
  EXPECT_EQ(Answer("POST", "/v1/organisations/acme/settings/clone/x", ""),
            R"(404 {"message":"Organisation with id 'x' not found"})");
}

TEST_F(RestTest, Configs) {
  ASSERT_EQ(Answer("PUT", kSettings, R"({"API_KEY":"x"})"), "200 null");
  EXPECT_EQ(
      Get("/v1/configs"),
      R"(200 [{"id":1,"settings":{"API_KEY":"x"},"enabled":false,)"
      R"("boefje_id":"ports","organisation_id":"acme","duplicates":[]}])");
  EXPECT_EQ(Get("/v1/configs?organisation_id=other"), "200 []");
  EXPECT_EQ(Get("/v1/configs?enabled=true"), "200 []");
  EXPECT_EQ(Get("/v1/configs?limit=0"), "200 []");
  EXPECT_EQ(Get("/v1/configs?offset=1"), "200 []");
  EXPECT_THAT(Get("/v1/configs?offset=x"), StartsWith("422 "));
}

TEST_F(RestTest, DuplicatesNeedTheInstallsSwitch) {
  const std::string theirs = "/v1/organisations/other/ports/settings";
  const std::string ask =
      "/v1/configs?organisation_id=acme&boefje_id=ports&with_duplicates=true"
      "&limit=0";
  ASSERT_EQ(Answer("PUT", kSettings, kGood), "200 null");
  ASSERT_EQ(Answer("PUT", theirs, kGood), "200 null");
  EXPECT_EQ(Get(ask), "200 []");
  RegistryOptions options = Options();
  options.deduplicate = true;
  registry_ = Make(std::move(options));
  Json configs = Parsed(Ask("GET", ask).body);
  ASSERT_EQ(configs.size(), 1U);
  ASSERT_EQ(configs[0]["duplicates"].size(), 1U);
  EXPECT_EQ(configs[0]["duplicates"][0]["organisation_id"], "other");
  ASSERT_EQ(Answer("PUT", theirs, R"({"API_KEY":"y"})"), "200 null");
  configs = Parsed(Ask("GET", ask).body);
  EXPECT_EQ(configs[0]["duplicates"].size(), 0U);
}

}  // namespace
}  // namespace cupel
