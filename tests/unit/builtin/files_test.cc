#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <string>

#include "builtin/files/append.h"
#include "builtin/files/folder.h"
#include "builtin/files/glob.h"
#include "builtin/files/new_file.h"
#include "builtin/files/payload_tree.h"
#include "builtin/files/safe_name.h"
#include "endpoint_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(GlobTest, MatchesAsShellsDo) {
  const struct {
    const char* pattern;
    const char* text;
    bool matches;
  } kCases[] = {
      {"*.js", "a.js", true},
      {"*.js", ".js", true},
      {"*.js", "dir/a.js", false},
      {"**.js", "dir/a.js", true},
      {"**/a.js", "x/y/a.js", true},
      {"a/**/z", "a/b/c/z", true},
      {"a/**/z", "a/z", false},
      {"a/**z", "a/z", true},
      {"a*b*c", "a1b2b3c", true},
      {"a*b*c", "a1b2b3", false},
      {"*a/x*b", "1a/x2b", true},
      {"*a/x*b", "1a/2/xb", false},
      {"?", "/", false},
      {"?", "", false},
      {"??", "ab", true},
      {"[a-c]x", "bx", true},
      {"[!a-c]x", "bx", false},
      {"[!a-c]x", "dx", true},
      {"[!a]", "/", false},
      {"[]]", "]", true},
      {"[a-]", "-", true},
      {"\\*", "*", true},
      {"\\*", "x", false},
      {"\\[a]", "[a]", true},
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"pkg.tgz!/**", "pkg.tgz!/a/b", true},
      {"\xff?", "\xff\xfe", true},
      {"***", "a/b", true},
  };
  for (const auto& [pattern, text, matches] : kCases) {
    EXPECT_EQ(PathGlobMatches(pattern, text), matches)
        << pattern << " " << text;
  }
}

// Doubling the length must not take more than a few times as long; a matcher
// that tries one way after the other does not end here at all.
TEST(GlobTest, TakesNoPatternThatWouldTakeForever) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "**a*";
  pattern += "b";
  EXPECT_FALSE(PathGlobMatches(pattern, std::string(4000, 'a')));
}

TEST(GlobTest, ChecksPatterns) {
  for (const char* good : {"*", "[a]", "[]a]", "\\[", "a\\\\", "[!]]",
                           "x["
                           "[]"}) {
    EXPECT_TRUE(CheckGlob(good).ok()) << good;
  }
  for (const char* bad : {"", "[a", "[]", "a\\", "[!]"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(CheckGlob(bad))) << bad;
  }
  EXPECT_FALSE(CheckGlob(std::string(5000, 'a')).ok());
}

TEST(SafeNameTest, IsAlwaysAPlainNameAndNeverTheSameForTwo) {
  const std::vector<std::string> raw = {"",
                                        ".",
                                        "..",
                                        "../../etc/passwd",
                                        "/etc/passwd",
                                        std::string("a\0b", 3),
                                        "a\nb",
                                        "a\xff\xfe",
                                        "a%FFb",
                                        "a\xff"
                                        "b",
                                        "-rf",
                                        ".hidden",
                                        "\xe2\x80\xae"
                                        "gpj.exe",
                                        std::string(5000, 'x'),
                                        std::string(5000, 'x') + "y",
                                        std::string(5000, '/'),
                                        "plain-1.2_x.tgz"};
  std::set<std::string> names;
  for (const std::string& name : raw) {
    const std::string safe = SafeName(name);
    EXPECT_TRUE(CheckRelative(safe).ok()) << safe;
    EXPECT_EQ(safe.find('/'), std::string::npos) << safe;
    EXPECT_LE(safe.size(), 150u);
    EXPECT_NE(safe[0], '.');
    EXPECT_NE(safe[0], '-');
    EXPECT_TRUE(names.insert(safe).second) << safe;
  }
  EXPECT_EQ(SafeName("plain-1.2_x.tgz"), "plain-1.2_x.tgz");
}

TEST(FolderTest, MakesWhatIsMissingForItsOwnerOnly) {
  const ToolDir dir;
  const auto folder = Folder::Open(dir.PathOf("a/b/c"), true);
  ASSERT_TRUE(folder.ok()) << folder.status();
  ASSERT_TRUE(folder->Below("2026/11/30", true).ok());
  for (const char* made : {"a", "a/b/c", "a/b/c/2026", "a/b/c/2026/11/30"}) {
    struct stat info{};
    ASSERT_EQ(stat(dir.PathOf(made).c_str(), &info), 0) << made;
    EXPECT_EQ(info.st_mode & 0777, 0700u) << made;
  }
  EXPECT_TRUE(
      absl::IsNotFound(Folder::Open(dir.PathOf("not/there"), false).status()));
}

TEST(FolderTest, FollowsNoLinkBelowIt) {
  const ToolDir dir;
  dir.Write("base/file", "x");
  dir.Run(
      "mkdir outside && ln -s ../outside base/link && "
      "ln -s file base/inner && mkfifo base/pipe");
  const auto base = Folder::Open(dir.PathOf("base"), false);
  ASSERT_TRUE(base.ok());
  for (const char* path : {"link", "link/x", "file", "inner"}) {
    const auto status = base->Below(path, true).status();
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << path << status;
  }
  for (const char* path : {"..", "../outside", ".", "a//b", "/etc", "a/../b"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(base->Below(path, true).status()))
        << path;
  }
  for (const char* name : {"inner", "link", "pipe"}) {
    EXPECT_TRUE(absl::IsFailedPrecondition(base->Read(name, 10).status()))
        << name;
  }
  EXPECT_TRUE(absl::IsInvalidArgument(base->Read("../x", 10).status()));
  EXPECT_EQ(*base->Read("file", 10), "x");
  EXPECT_TRUE(absl::IsResourceExhausted(base->Read("file", 0).status()));
  EXPECT_THAT(FilesBelow(dir.PathOf("outside")), IsEmpty());
}

class NewFileTest : public testing::TestWithParam<NewFile::Way> {
 protected:
  NewFileTest() : folder_(*Folder::Open(dir_.PathOf("out"), true)) {}
  std::vector<std::string> Files() const {
    return FilesBelow(dir_.PathOf("out"));
  }

  const ToolDir dir_;
  const Folder folder_;
};
INSTANTIATE_TEST_SUITE_P(BothWays, NewFileTest,
                         testing::Values(NewFile::Way::kUnnamed,
                                         NewFile::Way::kNamed));

TEST_P(NewFileTest, IsThereWhenItIsCompleteAndNotBefore) {
  auto file = NewFile::In(folder_, GetParam());
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_TRUE(file->Write("half ").ok());
  EXPECT_FALSE(folder_.Has("a"));
  ASSERT_TRUE(file->Write("whole").ok());
  ASSERT_TRUE(file->Sync().ok());
  ASSERT_TRUE(file->Publish("a").ok());
  EXPECT_THAT(Files(), ElementsAre("a"));
  EXPECT_EQ(dir_.Read("out/a"), "half whole");
  struct stat info{};
  ASSERT_EQ(stat(dir_.PathOf("out/a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_P(NewFileTest, NeverOverwritesAndLeavesNothingWhenGivenUp) {
  dir_.Write("out/a", "first");
  dir_.Run("ln -s /nowhere out/a.1");
  {
    auto file = NewFile::In(folder_, GetParam());
    ASSERT_TRUE(file.ok() && file->Write("second").ok());
    EXPECT_TRUE(absl::IsAlreadyExists(file->Publish("a")));
    EXPECT_TRUE(absl::IsAlreadyExists(file->Publish("a.1")));
    EXPECT_TRUE(absl::IsInvalidArgument(file->Publish("../b")));
  }
  EXPECT_THAT(Files(), ElementsAre("a", "a.1"));
  EXPECT_EQ(dir_.Read("out/a"), "first");
}

TEST_P(NewFileTest, NumbersWhatIsTaken) {
  for (int i = 0; i < 12; ++i) {
    auto file = NewFile::In(folder_, GetParam());
    ASSERT_TRUE(file.ok() && file->Write(std::to_string(i)).ok());
    const auto name = PublishNumbered(folder_, "r", ".json", *file);
    ASSERT_TRUE(name.ok()) << name.status();
    EXPECT_EQ(*name, i == 0 ? "r.json" : "r." + std::to_string(i) + ".json");
  }
}

TEST_P(NewFileTest, ReplacesInOneStep) {
  dir_.Write("out/a", "old");
  auto file = NewFile::In(folder_, GetParam());
  ASSERT_TRUE(file.ok() && file->Write("new").ok());
  ASSERT_TRUE(file->Replace("a").ok());
  EXPECT_THAT(Files(), ElementsAre("a"));
  EXPECT_EQ(dir_.Read("out/a"), "new");
}

TEST_P(NewFileTest, AKilledWriterLeavesNoHalfFile) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto file = NewFile::In(folder_, GetParam());
    if (!file.ok() || !file->Write(std::string(1 << 20, 'x')).ok()) _exit(1);
    if (write(ends[1], "", 1) != 1) _exit(1);
    pause();
    _exit(0);
  }
  char half = 0;
  ASSERT_EQ(read(ends[0], &half, 1), 1);
  kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  close(ends[0]);
  close(ends[1]);
  if (GetParam() == NewFile::Way::kNamed) {
    EXPECT_THAT(Files(), ElementsAre(StartsWith(".cupel-")));
  } else {
    EXPECT_THAT(Files(), IsEmpty());
  }
}

// A small file system of its own if we may have one, else a limit.
bool MakeSmall(const std::string& folder) {
  if (unshare(CLONE_NEWNS) == 0 &&
      mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
      mount("none", folder.c_str(), "tmpfs", 0, "size=256k") == 0) {
    return true;
  }
  signal(SIGXFSZ, SIG_IGN);
  const rlimit limit = {256 << 10, 256 << 10};
  return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

TEST_P(NewFileTest, AFullDiskIsAnErrorAndLeavesNothing) {
  const int status = InChild([this] {
    const std::string path = dir_.PathOf("out");
    if (!MakeSmall(path)) return 1;
    const auto folder = Folder::Open(path, false);
    if (!folder.ok()) return 2;
    {
      auto file = NewFile::In(*folder, GetParam());
      if (!file.ok()) return 3;
      const absl::Status written = file->Write(std::string(1 << 20, 'x'));
      if (!absl::IsResourceExhausted(written)) return 4;
    }
    if (!FilesBelow(path).empty()) return 5;
    // The next one, which is small, has its place again.
    auto file = NewFile::In(*folder, GetParam());
    if (!file.ok() || !file->Write("small").ok()) return 6;
    return file->Publish("small").ok() ? 0 : 7;
  });
  EXPECT_EQ(status, 0);
}

TEST_P(NewFileTest, ARunOutOfSpaceLeavesNoHalfLine) {
  const int status = InChild([this] {
    const std::string path = dir_.PathOf("out");
    if (!MakeSmall(path)) return 1;
    const auto folder = Folder::Open(path, false);
    if (!folder.ok()) return 2;
    if (!AppendLine(*folder, "all", "first", true, {}).ok()) return 3;
    const auto large =
        AppendLine(*folder, "all", std::string(1 << 20, 'x'), true, {});
    if (!absl::IsResourceExhausted(large.status())) return 4;
    if (!AppendLine(*folder, "all", "second", true, {}).ok()) return 5;
    return *folder->Read("all", 1000) == "first\nsecond\n" ? 0 : 6;
  });
  EXPECT_EQ(status, 0);
}

// The first two messages that were ever shown to have one MD5 (Wang, 2004).
constexpr std::string_view kWangOne =
    "d131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f89"
    "55ad340609f4b30283e488832571415a085125e8f7cdc99fd91dbdf280373c5b"
    "d8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0"
    "e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70";
constexpr std::string_view kWangOther =
    "d131dd02c5e6eec4693d9a0698aff95c2fcab50712467eab4004583eb8fb7f89"
    "55ad340609f4b30283e4888325f1415a085125e8f7cdc99fd91dbd7280373c5b"
    "d8823e3156348f5bae6dacd436c919c6dd53e23487da03fd02396306d248cda0"
    "e99f33420f577ee8ce54b67080280d1ec69821bcb6a8839396f965ab6ff72a70";

std::string FromHex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(
        std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

TEST(PayloadTreeTest, OfTwoThatCollideTheFirstStays) {
  const ToolDir dir;
  const PayloadTree tree(*Folder::Open(dir.PathOf("out"), true),
                         {HashName::kMd5, {1, 1}}, true);
  const auto stored = tree.Put(FromHex(kWangOne), "");
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->hash, "79054025255fb1a26e4bc422aef54eb4");
  EXPECT_TRUE(stored->added);
  const auto other = tree.Put(FromHex(kWangOther), "");
  EXPECT_TRUE(absl::IsAlreadyExists(other.status())) << other.status();
  EXPECT_FALSE(tree.Put(FromHex(kWangOne), "")->added);
  EXPECT_EQ(*tree.Get(stored->hash, 1000), FromHex(kWangOne));
}

TEST(AppendTest, EndsALineThatSomebodyWasKilledOver) {
  const ToolDir dir;
  dir.Write("all", "{\"half\":");
  const auto folder = Folder::Open(dir.PathOf(""), false);
  ASSERT_TRUE(folder.ok());
  const auto at = AppendLine(*folder, "all", "{}", false, {});
  ASSERT_TRUE(at.ok()) << at.status();
  EXPECT_EQ(*at, 9u);
  EXPECT_EQ(dir.Read("all"), "{\"half\":\n{}\n");
}

TEST(AppendTest, RefusesLinksAndPipesAndEndsItsWait) {
  const ToolDir dir;
  dir.Run("ln -s elsewhere link && mkfifo pipe && mkdir folder && touch busy");
  const auto folder = Folder::Open(dir.PathOf(""), false);
  ASSERT_TRUE(folder.ok());
  for (const char* name : {"link", "pipe"}) {
    EXPECT_TRUE(absl::IsFailedPrecondition(
        AppendLine(*folder, name, "x", false, {}).status()))
        << name;
  }
  EXPECT_FALSE(AppendLine(*folder, "folder", "x", false, {}).ok());
  EXPECT_FALSE(folder->Has("elsewhere"));
  // Another open file description: the lock is its, not the process's.
  const OwnedFd other(open(dir.PathOf("busy").c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_EQ(flock(other.get(), LOCK_EX), 0);
  int asked = 0;
  const auto status = AppendLine(*folder, "busy", "x", false, [&] {
                        return ++asked == 3;
                      }).status();
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_THAT(MessageOf(status), HasSubstr("busy"));
  EXPECT_EQ(dir.Read("busy"), "");
}

}  // namespace
}  // namespace cupel
