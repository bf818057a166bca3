// The REST API without a transport: requests in, responses out.
#include <string>
#include <vector>

#include "catalogue_testing.h"

namespace cupel_test {
namespace {

class HttpTest : public testing::Test {
 protected:
  Response Ask(std::string_view method, std::string_view path,
               std::string_view body = {}, std::string_view query = {}) {
    const cupel_field headers[] = {Field("Content-Type", "application/json")};
    cupel_http_request request = CUPEL_HTTP_REQUEST_INIT;
    request.method = View(method);
    request.path = View(path);
    request.query = View(query);
    request.headers = headers;
    request.header_count = 1;
    request.body = View(body);
    return Make<Response>(cupel_registry_handle, registry_.get(), &request);
  }
  int32_t StatusOf(std::string_view method, std::string_view path,
                   std::string_view body = {}, std::string_view query = {}) {
    return cupel_http_response_status(Ask(method, path, body, query).get());
  }
  static nlohmann::json BodyOf(const Response& response) {
    return nlohmann::json::parse(
        Text(cupel_http_response_body(response.get())));
  }

  const Plugins plugins_;
  const Keyring ring_ = RingOf({NewKey()});
  Registry registry_ = OpenRegistry(plugins_, ring_);
};

TEST_F(HttpTest, AnswersWithStatusHeadersAndBody) {
  const Response response = Ask("GET", "/v1/organisations/acme/plugins");
  EXPECT_EQ(cupel_http_response_status(response.get()), 200);
  const auto list = BodyOf(response);
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0]["id"], "dns");
  bool has_type = false;
  const size_t count = cupel_http_response_header_count(response.get());
  for (size_t i = 0; i < count; ++i) {
    const cupel_field header = cupel_http_response_header(response.get(), i);
    std::string name = Text(header.name);
    for (char& c : name) c = static_cast<char>(std::tolower(c));
    has_type = has_type || (name == "content-type" &&
                            Contains(Text(header.value), "application/json"));
  }
  EXPECT_TRUE(has_type);
  for (const size_t index : {count, count + 1, SIZE_MAX}) {
    const cupel_field none = cupel_http_response_header(response.get(), index);
    EXPECT_EQ(none.name.size + none.value.size, 0u);
    EXPECT_NE(none.name.data, nullptr);
  }
}

TEST_F(HttpTest, SharesTheRegistryWithTheOtherCalls) {
  const std::string path = "/v1/organisations/acme/dns/settings";
  EXPECT_EQ(StatusOf("PUT", path, kSettings), 200);
  EXPECT_EQ(SettingsOf(registry_, "acme", "dns"), kSettings);
  EXPECT_EQ(BodyOf(Ask("GET", path)), nlohmann::json::parse(kSettings));
  EXPECT_EQ(StatusOf("DELETE", path), 200);
  EXPECT_EQ(SettingsOf(registry_, "acme", "dns"), "{}");
}

TEST_F(HttpTest, UsersMistakesAreAnsweredWithoutValues) {
  const Response bad =
      Ask("PUT", "/v1/organisations/acme/dns/settings",
          R"({"API_KEY":"k","TOP_PORTS":"hunter2-is-the-secret"})");
  EXPECT_GE(cupel_http_response_status(bad.get()), 400);
  EXPECT_LT(cupel_http_response_status(bad.get()), 500);
  EXPECT_FALSE(Contains(Text(cupel_http_response_body(bad.get())), kSecret));
  EXPECT_EQ(StatusOf("GET", "/nothing/here"), 404);
  EXPECT_EQ(StatusOf("GET", "/v1/organisations/acme/plugins/none"), 404);
}

// Whatever is in the request, there is an answer.
TEST_F(HttpTest, OddRequests) {
  const std::string nul("a\0b", 3);
  const std::string bytes = "\xff\xfe\x80";
  const std::string many(100000, '/');
  for (const std::string& text :
       {std::string(), nul, bytes, many, std::string("%"), std::string("%zz"),
        std::string("/v1/%00"), std::string("/../../etc/passwd"),
        std::string("/v1/organisations/%2e%2e/plugins"),
        std::string(1 << 20, '%')}) {
    for (const int32_t status :
         {StatusOf(text, "/health"), StatusOf("GET", text),
          StatusOf("GET", "/v1/organisations/acme/plugins", "", text),
          StatusOf("POST", "/v1/organisations", text),
          StatusOf("PUT", "/v1/organisations/acme/dns/settings", text)}) {
      EXPECT_GE(status, 200);
      EXPECT_LT(status, 500);
    }
  }
}

TEST_F(HttpTest, BodiesOverTheLimitGet413) {
  const std::string folder = plugins_.folder();
  const cupel_view folders[] = {View(folder)};
  cupel_registry_options options = CUPEL_REGISTRY_OPTIONS_INIT;
  options.plugin_folders = folders;
  options.plugin_folder_count = 1;
  options.max_body_bytes = 100;
  registry_ = Make<Registry>(cupel_registry_open, &options);
  const std::string just(100, ' ');
  EXPECT_NE(StatusOf("POST", "/v1/organisations", just), 413);
  EXPECT_EQ(StatusOf("POST", "/v1/organisations", just + " "), 413);
}

TEST_F(HttpTest, ResponsesOutliveTheRegistry) {
  const Response response = Ask("GET", "/v1/organisations/acme/plugins");
  registry_.reset();
  EXPECT_EQ(BodyOf(response).size(), 3u);
}

TEST(TokenTest, MatchesItsHashOnly) {
  const std::string token = Text(Make<Buffer>(cupel_token_generate));
  const std::string hash = Text(Make<Buffer>(cupel_token_hash, View(token)));
  EXPECT_EQ(hash.size(), 64u);
  int32_t matches = -1;
  MustBeOk(cupel_token_matches, View(token), View(hash), &matches);
  EXPECT_EQ(matches, 1);
  MustBeOk(cupel_token_matches, View(token + "x"), View(hash), &matches);
  EXPECT_EQ(matches, 0);
  MustBeOk(cupel_token_matches, View(token), View(""), &matches);
  EXPECT_EQ(matches, 0);
}

TEST(TokenTest, WrongArguments) {
  EXPECT_EQ(cupel_token_generate(nullptr, nullptr),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(cupel_token_hash(View("x"), nullptr, nullptr),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(cupel_token_matches(View("x"), View("y"), nullptr, nullptr),
            CUPEL_STATUS_INVALID_ARGUMENT);
  cupel_buffer* hash = nullptr;
  EXPECT_EQ(cupel_token_hash({nullptr, 5}, &hash, nullptr),
            CUPEL_STATUS_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace cupel_test
