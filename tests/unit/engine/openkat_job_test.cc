#include "engine/openkat_job.h"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/openkat_config.h"
#include "gtest/gtest.h"

namespace cupel {
namespace {

TEST(RunLogTest, KeepsTheFirstLinesAndCountsTheOthers) {
  RunLog log;
  for (int i = 0; i < 250; ++i) log.Add(LogLevel::kWarning, "line\x1b[31m");
  std::string text;
  JsonWriter json(&text);
  log.Write(&json);
  const auto lines = ParseJson(text, "log");
  ASSERT_TRUE(lines.ok()) << lines.status();
  EXPECT_EQ(lines->size(), 201u);
  EXPECT_EQ((*lines)[200], "and 50 more");
  EXPECT_EQ((*lines)[0].get<std::string>().find('\x1b'), std::string::npos);
}

TEST(OptionsOfTest, TheShorterTimeCounts) {
  OpenKatExecutorOptions options;
  worker::WorkOrder order;
  RunLog log;
  EXPECT_EQ(OptionsOf(options, order, &log).timeout_ms, 0u);
  order.time_ms = 500;
  EXPECT_EQ(OptionsOf(options, order, &log).timeout_ms, 500u);
  options.run.timeout_ms = 200;
  EXPECT_EQ(OptionsOf(options, order, &log).timeout_ms, 200u);
}

TEST(TaskOfTest, SaysWhereABodyIsWrong) {
  worker::WorkOrder order;
  order.body = "[]";
  EXPECT_FALSE(ParseBody(order).ok());
  order.body = R"({"task":{"id":7}})";
  const auto body = ParseBody(order);
  ASSERT_TRUE(body.ok());
  const auto task = TaskOf(*body);
  EXPECT_TRUE(absl::IsInvalidArgument(task.status()));
  EXPECT_NE(task.status().message().find("$.task.id"), std::string::npos)
      << task.status();
}

TEST(OpenKatConfigTest, AllThatIsWrongIsTold) {
  const Json config = *ParseJson(
      R"({"openkat":{"plugin_folders":"one","timeout_ms":0,"memory_bytes":5,)"
      R"("tier":"builtin","sppol":"x","network":"perhaps"}})",
      "config");
  JsonIssues issues;
  ReadOpenKatConfig(config, &issues);
  std::vector<std::string> places;
  for (const JsonIssue& issue : issues.list()) {
    places.push_back(PathText(issue.path));
  }
  for (const char* place : {"$.openkat.plugin_folders", "$.openkat.timeout_ms",
                            "$.openkat.memory_bytes", "$.openkat.tier",
                            "$.openkat.sppol", "$.openkat.network"}) {
    EXPECT_NE(std::find(places.begin(), places.end(), place), places.end())
        << place;
  }
}

TEST(OpenKatConfigTest, TheEnvironmentStandsAboveTheTable) {
  const Json config = *ParseJson(
      R"({"openkat":{"plugin_folders":["a"],"spool":"s","plugins":["p"]}})",
      "config");
  JsonIssues issues;
  Json all = Json::object();
  all["openkat"] = OpenKatTable(config,
                                {{"CUPEL_OPENKAT_PLUGIN_FOLDERS", "b,c\nd\n"},
                                 {"CUPEL_OPENKAT_UPSTREAM_METAS", "true"}},
                                &issues);
  const OpenKatConfig read = ReadOpenKatConfig(all, &issues);
  EXPECT_TRUE(issues.empty());
  EXPECT_EQ(read.executor.plugin_folders,
            (std::vector<std::string>{"b,c", "d"}));
  EXPECT_TRUE(read.upstream_metas);
  EXPECT_EQ(read.spool, "s");
  OpenKatTable(config, {{"CUPEL_OPENKAT_SERVE_API", "yes"}}, &issues);
  EXPECT_EQ(issues.count(), 1u);
}

}  // namespace
}  // namespace cupel
