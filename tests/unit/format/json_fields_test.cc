#include "format/json_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/status.h"
#include "format/json_coerce.h"

namespace cupel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A document and a reader of it.
struct Fields {
  explicit Fields(std::string_view text)
      : json(*ParseJson(text, "test")), in(json, {}, &issues) {}

  std::string Problems() const {
    std::string all;
    for (const JsonIssue& issue : issues.list()) {
      all += PathText(issue.path) + " " + issue.type + ";";
    }
    return all;
  }

  Json json;
  JsonIssues issues;
  JsonFields in;
};

TEST(PathText, QuotesWhatIsNoIdentifier) {
  EXPECT_EQ(PathText({}), "$");
  EXPECT_EQ(PathText({"results", size_t{0}, "data"}), "$.results[0].data");
  EXPECT_EQ(PathText({"a b", "", "a\"b", "\n", "1a", "_1"}),
            R"($["a b"][""]["a\"b"]["\n"]["1a"]._1)");
  EXPECT_EQ(PathText({"\xc3\xa9", "\xff"}),
            "$[\"\xc3\xa9\"][\"\xef\xbf\xbd\"]");
  const std::string text = PathText({std::string(100'000, 'x')});
  EXPECT_LT(text.size(), 120u);
  EXPECT_THAT(text, HasSubstr("..."));
}

TEST(JsonIssues, SaysTheFirstAndCountsTheRest) {
  JsonIssues issues;
  EXPECT_TRUE(issues.ToStatus("x").ok());
  issues.Add({"a"}, "missing", "is not there");
  EXPECT_EQ(MessageOf(issues.ToStatus("x")), "x: $.a: is not there");
  for (int i = 0; i < 5000; ++i) issues.Add({"b"}, "t", "m");
  EXPECT_EQ(MessageOf(issues.ToStatus("x")),
            "x: $.a: is not there (and 5000 more)");
  EXPECT_EQ(issues.list().size(), 1000u);
  EXPECT_EQ(issues.count(), 5001u);
}

TEST(JsonFields, WhatIsNoObjectIsOneIssue) {
  Fields f("[1]");
  f.in.String("a");
  f.in.Integer("b");
  EXPECT_FALSE(f.in.OptionalString("c").has_value());
  EXPECT_EQ(f.Problems(), "$ dict_type;");
}

TEST(JsonFields, ReadsStrings) {
  Fields f(R"({"a":"x","n":null,"i":5,"e":"","u":"é"})");
  EXPECT_EQ(f.in.String("a"), "x");
  EXPECT_EQ(f.in.OptionalString("n"), std::nullopt);
  EXPECT_EQ(f.in.OptionalString("absent"), std::nullopt);
  EXPECT_EQ(f.in.String("u", 1), "\xc3\xa9");
  EXPECT_EQ(f.Problems(), "");
  f.in.String("absent");
  f.in.String("i");
  f.in.String("n");
  f.in.String("e", 1);
  f.in.String("u", 2);
  f.in.OptionalString("i");
  f.in.OptionalString("absent", /*required_key=*/true);
  f.in.OptionalString("n", /*required_key=*/true);
  EXPECT_EQ(f.Problems(),
            "$.absent missing;$.i string_type;$.n string_type;"
            "$.e string_too_short;$.u string_too_short;$.i string_type;"
            "$.absent missing;");
}

struct IntegerCase {
  std::string_view json;
  int64_t value;
  std::string_view problem;
};

// Each as pydantic 2 answers; but it takes integers of any size.
TEST(JsonFields, ReadsIntegersInLaxMode) {
  for (const IntegerCase& c : std::initializer_list<IntegerCase>{
           {"5", 5, ""},
           {"\"5\"", 5, ""},
           {"\" 5 \"", 5, ""},
           {"\"+5\"", 5, ""},
           {"\"-5\"", -5, ""},
           {"\"5.0\"", 5, ""},
           {"\"1.00\"", 1, ""},
           {"\"1_000\"", 1000, ""},
           {"\"-1_0\"", -10, ""},
           {"\"0005\"", 5, ""},
           {"\"0_5\"", 5, ""},
           {"\"-0\"", 0, ""},
           {"5.0", 5, ""},
           {"-0.0", 0, ""},
           {"1e18", 1000000000000000000, ""},
           {"true", 1, ""},
           {"false", 0, ""},
           {"9223372036854775807", INT64_MAX, ""},
           {"\"-9223372036854775808\"", INT64_MIN, ""},
           {"5.5", 0, "int_from_float"},
           {"\"5.5\"", 0, "int_parsing"},
           {"\"5.\"", 0, "int_parsing"},
           {"\".0\"", 0, "int_parsing"},
           {"\"1e3\"", 0, "int_parsing"},
           {"\"0x5\"", 0, "int_parsing"},
           {"\"_1\"", 0, "int_parsing"},
           {"\"1_\"", 0, "int_parsing"},
           {"\"1__0\"", 0, "int_parsing"},
           {"\"+-5\"", 0, "int_parsing"},
           {"\"- 5\"", 0, "int_parsing"},
           {"\"-\"", 0, "int_parsing"},
           {"\"\"", 0, "int_parsing"},
           {"\"\xd9\xa5\"", 0, "int_parsing"},
           {"null", 0, "int_type"},
           {"[]", 0, "int_type"},
           {"9223372036854775808", 0, "int_parsing_size"},
           {"\"9223372036854775808\"", 0, "int_parsing_size"},
           {"1e30", 0, "int_parsing_size"},
           {"9223372036854775808.0", 0, "int_parsing_size"},
       }) {
    int64_t value = 0;
    const JsonProblem problem = IntegerOf(*ParseJson(c.json, "x"), &value);
    EXPECT_EQ(problem.type, c.problem) << c.json;
    if (c.problem.empty()) {
      EXPECT_EQ(value, c.value) << c.json;
    }
  }
}

TEST(JsonFields, ReadsBooleansInLaxMode) {
  for (const std::string_view yes :
       {"true", "1", "1.0", "\"true\"", "\"TRUE\"", "\"tRuE\"", "\"t\"",
        "\"y\"", "\"yes\"", "\"on\"", "\"1\""}) {
    bool value = false;
    EXPECT_TRUE(BoolOf(*ParseJson(yes, "x"), &value).ok()) << yes;
    EXPECT_TRUE(value) << yes;
  }
  for (const std::string_view no :
       {"false", "0", "0.0", "-0", "\"False\"", "\"f\"", "\"n\"", "\"no\"",
        "\"OFF\"", "\"0\""}) {
    bool value = true;
    EXPECT_TRUE(BoolOf(*ParseJson(no, "x"), &value).ok()) << no;
    EXPECT_FALSE(value) << no;
  }
  for (const std::string_view wrong :
       {"2", "-1", "1.5", "\" 1\"", "\"x\"", "null", "[]", "\"\""}) {
    bool value = true;
    EXPECT_FALSE(BoolOf(*ParseJson(wrong, "x"), &value).ok()) << wrong;
  }
}

TEST(JsonFields, ReadsIdsAndTimes) {
  Fields f(R"({"id":"70DA7D4FF41F4940901BD98A92E9014B","bad":"x","n":5,
               "naive":"2024-01-02T03:04:05","aware":"2024-01-02T03:04:05Z",
               "seconds":5,"float":1.5,"huge":18446744073709551615,
               "null":null})");
  EXPECT_EQ(f.in.Id("id").ToString(), "70da7d4f-f41f-4940-901b-d98a92e9014b");
  EXPECT_EQ(f.in.AnyDateTime("naive").ToString(), "2024-01-02T03:04:05");
  EXPECT_EQ(f.in.OptionalDateTime("aware", true)->ToString(),
            "2024-01-02T03:04:05Z");
  EXPECT_EQ(f.in.OptionalDateTime("naive", false)->ToString(),
            "2024-01-02T03:04:05");
  EXPECT_EQ(f.in.OptionalDateTime("seconds", true)->ToString(),
            "1970-01-01T00:00:05Z");
  EXPECT_EQ(f.in.OptionalDateTime("float", true)->ToString(),
            "1970-01-01T00:00:01.500000Z");
  EXPECT_EQ(f.in.OptionalDateTime("null", true), std::nullopt);
  EXPECT_EQ(f.in.OptionalDateTime("absent", true), std::nullopt);
  EXPECT_EQ(f.Problems(), "");
  f.in.Id("bad");
  f.in.Id("n");
  f.in.Id("absent");
  f.in.OptionalDateTime("naive", true);
  f.in.OptionalDateTime("bad", true);
  f.in.OptionalDateTime("huge", true);
  f.in.AnyDateTime("null");
  f.in.AnyDateTime("absent");
  EXPECT_EQ(f.Problems(),
            "$.bad uuid_parsing;$.n uuid_type;$.absent missing;"
            "$.naive timezone_aware;$.bad datetime_parsing;"
            "$.huge datetime_parsing;$.null datetime_type;$.absent missing;");
}

TEST(JsonFields, ReadsLists) {
  Fields f(R"({"l":["b","a","b"],"n":null,"o":{},"m":["a",1,null],"s":"x"})");
  EXPECT_THAT(f.in.Strings("l"), ElementsAre("b", "a", "b"));
  EXPECT_THAT(*f.in.OptionalStringSet("l"), ElementsAre("a", "b"));
  EXPECT_TRUE(f.in.Strings("absent").empty());
  EXPECT_EQ(f.in.OptionalStrings("n"), std::nullopt);
  EXPECT_EQ(f.in.OptionalStringSet("absent"), std::nullopt);
  EXPECT_EQ(f.Problems(), "");
  f.in.Strings("n");
  f.in.Strings("o");
  f.in.Strings("m");
  f.in.OptionalStringSet("s");
  EXPECT_EQ(f.in.Array("s"), nullptr);
  EXPECT_EQ(f.in.Array("absent", true), nullptr);
  EXPECT_EQ(f.Problems(),
            "$.n list_type;$.o list_type;$.m[1] string_type;"
            "$.m[2] string_type;$.s set_type;$.s list_type;"
            "$.absent missing;");
}

TEST(JsonFields, ReadsMapsObjectsChoicesAndDefaults) {
  Fields f(R"({"m":{"b":"1","a":"2"},"x":{"a":1},"n":null,"c":"two",
               "b":"on","i":"7","s":[]})");
  EXPECT_THAT(*f.in.OptionalStringMap("m"),
              ElementsAre(testing::Pair("b", "1"), testing::Pair("a", "2")));
  EXPECT_EQ(f.in.OptionalStringMap("n"), std::nullopt);
  EXPECT_EQ(f.in.ObjectOrEmpty("m").size(), 2u);
  EXPECT_EQ(f.in.ObjectOrEmpty("absent"), Json::object());
  EXPECT_EQ(f.in.Choice("c", {"one", "two"}), 1u);
  EXPECT_TRUE(f.in.BoolOr("b", false));
  EXPECT_TRUE(f.in.BoolOr("absent", true));
  EXPECT_EQ(f.in.IntegerOr("i", 1), 7);
  EXPECT_EQ(f.in.IntegerOr("absent", 1), 1);
  EXPECT_EQ(f.in.OptionalInteger("n"), std::nullopt);
  EXPECT_EQ(f.Problems(), "");
  f.in.OptionalStringMap("x");
  f.in.OptionalStringMap("s");
  f.in.ObjectOrEmpty("n");
  f.in.Choice("c", {"ONE", "TWO"});
  f.in.Choice("absent", {"one"});
  f.in.BoolOr("n", false);
  f.in.ForbidOthers({"m", "x", "n", "c", "b", "i"});
  EXPECT_EQ(f.Problems(),
            "$.x.a string_type;$.s dict_type;$.n dict_type;$.c enum;"
            "$.absent missing;$.n bool_type;$.s extra_forbidden;");
}

TEST(JsonFields, MessagesShowNoValue) {
  Fields f(R"({"a":"hunter2","b":{"hunter2":1},"c":["hunter2"]})");
  f.in.Integer("a");
  f.in.Id("a");
  f.in.AnyDateTime("a");
  f.in.BoolOr("a", false);
  f.in.Choice("a", {"one"});
  f.in.Strings("a");
  f.in.ObjectOrEmpty("a");
  f.in.String("a", 50);
  f.in.String("c");
  f.in.OptionalInteger("a");
  ASSERT_EQ(f.issues.list().size(), 10u);
  for (const JsonIssue& issue : f.issues.list()) {
    EXPECT_THAT(issue.message, testing::Not(HasSubstr("unter")));
    EXPECT_FALSE(issue.message.empty());
  }
}

}  // namespace
}  // namespace cupel
