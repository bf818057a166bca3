#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>

#include "builtin/tables.h"
#include "endpoint_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

class FileConnectorTest : public testing::Test {
 protected:
  std::string Directory(std::string_view more = "") const {
    return R"({"directory": ")" + dir_.PathOf("out") + "\"" +
           std::string(more) + "}";
  }
  std::string Out(std::string_view more = "") const {
    return R"({"out": ")" + dir_.PathOf("out/all.ndjson") + "\"" +
           std::string(more) + "}";
  }
  std::vector<std::string> Files() const {
    return FilesBelow(dir_.PathOf("out"));
  }

  const ToolDir dir_;
};

TEST_F(FileConnectorTest, SavesEachReportUnderItsName) {
  PluginUnderTest plugin(kFileConnector, Directory());
  EXPECT_EQ(ConnId(SaveDocument(plugin, "job-1", R"({"a":1})")), "job-1.json");
  EXPECT_EQ(ConnId(SaveDocument(plugin, "job-1", R"({"a":2})")),
            "job-1.1.json");
  EXPECT_EQ(ConnId(SaveDocument(plugin, "", R"({"job":{"id":"j/2"}})")),
            "j%2F2.json");
  EXPECT_EQ(ConnId(SaveDocument(plugin, "", "no json")), "report.json");
  EXPECT_EQ(dir_.Read("out/job-1.json"), "{\"a\":1}\n");
  EXPECT_EQ(dir_.Read("out/job-1.1.json"), "{\"a\":2}\n");
  struct stat info{};
  ASSERT_EQ(stat(dir_.PathOf("out/job-1.json").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(FileConnectorTest, NamesFromOutsideStayInTheFolder) {
  PluginUnderTest plugin(kFileConnector, Directory());
  const std::vector<std::string> names = {"../../evil",
                                          "/etc/passwd",
                                          std::string("a\0b", 3),
                                          "new\nline",
                                          "\xff\xfe",
                                          "..",
                                          "-x",
                                          std::string(3000, '/')};
  for (const std::string& name : names) {
    const std::string id = ConnId(SaveDocument(plugin, name, "{}"));
    EXPECT_EQ(id.find('/'), std::string::npos) << id;
    EXPECT_EQ(GetFile(plugin, R"({"conn_id":")" + id + "\"}").Only(), "{}\n");
  }
  EXPECT_THAT(Files(), SizeIs(names.size()));
  EXPECT_THAT(FilesBelow(dir_.PathOf("")), SizeIs(names.size()));
}

TEST_F(FileConnectorTest, DatedFolders) {
  PluginUnderTest plugin(kFileConnector, Directory(R"(, "dates": true)"));
  const std::string id = ConnId(SaveDocument(plugin, "job", "{}"));
  EXPECT_THAT(id, MatchesRegex("20[0-9][0-9]/[01][0-9]/[0-3][0-9]/job.json"));
  EXPECT_EQ(dir_.Read("out/" + id), "{}\n");
  EXPECT_EQ(GetFile(plugin, R"({"conn_id":")" + id + "\"}").Only(), "{}\n");
}

TEST_F(FileConnectorTest, SavesPayloadsAsTheyAre) {
  PluginUnderTest plugin(kFileConnector, Directory());
  const std::string bytes("\0\xff bytes", 8);
  EXPECT_EQ(ConnId(SavePayload(plugin, "a.tgz", bytes)), "a.tgz");
  EXPECT_EQ(ConnId(SavePayload(plugin, "a.tgz", "")), "a.tgz.1");
  EXPECT_EQ(dir_.Read("out/a.tgz"), bytes);
  EXPECT_EQ(dir_.Read("out/a.tgz.1"), "");
}

TEST_F(FileConnectorTest, LinesOfOneFile) {
  PluginUnderTest plugin(kFileConnector, Out());
  EXPECT_EQ(ConnId(SaveDocument(plugin, "1", "{\n  \"a\": 1\n}\n")),
            "all.ndjson@0");
  EXPECT_EQ(ConnId(SaveDocument(plugin, "2", R"({"b":2})")), "all.ndjson@8");
  EXPECT_EQ(ConnId(SaveDocument(plugin, "3", "plain text")), "all.ndjson@16");
  EXPECT_EQ(dir_.Read("out/all.ndjson"), "{\"a\":1}\n{\"b\":2}\nplain text\n");
  EXPECT_THAT(SavePayload(plugin, "x", "bytes").Message(),
              HasSubstr("use `directory`"));
}

TEST_F(FileConnectorTest, ProcessesAppendSideBySide) {
  constexpr int kProcesses = 4;
  constexpr int kLines = 60;
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      PluginUnderTest plugin(kFileConnector, Out(R"(, "sync": false)"));
      for (int k = 0; k < kLines; ++k) {
        Json line = {
            {"who", i}, {"line", k}, {"fill", std::string(20000, 'x')}};
        if (!SaveDocument(plugin, "", PrintJson(line)).status.ok()) _exit(1);
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
  std::set<std::pair<int, int>> seen;
  std::istringstream lines(dir_.Read("out/all.ndjson"));
  for (std::string line; std::getline(lines, line);) {
    const auto json = ParseJson(line, "line");
    ASSERT_TRUE(json.ok()) << json.status();
    seen.insert({(*json)["who"].get<int>(), (*json)["line"].get<int>()});
  }
  EXPECT_THAT(seen, SizeIs(kProcesses * kLines));
}

TEST_F(FileConnectorTest, ProcessesSaveUnderOneNameSideBySide) {
  constexpr int kProcesses = 4;
  constexpr int kFiles = 40;
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      PluginUnderTest plugin(kFileConnector, Directory(R"(, "sync": false)"));
      for (int k = 0; k < kFiles; ++k) {
        const std::string text = std::to_string(i * kFiles + k);
        if (!SaveDocument(plugin, "same", text).status.ok()) _exit(1);
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
  std::set<std::string> contents;
  for (const std::string& file : Files()) {
    contents.insert(dir_.Read("out/" + file));
  }
  EXPECT_THAT(Files(), SizeIs(kProcesses * kFiles));
  EXPECT_THAT(contents, SizeIs(kProcesses * kFiles));
}

TEST_F(FileConnectorTest, AKilledSaverLeavesWholeFilesOnly) {
  const std::string document = std::string(3 << 20, 'x') + "end";
  for (int round = 0; round < 5; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      PluginUnderTest plugin(kFileConnector, Directory(R"(, "sync": false)"));
      while (true) {
        if (write(ends[1], "", 1) != 1) _exit(1);
        if (!SaveDocument(plugin, "big", document).status.ok()) _exit(1);
      }
    }
    close(ends[1]);
    char begun = 0;
    for (int i = 0; i < 2 + round; ++i) ASSERT_EQ(read(ends[0], &begun, 1), 1);
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status));
    close(ends[0]);
  }
  EXPECT_FALSE(Files().empty());
  for (const std::string& file : Files()) {
    if (file.starts_with(".cupel-")) continue;
    EXPECT_EQ(dir_.Read("out/" + file).size(), document.size() + 1) << file;
  }
}

TEST_F(FileConnectorTest, LinksInTheFolderLeadNowhere) {
  dir_.Run(
      "mkdir out outside && ln -s ../outside/x out/job.json && "
      "ln -s ../outside/y out/all.ndjson && ln -s ../outside out/d");
  PluginUnderTest plugin(kFileConnector, Directory());
  EXPECT_EQ(ConnId(SaveDocument(plugin, "job", "{}")), "job.1.json");
  for (const char* path :
       {"../outside/x", "/etc/passwd", "d/x", "job.json", "..", "", "a//b"}) {
    const auto run = GetFile(plugin, Json{{"conn_id", path}}.dump());
    EXPECT_FALSE(run.status.ok()) << path;
    EXPECT_THAT(run.answer.children, IsEmpty());
  }
  PluginUnderTest lines(kFileConnector, Out());
  EXPECT_TRUE(absl::IsFailedPrecondition(SaveDocument(lines, "", "{}").status));
  EXPECT_THAT(FilesBelow(dir_.PathOf("outside")), IsEmpty());
}

TEST_F(FileConnectorTest, AFolderThatCannotBeWrittenIsAnError) {
  dir_.Run("mkdir out && chmod 755 . out");
  // Nothing is forbidden to root.
  const int status = InChild([this] {
    if (geteuid() == 0 && setuid(65534) != 0) return 1;
    if (geteuid() != 0) chmod(dir_.PathOf("out").c_str(), 0555);
    PluginUnderTest plugin(kFileConnector, Directory());
    if (!plugin.status().ok()) return 2;
    const auto run = SaveDocument(plugin, "job", "{}");
    if (!absl::IsPermissionDenied(run.status)) return 3;
    PluginUnderTest lines(kFileConnector, Out());
    return absl::IsPermissionDenied(SaveDocument(lines, "", "{}").status) ? 0
                                                                          : 4;
  });
  EXPECT_EQ(status, 0);
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(FileConnectorTest, SaysWhatIsWrongWithItsOptions) {
  const auto problem = [](std::string_view options) {
    return std::string(
        MessageOf(PluginUnderTest(kFileConnector, options).status()));
  };
  EXPECT_THAT(problem("{}"), HasSubstr("name a folder"));
  EXPECT_THAT(problem(R"({"directory":"a","out":"b"})"),
              HasSubstr("name a folder"));
  EXPECT_THAT(problem(Directory(R"(, "suffix": "/../x")")),
              HasSubstr("suffix"));
  EXPECT_THAT(problem(R"({"out":"/tmp/.."})"), HasSubstr("name a file"));
  EXPECT_THAT(problem(R"({"directory":"/dev/null/x"})"),
              HasSubstr("/dev/null"));
  EXPECT_THAT(problem(Directory(R"(, "dates": "maybe")")), HasSubstr("dates"));
}

TEST_F(FileConnectorTest, NothingToSaveIsAnError) {
  PluginUnderTest plugin(kFileConnector, Directory());
  EXPECT_TRUE(absl::IsInvalidArgument(SaveDocument(plugin, "x", "").status));
  for (const char* wanted : {"", "[]", "{}", R"({"conn_id":7})", "{"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(GetFile(plugin, wanted).status))
        << wanted;
  }
}

}  // namespace
}  // namespace cupel
