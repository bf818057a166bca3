// Whatever happens, no value is in what is told about it.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/status.h"
#include "tests/unit/environment/environment_testing.h"

namespace cupel {
namespace {

constexpr std::string_view kMarker = "MARKER";

// Random requests over schemas of every kind; every value has the marker.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  size_t Below(size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(random_);
  }

  std::string Schema() {
    static const std::vector<std::string> kKinds = {
        R"({"type":"string"})",
        R"({"type":"integer"})",
        R"({"type":"array"})",
        R"({"type":"string","maxLength":3})",
        R"({"pattern":"^x"})",
        R"({"enum":["a","b"]})",
        R"({"const":1})",
        R"({"not":{}})",
        "false",
        R"({"anyOf":[{"type":"null"},{"type":"boolean"}]})",
        R"({"type":"object","additionalProperties":false})",
        R"({"items":{"type":"null"},"uniqueItems":true})",
        R"({"propertyNames":{"maxLength":1}})",
        "{}"};
    std::string text = R"({"properties":{)";
    for (int i = 0; i < 4; ++i) {
      text += (i > 0 ? ",\"K" : "\"K") + std::to_string(i) +
              "\":" + kKinds[Below(kKinds.size())];
    }
    text += R"(},"secret":["K0","K2"])";
    if (Below(3) == 0) text += R"(,"required":["K1","K3"])";
    return text + "}";
  }

  Json Value() {
    const std::string secret =
        std::string(kMarker) + std::to_string(Below(1000)) +
        std::string(Below(3) == 0 ? 1 : 0, '\0') + std::string(Below(40), '!');
    switch (Below(4)) {
      case 0:
        return Json::array({secret, secret});
      case 1: {
        Json object = Json::object();
        object["k"] = secret;
        return object;
      }
      default:
        return secret;
    }
  }

  EnvironmentRequest Request(const cupel::Schema* schema) {
    EnvironmentRequest request;
    request.schema = schema;
    request.settings = Json::object();
    for (int i = 0; i < 6; ++i) {
      const std::string key = "K" + std::to_string(i);
      if (Below(2) == 0) request.settings[key] = Value();
      if (Below(2) == 0) {
        const Json value = Value();
        request.variables.emplace_back(
            "BOEFJE_" + key,
            value.is_string() ? value.get<std::string>() : PrintJson(value));
      }
    }
    if (Below(2) == 0) request.environment_keys = {"K4"};
    request.plugin = "p";
    return request;
  }

 private:
  std::mt19937 random_;
};

bool Shows(std::string_view text) {
  return text.find(kMarker) != std::string_view::npos;
}

TEST(SecrecyTest, NothingShowsAValue) {
  size_t built = 0;
  size_t failed = 0;
  for (unsigned seed = 0; seed < 1000; ++seed) {
    Generator generator(seed);
    const std::string text = generator.Schema();
    const auto schema = MakeSchema(text);
    ASSERT_NE(schema, nullptr);
    const auto environment =
        Environment::Build(generator.Request(schema.get()));
    if (!environment.ok()) {
      ++failed;
      EXPECT_FALSE(Shows(MessageOf(environment.status()))) << text;
      continue;
    }
    ++built;
    EXPECT_FALSE(Shows(PrintJson(environment->Explain()))) << text;
    const Json masked = environment->Values(true);
    for (const EnvironmentEntry& entry : environment->entries()) {
      if (entry.secret) {
        EXPECT_EQ(masked[entry.key], "***") << text;
      }
    }
    for (const EnvironmentRefusal& refusal : environment->refusals()) {
      EXPECT_FALSE(Shows(refusal.key));
    }
  }
  // Both ways out were taken.
  EXPECT_GT(built, 30u);
  EXPECT_GT(failed, 30u);
}

TEST(SecrecyTest, NameOfThePluginIsPrintable) {
  const auto schema = MakeSchema(R"({"required":["A"]})");
  EnvironmentRequest request = MakeRequest(schema.get(), "{}");
  request.plugin = "a\nb\x1b[2J";
  const std::string message(
      MessageOf(Environment::Build(std::move(request)).status()));
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace cupel
