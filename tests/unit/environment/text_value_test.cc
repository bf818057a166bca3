#include "environment/text_value.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/environment/environment_testing.h"

namespace cupel {
namespace {

struct Case {
  std::vector<std::string> types;
  std::string_view text;
  std::string_view json;  // empty: no value
};

class TextValueTest : public ::testing::TestWithParam<Case> {};

TEST_P(TextValueTest, IsReadAsTheType) {
  const Case& c = GetParam();
  const auto value = ValueOfText(c.text, c.types);
  ASSERT_EQ(value.has_value(), !c.json.empty()) << c.text;
  if (value) {
    EXPECT_EQ(PrintJson(*value), c.json) << c.text;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Types, TextValueTest,
    ::testing::Values(
        Case{{"string"}, "250", R"("250")"}, Case{{"string"}, "", R"("")"},
        Case{{"string"}, "null", R"("null")"}, Case{{}, "250", R"("250")"},
        Case{{"integer", "string"}, "250", R"("250")"},
        Case{{"integer"}, "250", "250"}, Case{{"integer"}, "-1", "-1"},
        Case{{"integer"}, " 250 ", "250"}, Case{{"integer"}, "250.0", "250.0"},
        Case{{"integer"}, "250.5", ""}, Case{{"integer"}, "", ""},
        Case{{"integer"}, "0250", ""}, Case{{"integer"}, "+250", ""},
        Case{{"integer"}, "0x10", ""}, Case{{"integer"}, "250 ports", ""},
        Case{{"integer"}, "true", ""}, Case{{"integer"}, "\"250\"", ""},
        Case{{"integer"}, "18446744073709551615", "18446744073709551615"},
        Case{{"integer"}, "99999999999999999999", ""},
        Case{{"number"}, "2.5", "2.5"}, Case{{"number"}, "7", "7"},
        Case{{"number"}, "NaN", ""}, Case{{"number"}, "Infinity", ""},
        Case{{"boolean"}, "true", "true"}, Case{{"boolean"}, "False", "false"},
        Case{{"boolean"}, "True", "true"}, Case{{"boolean"}, "false", "false"},
        Case{{"boolean"}, "1", "true"}, Case{{"boolean"}, "0", "false"},
        Case{{"boolean"}, "yes", ""}, Case{{"boolean"}, "TRUE", ""},
        Case{{"boolean", "integer"}, "1", "1"},
        Case{{"boolean", "integer"}, "True", "true"},
        Case{{"null"}, "null", "null"}, Case{{"null"}, "None", "null"},
        Case{{"null"}, "", ""}, Case{{"integer", "null"}, "None", "null"},
        Case{{"integer", "null"}, "5", "5"},
        Case{{"array"}, R"(["a",1])", R"(["a",1])"}, Case{{"array"}, "a,b", ""},
        Case{{"array"}, "{}", ""}, Case{{"object"}, R"({"a":1})", R"({"a":1})"},
        Case{{"object"}, R"({"a":1,"a":2})", ""}, Case{{"object"}, "[]", ""}));

}  // namespace
}  // namespace cupel
