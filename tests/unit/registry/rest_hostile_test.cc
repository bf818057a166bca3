// Requests that nobody with good intentions sends: each gets an answer that
// says what is wrong, changes nothing, and none ends the program.
#include <string>
#include <vector>

#include "format/escape.h"
#include "tests/unit/registry/rest_client.h"

namespace cupel {
namespace {

using std::string_literals::operator""s;

constexpr const char* kPlugins = "/v1/organisations/acme/plugins";
constexpr const char* kSettings = "/v1/organisations/acme/dns/settings";

class RestHostileTest : public RegistryTest {
 protected:
  void SetUp() override {
    RegistryTest::SetUp();
    AddFolder("dns", true);
    AddOrganisations({"acme"});
    registry_ = Make();
    ASSERT_NE(registry_, nullptr);
  }

  RestResponse Do(std::string_view method, std::string_view target,
                  std::string_view body = {}, const RestLimits& limits = {}) {
    return Ask(*registry_, method, target, body, limits);
  }

  void ExpectNoSettings() { EXPECT_EQ(Do("GET", kSettings).body, "{}"); }

  std::shared_ptr<Registry> registry_;
};

TEST_F(RestHostileTest, PathsThatAreNoneAreRefused) {
  for (const std::string& path : {
           ""s,
           "v1/organisations"s,
           "/v1/organisations/%"s,
           "/v1/organisations/%4"s,
           "/v1/organisations/%zz"s,
           "/v1/organisations/%4%31"s,
           "/v1/organisations/%+1"s,
           "/v1/organisations/%00"s,
           "/v1/organisations/a%00b"s,
           "/v1/organisations/a\0b"s,
           "/v1/organisations/a%0db"s,
           "/v1/organisations/a\r\nb"s,
           "/v1/organisations/%c2%85"s,
           "/v1/organisations/%7f"s,
           "/v1/organisations/a%2fplugins"s,
           "/v1/organisations/a%2Fplugins"s,
           "/v1/organisations/%ff"s,
           "/v1/organisations/%c0%af"s,
           "/v1/organisations/%ed%a0%80"s,
           "/v1/organisations/\xff"s,
       }) {
    const RestResponse response = Do("GET", path);
    EXPECT_EQ(response.status, 400) << EscapePrintable(path);
    EXPECT_EQ(ErrorKeyOf(response), "detail") << response.body;
  }
}

TEST_F(RestHostileTest, EscapedLettersAreLetters) {
  const RestResponse plain = Do("GET", "/v1/organisations/acme");
  ASSERT_EQ(plain.status, 200);
  EXPECT_EQ(Do("GET", "/%761/organisations/%61cme").body, plain.body);
  // A plus is one in a path, and decoding is done once.
  EXPECT_EQ(Do("GET", "/v1/organisations/ac+me").status, 404);
  EXPECT_EQ(Do("GET", "/v1/organisations/%2561cme").status, 404);
}

TEST_F(RestHostileTest, DotsAreNoPaths) {
  files_.Write("dns/cover.jpg", "the cover");
  files_.Write("secret.txt", kSecret);
  ASSERT_TRUE(registry_->Rescan().ok());
  for (const std::string id :
       {"..", ".", "dns%5c..", "..%5csecret.txt", "~", "secret.txt"}) {
    for (const std::string_view file :
         {"cover.jpg", "description.md", "schema.json"}) {
      const RestResponse response =
          Do("GET", std::string(kPlugins) + "/" + id + "/" + std::string(file));
      EXPECT_EQ(response.status, 200) << id;
      EXPECT_EQ(response.body.find(kSecret), std::string::npos) << id;
      EXPECT_NE(response.body, "the cover") << id;
    }
  }
  EXPECT_EQ(Do("GET", "/v1/../health").status, 404);
  EXPECT_EQ(Do("GET", "/v1//organisations").status, 404);
}

TEST_F(RestHostileTest, QueriesThatAreNoneAreRefused) {
  for (const std::string& query : {"q=%"s, "q=%g0"s, "q=%00"s, "q=\0"s, "%ff"s,
                                   "q=%c3"s, "unknown=%zz"s, "q=a%0a"s}) {
    const RestResponse response =
        Do("GET", std::string(kPlugins) + "?" + query);
    EXPECT_EQ(response.status, 400) << EscapePrintable(query);
    EXPECT_EQ(ErrorKeyOf(response), "detail");
  }
}

TEST_F(RestHostileTest, ValuesOfQueriesAreChecked) {
  for (const std::string query :
       {"offset=-1", "offset=1.5", "offset=", "offset=0x1", "limit=+1",
        "limit=99999999999999999999999", "limit=1e9", "limit=NaN", "state=2",
        "state=", "plugin_type=virus", "plugin_type=", "plugin_type=Boefje"}) {
    const RestResponse response =
        Do("GET", std::string(kPlugins) + "?" + query);
    ASSERT_EQ(response.status, 422) << query;
    const Json issue = Parsed(response.body)["detail"][0];
    EXPECT_EQ(issue["loc"][0], "query");
    EXPECT_EQ(issue["loc"][1], query.substr(0, query.find('=')));
    EXPECT_EQ(issue.size(), 3u) << "type, loc and msg, and no input";
  }
}

TEST_F(RestHostileTest, TheLargestPageIsAPage) {
  const RestResponse all = Do("GET", kPlugins);
  ASSERT_EQ(all.status, 200);
  const std::string path = kPlugins;
  EXPECT_EQ(Do("GET", path + "?limit=999999999999999999").body, all.body);
  EXPECT_EQ(Do("GET", path + "?offset=999999999999999999").body, "[]");
  EXPECT_EQ(Do("GET", path + "?limit=0").body, "[]");
}

TEST_F(RestHostileTest, OfEqualParametersTheLastCountsAndUnknownOnesDoNot) {
  const std::string path = kPlugins;
  const std::string all = Do("GET", path).body;
  EXPECT_EQ(Do("GET", path + "?limit=0&limit=5").body, all);
  EXPECT_EQ(Do("GET", path + "?limit=5&limit=0").body, "[]");
  EXPECT_EQ(Do("GET", path + "?&&no_such=1&=&LIMIT=0&").body, all);
}

TEST_F(RestHostileTest, TheBodyHasALimit) {
  RestLimits limits;
  limits.body_bytes = 20;
  const std::string fits = R"({"API_KEY":"0123456"})";
  EXPECT_EQ(fits.size(), limits.body_bytes + 1);
  EXPECT_EQ(Do("PUT", kSettings, fits, limits).status, 413);
  ExpectNoSettings();
  EXPECT_EQ(Do("PUT", kSettings, R"({"API_KEY":"012345"})", limits).status,
            200);
}

TEST_F(RestHostileTest, AHundredMegabytesAreTooMany) {
  const RestResponse response =
      Do("PUT", kSettings, std::string(size_t{100} << 20, '['));
  EXPECT_EQ(response.status, 413);
  EXPECT_LT(response.body.size(), 200u);
  EXPECT_EQ(ErrorKeyOf(response), "detail");
}

TEST_F(RestHostileTest, TheTargetHasALimit) {
  RestLimits limits;
  limits.target_bytes = 30;
  EXPECT_EQ(Do("GET", "/health?" + std::string(23, 'a'), {}, limits).status,
            200);
  EXPECT_EQ(Do("GET", "/health?" + std::string(24, 'a'), {}, limits).status,
            414);
  EXPECT_EQ(Do("GET", "/" + std::string(20'000, 'a')).status, 414);
}

TEST_F(RestHostileTest, BodiesThatAreNoJsonAreRefused) {
  const std::string deep(3'000'000, '[');
  const std::string deep_object = [] {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += R"({"a":)";
    return text;
  }();
  for (const std::string& body : {
           ""s,
           " "s,
           "{"s,
           "{}{}"s,
           "nul"s,
           "NaN"s,
           "'a'"s,
           "{\"a\":1,}"s,
           "\xef\xbb\xbf{}"s,
           "{\"API_KEY\":\"\xff\"}"s,
           "{\"API_KEY\":\"a\0b\"}"s,
           R"({"API_KEY":"a","API_KEY":"b"})"s,
           R"({"API_KEY":"\ud800"})"s,
           R"({"API_KEY":1e999})"s,
           "{}\0"s,
           deep,
           deep_object,
       }) {
    for (const char* const target :
         {kSettings, "/v1/organisations", "/v1/organisations/acme"}) {
      const bool put = target == std::string(kSettings);
      const RestResponse response = Do(put ? "PUT" : "POST", target, body);
      const bool routed = target != std::string("/v1/organisations/acme");
      EXPECT_EQ(response.status, routed ? 422 : 405)
          << target << EscapePrintable(body.substr(0, 40));
      EXPECT_EQ(ErrorKeyOf(response), "detail");
      EXPECT_LT(response.body.size(), 2000u);
    }
  }
  ExpectNoSettings();
}

TEST_F(RestHostileTest, BodiesOfAnotherTypeAreRefused) {
  for (const char* const body : {"null", "1", "\"x\"", "true", "[]", "[{}]"}) {
    for (const auto& [method, target] :
         std::vector<std::pair<std::string, std::string>>{
             {"PUT", kSettings},
             {"POST", kSettings},
             {"POST", "/v1/organisations"},
             {"PUT", "/v1/organisations"},
             {"POST", kPlugins},
             {"PATCH", std::string(kPlugins) + "/dns"},
             {"PATCH", "/v1/organisations/acme/boefjes/dns"},
             {"PATCH", "/v1/organisations/acme/normalizers/dns"},
             {"POST", "/v1/organisations/acme/repositories"}}) {
      const RestResponse response = Do(method, target, body);
      EXPECT_EQ(response.status, 422) << method << " " << target << body;
      EXPECT_EQ(ErrorKeyOf(response), "detail") << response.body;
    }
  }
}

TEST_F(RestHostileTest, IdsThatNoPathCanHoldAreNotTaken) {
  for (const std::string& id : {""s, "a/b"s, ".."s, "a..b"s, "a\\u0000b"s,
                                "a\\nb"s, "a\\\\b"s, std::string(65, 'a')}) {
    const std::string body = R"({"id":")" + id + R"(","name":"n"})";
    EXPECT_EQ(Do("POST", "/v1/organisations", body).status, 422) << id;
    EXPECT_EQ(Do("POST", kPlugins, body).status, 422) << id;
  }
  EXPECT_EQ(Do("GET", "/v1/organisations").body,
            R"({"acme":{"id":"acme","name":"acme","deduplicate":true}})");
}

TEST_F(RestHostileTest, MethodsThatAreNoneGetAList) {
  for (const std::string& method :
       {"TRACE"s, "CONNECT"s, "get"s, ""s, "G\0T"s, "POST\r\nX: y"s,
        std::string(100'000, 'M')}) {
    const RestResponse response = Do(method, "/health");
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(HeaderOf(response, "allow"), "GET, HEAD, OPTIONS");
  }
}

TEST_F(RestHostileTest, NoHeaderHasALineBreak) {
  for (const std::string target :
       {"/%0d%0aSet-Cookie:x", "/v1/organisations/%0d%0a", "/?%0d%0a", "/x?a",
        "/", "/v1/organisations/acme/", "/health/"}) {
    const RestResponse response = Do("GET", target);
    for (const auto& [name, value] : response.headers) {
      EXPECT_EQ((name + value).find_first_of("\r\n"), std::string::npos);
    }
  }
}

TEST_F(RestHostileTest, ManyMistakesAreNotManyMegabytes) {
  std::string body = R"({"id":"x","name":"y","consumes":[)";
  for (int i = 0; i < 100'000; ++i) body += "1,";
  body += "1]}";
  const RestResponse response = Do("POST", kPlugins, body);
  EXPECT_EQ(response.status, 422);
  EXPECT_LT(response.body.size(), 300'000u);
}

TEST_F(RestHostileTest, ABrokenManifestHidesNoOther) {
  files_.Write("bad/boefje.json", "{");
  files_.Write("worse/boefje.json", R"({"id":"worse","name":7})");
  ASSERT_TRUE(registry_->Rescan().ok());
  ASSERT_TRUE(store_->AddPlugin({"torn", "boefje", "torn", "{", false}).ok());
  const Json plugins = Parsed(Do("GET", kPlugins).body);
  ASSERT_EQ(plugins.size(), 1u);
  EXPECT_EQ(plugins[0]["id"], "dns");
  EXPECT_EQ(registry_->found().size(), 3u);
  for (const std::string id : {"torn", "worse"}) {
    const std::string path = std::string(kPlugins) + "/" + id;
    EXPECT_EQ(Do("GET", path).status, 404) << id;
    EXPECT_EQ(Do("PATCH", path, R"({"enabled":true})").status, 404) << id;
    const RestResponse put =
        Do("PUT", "/v1/organisations/acme/" + id + "/settings", "{}");
    EXPECT_GE(put.status, 400);
    EXPECT_LT(put.status, 500) << put.body;
  }
  EXPECT_EQ(Do("DELETE", "/v1/organisations/acme/boefjes/torn").status, 204);
}

}  // namespace
}  // namespace cupel
