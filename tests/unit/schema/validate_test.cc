// Answers and messages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/schema/schema_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

struct Case {
  std::string_view schema;
  std::string_view value;
  std::string_view issue;  // of the only one; empty if it is valid
};

class MessageTest : public ::testing::TestWithParam<Case> {};

TEST_P(MessageTest, SaysWhatWasExpected) {
  const Case& c = GetParam();
  const std::vector<std::string> issues = IssuesOf(c.schema, c.value);
  if (c.issue.empty()) {
    EXPECT_THAT(issues, IsEmpty()) << c.schema << " " << c.value;
  } else {
    EXPECT_THAT(issues, ElementsAre(std::string(c.issue)))
        << c.schema << " " << c.value;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Keywords, MessageTest,
    ::testing::Values(
        Case{R"({"properties":{"TOP_PORTS":{"type":"integer"}}})",
             R"({"TOP_PORTS":"250"})",
             "$.TOP_PORTS: expected an integer, found a string"},
        Case{R"({"type":["integer","null"]})", "true",
             "$: expected an integer or null, found a boolean"},
        Case{R"({"type":"object"})", "[]",
             "$: expected an object, found an array"},
        Case{R"({"maxLength":26})", R"("abcdefghijklmnopqrstuvwxyz!")",
             "$: longer than 26 characters"},
        Case{R"({"maxLength":1})", R"("ab")", "$: longer than 1 character"},
        Case{R"({"minLength":2})", R"("a")", "$: shorter than 2 characters"},
        Case{R"({"pattern":"^a"})", R"("b")", "$: no match for the pattern"},
        Case{R"({"minimum":1})", "0", "$: less than 1"},
        Case{R"({"maximum":65535})", "65536", "$: greater than 65535"},
        Case{R"({"exclusiveMinimum":1})", "1", "$: not greater than 1"},
        Case{R"({"exclusiveMaximum":2.5})", "2.5", "$: not less than 2.5"},
        Case{R"({"multipleOf":2})", "3", "$: no multiple of 2"},
        Case{R"({"enum":["a","b"]})", R"("c")",
             "$: not one of the 2 allowed values"},
        Case{R"({"const":"a"})", R"("b")", "$: not the one allowed value"},
        Case{R"({"required":["KEY"]})", "{}",
             "$.KEY: required, but it is not there"},
        Case{R"({"dependentRequired":{"a":["b"]}})", R"({"a":1})",
             "$.b: required beside another property, but it is not there"},
        Case{R"({"additionalProperties":false})", R"({"x y":1})",
             "$[\"x y\"]: no such property is allowed"},
        Case{R"({"propertyNames":{"maxLength":1}})", R"({"ab":1})",
             "$.ab: no property may have this name"},
        Case{R"({"maxProperties":1})", R"({"a":1,"b":2})",
             "$: more than 1 member"},
        Case{R"({"minProperties":2})", "{}", "$: fewer than 2 members"},
        Case{R"({"maxItems":0})", "[1]", "$: more than 0 elements"},
        Case{R"({"minItems":1})", "[]", "$: fewer than 1 element"},
        Case{R"({"uniqueItems":true})", "[1,2,1.0]",
             "$: two elements are equal"},
        Case{R"({"contains":{"const":1}})", "[2]",
             "$: no element is as one has to be"},
        Case{R"({"items":{"items":{"type":"null"}}})", "[[],[null,1]]",
             "$[1][1]: expected null, found an integer"},
        Case{R"({"prefixItems":[true],"items":false})", "[1,2]",
             "$[1]: no such element is allowed"},
        Case{R"({"anyOf":[{"type":"null"},{"type":"string"}]})", "1",
             "$: fits none of the alternatives"},
        Case{R"({"oneOf":[{"type":"null"},{"type":"string"}]})", "1",
             "$: fits none of the alternatives"},
        Case{R"({"oneOf":[{"type":"integer"},{"type":"number"}]})", "1",
             "$: fits more than one of the alternatives"},
        Case{R"({"not":{"type":"null"}})", "null",
             "$: fits what the schema rules out"},
        Case{R"({"if":{"type":"string"},"then":{"maxLength":0}})", R"("a")",
             "$: longer than 0 characters"}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, MessageTest,
    ::testing::Values(
        Case{R"({"type":"integer"})", "250.0", ""},
        Case{R"({"type":"integer"})", "250.5",
             "$: expected an integer, found a number"},
        Case{R"({"type":"integer"})", "true",
             "$: expected an integer, found a boolean"},
        Case{R"({"type":"number"})", "true",
             "$: expected a number, found a boolean"},
        Case{R"({"type":"boolean"})", "1",
             "$: expected true or false, found an integer"},
        Case{R"({"type":"integer"})", "1e300", ""},
        Case{R"({"type":"integer"})", "18446744073709551615", ""},
        // Beyond the precision of a double.
        Case{R"({"maximum":9007199254740992})", "9007199254740993",
             "$: greater than 9007199254740992"},
        Case{R"({"maximum":9007199254740992.0})", "9007199254740993",
             "$: greater than 9.007199254740992e+15"},
        Case{R"({"maximum":9223372036854775807})", "9223372036854775808",
             "$: greater than 9223372036854775807"},
        Case{R"({"minimum":-9223372036854775807})", "-9223372036854775808",
             "$: less than -9223372036854775807"},
        Case{R"({"minimum":-1})", "18446744073709551615", ""},
        Case{R"({"maximum":1e300})", "18446744073709551615", ""},
        Case{R"({"minimum":-1e300})", "-9223372036854775808", ""},
        Case{R"({"maximum":2.5})", "3", "$: greater than 2.5"},
        Case{R"({"minimum":-2.5})", "-3", "$: less than -2.5"},
        Case{R"({"minimum":-2.5})", "-2", ""},
        Case{R"({"const":9007199254740993})", "9007199254740992.0",
             "$: not the one allowed value"},
        // Multiples.
        Case{R"({"multipleOf":3})", "9007199254740993", ""},
        Case{R"({"multipleOf":2})", "9007199254740993", "$: no multiple of 2"},
        Case{R"({"multipleOf":2})", "-9223372036854775808", ""},
        Case{R"({"multipleOf":0.0001})", "0.0075", ""},
        Case{R"({"multipleOf":0.0001})", "0.00751", "$: no multiple of 0.0001"},
        Case{R"({"multipleOf":0.5})", "4", ""},
        Case{R"({"multipleOf":2})", "4.0", ""},
        Case{R"({"multipleOf":2})", "4.5", "$: no multiple of 2"},
        Case{R"({"multipleOf":0.123456789})", "1e308",
             "$: no multiple of 0.123456789"},
        Case{R"({"multipleOf":2})", R"("x")", ""}));

INSTANTIATE_TEST_SUITE_P(
    Equality, MessageTest,
    ::testing::Values(
        Case{R"({"enum":[1]})", "1.0", ""},
        Case{R"({"enum":[1]})", "true", "$: not one of the 1 allowed values"},
        Case{R"({"enum":[false]})", "0", "$: not one of the 1 allowed values"},
        Case{R"({"enum":[0]})", "-0.0", ""},
        Case{R"({"const":{"a":[1,{"b":2}],"c":null}})",
             R"({"c":null,"a":[1.0,{"b":2}]})", ""},
        Case{R"({"const":[true]})", "[1]", "$: not the one allowed value"},
        Case{R"({"const":{"a":false}})", R"({"a":0})",
             "$: not the one allowed value"},
        Case{R"({"const":{"a":1}})", R"({"b":1})",
             "$: not the one allowed value"},
        Case{R"({"const":[]})", "{}", "$: not the one allowed value"},
        Case{R"({"const":"a"})", R"("a\u0000")",
             "$: not the one allowed value"},
        Case{R"({"uniqueItems":true})",
             R"([1,true,"1",[1],[true],{"a":1},null])", ""},
        Case{R"({"uniqueItems":true})", R"([{"a":1,"b":2},{"b":2.0,"a":1}])",
             "$: two elements are equal"},
        Case{R"({"uniqueItems":true})", "[[],[[]],[[[]]],{},0,false]", ""},
        Case{R"({"uniqueItems":true})",
             "[9007199254740992,9007199254740993,9007199254740994.0]", ""},
        Case{R"({"uniqueItems":true})", "[0,-0.0]",
             "$: two elements are equal"}));

INSTANTIATE_TEST_SUITE_P(
    Text, MessageTest,
    ::testing::Values(
        Case{R"({"maxLength":2})", R"("\ud83d\udca9\ud83d\udca9")", ""},
        Case{R"({"minLength":2})", R"("\ud83d\udca9")",
             "$: shorter than 2 characters"},
        Case{R"({"maxLength":2})", R"("a\u0000b")",
             "$: longer than 2 characters"},
        // A no-op on numbers, as one of OpenKAT's plugins has it.
        Case{R"({"type":"integer","maxLength":1})", "12345", ""},
        Case{R"({"patternProperties":{"^a":{"type":"null"}},
                 "properties":{"ab":{"type":["null","string"]}},
                 "additionalProperties":{"type":"integer"}})",
             R"({"a":null,"ab":null,"b":3})", ""},
        Case{R"({"patternProperties":{"^a":{"type":"null"}},
                 "properties":{"ab":{"type":["null","string"]}}})",
             R"({"ab":"x"})", "$.ab: expected null, found a string"},
        Case{R"({"patternProperties":{"^a":true},
                 "additionalProperties":{"type":"integer"}})",
             R"({"b":"x"})", "$.b: expected an integer, found a string"}));

TEST(ValidateTest, TellsAllThatIsWrong) {
  EXPECT_THAT(IssuesOf(R"({"type":"object","required":["A","M"],"properties":{
                   "A":{"type":"integer"},"B":{"maxLength":1,"pattern":"^x"}},
                   "additionalProperties":false})",
                       R"({"A":"x","B":"yy","C":1})"),
              UnorderedElementsAre("$.A: expected an integer, found a string",
                                   "$.B: longer than 1 character",
                                   "$.B: no match for the pattern",
                                   "$.C: no such property is allowed",
                                   "$.M: required, but it is not there"));
}

TEST(ValidateTest, IssuesHaveTypes) {
  const auto schema = MakeSchema(
      R"({"required":["M"],"properties":{"A":{"maximum":1}},
          "additionalProperties":false})");
  JsonIssues issues;
  schema->Validate(FromText(R"({"A":2,"B":1})"), &issues);
  std::vector<std::string> types;
  for (const JsonIssue& issue : issues.list()) types.push_back(issue.type);
  EXPECT_THAT(types,
              UnorderedElementsAre("missing", "maximum", "extra_forbidden"));
}

// Whatever is wrong, however deep: a secret in a value is in no message.
TEST(ValidateTest, NeverShowsAValue) {
  constexpr std::string_view kMarker = "hunter2-MARKER";
  const char* const schemas[] = {"false",
                                 R"({"type":"null"})",
                                 R"({"maxLength":1})",
                                 R"({"const":1})",
                                 R"({"enum":[1,2]})",
                                 R"({"pattern":"^$"})",
                                 R"({"not":{}})",
                                 R"({"not":{"type":"string"}})",
                                 R"({"anyOf":[{"type":"null"}]})",
                                 R"({"oneOf":[true,true]})",
                                 R"({"allOf":[{"minLength":99}]})",
                                 R"({"if":true,"then":false})",
                                 R"({"type":["integer","array"]})"};
  for (const char* const inner : schemas) {
    const std::string of = inner;
    const std::string wrapped[][2] = {
        {of, R"("hunter2-MARKER")"},
        {R"({"items":)" + of + "}", R"([1,"hunter2-MARKER"])"},
        {R"({"properties":{"a":)" + of + "}}", R"({"a":"hunter2-MARKER"})"},
        {R"({"additionalProperties":)" + of + "}", R"({"a":"hunter2-MARKER"})"},
        {R"({"patternProperties":{"a":)" + of + "}}",
         R"({"a":"hunter2-MARKER"})"},
        {R"({"contains":)" + of + R"(,"uniqueItems":true})",
         R"(["hunter2-MARKER","hunter2-MARKER"])"},
        {R"({"dependentSchemas":{"a":)" + of + "}}",
         R"({"a":"hunter2-MARKER"})"}};
    for (const auto& [schema, value] : wrapped) {
      const auto compiled = MakeSchema(schema);
      ASSERT_NE(compiled, nullptr);
      JsonIssues issues;
      compiled->Validate(FromText(value), &issues);
      for (const JsonIssue& issue : issues.list()) {
        EXPECT_EQ(
            (PathText(issue.path) + issue.type + issue.message).find(kMarker),
            std::string::npos)
            << schema;
      }
      EXPECT_EQ(MessageOf(issues.ToStatus("x")).find(kMarker),
                std::string_view::npos);
    }
  }
}

}  // namespace
}  // namespace cupel
