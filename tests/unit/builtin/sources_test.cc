#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "builtin/tables.h"
#include "source_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> Errors(const PluginRun& run) {
  std::vector<std::string> messages;
  for (const PluginError& error : run.answer.errors) {
    messages.push_back(error.message);
  }
  return messages;
}

std::string PathOption(const std::string& path, std::string_view more = "") {
  return R"({"path": ")" + path + "\"" + std::string(more) + "}";
}

// ---------------------------------------------------------------- filedir

TEST(FiledirTest, BringsFilesInOrder) {
  const ToolDir dir;
  dir.Run("mkdir -p d/b d/a && touch d/z.js d/b/2.js d/b/10.js d/a/x.txt");
  Items items;
  const auto run = Ingest(kFiledirSource, items, PathOption(dir.PathOf("d")));
  ASSERT_TRUE(run.status.ok()) << run.Message();
  EXPECT_THAT(items.Paths(),
              ElementsAre(dir.PathOf("d/a/x.txt"), dir.PathOf("d/b/10.js"),
                          dir.PathOf("d/b/2.js"), dir.PathOf("d/z.js")));
  EXPECT_EQ(items.all()[0].name, dir.PathOf("d/a/x.txt"));

  Items flat;
  Ingest(kFileSource, flat,
         PathOption(dir.PathOf("d/"), R"(, "recursive": false)"));
  EXPECT_THAT(flat.Paths(), ElementsAre(dir.PathOf("d/z.js")));

  Items one;
  Ingest(kFileSource, one, PathOption(dir.PathOf("d/z.js")));
  EXPECT_THAT(one.Paths(), ElementsAre(dir.PathOf("d/z.js")));
}

TEST(FiledirTest, PatternsAreOfNamesOrOfPaths) {
  const ToolDir dir;
  dir.Run("mkdir -p a/b && touch x.js a/y.js a/b/z.js a/b/z.txt");
  Items names;
  Ingest(kFiledirSource, names,
         PathOption(dir.PathOf(""), R"(, "glob": "*.js")"));
  EXPECT_THAT(names.Paths(), SizeIs(3));
  Items paths;
  Ingest(kFiledirSource, paths,
         PathOption(dir.path(), R"(, "glob": "a/*/*.js")"));
  EXPECT_THAT(paths.Paths(), ElementsAre(dir.PathOf("a/b/z.js")));
  Items none;
  EXPECT_THAT(
      Ingest(kFiledirSource, none, PathOption(dir.path(), R"(, "glob": "[a")"))
          .Message(),
      HasSubstr("glob"));
}

TEST(FiledirTest, LinksThatLeadOutAreToldAndNotFollowed) {
  const ToolDir dir;
  dir.Write("outside/secret", "x");
  dir.Write("d/real", "x");
  dir.Run(
      "cd d && ln -s ../outside/secret out && ln -s ../outside outdir && "
      "ln -s real in && ln -s nowhere dangling && ln -s . self && mkfifo pipe "
      "&& ln -s ../d2/x sibling && mkdir ../d2 && touch ../d2/x");
  Items items;
  const auto run = Ingest(kFiledirSource, items, PathOption(dir.PathOf("d")));
  ASSERT_TRUE(run.status.ok()) << run.Message();
  EXPECT_THAT(items.Paths(),
              ElementsAre(dir.PathOf("d/real"), dir.PathOf("d/real")));
  EXPECT_EQ(items.all()[0].name, dir.PathOf("d/in"));
  EXPECT_THAT(items.log(), SizeIs(5));
}

TEST(FiledirTest, NamesMayBeAnyBytes) {
  const ToolDir dir;
  dir.Run("touch \"$(printf 'a\\nb')\" \"$(printf '\\377\\376')\" -- -rf");
  Items items;
  Ingest(kFiledirSource, items, PathOption(dir.path()));
  EXPECT_THAT(items.Paths(), ElementsAre(dir.PathOf("-rf"), dir.PathOf("a\nb"),
                                         dir.PathOf("\xff\xfe")));
}

TEST(FiledirTest, EndsWithTheHost) {
  const ToolDir dir;
  dir.Run("touch 1 2 3 4");
  Items full([](const PluginItem& item) {
    return item.path.ends_with("2") ? absl::CancelledError("enough")
                                    : absl::OkStatus();
  });
  const auto run = Ingest(kFiledirSource, full, PathOption(dir.path()));
  EXPECT_TRUE(absl::IsCancelled(run.status));
  EXPECT_THAT(full.Paths(), SizeIs(2));
  Items refusing([](const PluginItem&) {
    return absl::InvalidArgumentError("not this one");
  });
  EXPECT_TRUE(
      Ingest(kFiledirSource, refusing, PathOption(dir.path())).status.ok());
  EXPECT_THAT(refusing.Paths(), SizeIs(4));
}

TEST(FiledirTest, SaysWhatCannotBeRead) {
  const ToolDir dir;
  Items items;
  EXPECT_TRUE(absl::IsNotFound(
      Ingest(kFiledirSource, items, PathOption(dir.PathOf("none"))).status));
  EXPECT_TRUE(
      absl::IsInvalidArgument(Ingest(kFiledirSource, items, "{}").status));
  EXPECT_TRUE(absl::IsFailedPrecondition(
      Ingest(kFiledirSource, items, PathOption("/dev/null")).status));
  // A tree that is too deep to be meant.
  dir.Run(
      "python3 -c \"import os\nfor i in range(520):\n"
      "  os.mkdir('d'); os.chdir('d')\"");
  const auto run = Ingest(kFiledirSource, items, PathOption(dir.path()));
  EXPECT_TRUE(run.status.ok());
  EXPECT_THAT(Errors(run), ElementsAre(HasSubstr("512 levels")));
  EXPECT_THAT(items.Paths(), IsEmpty());
  dir.Run("rm -rf d");
}

// ------------------------------------------------------------------ stdin

TEST(StdinTest, AllBytesAreOnePayload) {
  StdinPipe input;
  const std::string bytes = Noise(700'000, 3);
  std::thread writer([&] {
    input.Write(bytes);
    input.Close();
  });
  Items items;
  const auto run = Ingest(kStdinSource, items, R"({"name": "upload"})");
  writer.join();
  ASSERT_TRUE(run.status.ok()) << run.Message();
  ASSERT_THAT(items.all(), SizeIs(1));
  EXPECT_EQ(items.all()[0].bytes.view, bytes);
  EXPECT_EQ(items.all()[0].name, "upload");
}

TEST(StdinTest, TooMuchIsAnErrorAndNotCut) {
  StdinPipe input;
  input.Write("123456");
  input.Close();
  Items items;
  const auto run = Ingest(kStdinSource, items, R"({"max_bytes": 5})");
  EXPECT_TRUE(absl::IsResourceExhausted(run.status));
  EXPECT_THAT(run.Message(), HasSubstr("max_bytes"));
  EXPECT_THAT(items.all(), IsEmpty());
}

TEST(StdinTest, PathsByLine) {
  StdinPipe input;
  input.Write("/a\n\n/b c\n" + std::string(5000, 'x') + "\n" +
              std::string("/n\0l\n", 5) + "/last");
  input.Close();
  Items items;
  const auto run = Ingest(kStdinSource, items, R"({"lines": true})");
  ASSERT_TRUE(run.status.ok()) << run.Message();
  EXPECT_THAT(items.Paths(), ElementsAre("/a", "/b c", "/last"));
  EXPECT_THAT(Errors(run),
              ElementsAre(HasSubstr("line 4"), HasSubstr("line 5")));
}

TEST(StdinTest, PathsAsFindPrintsThem) {
  const ToolDir dir;
  dir.Run(
      "touch \"$(printf 'a\\nb')\" c && find . -type f -print0 | sort -z "
      "> ../found && mv ../found found");
  StdinPipe input;
  input.Write(dir.Read("found"));
  input.Close();
  Items items;
  ASSERT_TRUE(Ingest(kStdinSource, items, R"({"nul": true})").status.ok());
  EXPECT_THAT(items.Paths(), ElementsAre("./a\nb", "./c"));
}

TEST(StdinTest, EndsWhenCancelledThoughNothingComes) {
  StdinPipe input;
  Items items;
  for (const char* options : {"{}", R"({"lines": true})"}) {
    RunningSource source(kStdinSource, items, options);
    EXPECT_TRUE(absl::IsCancelled(source.Stop().status));
  }
  EXPECT_TRUE(absl::IsInvalidArgument(
      Ingest(kStdinSource, items, R"({"lines": true, "nul": true})").status));
}

// ----------------------------------------------------------------- ndjson

TEST(NdjsonTest, BringsJobs) {
  const ToolDir dir;
  dir.Write("jobs",
            R"({"path": "/a/b", "metadata": {"k": [1]}, "tlp": "amber"})"
            "\n\n"
            R"({"base64": "AP8=", "name": "two bytes"})"
            "\r\n"
            R"({"base64": ""})");
  Items items;
  const auto run = Ingest(kNdjsonSource, items, PathOption(dir.PathOf("jobs")));
  ASSERT_TRUE(run.status.ok()) << run.Message();
  EXPECT_THAT(Errors(run), IsEmpty());
  const auto jobs = items.all();
  ASSERT_THAT(jobs, SizeIs(3));
  EXPECT_EQ(jobs[0].path, "/a/b");
  EXPECT_EQ(jobs[0].name, "/a/b");
  EXPECT_EQ(jobs[0].metadata, R"({"k":[1]})");
  EXPECT_EQ(jobs[0].tlp, "amber");
  EXPECT_EQ(jobs[1].bytes.view, std::string_view("\0\xff", 2));
  EXPECT_EQ(jobs[1].name, "two bytes");
  EXPECT_EQ(jobs[2].bytes.view, "");
  EXPECT_THAT(jobs[2].name, HasSubstr("line 4"));
}

TEST(NdjsonTest, ABadLineIsAnErrorWithItsNumberAndTheRestGoesOn) {
  const ToolDir dir;
  std::string text;
  const std::vector<std::string> bad = {
      "{",
      "[]",
      "7",
      "{}",
      R"({"path": "a", "base64": ""})",
      R"({"path": ""})",
      R"({"path": "a\u0000b"})",
      R"({"path": 7})",
      R"({"base64": "a"})",
      R"({"base64": "YQ"})",
      R"({"path": "a", "metadata": []})",
      R"({"path": "a", "Name": "x"})",
      R"({"path": "a"} {"path": "b"})",
      "{\"path\": \"\xff\"}",
      std::string("\0", 1),
      std::string(200, '['),
  };
  for (const std::string& line : bad) {
    text += line + "\n" + R"({"path": "good"})" + "\n";
  }
  dir.Write("jobs", text);
  Items items;
  const auto run = Ingest(kNdjsonSource, items, PathOption(dir.PathOf("jobs")));
  ASSERT_TRUE(run.status.ok()) << run.Message();
  EXPECT_THAT(items.Paths(), SizeIs(bad.size()));
  const auto errors = Errors(run);
  ASSERT_THAT(errors, SizeIs(bad.size()));
  for (size_t i = 0; i < bad.size(); ++i) {
    EXPECT_THAT(errors[i],
                HasSubstr("jobs, line " + std::to_string(2 * i + 1) + ":"));
  }
}

TEST(NdjsonTest, ALongLineIsPassedOver) {
  StdinPipe input;
  std::thread writer([&] {
    input.Write("{\"path\": \"one\"}\n{\"base64\": \"" +
                std::string(1'000'000, 'A') + "\"}\n{\"path\": \"two\"}\n" +
                std::string(300'000, ' '));
    input.Close();
  });
  Items items;
  const auto run =
      Ingest(kNdjsonSource, items, R"({"path": "-", "max_line": 65536})");
  writer.join();
  ASSERT_TRUE(run.status.ok()) << run.Message();
  EXPECT_THAT(items.Paths(), ElementsAre("one", "two"));
  EXPECT_THAT(Errors(run), ElementsAre(HasSubstr("line 2: it has more"),
                                       HasSubstr("line 4: it has more")));
}

TEST(NdjsonTest, JobsComeAsTheyAreWritten) {
  const ToolDir dir;
  dir.Run("mkfifo jobs");
  Items items;
  RunningSource source(kNdjsonSource, items, PathOption(dir.PathOf("jobs")));
  dir.Run("sh -c 'exec 3>jobs; echo {\\\"path\\\":\\\"a\\\"} >&3; exec 3>&-'");
  items.WaitFor("a");
  const auto run = source.Join();
  EXPECT_TRUE(run.status.ok()) << run.Message();
}

TEST(NdjsonTest, EndsWhenCancelledAndSaysWhatIsNotThere) {
  StdinPipe input;
  Items items;
  RunningSource source(kNdjsonSource, items, "{}");
  EXPECT_TRUE(absl::IsCancelled(source.Stop().status));
  EXPECT_TRUE(absl::IsNotFound(
      Ingest(kNdjsonSource, items, PathOption("/not/there")).status));
  EXPECT_FALSE(Ingest(kNdjsonSource, items, PathOption("/tmp")).status.ok());
  EXPECT_FALSE(Ingest(kNdjsonSource, items, PathOption("")).status.ok());
}

}  // namespace
}  // namespace cupel
