#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "builtin/tables.h"
#include "endpoint_testing.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;

class SqliteConnectorTest : public testing::Test {
 protected:
  std::string Options(std::string_view more = "") const {
    return R"({"path": ")" + dir_.PathOf("results.db") + "\"" +
           std::string(more) + "}";
  }
  // What the program sqlite3 says.
  std::string Ask(const std::string& sql) const {
    return dir_.Make("sqlite3 results.db \"" + sql + "\" > said", "said");
  }

  const ToolDir dir_;
};

TEST_F(SqliteConnectorTest, ReportsAreReadBackBySqlite) {
  {
    PluginUnderTest plugin(kSqliteConnector, Options());
    EXPECT_EQ(ConnId(SaveDocument(
                  plugin, "job\n1",
                  R"({"verdict":"matched","coverage":"partial","score":12})")),
              "result/1");
    EXPECT_EQ(ConnId(SaveDocument(plugin, "job 2", "made by a template")),
              "result/2");
  }
  EXPECT_EQ(Ask("SELECT number, name, verdict, coverage, score FROM report"),
            "1|job\\n1|matched|partial|12\n");
  EXPECT_EQ(Ask("SELECT document FROM result WHERE number = 2"),
            "made by a template\n");
  EXPECT_EQ(Ask("SELECT count(*) FROM result WHERE saved_micros > 1.7e15"),
            "2\n");
  EXPECT_EQ(Ask("PRAGMA user_version; PRAGMA journal_mode; "
                "PRAGMA integrity_check"),
            "1\nwal\nok\n");
  struct stat info{};
  ASSERT_EQ(stat(dir_.PathOf("results.db").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(SqliteConnectorTest, PayloadsAreStoredOnceAndListedEachTime) {
  const std::string bytes("\0\xff raw", 6);
  {
    PluginUnderTest plugin(kSqliteConnector, Options());
    EXPECT_EQ(ConnId(SavePayload(plugin, "a\xff", bytes, R"({"k":1})")),
              "payload/1");
    EXPECT_EQ(ConnId(SavePayload(plugin, "b", bytes)), "payload/2");
    EXPECT_EQ(GetFile(plugin, R"({"conn_id":"payload/2"})").Only(), bytes);
  }
  EXPECT_EQ(Ask("SELECT name, size, metadata FROM payload"),
            "a\\xff|6|{\"k\":1}\nb|6|\n");
  EXPECT_EQ(Ask("SELECT hex(bytes), count(*) FROM content"),
            "00FF20726177|1\n");
  dir_.Run(
      "[ $(sqlite3 results.db 'SELECT sha256 FROM content') = "
      "$(printf '\\000\\377 raw' | sha256sum | cut -c1-64) ]");
}

TEST_F(SqliteConnectorTest, WithoutPayloadsOnlyTheirIndex) {
  PluginUnderTest plugin(kSqliteConnector, Options(R"(, "payloads": false)"));
  EXPECT_EQ(ConnId(SavePayload(plugin, "a", "abc")), "payload/1");
  EXPECT_TRUE(
      absl::IsNotFound(GetFile(plugin, R"({"conn_id":"payload/1"})").status));
  EXPECT_EQ(Ask("SELECT count(*) FROM content"), "0\n");
}

TEST_F(SqliteConnectorTest, GivesBackByHashAndNumber) {
  PluginUnderTest plugin(kSqliteConnector, Options());
  SavePayload(plugin, "a", "abc");
  SaveDocument(plugin, "r", "{}");
  EXPECT_EQ(GetFile(plugin, R"({"sha256":"ba7816bf8f01cfea414140de5dae2223)"
                            R"(b00361a396177a9cb410ff61f20015ad"})")
                .Only(),
            "abc");
  EXPECT_EQ(GetFile(plugin, R"({"conn_id":"result/1"})").Only(), "{}");
  EXPECT_TRUE(
      absl::IsNotFound(GetFile(plugin, R"({"conn_id":"result/9"})").status));
  for (const char* asked : {R"({"conn_id":"payload/x"})", R"({"conn_id":""})",
                            R"({"conn_id":"1; DROP TABLE result"})"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(GetFile(plugin, asked).status))
        << asked;
  }
  Ask("UPDATE content SET bytes = x'00'");
  EXPECT_TRUE(
      absl::IsDataLoss(GetFile(plugin, R"({"conn_id":"payload/1"})").status));
}

TEST_F(SqliteConnectorTest, ProcessesAddSideBySide) {
  std::vector<pid_t> children;
  for (int i = 0; i < 3; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      PluginUnderTest plugin(kSqliteConnector, Options());
      for (int k = 0; k < 10; ++k) {
        if (!SaveDocument(plugin, "x", "{}").status.ok()) _exit(1);
        if (!SavePayload(plugin, "x", std::to_string(k)).status.ok()) _exit(2);
      }
      _exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(Ask("SELECT count(*) FROM result; SELECT count(*) FROM payload; "
                "SELECT count(*) FROM content"),
            "30\n30\n10\n");
}

TEST_F(SqliteConnectorTest, RefusesWhatIsNotItsOwn) {
  const auto problem = [](std::string_view options) {
    return PluginUnderTest(kSqliteConnector, options).status();
  };
  EXPECT_THAT(std::string(MessageOf(problem("{}"))),
              HasSubstr("name the database"));
  dir_.Run("sqlite3 results.db 'CREATE TABLE mine (a)'");
  EXPECT_TRUE(absl::IsFailedPrecondition(problem(Options())));
  dir_.Write("results.db", std::string(10'000, 'x'));
  EXPECT_FALSE(problem(Options()).ok());
  EXPECT_EQ(dir_.Read("results.db"), std::string(10'000, 'x'));
}

TEST_F(SqliteConnectorTest, ADocumentThatIsNoTextIsAnError) {
  PluginUnderTest plugin(kSqliteConnector, Options());
  EXPECT_TRUE(
      absl::IsInvalidArgument(SaveDocument(plugin, "x", "\xff{}").status));
  EXPECT_EQ(Ask("SELECT count(*) FROM result"), "0\n");
}

}  // namespace
}  // namespace cupel
