// What no answer may tell: settings, to whom they do not belong, and that
// others are there at all.
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/registry/rest_client.h"

namespace cupel {
namespace {

using ::std::string;

constexpr const char* kAcme = "/v1/organisations/acme";

class RestSecretsTest : public RegistryTest {
 protected:
  void SetUp() override {
    RegistryTest::SetUp();
    AddFolder("dns", true);
    files_.Write("strict/boefje.json",
                 R"({"id":"strict","name":"Strict","scan_level":1})");
    files_.Write("strict/schema.json",
                 R"({"type":"object","properties":{)"
                 R"("A":{"type":"string","maxLength":3,"pattern":"^x"},)"
                 R"("B":{"enum":["b"]},"C":{"const":"c"},)"
                 R"("D":{"type":"integer","maximum":1},)"
                 R"("E":{"anyOf":[{"type":"null"},{"type":"array"}]}},)"
                 R"("additionalProperties":false})");
    AddOrganisations({"acme", "globex"});
    registry_ = Make();
    ASSERT_NE(registry_, nullptr);
  }

  RestResponse Do(std::string_view method, const string& target,
                  std::string_view body = {}) {
    return Ask(*registry_, method, target, body);
  }

  static void ExpectKept(const RestResponse& response, const string& where) {
    EXPECT_EQ(TextOf(response).find(kSecret), string::npos)
        << where << ": " << response.body;
    EXPECT_EQ(TextOf(response).find("hunter2"), string::npos) << where;
  }

  std::shared_ptr<Registry> registry_;
};

TEST_F(RestSecretsTest, WhatTheSchemaDoesNotTakeIsNotRepeated) {
  const string secret = kSecret;
  for (const string& body : {
           R"({"A":")" + secret + R"("})",
           R"({"B":")" + secret + R"("})",
           R"({"C":")" + secret + R"("})",
           R"({"D":")" + secret + R"("})",
           R"({"E":")" + secret + R"("})",
           R"({"F":")" + secret + R"("})",
           R"({"A":[")" + secret + R"("]})",
           R"({"A":{"a":")" + secret + "\"}}",
       }) {
    const RestResponse response =
        Do("PUT", string(kAcme) + "/strict/settings", body);
    EXPECT_EQ(response.status, 400) << response.body;
    EXPECT_EQ(ErrorKeyOf(response), "message");
    ExpectKept(response, body);
  }
  EXPECT_EQ(Do("GET", string(kAcme) + "/strict/settings").body, "{}");
}

TEST_F(RestSecretsTest, TornBodiesAreNotRepeated) {
  const string secret = kSecret;
  for (const string& body : {
           R"({"API_KEY":")" + secret,
           R"({"API_KEY":)" + secret + "}",
           secret,
           "[\"" + secret + "\"]",
           "\"" + secret + "\"",
           R"({"API_KEY":")" + secret + "\"}" + secret,
           R"({"API_KEY":")" + secret + R"(","API_KEY":")" + secret + "\"}",
           R"({"API_KEY":")" + secret + "\xff\"}",
       }) {
    for (const auto& [method, target] : std::vector<std::pair<string, string>>{
             {"PUT", string(kAcme) + "/dns/settings"},
             {"POST", string(kAcme) + "/dns/settings"},
             {"POST", string(kAcme) + "/plugins"},
             {"PATCH", string(kAcme) + "/plugins/dns"},
             {"PATCH", string(kAcme) + "/boefjes/dns"},
             {"POST", string(kAcme) + "/repositories"},
             {"POST", "/v1/organisations"},
             {"PUT", "/v1/organisations"}}) {
      const RestResponse response = Do(method, target, body);
      EXPECT_EQ(response.status, 422) << method << target << body;
      ExpectKept(response, target);
    }
  }
}

TEST_F(RestSecretsTest, ValuesOfWrongFieldsAreNotRepeated) {
  const string value = "\"" + string(kSecret) + "\"";
  for (const string key : {"enabled", "consumes", "scan_level", "cron",
                           "run_on", "created", "interval", "boefje_schema",
                           "deduplicate", "oci_arguments", "static", "type"}) {
    const RestResponse response = Do(
        "POST", string(kAcme) + "/plugins",
        R"({"id":"x","name":"n","scan_level":1,")" + key + "\":" + value + "}");
    EXPECT_EQ(response.status, 422) << key << response.body;
    ExpectKept(response, key);
  }
  ExpectKept(Do("POST", "/v1/organisations",
                R"({"id":"x","name":"n","deduplicate":)" + value + "}"),
             "deduplicate");
  ExpectKept(Do("POST", string(kAcme) + "/repositories",
                R"({"id":"x","name":"n","base_url":)" + value + "}"),
             "base_url");
  // A password would be shown to all who may list.
  const RestResponse url = Do("POST", string(kAcme) + "/repositories",
                              R"({"id":"x","name":"n","base_url":"http://u:)" +
                                  string(kSecret) + R"(@h/"})");
  EXPECT_EQ(url.status, 422);
  ExpectKept(url, "base_url");
  for (const string name : {"state", "offset", "limit", "plugin_type"}) {
    const RestResponse response =
        Do("GET", string(kAcme) + "/plugins?" + name + "=" + kSecret);
    EXPECT_EQ(response.status, 422);
    ExpectKept(response, name);
  }
}

TEST_F(RestSecretsTest, ALostKeyIsNamedAndNothingElse) {
  const string dns = string(kAcme) + "/dns/settings";
  ASSERT_EQ(Do("PUT", dns, R"({"API_KEY":")" + string(kSecret) + "\"}").status,
            200);
  registry_ = MakeWith({NewKeyText()});
  for (const auto& [method, target] : std::vector<std::pair<string, string>>{
           {"GET", dns},
           {"GET", string(kAcme) + "/settings"},
           {"GET", "/v1/configs?organisation_id=acme&boefje_id=dns"},
           {"POST", string(kAcme) + "/settings/clone/globex"}}) {
    const RestResponse response = Do(method, target);
    EXPECT_EQ(response.status, 500) << target;
    EXPECT_EQ(ErrorKeyOf(response), "message") << response.body;
    EXPECT_NE(response.body.find(IdOf(key_)), string::npos) << response.body;
    EXPECT_EQ(response.body.find(key_), string::npos);
    ExpectKept(response, target);
  }
  // What does not open hides nothing that does.
  ASSERT_EQ(Do("PUT", "/v1/organisations/globex/dns/settings",
               R"({"API_KEY":"fine"})")
                .status,
            200);
  const Json configs = Parsed(Do("GET", "/v1/configs").body);
  ASSERT_EQ(configs.size(), 2u);
  EXPECT_EQ(configs[0]["settings"], Json::object());
  EXPECT_TRUE(configs[0].contains("problem"));
  EXPECT_EQ(configs[1]["settings"]["API_KEY"], "fine");
}

TEST_F(RestSecretsTest, OneOrganisationLearnsNothingOfAnother) {
  const string globex = "/v1/organisations/globex";
  ASSERT_EQ(Do("PUT", globex + "/dns/settings",
               R"({"API_KEY":")" + string(kSecret) + "\"}")
                .status,
            200);
  ASSERT_EQ(Do("PATCH", globex + "/plugins/dns", R"({"enabled":true})").status,
            204);
  ASSERT_EQ(Do("POST", globex + "/repositories",
               R"({"id":"shop","name":"Globex","base_url":"http://g/"})")
                .status,
            201);
  for (const auto& [method, target] : std::vector<std::pair<string, string>>{
           {"GET", ""},
           {"GET", "/plugins"},
           {"GET", "/plugins/dns"},
           {"GET", "/plugins?state=true"},
           {"GET", "/plugins/dns/schema.json"},
           {"GET", "/settings"},
           {"GET", "/dns/settings"},
           {"DELETE", "/dns/settings"},
           {"GET", "/repositories"},
           {"GET", "/repositories/shop"},
           {"DELETE", "/repositories/shop"},
           {"GET", "/repositories/shop/plugins"},
           {"GET", "/repositories/LOCAL/plugins"},
           {"POST", "/settings/clone/nobody"},
           {"PUT", "/dns/settings"},
           {"PATCH", "/boefjes/dns"}}) {
    const RestResponse response = Do(method, kAcme + target);
    ExpectKept(response, target);
    EXPECT_EQ(TextOf(response).find("lobex"), string::npos)
        << method << target << response.body;
  }
  EXPECT_EQ(Parsed(Do("GET", string(kAcme) + "/plugins/dns").body)["enabled"],
            false);
  // The same name may be taken by each.
  EXPECT_EQ(Do("POST", string(kAcme) + "/repositories",
               R"({"id":"shop","name":"Acme","base_url":"http://a/"})")
                .status,
            201);
  EXPECT_EQ(Parsed(Do("GET", globex + "/repositories/shop").body)["name"],
            "Globex");
}

TEST_F(RestSecretsTest, NothingIsKeptByCaches) {
  for (const string target : {"/health", "/nothing", "/v1/configs", "/%"}) {
    const RestResponse response = Do("GET", target);
    EXPECT_EQ(HeaderOf(response, "cache-control"), "no-store") << target;
    EXPECT_EQ(HeaderOf(response, "x-content-type-options"), "nosniff");
  }
}

}  // namespace
}  // namespace cupel
