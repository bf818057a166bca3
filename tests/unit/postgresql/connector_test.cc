// connector:postgresql, loaded as a host loads it. Run by with_postgres.py.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "plugin/table_plugin.h"
#include "tests/support/postgres_control.h"
#include "tests/unit/builtin/endpoint_testing.h"
#include "tests/unit/store/store_testing.h"

namespace cupel {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kReport =
    R"({"schema":1,"verdict":"matched","coverage":"partial","score":42,)"
    R"("x":"\u0000 \\u0000 \ud800 \ud83d\ude00"})";

class ConnectorTest : public testing::Test {
 protected:
  ConnectorTest() {
    static int count = 0;
    schema_ = fmt::format("c{}_{}", getpid(), ++count);
    const auto tables = LoadTables(CUPEL_PLUGIN_POSTGRESQL);
    EXPECT_TRUE(tables.ok()) << tables.status();
    table_ = tables->at(0);
    // To look at what is there: a store whose tables are not made.
    DatabaseOptions options;
    options.path = TestDatabase("");
    options.store = "looking";
    options.migrations = {{""}};
    database_ = *Database::Open(options);
  }
  ~ConnectorTest() override { control_.Start(); }

  std::string Options(std::string_view more = "") const {
    return fmt::format(R"({{"url": "{}", "schema": "{}"{}}})", TestServer(),
                       schema_, more);
  }
  std::string One(const std::string& sql) {
    auto query = database_->Prepare(sql);
    const auto row = query->Step();
    EXPECT_TRUE(row.ok() && *row) << row.status();
    return row.ok() ? std::string(query->Text(0)) : "";
  }
  std::string Count() {
    return One("SELECT count(*) FROM " + schema_ + ".report");
  }

  PostgresControl control_;
  std::string schema_;
  const cupel_plugin_v1* table_ = nullptr;
  std::unique_ptr<Database> database_;
};

TEST_F(ConnectorTest, AReportIsARowThatCanBeAskedFor) {
  PluginUnderTest plugin(*table_, Options());
  const std::string id = ConnId(SaveDocument(plugin, "a\n.tgz", kReport));
  EXPECT_THAT(id, HasSubstr("report/"));
  EXPECT_EQ(One("SELECT name || verdict || coverage || CAST(score AS TEXT) "
                "FROM " +
                schema_ + ".report WHERE document->>'score' = '42'"),
            "a\\n.tgzmatchedpartial42");
  // What jsonb can't hold.
  EXPECT_EQ(One("SELECT document->>'x' FROM " + schema_ + ".report"),
            "\xef\xbf\xbd \\u0000 \xef\xbf\xbd \xf0\x9f\x98\x80");
  const PluginRun found = GetFile(plugin, R"({"conn_id": ")" + id + "\"}");
  EXPECT_THAT(found.Only(), HasSubstr("\"score\": 42"));
}

TEST_F(ConnectorTest, TheSameReportIsThereOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      PluginUnderTest plugin(*table_, Options());
      for (int k = 0; k < 5; ++k) {
        const auto run = SaveDocument(plugin, "r", fmt::format("[{}]", k));
        EXPECT_TRUE(run.status.ok()) << run.Message();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Count(), "5");
  // Of a document that is no report, nothing else is known.
  EXPECT_EQ(One("SELECT count(*) FROM " + schema_ +
                ".report WHERE verdict IS NULL AND score IS NULL"),
            "5");
}

TEST_F(ConnectorTest, ItWaitsForAServerThatIsAway) {
  PluginUnderTest plugin(*table_,
                         Options(R"(, "retries": 100, "backoff_ms": 10)"));
  EXPECT_TRUE(SaveDocument(plugin, "r", "[1]").status.ok());
  control_.Kill();
  std::thread starter([this] { control_.Start(); });
  const PluginRun run = SaveDocument(plugin, "r", "[2]");
  starter.join();
  EXPECT_TRUE(run.status.ok()) << run.Message();
  EXPECT_EQ(Count(), "2");
}

TEST_F(ConnectorTest, WithoutRetriesItSaysSo) {
  PluginUnderTest plugin(*table_, Options(R"(, "retries": 0)"));
  control_.Kill();
  const PluginRun run = SaveDocument(plugin, "r", "[1]");
  EXPECT_EQ(run.status.code(), absl::StatusCode::kUnavailable) << run.Message();
}

TEST_F(ConnectorTest, WhatItDoesNotTake) {
  PluginUnderTest plugin(*table_, Options());
  EXPECT_EQ(SavePayload(plugin, "p", "bytes").status.code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(SaveDocument(plugin, "r", "{no json").status.code(),
            absl::StatusCode::kInvalidArgument);
  for (const char* id : {"{}", R"({"conn_id": "report/1"})",
                         R"({"conn_id": "report/'; DROP TABLE report; --"})"}) {
    EXPECT_EQ(GetFile(plugin, id).status.code(),
              absl::StatusCode::kInvalidArgument)
        << id;
  }
  EXPECT_EQ(
      GetFile(plugin, R"({"conn_id": "report/)" + std::string(64, 'a') + "\"}")
          .status.code(),
      absl::StatusCode::kNotFound);
}

TEST_F(ConnectorTest, BadOptionsAreNamed) {
  const struct {
    std::string options;
    std::string_view names;
  } kBad[] = {
      {R"({})", "'url'"},
      {R"({"url": "a", "url_file": "b"})", "'url'"},
      {R"({"url": "mysql://u:s3cret@h"})", "'url'"},
      {R"({"url": "postgresql://u:s3cret@h:p/d"})", "URL"},
      {R"({"url_file": "/nonexistent"})", "'url_file'"},
      {Options(R"(, "retries": 100000)"), "'retries'"},
      {Options(R"(, "timeout_ms": 0)"), "'timeout_ms'"},
      {Options(R"(, "backoff_ms": "x")"), "'backoff_ms'"},
      {R"({"url": "postgresql://h", "schema": "A;b"})", "'schema'"},
  };
  for (const auto& [options, names] : kBad) {
    PluginUnderTest plugin(*table_, options);
    const PluginRun run = SaveDocument(plugin, "r", "{}");
    EXPECT_EQ(run.status.code(), absl::StatusCode::kInvalidArgument) << options;
    EXPECT_THAT(run.Message(), HasSubstr(std::string(names)));
    EXPECT_THAT(run.Message(), Not(HasSubstr("s3cret")));
  }
}

TEST_F(ConnectorTest, TheUrlMayBeInAFile) {
  TempFolder folder;
  WriteBytes(folder / "url", std::string(TestServer()) + "\n");
  PluginUnderTest plugin(*table_,
                         fmt::format(R"({{"url_file": "{}", "schema": "{}"}})",
                                     folder / "url", schema_));
  EXPECT_TRUE(SaveDocument(plugin, "r", "[1]").status.ok());
  EXPECT_EQ(Count(), "1");
}

TEST_F(ConnectorTest, ANewerTableIsLeftAlone) {
  PluginUnderTest first(*table_, Options());
  EXPECT_TRUE(SaveDocument(first, "r", "[1]").status.ok());
  ASSERT_TRUE(
      database_->Execute("UPDATE " + schema_ + ".cupel_schema SET version = 2")
          .ok());
  PluginUnderTest second(*table_, Options());
  const PluginRun run = SaveDocument(second, "r", "[2]");
  EXPECT_EQ(run.status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(run.Message(), HasSubstr("version 2"));
}

}  // namespace
}  // namespace cupel
