// What 2020-12 and draft-07 each have for themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/unit/schema/schema_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;

struct Case {
  std::string_view schema;
  std::string_view value;
  bool valid;
};

class In2020Test : public ::testing::TestWithParam<Case> {};

TEST_P(In2020Test, IsAsWritten) {
  const Case& c = GetParam();
  EXPECT_EQ(Valid(c.schema, c.value), c.valid) << c.schema << " " << c.value;
}

constexpr std::string_view kTuple =
    R"({"prefixItems":[{"type":"integer"},{"type":"string"}]})";
constexpr std::string_view kTupleAndRest =
    R"({"items":{"type":"null"},"prefixItems":[{"type":"integer"}]})";
constexpr std::string_view kOnlyTuple =
    R"({"prefixItems":[true,true],"items":false})";
constexpr std::string_view kRequired =
    R"({"dependentRequired":{"USER":["PASSWORD","HOST"],"X":[]}})";
constexpr std::string_view kSchemas =
    R"({"dependentSchemas":{"A":{"required":["B"]},"C":false},
        "dependentRequired":{"A":["D"]}})";
constexpr std::string_view kBesideRef =
    R"({"$defs":{"s":{"maxLength":3}},"$ref":"#/$defs/s","type":"string",
        "allOf":[{"minLength":2}]})";

INSTANTIATE_TEST_SUITE_P(
    Keywords, In2020Test,
    ::testing::Values(
        Case{kTuple, "[]", true}, Case{kTuple, "[1]", true},
        Case{kTuple, R"([1,"a",null])", true}, Case{kTuple, R"(["a"])", false},
        Case{kTuple, "[1,2]", false}, Case{kTuple, R"({"0":"a"})", true},
        Case{kTupleAndRest, "[1,null,null]", true},
        Case{kTupleAndRest, "[1,null,2]", false},
        Case{kTupleAndRest, "[null]", false}, Case{kOnlyTuple, "[1,2]", true},
        Case{kOnlyTuple, "[1,2,3]", false}, Case{kOnlyTuple, "[1]", true},
        Case{R"({"items":{"type":"integer"}})", "[1,2,3.0]", true},
        Case{R"({"items":{"type":"integer"}})", "[1,true]", false},
        Case{R"({"items":false})", "[]", true},
        Case{R"({"items":false})", "[1]", false}, Case{kRequired, "{}", true},
        Case{kRequired, R"({"X":1})", true},
        Case{kRequired, R"({"USER":1,"PASSWORD":2,"HOST":3})", true},
        Case{kRequired, R"({"USER":1,"PASSWORD":2})", false},
        Case{kRequired, "[]", true}, Case{kSchemas, R"({"B":1})", true},
        Case{kSchemas, R"({"A":1,"B":1,"D":1})", true},
        Case{kSchemas, R"({"A":1,"B":1})", false},
        Case{kSchemas, R"({"A":1,"D":1})", false},
        Case{kSchemas, R"({"C":1})", false}, Case{kBesideRef, R"("ab")", true},
        Case{kBesideRef, R"("a")", false}, Case{kBesideRef, R"("abcd")", false},
        Case{kBesideRef, "3", false},
        Case{R"({"then":false,"else":false})", "1", true},
        Case{R"({"if":{"type":"string"},"then":{"maxLength":1}})", R"("ab")",
             false},
        Case{R"({"contains":{"const":1}})", "[]", false},
        Case{R"({"contains":{"const":1}})", "[2,1.0]", true},
        Case{R"({"maxLength":2.0,"minItems":1.0})", R"("abc")", false},
        Case{R"({"maxLength":1e300})", R"("abc")", true},
        Case{R"({"minLength":18446744073709551615})", R"("abc")", false},
        Case{R"({"format":"ipv4"})", R"("no address")", true}));

std::string Draft7(std::string_view rest) {
  return R"({"$schema":"http://json-schema.org/draft-07/schema#",)" +
         std::string(rest);
}

TEST(Draft7Test, LooksAtNothingBesideRef) {
  const std::string text = Draft7(
      R"("definitions":{"s":{"maxLength":3}},"properties":{"a":{
         "$ref":"#/definitions/s","type":"integer","title":"t"}}})");
  const auto schema = MakeSchema(text);
  ASSERT_NE(schema, nullptr);
  EXPECT_THAT(schema->warnings(),
              ElementsAre("$.properties.a.type: draft-07 looks at nothing "
                          "beside \"$ref\"",
                          "$.properties.a.title: draft-07 looks at nothing "
                          "beside \"$ref\""));
  EXPECT_TRUE(Valid(text, R"({"a":"abc"})"));
  EXPECT_FALSE(Valid(text, R"({"a":"abcd"})"));
}

TEST(Draft7Test, KeywordsOfItsOwn) {
  const std::string items = Draft7(
      R"("items":[{"type":"null"}],"additionalItems":{"type":"string"}})");
  EXPECT_TRUE(Valid(items, R"([null,"a"])"));
  EXPECT_FALSE(Valid(items, "[null,1]"));
  EXPECT_FALSE(Valid(items, "[1]"));
  const std::string dependencies =
      Draft7(R"("dependencies":{"a":["b"],"c":{"required":["d"]}}})");
  EXPECT_TRUE(Valid(dependencies, R"({"a":1,"b":1,"c":1,"d":1})"));
  EXPECT_FALSE(Valid(dependencies, R"({"a":1})"));
  EXPECT_FALSE(Valid(dependencies, R"({"c":1})"));
}

TEST(Draft7Test, RefusesWhatIsNewer) {
  for (const char* const rest :
       {R"("prefixItems":[true]})", R"("dependentRequired":{}})",
        R"("dependentSchemas":{}})", R"("unevaluatedItems":true})"}) {
    EXPECT_EQ(CompileError(Draft7(rest)).code(),
              absl::StatusCode::kUnimplemented)
        << rest;
  }
}

}  // namespace
}  // namespace cupel
