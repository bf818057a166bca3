// A kernel that lacks what confines: the tier can't be had, and nothing runs in
// a lower one. Such a kernel is made by a filter on the thread that starts the
// process, which the process inherits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <thread>

#include "tests/unit/runner/runner_testing.h"

namespace cupel {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// For the calling thread and what it starts: this call is not there.
bool TakeAway(long number) {
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(number), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog program = {4, code};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

class StepDownTest : public ProcessTest {
 protected:
  // What Activate says where there is no such call.
  absl::Status ActivateWithout(long number) {
    absl::Status status;
    std::thread([&] {
      ASSERT_TRUE(TakeAway(number));
      PluginInfo info;
      info.id = {PluginCategory::kWorker, "hostile"};
      auto instance =
          NewProcessPlugin(info, options_)->Activate("{}", &services_);
      status = instance.status();
      if (instance.ok()) instance_ = *std::move(instance);
    }).join();
    return status;
  }
};

TEST_F(StepDownTest, NoLandlockIsAnError) {
  const absl::Status status = ActivateWithout(SYS_landlock_create_ruleset);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(MessageOf(status)),
              StartsWith("the tier process can't be had: the kernel has no "
                         "Landlock"));
}

TEST_F(StepDownTest, UnlessTheHostSaysThatItMayBeMissing) {
  options_.without_landlock = true;
  const absl::Status status = ActivateWithout(SYS_landlock_create_ruleset);
  ASSERT_TRUE(status.ok()) << status;
  ExpectFine();
  // All else is as it was; signals go to the process itself only.
  EXPECT_EQ(Result("kill:1"), std::to_string(ENOSYS));
  EXPECT_EQ(Result("socket:2"), std::to_string(EACCES));
  EXPECT_EQ(Result("threads"), "0");
}

TEST_F(StepDownTest, NoFilterIsAnError) {
  options_.without_landlock = true;
  const absl::Status status = ActivateWithout(SYS_seccomp);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(MessageOf(status)),
              StartsWith("the tier process can't be had: "));
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("seccomp"));
}

TEST_F(StepDownTest, AnOldKernelHasNoPidfd) {
  // It is the end of the control socket then that tells of the host's.
  EXPECT_TRUE(ActivateWithout(SYS_pidfd_open).ok());
  ExpectFine();
}

}  // namespace
}  // namespace cupel
