#include "environment/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/status.h"
#include "tests/unit/environment/environment_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kPortScan = R"({
    "type": "object",
    "properties": {
      "TOP_PORTS": {"type": "integer", "minimum": 1, "maximum": 65535,
                    "default": 250},
      "RESOLVER": {"type": "string", "default": "192.0.2.1"},
      "API_KEY": {"type": "string", "maxLength": 26},
      "FAST": {"type": "boolean"},
      "NAMES": {"type": "array"},
      "MAYBE": {"type": ["string", "integer", "null"]}},
    "secret": ["API_KEY"]})";

class EnvironmentTest : public ::testing::Test {
 protected:
  Environment MustBuild(EnvironmentRequest request) {
    auto environment = Environment::Build(std::move(request));
    EXPECT_TRUE(environment.ok()) << environment.status();
    return environment.ok() ? *std::move(environment) : Environment();
  }
  // As one line of JSON, with nothing masked.
  std::string Values(std::string_view settings, Variables variables = {}) {
    return PrintJson(
        MustBuild(MakeRequest(schema_.get(), settings, std::move(variables)))
            .Values(false));
  }
  absl::Status Error(std::string_view settings, Variables variables = {}) {
    return Environment::Build(
               MakeRequest(schema_.get(), settings, std::move(variables)))
        .status();
  }
  // "KEY system not_named", one for each.
  std::vector<std::string> Refusals(const Environment& environment) {
    std::vector<std::string> all;
    for (const EnvironmentRefusal& r : environment.refusals()) {
      all.push_back(r.key + " " + std::string(OriginName(r.offered_by)) + " " +
                    std::string(ReasonName(r.reason)));
    }
    return all;
  }

  std::shared_ptr<const Schema> schema_ = MakeSchema(kPortScan);
};

// What OpenKAT's documentation promises and OpenKAT fails.
TEST_F(EnvironmentTest, TextOfTheSystemBecomesTheSchemasType) {
  const Environment environment = MustBuild(
      MakeRequest(schema_.get(), "null", {{"BOEFJE_TOP_PORTS", "250"}}));
  ASSERT_EQ(environment.entries().size(), 1u);
  const EnvironmentEntry& entry = environment.entries()[0];
  EXPECT_EQ(entry.key, "TOP_PORTS");
  EXPECT_EQ(entry.origin, EnvironmentOrigin::kSystem);
  EXPECT_TRUE(entry.converted);
  EXPECT_FALSE(entry.secret);
  EXPECT_EQ(entry.value.view(), "250");
  EXPECT_TRUE(environment.uses_system());
  EXPECT_THAT(environment.refusals(), IsEmpty());
}

TEST_F(EnvironmentTest, ConvertedTextIsHeldAgainstTheSchema) {
  EXPECT_EQ(MessageOf(Error("null", {{"BOEFJE_TOP_PORTS", "70000"}})),
            "plugin 'ports': the environment does not fit the schema: "
            "$.TOP_PORTS: greater than 65535");
}

TEST_F(EnvironmentTest, OnlyWhatTheSchemaNames) {
  const Environment environment = MustBuild(
      MakeRequest(schema_.get(), R"({"RESOLVER":"192.0.2.7","WRONG":"3"})",
                  {{"BOEFJE_OTHER", "x"},
                   {"PATH", "/bin"},
                   {"TOP_PORTS", "5"},
                   {"BOEFJES_TOP_PORTS", "5"},
                   {"boefje_TOP_PORTS", "5"},
                   {"BOEFJE_top_ports", "5"},
                   {"BOEFJE_", "x"},
                   {"XBOEFJE_TOP_PORTS", "5"}}));
  EXPECT_EQ(PrintJson(environment.Values(false)),
            R"({"RESOLVER":"192.0.2.7"})");
  EXPECT_FALSE(environment.uses_system());
  EXPECT_THAT(Refusals(environment),
              ElementsAre("WRONG settings not_named", "OTHER system not_named",
                          "top_ports system not_named", " system not_named"));
}

TEST_F(EnvironmentTest, SettingsBeforeSystemBeforeDefaults) {
  EnvironmentRequest request =
      MakeRequest(schema_.get(), R"({"TOP_PORTS":10})",
                  {{"BOEFJE_TOP_PORTS", "20"}, {"BOEFJE_FAST", "true"}});
  request.apply_defaults = true;
  const Environment environment = MustBuild(std::move(request));
  EXPECT_EQ(PrintJson(environment.Values(false)),
            R"({"TOP_PORTS":"10","RESOLVER":"192.0.2.1","FAST":"True"})");
  EXPECT_THAT(Refusals(environment),
              ElementsAre("TOP_PORTS system overridden"));
  EXPECT_EQ(environment.entries()[1].origin, EnvironmentOrigin::kDefault);
}

TEST_F(EnvironmentTest, NoDefaultsUnlessAskedFor) {
  EXPECT_EQ(Values("{}"), "{}");
}

TEST_F(EnvironmentTest, OrderIsTheSchemas) {
  EXPECT_EQ(Values(R"({"MAYBE":"m","FAST":false,"TOP_PORTS":1})"),
            R"({"TOP_PORTS":"1","FAST":"False","MAYBE":"m"})");
}

TEST_F(EnvironmentTest, ValuesAreAsPythonPrintsThem) {
  EXPECT_EQ(Values(R"({"TOP_PORTS":250.0})"), R"({"TOP_PORTS":"250.0"})");
  EXPECT_EQ(Values(R"({"MAYBE":null})"), R"({"MAYBE":"None"})");
  EXPECT_EQ(Values(R"({"MAYBE":""})"), R"({"MAYBE":""})");
  EXPECT_EQ(Values(R"({"NAMES":["a",1,null,{"b":true}]})"),
            R"({"NAMES":"['a', 1, None, {'b': True}]"})");
  EXPECT_EQ(Values("null", {{"BOEFJE_NAMES", R"(["a"])"}}),
            R"({"NAMES":"['a']"})");
  EXPECT_EQ(Values("null", {{"BOEFJE_MAYBE", "12"}}), R"({"MAYBE":"12"})");
  EXPECT_EQ(Values("null", {{"BOEFJE_RESOLVER", ""}}), R"({"RESOLVER":""})");
}

// A setting has the JSON type that somebody gave it; only text of the system
// has none.
TEST_F(EnvironmentTest, SettingsAreNotConverted) {
  EXPECT_THAT(MessageOf(Error(R"({"TOP_PORTS":"250"})")),
              HasSubstr("$.TOP_PORTS: expected an integer, found a string"));
  EXPECT_THAT(MessageOf(Error(R"({"TOP_PORTS":true})")),
              HasSubstr("$.TOP_PORTS: expected an integer, found a boolean"));
}

TEST_F(EnvironmentTest, WhatIsNoValueOfTheTypeIsRefused) {
  const Environment environment = MustBuild(
      MakeRequest(schema_.get(), "{}",
                  {{"BOEFJE_TOP_PORTS", "many"}, {"BOEFJE_FAST", "perhaps"}}));
  EXPECT_THAT(environment.entries(), IsEmpty());
  EXPECT_THAT(Refusals(environment),
              ElementsAre("TOP_PORTS system unconvertible",
                          "FAST system unconvertible"));
}

TEST_F(EnvironmentTest, RequiredIsOfTheWhole) {
  schema_ = MakeSchema(R"({"properties":{"A":{"type":"integer"},"B":{}},
                           "required":["A"]})");
  EXPECT_EQ(MessageOf(Error("{}")),
            "plugin 'ports': the environment does not fit the schema: $.A: "
            "required, but it is not there");
  EXPECT_FALSE(Error("null", {{"BOEFJE_A", "x"}}).ok());
  EXPECT_TRUE(Error("null", {{"BOEFJE_A", "1"}}).ok());
  EXPECT_TRUE(Error(R"({"A":1})").ok());
  // Settings that the schema has no property for are not part of it.
  schema_ =
      MakeSchema(R"({"properties":{"A":{}},"additionalProperties":false})");
  EXPECT_EQ(Values(R"({"A":1,"B":2})"), R"({"A":"1"})");
}

TEST_F(EnvironmentTest, WithoutSchemaThereIsNothing) {
  const Environment environment = MustBuild(
      MakeRequest(nullptr, R"({"A":1})", {{"BOEFJE_B", "x"}, {"C", "y"}}));
  EXPECT_THAT(environment.entries(), IsEmpty());
  EXPECT_THAT(Refusals(environment),
              ElementsAre("A settings no_schema", "B system no_schema"));
}

TEST_F(EnvironmentTest, KeysOfTheManifestBesideTheSchema) {
  EnvironmentRequest request =
      MakeRequest(schema_.get(), R"({"PROXY":1,"TOP_PORTS":5})",
                  {{"BOEFJE_AGENT", "5"}, {"BOEFJE_NOT", "x"}});
  request.environment_keys = {"AGENT", "TOP_PORTS", "PROXY", "AGENT"};
  const Environment environment = MustBuild(std::move(request));
  EXPECT_EQ(PrintJson(environment.Values(false)),
            R"({"TOP_PORTS":"5","AGENT":"5","PROXY":"1"})");
  // Nothing says whether it is a secret.
  EXPECT_EQ(PrintJson(environment.Values(true)),
            R"({"TOP_PORTS":"5","AGENT":"***","PROXY":"***"})");
  EXPECT_FALSE(environment.entries()[1].converted);
  EXPECT_THAT(Refusals(environment), ElementsAre("NOT system not_named"));

  request = MakeRequest(nullptr, "null", {{"BOEFJE_AGENT", "5"}});
  request.environment_keys = {"AGENT"};
  EXPECT_EQ(PrintJson(MustBuild(std::move(request)).Values(false)),
            R"({"AGENT":"5"})");
}

TEST_F(EnvironmentTest, NamesThatAreNone) {
  schema_ = MakeSchema(
      R"({"properties":{"A=B":{"default":1},"":{},"1A":{},"A B":{},
          "\u00e9":{},"A-B.c":{}}})");
  EnvironmentRequest request = MakeRequest(
      schema_.get(), R"({"A=B":1,"":1,"1A":1,"A B":1,"\u00e9":1,"A-B.c":1})");
  request.apply_defaults = true;
  const Environment environment = MustBuild(std::move(request));
  EXPECT_EQ(PrintJson(environment.Values(false)), R"({"A-B.c":"1"})");
  EXPECT_EQ(environment.refusals().size(), 5u);
  for (const EnvironmentRefusal& refusal : environment.refusals()) {
    EXPECT_EQ(refusal.reason, RefusalReason::kUnsafe);
  }
}

TEST_F(EnvironmentTest, ValuesThatNoVariableCanHave) {
  const Environment environment = MustBuild(MakeRequest(
      schema_.get(), R"({"RESOLVER":"a\u0000b","NAMES":["\u0000"]})",
      {{"BOEFJE_API_KEY", std::string("a\0b", 3)}, {"BOEFJE_MAYBE", "\xff"}}));
  EXPECT_EQ(environment.Values(false)["NAMES"], "['\\x00']");
  EXPECT_EQ(environment.entries().size(), 1u);
  EXPECT_THAT(Refusals(environment),
              ElementsAre("RESOLVER settings unsafe", "API_KEY system unsafe",
                          "MAYBE system unsafe"));
}

TEST_F(EnvironmentTest, OfTwoVariablesTheFirstCounts) {
  const Environment environment = MustBuild(MakeRequest(
      schema_.get(), "null", {{"BOEFJE_MAYBE", "1"}, {"BOEFJE_MAYBE", "2"}}));
  EXPECT_EQ(PrintJson(environment.Values(false)), R"({"MAYBE":"1"})");
  EXPECT_THAT(Refusals(environment), ElementsAre("MAYBE system overridden"));
}

TEST_F(EnvironmentTest, SettingsMustBeAnObject) {
  EXPECT_EQ(Error("[1]").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(MessageOf(Error("\"secret\"")),
            "plugin 'ports': the settings must be an object, not a string");
}

TEST_F(EnvironmentTest, Explains) {
  const Environment environment = MustBuild(
      MakeRequest(schema_.get(), R"({"API_KEY":"k","X":1})",
                  {{"BOEFJE_TOP_PORTS", "7"}, {"BOEFJE_API_KEY", "z"}}));
  EXPECT_EQ(
      PrintJson(environment.Explain()),
      R"({"entries":[)"
      R"({"key":"TOP_PORTS","origin":"system","secret":false,"converted":true},)"
      R"({"key":"API_KEY","origin":"settings","secret":true,"converted":false}],)"
      R"("refused":[)"
      R"({"key":"X","offered_by":"settings","reason":"not_named"},)"
      R"({"key":"API_KEY","offered_by":"system","reason":"overridden"}]})");
  EXPECT_EQ(PrintJson(environment.Values(true)),
            R"({"TOP_PORTS":"7","API_KEY":"***"})");
}

class FingerprintTest : public EnvironmentTest {
 protected:
  std::string Print(std::string_view settings, Variables variables = {},
                    char key = 'k') {
    return HexDigest(
        MustBuild(MakeRequest(schema_.get(), settings, std::move(variables)))
            .Fingerprint(Secret(std::string(32, key))));
  }
};

TEST_F(FingerprintTest, IsOfKeysAndValuesAlone) {
  const std::string print = Print(R"({"TOP_PORTS":7,"MAYBE":"x"})");
  EXPECT_EQ(print, Print(R"({"MAYBE":"x","TOP_PORTS":7})"));
  EXPECT_EQ(print,
            Print(R"({"MAYBE":"x","UNKNOWN":1})", {{"BOEFJE_TOP_PORTS", "7"}}));
  // The order of the schema is nothing that a plugin sees.
  schema_ = MakeSchema(R"({"properties":{"MAYBE":{},"TOP_PORTS":{}}})");
  EXPECT_EQ(print, Print(R"({"MAYBE":"x","TOP_PORTS":7})"));
}

TEST_F(FingerprintTest, DiffersWhereAPluginWouldSeeIt) {
  std::vector<std::string> prints = {Print("{}"),
                                     Print(R"({"MAYBE":""})"),
                                     Print(R"({"MAYBE":"x"})"),
                                     Print(R"({"RESOLVER":"x"})"),
                                     Print(R"({"MAYBE":"xRESOLVERy"})"),
                                     Print(R"({"MAYBE":"x","RESOLVER":"y"})"),
                                     Print(R"({"MAYBE":"y","RESOLVER":"x"})"),
                                     Print(R"({"MAYBE":"x"})", {}, 'j')};
  std::sort(prints.begin(), prints.end());
  EXPECT_EQ(std::adjacent_find(prints.begin(), prints.end()), prints.end());
}

}  // namespace
}  // namespace cupel
