#include "oci/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace cupel::oci {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr uint64_t kSecond = 1'000'000'000;

absl::StatusOr<std::string> Shell(const std::string& script,
                                  uint64_t seconds = 60) {
  return RunToEnd({"/bin/sh", "-c", script},
                  Deadline::After(seconds * kSecond));
}

TEST(ChildProcessTest, GivesItsOutputOrItsComplaint) {
  EXPECT_EQ(*Shell("echo out; echo err >&2"), "out\n");
  const auto failed = Shell("echo out; echo why >&2; exit 3");
  ASSERT_FALSE(failed.ok());
  EXPECT_THAT(std::string(failed.status().message()),
              HasSubstr("ended with 3: why"));
  EXPECT_THAT(std::string(Shell("kill -9 $$").status().message()),
              HasSubstr("ended with 137"));
}

TEST(ChildProcessTest, IsKilledWithAllThatItStarted) {
  const auto late = Shell("sleep 1000 & sleep 1000", 1);
  EXPECT_EQ(late.status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST(ChildProcessTest, FloodsAreCut) {
  const auto out = Shell("head -c 1000000 /dev/zero");
  ASSERT_TRUE(out.ok()) << out.status();
  EXPECT_EQ(out->size(), size_t{64} << 10);
}

TEST(ChildProcessTest, InheritsNoDescriptor) {
  // Without O_CLOEXEC, as a careless host may have some.
  const int leaked = dup(STDERR_FILENO);
  const auto out = Shell("ls /proc/self/fd | tr '\\n' ' '");
  close(leaked);
  // 3 is the folder that ls reads.
  EXPECT_EQ(*out, "0 1 2 3 ");
}

TEST(ChildProcessTest, ProgramsSeeNoVariableOfOurs) {
  setenv("BOEFJE_API_KEY", "hunter2", 1);
  setenv("HTTP_PROXY", "http://user:hunter2@proxy", 1);
  setenv("CONTAINERS_CONF", "/somewhere", 1);
  const auto environment = ProgramEnvironment();
  EXPECT_THAT(environment, Not(Contains(HasSubstr("hunter2"))));
  EXPECT_THAT(environment, Contains("CONTAINERS_CONF=/somewhere"));
  unsetenv("BOEFJE_API_KEY");
  unsetenv("HTTP_PROXY");
  unsetenv("CONTAINERS_CONF");
}

TEST(FindProgramTest, PathIsLookedThroughAndNoRelativeFolderCounts) {
  EXPECT_THAT(*FindProgram("sh", "dash"), HasSubstr("/sh"));
  const std::string old = std::getenv("PATH");
  setenv("PATH", ".:bin::", 1);
  EXPECT_EQ(FindProgram("sh", "dash").status().code(),
            absl::StatusCode::kNotFound);
  setenv("PATH", old.c_str(), 1);
}

}  // namespace
}  // namespace cupel::oci
