// Options as text, and plugin.json.
#include "plugin/option_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "format/json.h"
#include "plugin/native_manifest.h"

namespace cupel {
namespace {

using testing::HasSubstr;

std::string Value(std::string_view name, std::string_view text,
                  const char* known = nullptr) {
  const Json like = known == nullptr ? Json() : Json::parse(known);
  const auto json = OptionJson(name, text, known == nullptr ? nullptr : &like);
  return json.ok() ? *json
                   : "refused: " + std::string(MessageOf(json.status()));
}

TEST(OptionTextTest, TheTypeThatItHasOtherwise) {
  EXPECT_EQ(Value("x", "1", R"("text")"), R"("1")");
  EXPECT_EQ(Value("x", "YES", "false"), "true");
  EXPECT_EQ(Value("x", "0", "true"), "false");
  EXPECT_EQ(Value("x", "2", "true"), "refused: expected true or false");
  EXPECT_EQ(Value("x", " 12 ", "1"), "12");
  EXPECT_EQ(Value("x", "1.5", "1"), "refused: expected an integer");
  EXPECT_EQ(Value("x", "9223372036854775808", "1"),
            "refused: expected an integer");
  EXPECT_EQ(Value("x", "1e3", "1.5"), "1000.0");
  EXPECT_EQ(Value("x", "inf", "1.5"), "refused: expected a number");
  EXPECT_EQ(Value("x", "a, b,,c ", "[]"), R"(["a","b","c"])");
  EXPECT_EQ(Value("x", "[1, 2]", "[]"), "[1,2]");
  EXPECT_EQ(Value("x", "[1", "[]"),
            "refused: expected a list, as JSON or separated by commas");
  EXPECT_EQ(Value("x", R"({"a": 1})", "{}"), R"({"a":1})");
  EXPECT_EQ(Value("x", "hunter2", "{}"), "refused: expected a JSON object");
}

TEST(OptionTextTest, WithoutOneTheNameAndTheLookOfIt) {
  EXPECT_EQ(Value("a_list", "x, y"), R"(["x","y"])");
  EXPECT_EQ(Value("a_tuple", "x"), R"(["x"])");
  EXPECT_EQ(Value("a_dict", R"({"k":[]})"), R"({"k":[]})");
  EXPECT_EQ(Value("a_dict", "k"), "refused: expected a JSON object");
  EXPECT_EQ(Value("a_int", "07"), "7");
  EXPECT_EQ(Value("a_int", "seven"), "refused: expected an integer");
  EXPECT_EQ(Value("a", "1"), "1") << "not a boolean, as stoQ has it";
  EXPECT_EQ(Value("a", "on"), "true");
  EXPECT_EQ(Value("a", "-2.5"), "-2.5");
  EXPECT_EQ(Value("a", "0x10"), R"("0x10")");
  EXPECT_EQ(Value("a", ""), R"("")");
  EXPECT_EQ(Value("a", "1.2.3"), R"("1.2.3")");
}

TEST(OptionTextTest, ForStoqNumbersStayText) {
  const auto value = [](std::string_view name, std::string_view text) {
    return StoqOptionJson(name, text).value_or("refused");
  };
  EXPECT_EQ(value("a", "1"), "1");
  EXPECT_EQ(value("a", "7"), R"("7")");
  EXPECT_EQ(value("a", "1.5"), R"("1.5")");
  EXPECT_EQ(value("a", "Yes"), "true");
  EXPECT_EQ(value("a_int", "7"), "7");
  EXPECT_EQ(value("a_list", "x, y"), R"(["x","y"])");
  EXPECT_EQ(value("a_dict", "x"), "refused");
}

TEST(OptionTextTest, WhatLooksLikeASecret) {
  for (const char* name : {"password", "API_KEY", "token", "client_secret",
                           "passphrase", "Credentials"}) {
    EXPECT_TRUE(IsSecretOption(name)) << name;
  }
  for (const char* name : {"limit", "rules", "depth"}) {
    EXPECT_FALSE(IsSecretOption(name)) << name;
  }
}

std::string Problem(std::string_view text) {
  NativeManifest manifest;
  return std::string(MessageOf(ReadNativeManifest(text, "p.json", &manifest)));
}

TEST(NativeManifestTest, EverythingInIt) {
  NativeManifest manifest;
  const auto status = ReadNativeManifest(
      R"({"category":"decoder","name":"rot","version":"1.0",)"
      R"("description":"d","author":"a","module":"sub/rot.py",)"
      R"("consumes":["text/*"],"requires":["worker:pe"],)"
      R"("needs":["network","files"],"least_tier":"process",)"
      R"("max_tlp":"amber","min_version":"0.1","max_version":"99",)"
      R"("heartbeat_seconds":1.5,"rate_limit":"4/1","options":{"n":13}})",
      "p.json", &manifest);
  ASSERT_TRUE(status.ok()) << status;
  const PluginInfo& info = manifest.info;
  EXPECT_EQ(PluginNameText(info.id), "decoder:rot");
  EXPECT_EQ(manifest.module, "sub/rot.py");
  EXPECT_EQ(info.needs, kNeedsNetwork | kNeedsFiles);
  EXPECT_EQ(info.least_tier, Tier::kProcess);
  EXPECT_EQ(info.max_tlp, Tlp::kAmber);
  EXPECT_EQ(info.heartbeat_ns, 1500000000u);
  EXPECT_EQ(info.rate_limit, "4/1");
  EXPECT_EQ(info.options, R"({"n":13})");
}

TEST(NativeManifestTest, EverythingWrongIsNamedByItsPath) {
  const std::string all = Problem(
      R"({"category":"wroker","name":"a/b","module":"/etc/passwd","x":1})");
  EXPECT_THAT(all, HasSubstr("p.json: $.category"));
  EXPECT_THAT(all, HasSubstr("and 3 more"));
  const auto with = [](const std::string& more) {
    return Problem(R"({"category":"worker","name":"a","module":"a.py",)" +
                   more + "}");
  };
  EXPECT_EQ(with(R"("version":"1")"), "");
  EXPECT_THAT(with(R"("version":1)"), HasSubstr("$.version"));
  EXPECT_THAT(with(R"("description":"a\nb")"), HasSubstr("$.description"));
  EXPECT_THAT(with(R"("consumes":["a b"])"), HasSubstr("$.consumes"));
  EXPECT_THAT(with(R"("requires":["pe"])"), HasSubstr("$.requires"));
  EXPECT_THAT(with(R"("needs":["root"])"), HasSubstr("$.needs"));
  EXPECT_THAT(with(R"("least_tier":"vm")"), HasSubstr("$.least_tier"));
  EXPECT_THAT(with(R"("max_tlp":"purple")"), HasSubstr("$.max_tlp"));
  EXPECT_THAT(with(R"("heartbeat_seconds":"1")"), HasSubstr("$.heartbeat"));
  EXPECT_THAT(with(R"("heartbeat_seconds":1e300)"), HasSubstr("$.heartbeat"));
  EXPECT_THAT(with(R"("rate_limit":"often")"), HasSubstr("$.rate_limit"));
  EXPECT_THAT(with(R"("options":[])"), HasSubstr("$.options"));
  EXPECT_THAT(with(R"("min_version":"99")"), HasSubstr("needs Cupel 99"));
  EXPECT_THAT(with(R"("shared_object":"a.so")"), HasSubstr("one of"));
  EXPECT_THAT(Problem("{"), HasSubstr("p.json"));
  EXPECT_THAT(Problem("[]"), HasSubstr("p.json: $"));
}

TEST(NativeManifestTest, NoWayOutOfTheFolder) {
  for (const char* path : {"", "/x", "../x", "a/../../x", "./x", "a//b", "a/",
                           "a\\b", "a/.", ".."}) {
    EXPECT_FALSE(CheckPathWithin(path).ok()) << path;
  }
  EXPECT_FALSE(CheckPathWithin(std::string_view("a\0b", 3)).ok());
  EXPECT_FALSE(CheckPathWithin(std::string(2000, 'a')).ok());
  EXPECT_TRUE(CheckPathWithin("a.py").ok());
  EXPECT_TRUE(CheckPathWithin("a/..b/c.py").ok());
}

}  // namespace
}  // namespace cupel
