// Schemas and values made to break whoever reads them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/unit/schema/schema_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string Repeated(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

absl::StatusCode CodeOf(const Json& schema) {
  return Schema::Compile(schema).status().code();
}

TEST(HostileSchemaTest, ReferenceLoops) {
  for (const char* const loop :
       {R"({"$ref":"#"})", R"({"allOf":[{"$ref":"#"}]})",
        R"({"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},
           "b":{"$ref":"#/$defs/a"}}})",
        R"({"not":{"anyOf":[{"if":true,"then":{"$ref":"#"}}]}})",
        R"({"dependentSchemas":{"a":{"oneOf":[{"$ref":"#"}]}}})",
        // Where nothing leads to it.
        R"({"$defs":{"a":{"$ref":"#/$defs/a"}}})",
        R"({"$schema":"http://json-schema.org/draft-07/schema#",
           "dependencies":{"a":{"$ref":"#"}}})"}) {
    const absl::Status error = CompileError(loop);
    EXPECT_EQ(error.code(), absl::StatusCode::kResourceExhausted) << loop;
    EXPECT_THAT(MessageOf(error), HasSubstr("refers to itself without end"));
    EXPECT_THAT(MessageOf(error), HasSubstr("$ref"));
  }
}

TEST(HostileSchemaTest, RecursionThatEndsIsFine) {
  constexpr std::string_view kTree =
      R"({"type":"object","properties":{"c":{"items":{"$ref":"#"}}}})";
  EXPECT_TRUE(Valid(kTree, R"({"c":[{"c":[{},{"c":[]}]}]})"));
  EXPECT_THAT(IssuesOf(kTree, R"({"c":[{"c":[{},{"c":[1]}]}]})"),
              ElementsAre("$.c[0].c[1].c[0]: expected an object, found an "
                          "integer"));
}

TEST(HostileSchemaTest, TooMany) {
  Json wide = Json::parse(R"({"properties":{}})");
  for (int i = 0; i < 100000; ++i) {
    // At the end of the vector that it is: looking it up is linear.
    wide["properties"].get_ref<Json::object_t&>().emplace_back(
        "P" + std::to_string(i), Json(true));
  }
  EXPECT_EQ(CodeOf(wide), absl::StatusCode::kResourceExhausted);

  std::string subschemas = "{\"anyOf\":[true";
  subschemas += Repeated(",true", 10000) + "]}";
  EXPECT_THAT(MessageOf(CompileError(subschemas)),
              HasSubstr("more than 10000 subschemas"));

  Json values;
  values["enum"] = Json(std::vector<int>(100001, 1));
  EXPECT_THAT(MessageOf(Schema::Compile(values).status()),
              HasSubstr("more than 100000 values"));

  Json text;
  text["enum"] = std::vector<std::string>(5, std::string(1 << 20, 'x'));
  EXPECT_THAT(MessageOf(Schema::Compile(text).status()),
              HasSubstr("bytes of text"));

  Json key;
  key["properties"][std::string(1025, 'k')] = true;
  EXPECT_THAT(MessageOf(Schema::Compile(key).status()),
              HasSubstr("a key of 1025 bytes"));

  std::string references = R"({"$defs":{"a":true},"allOf":[true)";
  references += Repeated(R"(,{"$ref":"#/$defs/a"})", 257) + "]}";
  EXPECT_THAT(MessageOf(CompileError(references)),
              HasSubstr("more than 256 references"));
}

TEST(HostileSchemaTest, TooDeep) {
  EXPECT_THAT(MessageOf(CompileError(Repeated(R"({"not":)", 33) + "true" +
                                     Repeated("}", 33))),
              HasSubstr("more than 32 deep"));
  EXPECT_TRUE(
      CompileError(Repeated(R"({"not":)", 32) + "true" + Repeated("}", 32))
          .ok());
  // Deeper than ParseJson() lets anything be.
  Json deep = true;
  for (int i = 0; i < 20000; ++i) {
    Json outer = Json::object();
    outer["not"] = std::move(deep);
    deep = std::move(outer);
  }
  EXPECT_EQ(CodeOf(deep), absl::StatusCode::kResourceExhausted);
  Json value;
  value["default"] = std::move(deep);
  EXPECT_EQ(CodeOf(value), absl::StatusCode::kResourceExhausted);
}

TEST(HostileSchemaTest, HugePatterns) {
  for (const char* const pattern :
       {R"({"pattern":"(a{1000}){1000}"})",
        R"({"patternProperties":{"((a{100}){100}){100}":true}})"}) {
    EXPECT_EQ(CompileError(pattern).code(),
              absl::StatusCode::kResourceExhausted)
        << pattern << CompileError(pattern);
  }
  EXPECT_EQ(
      CompileError(R"({"pattern":")" + std::string(20000, 'a') + "\"}").code(),
      absl::StatusCode::kResourceExhausted);
}

// A chain in which each refers to the next, and a circle: valijson recurses
// into what it has not seen.
std::string Chain(size_t length, bool circle) {
  std::string text = R"({"$ref":"#/$defs/0","$defs":{)";
  for (size_t i = 0; i < length; ++i) {
    const bool last = i + 1 == length;
    const std::string target = last ? "0" : std::to_string(i + 1);
    text += "\"" + std::to_string(i) + "\":";
    if (last && !circle) {
      text += R"({"type":"null"})";
    } else {
      text += R"({"items":{"$ref":"#/$defs/)" + target + "\"}}";
    }
    text += last ? "" : ",";
  }
  return text + "}}";
}

TEST(HostileSchemaTest, LongChains) {
  EXPECT_TRUE(CompileError(Chain(255, false)).ok());
  EXPECT_TRUE(CompileError(Chain(60, true)).ok());
  EXPECT_THAT(MessageOf(CompileError(Chain(100, true))),
              HasSubstr("in circles"));
}

// The deepest that is let through, on a stack as small as threads may have.
TEST(HostileSchemaTest, StackIsBounded) {
  std::vector<std::string> issues;
  std::string value = Repeated("[", 60) + Repeated("]", 60);
  // Each level of the value goes through several of the schema.
  const std::string schema = R"({"items":)" + Repeated(R"({"allOf":[)", 14) +
                             R"({"$ref":"#"})" + Repeated("]}", 14) + "}";
  Json parsed_schema = FromText(schema);
  Json parsed_value = FromText(value);
  issues = IssuesOf(**Schema::Compile(parsed_schema), parsed_value);
  EXPECT_THAT(issues, ElementsAre(HasSubstr("too complex")));
}

// Each level doubles the work; only a budget ends it.
std::string Doubling(size_t levels, std::string_view keyword) {
  std::string text = R"({"$ref":"#/$defs/0","$defs":{)";
  for (size_t i = 0; i < levels; ++i) {
    const std::string next = R"({"$ref":"#/$defs/)" + std::to_string(i + 1);
    text += "\"" + std::to_string(i) + "\":{\"" + std::string(keyword) +
            "\":[" + next + "\"}," + next + "\"}]},";
  }
  return text + "\"" + std::to_string(levels) + R"(":{"type":"null"}}})";
}

TEST(HostileSchemaTest, ExponentialWorkEnds) {
  for (const char* const keyword : {"anyOf", "allOf", "oneOf"}) {
    const std::vector<std::string> issues =
        IssuesOf(Doubling(60, keyword), "1");
    ASSERT_THAT(issues, ::testing::Not(IsEmpty())) << keyword;
    EXPECT_LE(issues.size(), 101u);
  }
  // Whatever the answer is then, "not" does not make it a yes.
  const std::string text = Doubling(60, "anyOf");
  EXPECT_THAT(IssuesOf(R"({"not":{"$ref":"#/$defs/0"},)" +
                           text.substr(text.find("\"$defs\"")),
                       "1"),
              ElementsAre("$: too large or too complex to be held against the "
                          "schema"));
}

TEST(HostileValueTest, ManyIssues) {
  const std::string value = "[1" + Repeated(",1", 5000) + "]";
  EXPECT_THAT(IssuesOf(R"({"items":{"type":"null"}})", value), SizeIs(100));
  EXPECT_THAT(IssuesOf(R"({"items":false})", value), SizeIs(100));
}

TEST(HostileValueTest, UniqueItemsOfMany) {
  std::string different = "[0";
  for (int i = 1; i < 100000; ++i) different += "," + std::to_string(i);
  EXPECT_TRUE(Valid(R"({"uniqueItems":true})", different + "]"));
  EXPECT_FALSE(Valid(R"({"uniqueItems":true})", different + ",77.0]"));
}

TEST(HostileValueTest, TooMuchWork) {
  std::string value = "[0";
  for (int i = 1; i < 50000; ++i) value += "," + std::to_string(i);
  std::string schema = R"({"items":{"enum":[-1)";
  for (int i = 2; i < 5000; ++i) schema += ",-" + std::to_string(i);
  EXPECT_THAT(IssuesOf(schema + "]}}", value + "]"), ::testing::Not(IsEmpty()));
}

TEST(HostileValueTest, TooDeep) {
  Json deep = 1;
  for (int i = 0; i < 20000; ++i) {
    Json outer = Json::array();
    outer.push_back(std::move(deep));
    deep = std::move(outer);
  }
  EXPECT_THAT(IssuesOf(*MakeSchema("true"), deep),
              ElementsAre("$: nested too deeply to be checked"));
}

// valijson's own reader would stop at the NUL, or take "b" for "b\0".
TEST(HostileValueTest, NamesWithNul) {
  Json value = Json::object();
  value[std::string("a\0b", 3)] = 1;
  EXPECT_THAT(
      IssuesOf(*MakeSchema(R"({"properties":{"a":{"type":"null"}}})"), value),
      IsEmpty());
  EXPECT_THAT(IssuesOf(*MakeSchema(R"({"required":["a"]})"), value), SizeIs(1));
  EXPECT_THAT(IssuesOf(*MakeSchema(R"({"properties":{"a":true},
                               "additionalProperties":false})"),
                       value),
              SizeIs(1));
}

TEST(HostileValueTest, ThreadsShareASchema) {
  const auto schema = MakeSchema(
      R"({"properties":{"a":{"pattern":"^x+$"},"b":{"enum":[1,2]}}})");
  const Json good = FromText(R"({"a":"xxx","b":2.0})");
  const Json bad = FromText(R"({"a":"y","b":3})");
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        JsonIssues of_good;
        JsonIssues of_bad;
        schema->Validate(good, &of_good);
        schema->Validate(bad, &of_bad);
        if (!of_good.empty() || of_bad.count() != 2) ++wrong[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(wrong, ElementsAre(0, 0, 0, 0));
}

}  // namespace
}  // namespace cupel
