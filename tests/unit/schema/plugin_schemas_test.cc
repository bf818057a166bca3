// The kinds of schema.json that plugins of OpenKAT come with: all the keywords
// that those have, in the ways in which they have them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include "tests/unit/schema/schema_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Text with a longest length and a default; nothing required.
constexpr std::string_view kResolver = R"json({
  "title": "Arguments", "type": "object",
  "properties": {
    "RECORDS": {"title": "RECORDS", "type": "string", "default": "A,AAAA,MX",
                "description": "Which records to ask for."},
    "RESOLVER": {"title": "RESOLVER", "maxLength": 45, "type": "string",
                 "description": "Whom to ask.", "default": "192.0.2.1"}}})json";

TEST(PluginSchemasTest, Texts) {
  EXPECT_TRUE(Valid(kResolver, "{}"));
  EXPECT_TRUE(Valid(kResolver, R"({"RECORDS":"A","RESOLVER":"192.0.2.7"})"));
  EXPECT_TRUE(Valid(kResolver, R"({"OTHER":1})"));
  EXPECT_THAT(IssuesOf(kResolver, R"({"RECORDS":5})"),
              ElementsAre("$.RECORDS: expected a string, found an integer"));
}

// Integers with bounds.
constexpr std::string_view kPortScan = R"json({
  "title": "Arguments", "type": "object",
  "properties": {
    "TOP_PORTS": {"title": "TOP_PORTS", "type": "integer", "minimum": 1,
                  "maximum": 65535, "default": 250},
    "MIN_PREFIX": {"title": "MIN_PREFIX", "type": "integer", "minimum": 0,
                   "maximum": 32, "default": 22}},
  "required": []})json";

TEST(PluginSchemasTest, BoundedIntegers) {
  EXPECT_TRUE(Valid(kPortScan, R"({"TOP_PORTS":250,"MIN_PREFIX":0})"));
  EXPECT_TRUE(Valid(kPortScan, R"({"TOP_PORTS":250.0})"));
  EXPECT_THAT(IssuesOf(kPortScan, R"({"TOP_PORTS":0,"MIN_PREFIX":"22"})"),
              ElementsAre("$.MIN_PREFIX: expected an integer, found a string",
                          "$.TOP_PORTS: less than 1"));
}

// Something required that is secret, and "maxLength" on an integer.
constexpr std::string_view kGeography = R"json({
  "title": "Arguments", "type": "object",
  "properties": {
    "ACCOUNT": {"title": "Account", "type": "integer", "maxLength": 48},
    "LICENCE": {"title": "Licence", "type": "string", "maxLength": 48},
    "TIMEOUT": {"title": "Timeout", "type": "integer"}},
  "required": ["ACCOUNT", "LICENCE"], "secret": ["LICENCE"]})json";

TEST(PluginSchemasTest, RequiredAndSecret) {
  const auto schema = MakeSchema(kGeography);
  ASSERT_NE(schema, nullptr);
  EXPECT_TRUE(schema->IsSecret("LICENCE"));
  EXPECT_FALSE(schema->IsSecret("ACCOUNT"));
  EXPECT_THAT(IssuesOf(*schema, FromText(R"({"ACCOUNT":7,"LICENCE":"k"})")),
              IsEmpty());
  EXPECT_THAT(IssuesOf(*schema, FromText("{}")), SizeIs(2));
}

// A list of ports and ranges: long, with everything spelled out.
constexpr std::string_view kPorts = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Arguments", "type": "object",
  "properties": {
    "PORTS": {"title": "PORTS", "type": "string", "pattern":
      "^(\\s*(6553[0-5]|655[0-2]\\d|65[0-4]\\d{2}|[1-5]?\\d{1,4})(-(6553[0-5]|655[0-2]\\d|65[0-4]\\d{2}|[1-5]?\\d{1,4}))?\\s*,)*\\s*(6553[0-5]|655[0-2]\\d|65[0-4]\\d{2}|[1-5]?\\d{1,4})$"},
    "PROTOCOL": {"title": "PROTOCOL", "enum": ["tcp", "udp"]}},
  "required": ["PORTS"]})json";

TEST(PluginSchemasTest, PatternsAndChoices) {
  EXPECT_TRUE(Valid(kPorts, R"({"PORTS":"80-443, 8080,9","PROTOCOL":"tcp"})"));
  EXPECT_THAT(IssuesOf(kPorts, R"({"PORTS":"80-","PROTOCOL":"icmp"})"),
              ElementsAre("$.PORTS: no match for the pattern",
                          "$.PROTOCOL: not one of the 2 allowed values"));
  EXPECT_THAT(IssuesOf(kPorts, R"({"PORTS":"80\n"})"), SizeIs(1));
}

// "min" and "max", which nobody has ever looked at.
constexpr std::string_view kCache = R"json({
  "title": "Arguments", "type": "object",
  "properties": {
    "SOURCE": {"title": "SOURCE", "type": "string"},
    "CACHE": {"title": "CACHE", "type": "integer", "min": 1, "max": 3600}}})json";

TEST(PluginSchemasTest, WordsThatAreNoKeywords) {
  const auto schema = MakeSchema(kCache);
  ASSERT_NE(schema, nullptr);
  EXPECT_THAT(schema->warnings(), SizeIs(2));
  EXPECT_THAT(IssuesOf(*schema, FromText(R"({"CACHE":999999})")), IsEmpty());
}

}  // namespace
}  // namespace cupel
