// cupel_schema: reading schemas and holding values against them.
#include <string>

#include "catalogue_testing.h"

namespace cupel_test {
namespace {

Schema Compiled(std::string_view text = kPluginSchema) {
  return Make<Schema>(cupel_schema_compile, View(text));
}

cupel_status CodeOf(std::string_view text) {
  cupel_schema* schema = nullptr;
  const auto status = cupel_schema_compile(View(text), &schema, nullptr);
  EXPECT_EQ(schema, nullptr);
  cupel_schema_free(schema);
  return status;
}

TEST(SchemaTest, ValuesThatFitAndThatDoNot) {
  const Schema schema = Compiled();
  MustBeOk(cupel_schema_validate, schema.get(), View(kSettings));
  const std::string bad =
      R"({"API_KEY":7,"TOP_PORTS":"hunter2-is-the-secret"})";
  const std::string message =
      MessageOf(CUPEL_STATUS_INVALID_ARGUMENT, cupel_schema_validate,
                schema.get(), View(bad));
  EXPECT_TRUE(Contains(message, "$.")) << message;
  EXPECT_FALSE(Contains(message, kSecret)) << message;
  const auto check =
      Parse(Make<Buffer>(cupel_schema_check, schema.get(), View(bad)));
  EXPECT_EQ(check["valid"], false);
  EXPECT_EQ(check["count"], 2);
  EXPECT_EQ(check["issues"].size(), 2u);
  EXPECT_FALSE(Contains(check.dump(), kSecret));
  EXPECT_EQ(Parse(Make<Buffer>(cupel_schema_check, schema.get(),
                               View(kSettings)))["valid"],
            true);
  EXPECT_EQ(cupel_schema_validate(schema.get(), View("{"), nullptr),
            CUPEL_STATUS_INVALID_ARGUMENT);
}

TEST(SchemaTest, TellsWhatThereIsToKnow) {
  const auto json = Parse(Make<Buffer>(cupel_schema_json, Compiled().get()));
  EXPECT_EQ(json["document"], nlohmann::json::parse(kPluginSchema));
  ASSERT_EQ(json["properties"].size(), 2u);
  EXPECT_EQ(json["properties"][0]["name"], "API_KEY");
  EXPECT_EQ(json["properties"][0]["secret"], true);
  EXPECT_FALSE(json["properties"][0].contains("default"));
  EXPECT_EQ(json["properties"][1]["types"][0], "integer");
  EXPECT_EQ(json["properties"][1]["default"], 250);
}

TEST(SchemaTest, BadSchemas) {
  EXPECT_EQ(CodeOf("{"), CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(CodeOf(R"({"type":"thing"})"), CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(CodeOf(R"({"pattern":"(?=a)b"})"), CUPEL_STATUS_UNIMPLEMENTED);
  EXPECT_EQ(CodeOf(R"({"$ref":"http://example.org/x"})"),
            CUPEL_STATUS_UNIMPLEMENTED);
  EXPECT_NE(CodeOf(R"({"$ref":"#"})"), CUPEL_STATUS_OK);
  EXPECT_NE(CodeOf(R"({"pattern":"((a{1,100}){1,100}){1,100}"})"),
            CUPEL_STATUS_OK);
}

}  // namespace
}  // namespace cupel_test
