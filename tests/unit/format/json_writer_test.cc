#include "format/json_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

namespace cupel {
namespace {

TEST(JsonWriter, WritesEveryKind) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("s").String("x");
  json.Key("n").Number(-5).Key("u").Number(UINT64_MAX);
  json.Key("d").Double(0.5).Key("nan").Double(std::nan(""));
  json.Key("t").Bool(true).Key("z").Null();
  json.Key("a").BeginArray().Number(1).Number(2).EndArray();
  json.Key("o").BeginObject().EndObject();
  json.EndObject();
  EXPECT_EQ(out,
            R"({"s":"x","n":-5,"u":18446744073709551615,"d":0.5,"nan":null,)"
            R"("t":true,"z":null,"a":[1,2],"o":{}})");
}

TEST(JsonWriter, Indents) {
  std::string out;
  JsonWriter json(&out, JsonWriter::Style::kIndented);
  json.BeginObject();
  json.Key("a").BeginArray().Number(1).Number(2).EndArray();
  json.Key("e").BeginArray().EndArray();
  json.EndObject();
  EXPECT_EQ(out, "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"e\": []\n}");
}

TEST(JsonWriter, AnyBytesGiveJson) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const char bytes[] = {static_cast<char>(a), static_cast<char>(b)};
      std::string out;
      JsonWriter json(&out);
      json.String({bytes, 2});
      ASSERT_TRUE(nlohmann::json::accept(out)) << out;
    }
  }
}

// Found by report_fuzz: keys may come from compiled rules of others.
TEST(JsonWriter, AnyBytesGiveAKey) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("a\xFF\"\n").Null();
  json.EndObject();
  EXPECT_EQ(out, "{\"a\xEF\xBF\xBD\\\"\\n\":null}");
}

TEST(JsonWriter, StringsComeBack) {
  const std::string text("quote \" slash \\ tab \t nul \0 e \xC3\xA9", 30);
  std::string out;
  JsonWriter json(&out);
  json.String(text);
  EXPECT_EQ(nlohmann::json::parse(out).get<std::string>(), text);
}

TEST(JsonWriter, TakesWhatIsJsonAlready) {
  std::string out;
  JsonWriter w(&out);
  w.BeginArray().Raw("1.0").Raw("{}").EndArray();
  EXPECT_EQ(out, "[1.0,{}]");
}

TEST(JsonWriter, StaysOnOneLineWhateverItIsMadeOf) {
  std::string out = "\n";
  JsonWriter w(&out);
  w.BeginArray().Raw("{\r\n\t\"a\":\n1}").String("b\n").EndArray();
  EXPECT_EQ(out, "\n[{   \"a\": 1},\"b\\n\"]");
}

}  // namespace
}  // namespace cupel
