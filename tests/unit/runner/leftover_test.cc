// Nothing is left of a plugin's process: no process that it started, no file,
// no descriptor, also if the host is killed. ProcessTest looks at the end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "runner/folder_removal.h"
#include "tests/unit/runner/runner_testing.h"

extern char** environ;

namespace cupel {
namespace {

namespace fs = std::filesystem;

class LeftoverTest : public ProcessTest {
 protected:
  // Those that were killed with a plugin are gone when the kernel has ended
  // them, which nobody is told of.
  void ExpectTwoProcesses() {
    const Deadline until = Deadline::After(20'000'000'000);
    while (ProcessesWith(temp_.string()).size() > 2 && !until.passed()) {
    }
    EXPECT_EQ(ProcessesWith(temp_.string()).size(), 2U);
  }
};

TEST_F(LeftoverTest, ChildrenThatWouldOutliveIt) {
  Result("children stay");
  // The plugin's process and its supervisor, three children, and of theirs
  // those that are there already.
  EXPECT_GE(ProcessesWith(temp_.string()).size(), 5U);
  ExpectFine();
}

TEST_F(LeftoverTest, ChildrenOfAPluginThatCrashes) {
  Result("children stay");
  EXPECT_EQ(Scan("segv").code(), absl::StatusCode::kAborted);
  ExpectFine();
  ExpectTwoProcesses();
}

TEST_F(LeftoverTest, ChildrenOfAPluginThatHangs) {
  Result("children stay");
  request_.deadline = Deadline::After(20'000'000);
  EXPECT_EQ(Scan("hang").code(), absl::StatusCode::kDeadlineExceeded);
  ExpectFine();
  ExpectTwoProcesses();
}

TEST_F(LeftoverTest, AFolderThatIsHardToRemove) {
  EXPECT_EQ(Result("fill temp"), "0");
}

TEST_F(LeftoverTest, NoDescriptorAfterManyCalls) {
  ExpectFine();
  const int before = OpenDescriptors();
  const std::string large(100'000, 'x');
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Result(large), "100000");
  EXPECT_EQ(OpenDescriptors(), before);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(Scan("segv").ok());
  // What is left of the dead is gone when their folders are.
  const Deadline until = Deadline::After(20'000'000'000);
  do {
    ExpectFine();
  } while (OpenDescriptors() != before && !until.passed());
  EXPECT_EQ(OpenDescriptors(), before);
}

TEST_F(LeftoverTest, NoZombieIfTheHostIgnoresItsChildren) {
  struct sigaction before{};
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGCHLD, &ignore, &before);
  EXPECT_EQ(Scan("segv").code(), absl::StatusCode::kAborted);
  ExpectFine();
  instance_.reset();
  sigaction(SIGCHLD, &before, nullptr);
}

TEST_F(LeftoverTest, NothingOfAHostThatWasKilled) {
  std::string program = CUPEL_KILLED_HOST;
  std::string plugin = CUPEL_HOSTILE_PLUGIN;
  std::string temp = temp_.string();
  char* const words[] = {program.data(), plugin.data(), temp.data(), nullptr};
  pid_t pid = -1;
  ASSERT_EQ(
      posix_spawn(&pid, program.c_str(), nullptr, nullptr, words, environ), 0);
  int status = 0;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  // The supervisor sees to it in its own time, which is not long.
  const Deadline until = Deadline::After(20'000'000'000);
  while (!until.passed() &&
         (!ProcessesWith(temp_.string()).empty() || !fs::is_empty(temp_))) {
    usleep(1000);
  }
  EXPECT_FALSE(until.passed());
}

TEST(RemoveFolder, FollowsNoLink) {
  const fs::path root =
      fs::temp_directory_path() / ("removal-" + std::to_string(getpid()));
  fs::create_directories(root / "doomed/in/ner");
  fs::create_directories(root / "kept");
  std::ofstream(root / "kept/file") << "x";
  fs::create_directory_symlink(root / "kept", root / "doomed/in/link");
  fs::create_directory_symlink(root / "kept", root / "doomed/link");
  // A name that the removal gives itself.
  fs::create_directories(root / "doomed/.cupel-1/inner");
  std::ofstream(root / "doomed/.cupel-2") << "x";
  EXPECT_TRUE(RemoveFolder(root / "doomed").ok());
  EXPECT_FALSE(fs::exists(root / "doomed"));
  EXPECT_TRUE(fs::exists(root / "kept/file"));
  EXPECT_TRUE(RemoveFolder(root / "doomed").ok()) << "there is none";
  EXPECT_FALSE(RemoveFolder(root / "kept/file").ok()) << "it is no folder";
  fs::create_directory_symlink(root / "kept", root / "link");
  EXPECT_FALSE(RemoveFolder(root / "link").ok()) << "it is a link";
  fs::remove_all(root);
}

}  // namespace
}  // namespace cupel
