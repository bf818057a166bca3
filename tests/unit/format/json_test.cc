#include "format/json.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/status.h"

namespace cupel {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string Error(std::string_view text, const JsonLimits& limits = {}) {
  const auto json = ParseJson(text, "x.json", limits);
  EXPECT_FALSE(json.ok()) << text.substr(0, 100);
  return std::string(MessageOf(json.status()));
}

std::string Nested(size_t depth, std::string_view open,
                   std::string_view close) {
  std::string text;
  for (size_t i = 0; i < depth; ++i) text += open;
  text += "1";
  for (size_t i = 0; i < depth; ++i) text += close;
  return text;
}

TEST(ParseJson, KeepsOrderAndKindsOfNumbers) {
  const std::string text =
      R"({"z":1,"a":-2,"m":[1.5,true,null,"ü\n"],"u":18446744073709551615,)"
      R"("f":1.0,"e":{},"":[]})";
  const auto json = ParseJson(text, "x");
  ASSERT_TRUE(json.ok()) << MessageOf(json.status());
  EXPECT_EQ(PrintJson(*json), text);
  EXPECT_TRUE((*json)["f"].is_number_float());
  EXPECT_TRUE((*json)["z"].is_number_integer());
}

TEST(ParseJson, TakesEveryValueAsADocument) {
  for (const std::string_view text :
       {"0", "-0", "\"\"", "null", " true ", "\n[]\n", "{}", "1e5",
        R"("\u0000")", R"("\ud83d\ude00")"}) {
    EXPECT_TRUE(ParseJson(text, "x").ok()) << text;
  }
}

TEST(ParseJson, RefusesWhatIsNoJson) {
  for (const std::string_view text :
       {"",        " ",       "{",         "[1,]",        "{\"a\":1,}",
        "{a:1}",   "'a'",     "NaN",       "Infinity",    "-Infinity",
        "[1] [2]", "// x\n1", "/* */1",    "01",          "1.",
        ".5",      "+1",      "\"\t\"",    R"("\ud800")", R"("\x")",
        "nul",     "tru",     "{\"a\" 1}", "\"a",         "[1 2]",
        "1 2"}) {
    const auto json = ParseJson(text, "x");
    EXPECT_FALSE(json.ok()) << text;
    EXPECT_EQ(json.status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(ParseJson, NamesLineColumnAndPath) {
  EXPECT_THAT(Error("{\"a\": [1,\n  {\"b c\": tru}]}"),
              AllOf(HasSubstr("x.json: line 2, column 14"),
                    HasSubstr("at $.a[1][\"b c\"]:")));
  EXPECT_THAT(Error("{\"a\": {"), HasSubstr("unexpected end of input"));
}

TEST(ParseJson, NeverShowsAValue) {
  for (const std::string_view text : {
           "{\"key\": \"hunter2\" \"hunter2\"}",
           "{\"key\": \"hunter2",
           "{\"key\": \"hunter2; last read: 'hunter2\\q\"}",
           "{\"key\": [\"hunter2\" 1]}",
           "{\"key\": \"hunter2\\ud800\"}",
           "{\"key\": \"hunter2\x01\"}",
           "{\"key\": \"hunter2\xff\"}",
           "{\"key\": hunter2}",
           "{\"key\": \"hunter2\", \"key\": \"hunter2\"}",
           "\"hunter2\" 1",
       }) {
    EXPECT_THAT(Error(text), Not(HasSubstr("unter")));
  }
  EXPECT_THAT(Error("[1e999987654]"), Not(HasSubstr("87654")));
  EXPECT_THAT(Error("[123456789012345678901234567890]"),
              Not(HasSubstr("456789")));
}

TEST(ParseJson, RefusesAKeyThatStandsTwice) {
  EXPECT_THAT(Error(R"({"a":{"b":1,"c":2,"b":3}})"),
              AllOf(HasSubstr("$.a.b"), HasSubstr("twice")));
  EXPECT_THAT(Error("{\"\\u0061\":1,\"a\":2}"), HasSubstr("twice"));
  // Past the number of keys that are compared one by one.
  std::string text = "{";
  for (int i = 0; i < 1000; ++i) text += fmt::format("\"k{}\":{},", i, i);
  EXPECT_TRUE(ParseJson(text + "\"x\":0}", "x").ok());
  for (const int i : {0, 14, 15, 16, 17, 999}) {
    EXPECT_THAT(Error(text + fmt::format("\"k{}\":0}}", i)),
                HasSubstr(fmt::format("$.k{}: this key stands here twice", i)));
  }
}

TEST(ParseJson, RefusesBytesThatAreNoText) {
  EXPECT_THAT(Error("\xef\xbb\xbf{}"), HasSubstr("byte order mark"));
  EXPECT_THAT(Error(std::string_view("{}\0garbage", 10)),
              HasSubstr("line 1, column 3: a NUL byte"));
  EXPECT_THAT(Error(std::string_view("{\"a\":\n\"\0\"}", 10)),
              HasSubstr("line 2, column 2: a NUL byte"));
  EXPECT_THAT(Error("{\"a\":\n\"b\xff\"}"),
              AllOf(HasSubstr("line 2, column 3"), HasSubstr("no UTF-8")));
  EXPECT_THAT(Error("\"\xed\xa0\x80\""), HasSubstr("no UTF-8"));  // surrogate
  EXPECT_THAT(Error("\"\xc0\x80\""), HasSubstr("no UTF-8"));      // overlong
  EXPECT_THAT(Error("\xff"), HasSubstr("no UTF-8"));
  // Good UTF-8 where none belongs is another mistake.
  EXPECT_THAT(Error("[\xc3\xa9]"), Not(HasSubstr("no UTF-8")));
}

TEST(ParseJson, RefusesNumbersThatWouldChange) {
  EXPECT_THAT(Error("{\"a\":1e999}"),
              AllOf(HasSubstr("$.a"), HasSubstr("range of a double")));
  EXPECT_THAT(Error("[0,18446744073709551616]"),
              AllOf(HasSubstr("$[1]"), HasSubstr("64 bits")));
  EXPECT_THAT(Error("-9223372036854775809"), HasSubstr("64 bits"));
  EXPECT_EQ(PrintJson(*ParseJson("-9223372036854775808", "x")),
            "-9223372036854775808");
  EXPECT_TRUE(ParseJson("18446744073709551616.0", "x").ok());
}

TEST(ParseJson, BoundsDepth) {
  JsonLimits limits;
  limits.depth = 5;
  EXPECT_TRUE(ParseJson(Nested(5, "[", "]"), "x", limits).ok());
  const auto deep = ParseJson(Nested(6, "[", "]"), "x", limits);
  EXPECT_EQ(deep.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(MessageOf(deep.status())),
              HasSubstr("more than 5 arrays and objects"));
  // A million levels must not take a million stack frames.
  for (const auto& [open, close] :
       {std::pair{"[", "]"}, std::pair{"{\"a\":", "}"}}) {
    EXPECT_EQ(ParseJson(Nested(1'000'000, open, close), "x").status().code(),
              absl::StatusCode::kResourceExhausted);
    limits.depth = 1'000'000;
    limits.values = 1'000'001;
    EXPECT_TRUE(ParseJson(Nested(1'000'000, open, close), "x", limits).ok());
  }
}

TEST(ParseJson, BoundsBytesAndValues) {
  JsonLimits limits;
  limits.bytes = 5;
  EXPECT_TRUE(ParseJson("[1,2]", "x", limits).ok());
  EXPECT_THAT(Error("[1,23]", limits), HasSubstr("6 bytes"));
  limits = {};
  limits.values = 3;
  EXPECT_TRUE(ParseJson("[1,2]", "x", limits).ok());
  const auto many = ParseJson("[1,2,3]", "x", limits);
  EXPECT_EQ(many.status().code(), absl::StatusCode::kResourceExhausted);
  const std::string large(100'000'000, ' ');
  EXPECT_EQ(ParseJson(large, "x").status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(ParseJson, TakesManyKeysInLinearTime) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) text += fmt::format("\"{}\":0,", i);
  text += "\"\":0}";
  const auto json = ParseJson(text, "x");
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(json->size(), 200'001u);
}

TEST(ParseJson, RefusesEveryTruncation) {
  const std::string text =
      R"({"a":[1,-2.5e3,true,false,null,"\u00e9é",{"b":{}}],"c":"d"})";
  ASSERT_TRUE(ParseJson(text, "x").ok());
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(ParseJson(text.substr(0, size), "x").ok()) << size;
  }
}

TEST(PrintJson, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(PrintJson(Json("a\xff")), "\"a\xef\xbf\xbd\"");
  EXPECT_EQ(PrintJsonIndented(*ParseJson("{\"a\":[1]}", "x")),
            "{\n  \"a\": [\n    1\n  ]\n}");
}

TEST(PythonText, DumpsAsJsonDumps) {
  const auto json = ParseJson(
      R"({"SHODAN_API": "secret", "TOP_PORTS": 250, "ü": null,)"
      R"( "l": [true, false, 1.0, -0.0, 0.1, 1e16, 1e15, 1e-5, 0.0001,)"
      R"( 123456.789, 1e300, 5e-324], "s": "\"\\\b\f\n\r\t\u0001/\u007f😀",)"
      R"( "e": {}, "a": []})",
      "x");
  ASSERT_TRUE(json.ok()) << MessageOf(json.status());
  EXPECT_EQ(PythonJsonDumps(*json),
            R"({"SHODAN_API": "secret", "TOP_PORTS": 250, "\u00fc": null, )"
            R"("l": [true, false, 1.0, -0.0, 0.1, 1e+16, 1000000000000000.0, )"
            R"(1e-05, 0.0001, 123456.789, 1e+300, 5e-324], )"
            "\"s\": \"\\\"\\\\\\b\\f\\n\\r\\t\\u0001/\x7f\\ud83d\\ude00\", "
            R"("e": {}, "a": []})");
}

TEST(PythonText, StrIsWhatPythonMakesOfIt) {
  const auto str = [](std::string_view text) {
    return PythonStr(*ParseJson(text, "x"));
  };
  EXPECT_EQ(str("250"), "250");
  EXPECT_EQ(str("2.5"), "2.5");
  EXPECT_EQ(str("250.0"), "250.0");
  EXPECT_EQ(str("true"), "True");
  EXPECT_EQ(str("false"), "False");
  EXPECT_EQ(str("null"), "None");
  EXPECT_EQ(str("\"it's\""), "it's");
  EXPECT_EQ(str(R"(["it's", "a", "\"", "'\"", "\\", "\n\t\u0001\u007f"])"),
            R"(["it's", 'a', '"', '\'"', '\\', '\n\t\x01\x7f'])");
  EXPECT_EQ(str(R"(["é€😀", "\u00a0\u00ad\u200b\ufeff\ud83f\udfff"])"),
            "['\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80', "
            R"('\xa0\xad\u200b\ufeff\U0001ffff'])");
  EXPECT_EQ(str(R"({"a": [1, {"b": null}], "c": {}})"),
            "{'a': [1, {'b': None}], 'c': {}}");
}

}  // namespace
}  // namespace cupel
