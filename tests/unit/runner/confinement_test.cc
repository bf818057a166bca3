// What a plugin's process can't do, tried from within one. A plugin gives back
// the errno of its attempt; 0: it worked.
#include <errno.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "tests/unit/runner/runner_testing.h"

namespace cupel {
namespace {

using testing::HasSubstr;

class ConfinementTest : public ProcessTest {
 protected:
  int Try(const std::string& what, int64_t argument) {
    return Try(what, std::to_string(argument));
  }
  int Try(const std::string& what, const std::string& argument) {
    const std::string result = Result(what + ":" + argument);
    return result.empty() ? -1 : std::stoi(result);
  }
  void Grant(uint32_t needs) {
    instance_ = Activate(PluginCategory::kWorker, "hostile", needs);
  }
};

TEST_F(ConfinementTest, MakesNoSockets) {
  for (const int family :
       {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_ALG, AF_VSOCK}) {
    EXPECT_EQ(Try("socket", family), EACCES) << family;
  }
}

TEST_F(ConfinementTest, TheNetworkTakesANeedAndALeave) {
  Grant(kNeedsNetwork);
  EXPECT_EQ(Try("socket", AF_INET), EACCES);
  options_.allow_network = true;
  Grant(0);
  EXPECT_EQ(Try("socket", AF_INET), EACCES);
  Grant(kNeedsNetwork);
  EXPECT_EQ(Try("socket", AF_INET), 0);
  EXPECT_EQ(Try("socket", AF_INET6), 0);
  // Which would reach the host's services.
  EXPECT_NE(Try("socket", AF_UNIX), 0);
  EXPECT_NE(Try("socket", AF_VSOCK), 0);
}

TEST_F(ConfinementTest, WritesOnlyWhereItMay) {
  const std::string home = temp_.string() + "-home";
  ASSERT_EQ(mkdir(home.c_str(), 0700), 0);
  for (const std::string& path :
       {home + "/file", std::string("/root/cupel-was-here"),
        std::string("/tmp/cupel-was-here"), std::string("/etc/passwd"),
        std::filesystem::current_path().string() + "/cupel-was-here",
        std::string("/dev/shm/cupel-was-here")}) {
    EXPECT_EQ(Try("write", path), EACCES) << path;
    std::error_code ignored;  // who may not look sees none
    EXPECT_EQ(std::filesystem::exists(path, ignored), path == "/etc/passwd");
  }
  EXPECT_EQ(Try("write", "/dev/null"), 0);
  EXPECT_EQ(Try("write", "in-its-own-folder"), 0);
  options_.writable = {home};
  Grant(0);
  EXPECT_EQ(Try("write", home + "/file"), 0);
  EXPECT_EQ(Try("write", "/tmp/cupel-was-here"), EACCES);
  std::filesystem::remove_all(home);
}

TEST_F(ConfinementTest, WritingAnywhereTakesANeedAndALeave) {
  const std::string path = temp_.string() + "-anywhere";
  Grant(kNeedsFiles);
  EXPECT_EQ(Try("write", path), EACCES);
  options_.allow_files = true;
  Grant(0);
  EXPECT_EQ(Try("write", path), EACCES);
  Grant(kNeedsFiles);
  EXPECT_EQ(Try("write", path), 0);
  // It is to write, not to look around.
  EXPECT_EQ(Try("read", path), EACCES);
  std::filesystem::remove(path);
}

TEST_F(ConfinementTest, ReadsTheSystemAndNoSecrets) {
  const std::string secret = temp_.string() + "-secret";
  std::ofstream(secret) << "secret";
  const std::string host = "/proc/" + std::to_string(getpid());
  EXPECT_EQ(Try("read", "/usr/include/stdio.h"), 0);
  EXPECT_EQ(Try("read", "/etc/passwd"), 0);
  EXPECT_EQ(Try("read", CUPEL_HOSTILE_PLUGIN), 0);
  for (const std::string& path :
       {secret, std::string("/etc/shadow"), host + "/environ", host + "/mem",
        host + "/maps", std::string(CUPEL_SOURCE_DIR "/README.md")}) {
    EXPECT_EQ(Try("read", path), EACCES) << path;
  }
  options_.readable = {secret};
  Grant(0);
  EXPECT_EQ(Try("read", secret), 0);
  std::filesystem::remove(secret);
}

TEST_F(ConfinementTest, DoesNothingToOthers) {
  const int host = getpid();
  EXPECT_EQ(Try("kill", host), EPERM);
  EXPECT_EQ(Try("kill", 1), EPERM);
  EXPECT_EQ(Try("ptrace", host), EPERM);
  EXPECT_EQ(Try("vm_read", host), EPERM);
  for (const long number : {SYS_unshare,
                            SYS_setns,
                            SYS_mount,
                            SYS_umount2,
                            SYS_pivot_root,
                            SYS_chroot,
                            SYS_bpf,
                            SYS_perf_event_open,
                            SYS_keyctl,
                            SYS_add_key,
                            SYS_request_key,
                            SYS_init_module,
                            SYS_finit_module,
                            SYS_kexec_load,
                            SYS_reboot,
                            SYS_swapon,
                            SYS_userfaultfd,
                            SYS_io_uring_setup,
                            SYS_pidfd_getfd,
                            SYS_setsid,
                            SYS_setpgid,
                            SYS_setgid,
                            SYS_setresuid,
                            SYS_personality,
                            SYS_open_by_handle_at,
                            SYS_process_vm_writev}) {
    EXPECT_EQ(Try("syscall", number), EPERM) << number;
  }
  EXPECT_EQ(Result("suid"), std::to_string(EPERM));
}

TEST_F(ConfinementTest, CallsThatNobodyKnowsAreNotThere) {
  EXPECT_EQ(Try("syscall", 9999), ENOSYS);
  // Its flags lie where no filter sees them.
  EXPECT_EQ(Try("syscall", SYS_clone3), ENOSYS);
}

TEST_F(ConfinementTest, MakesNoNamespaces) {
  for (const int64_t flag :
       {int64_t{CLONE_NEWUSER}, int64_t{CLONE_NEWNS}, int64_t{CLONE_NEWPID},
        int64_t{CLONE_NEWNET}, int64_t{CLONE_NEWUSER | CLONE_NEWNET}}) {
    EXPECT_NE(Try("clone", flag), 0) << flag;
  }
}

TEST_F(ConfinementTest, CallsOfAnotherMachineKill) {
  PluginAnswer answer;
  const absl::Status status = Scan("int80", &answer);
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("signal 31"));
  ExpectFine();
}

TEST_F(ConfinementTest, SeesNothingOfTheHost) {
  setenv("CUPEL_TEST_SECRET", "hunter2", 1);
  const int open_one = open("/etc/hostname", O_RDONLY);  // without O_CLOEXEC
  PluginAnswer answer;
  EXPECT_TRUE(Scan("environment", &answer).ok());
  std::string all;
  for (const PluginChild& child : answer.children) {
    all += std::string(child.bytes.view) + "\n";
  }
  EXPECT_THAT(all, HasSubstr("HOME=" + temp_.string()));
  EXPECT_THAT(all, HasSubstr("PATH=/usr/local/bin:/usr/bin:/bin\n"));
  EXPECT_THAT(all, testing::Not(HasSubstr("hunter2")));
  EXPECT_EQ(answer.children.size(), 5U) << all;

  PluginAnswer descriptors;
  EXPECT_TRUE(Scan("descriptors", &descriptors).ok());
  // Input, output, the channel and its second number.
  EXPECT_EQ(descriptors.results,
            (std::vector<std::string>{"0", "1", "2", "3", "10"}));
  close(open_one);
  unsetenv("CUPEL_TEST_SECRET");
}

TEST_F(ConfinementTest, StartsThreadsAndSomeProcesses) {
  EXPECT_EQ(Result("threads"), "0");
  EXPECT_EQ(Result("run true"), "0");
  options_.limits.processes = 5;
  Grant(0);
  EXPECT_EQ(Result("fork bomb"), "5");
  EXPECT_EQ(Result("fork bomb"), "0");
  options_.limits.processes = 0;
  Grant(0);
  EXPECT_EQ(Result("fork bomb"), "0");
  EXPECT_EQ(Result("threads"), "0");
}

TEST_F(ConfinementTest, GoesFirstWhenMemoryIsShort) {
  ExpectFine();
  std::vector<int> scores;
  for (const int pid : ProcessesWith(temp_.string())) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/oom_score_adj");
    in >> scores.emplace_back();
  }
  ASSERT_EQ(scores.size(), 2U);
  // The plugin's, not its supervisor's.
  EXPECT_EQ(std::count(scores.begin(), scores.end(), 1000), 1);
}

TEST_F(ConfinementTest, WithoutARunnerTheTierCanNotBeHad) {
  options_.runner = "/nowhere/cupel-runner";
  PluginInfo info;
  info.id = {PluginCategory::kWorker, "hostile"};
  const auto instance =
      NewProcessPlugin(info, options_)->Activate("{}", &services_);
  EXPECT_EQ(instance.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(MessageOf(instance.status())),
              HasSubstr("the tier process can't be had: "
                        "'/nowhere/cupel-runner' can't be started"));
}

TEST_F(ConfinementTest, AnInterpreterThatIsNotThereIsNamed) {
  options_.kind = CodeKind::kPython;
  options_.python = "/usr/bin/python-of-nobody";
  const auto plugins = DescribePlugins(options_);
  EXPECT_THAT(std::string(MessageOf(plugins.status())),
              HasSubstr("start '/usr/bin/python-of-nobody': No such file"));
}

}  // namespace
}  // namespace cupel
