#include "oci/container.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "oci/oci_plugin.h"

namespace cupel::oci {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

// The value after an option.
std::string After(const std::vector<std::string>& argv,
                  const std::string& option) {
  const auto at = std::find(argv.begin(), argv.end(), option);
  return at == argv.end() || at + 1 == argv.end() ? "(none)" : *(at + 1);
}

ContainerRun SomeRun() {
  ContainerRun run;
  run.name = "cupel-boefje-1";
  run.network = {"--network", "ns:/proc/1/fd/7"};
  run.image = "ghcr.io/minvws/openkat/generic:latest";
  run.url = "http://127.0.0.1:1/t/api/v0/tasks/1";
  run.time_limit_s = 40;
  return run;
}

TEST(ContainerTest, EveryLimitIsOnTheCommandLine) {
  ContainerOptions options;
  options.runtime = "runc";
  options.limits = {256 << 20, 150, 32, 64, 1 << 20};
  const auto argv = RunArguments({"/usr/bin/podman", true}, options, SomeRun());
  EXPECT_EQ(argv[0], "/usr/bin/podman");
  EXPECT_EQ(argv[1], "run");
  EXPECT_EQ(After(argv, "--memory"), "268435456");
  EXPECT_EQ(After(argv, "--memory-swap"), "268435456");
  EXPECT_EQ(After(argv, "--cpus"), "1.50");
  EXPECT_EQ(After(argv, "--pids-limit"), "32");
  EXPECT_EQ(After(argv, "--runtime"), "runc");
  EXPECT_EQ(After(argv, "--network"), "ns:/proc/1/fd/7");
  EXPECT_EQ(After(argv, "--pull"), "never");
  EXPECT_EQ(After(argv, "--cap-drop"), "ALL");
  EXPECT_EQ(After(argv, "--security-opt"), "no-new-privileges");
  EXPECT_EQ(After(argv, "--timeout"), "40");
  EXPECT_THAT(argv, Contains("--rm"));
  EXPECT_THAT(argv, Contains("--read-only"));
  EXPECT_THAT(argv, Contains("nofile=64:64"));
  EXPECT_THAT(argv, Contains("nproc=32:32"));
  EXPECT_THAT(argv, Contains("core=0:0"));
  EXPECT_THAT(argv, Contains(HasSubstr("/tmp:rw,nosuid,nodev")));
  // Nothing after the image but what the contract says.
  EXPECT_EQ(argv[argv.size() - 2], SomeRun().image);
  EXPECT_EQ(argv.back(), SomeRun().url);
}

TEST(ContainerTest, DockerGetsNoOptionThatOnlyPodmanHas) {
  const auto argv =
      RunArguments({"/usr/bin/docker", false}, ContainerOptions{}, SomeRun());
  EXPECT_THAT(argv, Not(Contains("--no-hosts")));
  EXPECT_THAT(argv, Not(Contains("--timeout")));
  EXPECT_THAT(argv, Not(Contains("--runtime")));
}

TEST(ContainerTest, ImagesThatWouldBeOptionsOrFilesAreRefused) {
  for (const char* image : {"", "--privileged", "-v", "a b", "image;x",
                            "im\nage", "a\"b", "dir:/etc@x y"}) {
    EXPECT_FALSE(CheckImage(image).ok()) << image;
  }
  EXPECT_FALSE(CheckImage(std::string(513, 'a')).ok());
  EXPECT_TRUE(CheckImage("ghcr.io/minvws/openkat/generic:latest").ok());
  EXPECT_TRUE(CheckImage("localhost:5000/a_b-c@sha256:0123").ok());
}

TEST(ContainerTest, LimitsThatNothingCanRunInAreRefused) {
  EXPECT_TRUE(CheckLimits(ContainerLimits{}).ok());
  EXPECT_FALSE(CheckLimits({1 << 20, 100, 10, 64, 1}).ok());
  EXPECT_FALSE(CheckLimits({1 << 30, 0, 10, 64, 1}).ok());
  EXPECT_FALSE(CheckLimits({1 << 30, 100, 0, 64, 1}).ok());
  EXPECT_FALSE(CheckLimits({1 << 30, 100, 10, 0, 1}).ok());
  EXPECT_FALSE(CheckLimits({1 << 30, 100, 10, 64, 0}).ok());
  EXPECT_FALSE(NewOciPlugin({}, "--privileged", ContainerOptions{}).ok());
}

TEST(ContainerTest, AProgramThatIsNotThereIsNamed) {
  const auto found = FindContainerProgram("/no/such/podman");
  ASSERT_FALSE(found.ok());
  EXPECT_THAT(std::string(found.status().message()),
              HasSubstr("/no/such/podman"));
  EXPECT_FALSE(FindContainerProgram("cupel-no-such-program").ok());
}

}  // namespace
}  // namespace cupel::oci
