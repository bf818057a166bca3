#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "builtin/decorator/suppression_list.h"
#include "builtin/tables.h"
#include "endpoint_testing.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

// Two payloads and a copy of the first, in the form of docs/report.md.
constexpr std::string_view kReport = R"({
  "schema": "cupel.report/1", "verdict": "matched", "coverage": "complete",
  "payloads": [
    {"id": 1, "parents": [], "path": "pkg.tgz", "type": "tar.gz",
     "mime": "application/gzip", "sha256": "aa", "same_as": null},
    {"id": 2, "parents": [1], "path": "pkg.tgz!/lib/jquery.min.js",
     "type": "text", "mime": "text/javascript", "same_as": null, "sha256":
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"id": 3, "parents": [1], "path": "pkg.tgz!/copy.js", "type": "text",
     "mime": "text/javascript", "same_as": 2, "sha256":
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}],
  "findings": [
    {"payload": 2, "plugin": "worker:yara", "rule": "eval_of_text",
     "namespace": "js", "tags": ["js", "apt"], "meta": {}, "weight": 5},
    {"payload": 3, "plugin": "worker:yara", "rule": "eval_of_text",
     "namespace": "js", "tags": ["js", "apt"], "meta": {}, "weight": 5},
    {"payload": 2, "plugin": "worker:pe", "rule": "packed",
     "namespace": "pe", "tags": [], "meta": {}, "weight": -1}],
  "incidents": [], "timing": {}})";

PluginRun Decorate(const cupel_plugin_v1& table, std::string_view options,
                   std::string_view report = kReport) {
  PluginUnderTest plugin(table, options);
  PluginRequest request;
  request.method = PluginMethod::kDecorate;
  request.document = report;
  return plugin.Call("", request);
}

std::string Problem(const cupel_plugin_v1& table, std::string_view options) {
  return std::string(MessageOf(PluginUnderTest(table, options).status()));
}

// ------------------------------------------------------------------ score

TEST(ScoreTest, AddsUpWeights) {
  EXPECT_EQ(Decorate(kScoreDecorator, "{}").Result().dump(),
            R"({"score":4,"level":"low","findings":2})");
  EXPECT_EQ(Decorate(kScoreDecorator,
                     R"({"tags": {"apt": 30, "none": 7}, "namespaces":
                         {"pe": 4}, "plugins": {"worker:pe": 3,
                         "worker:yara": 10}})")
                .Result()
                .dump(),
            R"({"score":51,"level":"high","findings":2})");
  // From the command line options come as texts.
  EXPECT_EQ(Decorate(kScoreDecorator,
                     R"({"rule_weights": "no", "tags": "{\"js\": 2}",
                         "medium": "2", "high": "3"})")
                .Result()
                .dump(),
            R"({"score":2,"level":"medium","findings":2})");
}

TEST(ScoreTest, StaysInItsRange) {
  const std::string most = "9223372036854775807";
  const std::string report = R"({"findings": [{"weight": )" + most +
                             R"(}, {"weight": )" + most +
                             R"(}], "payloads": []})";
  EXPECT_EQ(Decorate(kScoreDecorator, "{}", report).Result()["score"].dump(),
            most);
}

TEST(ScoreTest, TakesReportsThatLackOrAddMembers) {
  for (const char* report :
       {"{}", R"({"findings": 7, "payloads": {}})",
        R"({"findings": [7, null, {"weight": "x", "tags": [1]}]})",
        R"({"payloads": [{"id": -1}, {"id": "x", "same_as": {}}]})"}) {
    EXPECT_EQ(Decorate(kScoreDecorator, "{}", report).Result()["score"], 0)
        << report;
  }
  for (const char* report : {"", "[]", "7", "{", "\xff"}) {
    EXPECT_TRUE(
        absl::IsInvalidArgument(Decorate(kScoreDecorator, "{}", report).status))
        << report;
  }
}

TEST(ScoreTest, SaysWhatIsWrongWithItsOptions) {
  EXPECT_THAT(Problem(kScoreDecorator, R"({"tags": {"a": 1.5}})"),
              HasSubstr("the weight of 'a'"));
  EXPECT_THAT(Problem(kScoreDecorator, R"({"tags": {"a": 1e300}})"),
              HasSubstr("the weight of 'a'"));
  EXPECT_THAT(Problem(kScoreDecorator, R"({"plugins": []})"),
              HasSubstr("plugins"));
  EXPECT_THAT(Problem(kScoreDecorator, R"({"high": 1})"), HasSubstr("high"));
}

// ------------------------------------------------------------------- tags

TEST(TagsTest, ByRulePathAndType) {
  EXPECT_EQ(Decorate(kTagsDecorator,
                     R"({"entries": [
                 {"rule": "eval_*", "tags": ["script", "eval"]},
                 {"path": "**/jquery*", "tags": ["library"]},
                 {"type": "application/*", "tags": ["container"]},
                 {"type": "tar.gz", "path": "*.tgz", "tags": ["container"]},
                 {"rule": "eval_*", "type": "tar*", "tags": ["never"]}]})")
                .Result()
                .dump(),
            R"({"tags":["container","eval","library","script"],"payloads":[)"
            R"({"payload":1,"tags":["container"]},)"
            R"({"payload":2,"tags":["eval","library","script"]},)"
            R"({"payload":3,"tags":["eval","script"]}]})");
  EXPECT_EQ(Decorate(kTagsDecorator, "{}").Result().dump(),
            R"({"tags":[],"payloads":[]})");
}

TEST(TagsTest, SaysWhatIsWrongWithItsEntries) {
  const auto problem = [](const std::string& entry) {
    return Problem(kTagsDecorator, R"({"entries": [)" + entry + "]}");
  };
  EXPECT_THAT(problem(R"({"tags": ["x"]})"), HasSubstr("[0]"));
  EXPECT_THAT(problem(R"({"rule": "a"})"), HasSubstr("tag"));
  EXPECT_THAT(problem(R"({"rule": "[", "tags": ["x"]})"), HasSubstr("rule"));
  EXPECT_THAT(problem(R"({"rule": "", "tags": ["x"]})"), HasSubstr("rule"));
  EXPECT_THAT(problem(R"({"rules": "a", "tags": ["x"]})"), HasSubstr("rules"));
  EXPECT_THAT(problem("7"), HasSubstr("object"));
  EXPECT_THAT(Problem(kTagsDecorator, R"({"entries": {}})"),
              HasSubstr("array"));
  std::string many = R"({"rule": "a", "tags": ["x"]})";
  for (int i = 0; i < 1000; ++i) many += R"(, {"rule": "a", "tags": ["x"]})";
  EXPECT_THAT(problem(many), HasSubstr("at most 1000"));
}

// ----------------------------------------------------------- suppressions

class SuppressionsTest : public testing::Test {
 protected:
  std::string Options(std::string_view list,
                      std::string_view today = "2026-11-30") const {
    dir_.Write("list", list);
    return R"({"file": ")" + dir_.PathOf("list") + R"(", "today": ")" +
           std::string(today) + "\"}";
  }
  std::string Run(std::string_view list) const {
    return Decorate(kSuppressionsDecorator, Options(list)).Result().dump();
  }

  const ToolDir dir_;
};

TEST_F(SuppressionsTest, NamesFindingsByIndexAndEntriesByLine) {
  EXPECT_EQ(Run("# known\n\n"
                R"({"rule": "eval_*", "path": "**/jquery*", "reason": "lib"})"
                "\r\n"
                R"({"rule": "pack?d", "expires": "2026-11-30", "reason": "x"})"
                "\n"
                R"({"rule": "other", "reason": "gone"})"),
            R"({"suppress":[)"
            R"({"entry":3,"reason":"lib","expires":null,"finding":0},)"
            R"({"entry":4,"reason":"x","expires":"2026-11-30","finding":2}],)"
            R"("expired":[],)"
            R"("unused":[{"entry":5,"reason":"gone","expires":null}]})");
}

TEST_F(SuppressionsTest, ExpiredOnesNoLongerCountAndAreTold) {
  EXPECT_EQ(
      Run(R"({"rule": "eval_*", "expires": "2026-11-29", "reason": "old"})"
          "\n"
          R"({"rule": "nothing", "expires": "2020-01-01", "reason": "older"})"),
      R"({"suppress":[],"expired":[)"
      R"({"entry":1,"reason":"old","expires":"2026-11-29","findings":2},)"
      R"({"entry":2,"reason":"older","expires":"2020-01-01","findings":0}],)"
      R"("unused":[]})");
  // One that still counts takes its place.
  const Json result =
      Decorate(
          kSuppressionsDecorator,
          Options(
              R"({"rule": "eval_*", "expires": "2026-01-01", "reason": "a"})"
              "\n"
              R"({"rule": "eval_*", "reason": "b"})"))
          .Result();
  EXPECT_THAT(result["suppress"], SizeIs(2));
  EXPECT_EQ(result["suppress"][0]["entry"], 2);
  EXPECT_THAT(result["expired"], SizeIs(1));
}

TEST_F(SuppressionsTest, ByContent) {
  const Json result =
      Decorate(kSuppressionsDecorator,
               Options(R"({"reason": "ours", "rule": "eval*", "sha256": "BA781)"
                       R"(6BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61)"
                       R"(F20015AD"})"))
          .Result();
  ASSERT_THAT(result["suppress"], SizeIs(2));
  EXPECT_EQ(result["suppress"][0]["finding"], 0);
  EXPECT_EQ(result["suppress"][1]["finding"], 1);
}

TEST_F(SuppressionsTest, TheClockDecidesWithoutADay) {
  const auto run = Decorate(
      kSuppressionsDecorator,
      Options(R"({"rule": "*", "expires": "2020-02-29", "reason": "a"})"
              "\n"
              R"({"rule": "*", "expires": "9999-12-31", "reason": "b"})",
              ""));
  EXPECT_THAT(run.Result()["suppress"], SizeIs(3));
  EXPECT_THAT(run.Result()["expired"], SizeIs(1));
}

TEST_F(SuppressionsTest, AMalformedListIsAnErrorWithItsLine) {
  const std::string good = R"({"rule": "a", "reason": "b"})";
  for (const std::string& bad : {
           std::string("{"),
           std::string("7"),
           std::string("rule: a"),
           std::string(R"({"reason": "everything"})"),
           std::string(R"({"rule": "", "reason": "everything"})"),
           std::string(R"({"rule": "a"})"),
           std::string(R"({"rule": "a", "reason": ""})"),
           std::string(
               R"({"rule": "a", "reason": "b", "expire": "2026-01-01"})"),
           std::string(
               R"({"rule": "a", "reason": "b", "expires": "tomorrow"})"),
           std::string(
               R"({"rule": "a", "reason": "b", "expires": "2026-02-30"})"),
           std::string(R"({"rule": "a", "reason": "b", "expires": 20260101})"),
           std::string(R"({"sha256": "abc", "reason": "b"})"),
           std::string(R"({"path": "[", "reason": "b"})"),
           std::string("{\"rule\": \"\xff\", \"reason\": \"b\"}"),
       }) {
    const std::string problem = Problem(
        kSuppressionsDecorator, Options(good + "\n\n" + bad + "\n" + good));
    EXPECT_THAT(problem, HasSubstr("list, line 3")) << bad;
  }
}

TEST_F(SuppressionsTest, SaysWhatIsWrongWithItsOptions) {
  EXPECT_THAT(Problem(kSuppressionsDecorator, "{}"),
              HasSubstr("name the file"));
  EXPECT_THAT(Problem(kSuppressionsDecorator, R"({"file": "/not/there"})"),
              HasSubstr("/not/there"));
  EXPECT_THAT(Problem(kSuppressionsDecorator, R"({"file": "/dev/zero"})"),
              HasSubstr("regular"));
  EXPECT_THAT(Problem(kSuppressionsDecorator, Options("", "today")),
              HasSubstr("YYYY-MM-DD"));
  // A link of the operator's is as good as its file.
  dir_.Run("ln -s list link");
  EXPECT_EQ(Problem(kSuppressionsDecorator,
                    R"({"file": ")" + dir_.PathOf("link") + "\"}"),
            "");
}

TEST(SuppressionListTest, KnowsDays) {
  for (const char* day : {"2026-11-30", "2024-02-29", "0001-01-01"}) {
    EXPECT_TRUE(IsDate(day)) << day;
  }
  for (const char* no : {"", "2026-2-1", "2026-13-01", "2023-02-29",
                         "2026-11-31", "2026/11/30", "2026-11-30T", "x"}) {
    EXPECT_FALSE(IsDate(no)) << no;
  }
}

TEST(SuppressionListTest, HasALimit) {
  std::string text;
  for (int i = 0; i <= 100'000; ++i)
    text += "{\"rule\":\"a\",\"reason\":\"b\"}\n";
  const auto status = ParseSuppressions(text, "f").status();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("line 100001"));
}

}  // namespace
}  // namespace cupel
