// cupel-runner: runs one plugin in a confined process, for a host that speaks
// the protocol of cupel/v1/runner.proto on descriptor 3. Started by the library
// only; docs/runner.md says what it does.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <vector>

#include "base/absl_compat.h"
#include "base/status.h"
#include "builtin/builtin.h"
#include "format/escape.h"
#include "plugin/table_plugin.h"
#include "runner/confine.h"
#include "runner/runner_args.h"
#include "runner/sanitizer_options.h"
#include "runner/serve.h"
#include "runner/supervisor.h"
#include "runner/unique_fd.h"

namespace cupel {
namespace {

constexpr int kWrongUse = 2;
constexpr int kFailed = 1;

absl::StatusOr<std::vector<std::shared_ptr<Plugin>>> LoadBuiltin(
    const std::string&) {
  std::vector<std::shared_ptr<Plugin>> plugins;
  for (const cupel_plugin_v1* table : BuiltinTables()) {
    CUPEL_ASSIGN_OR_RETURN(std::shared_ptr<Plugin> plugin,
                           NewTablePlugin(table, "built in", nullptr));
    plugins.push_back(std::move(plugin));
  }
  return plugins;
}

// Becomes the interpreter; returns only if it can't.
absl::Status BecomePython(const RunnerArgs& args) {
  const char* const words[] = {args.python.c_str(), "-m", "cupel.host",
                               nullptr};
  execv(args.python.c_str(), const_cast<char* const*>(words));
  return ErrnoStatus(errno, "start '" + EscapePrintable(args.python) + "'");
}

// The process of the plugin.
int RunPlugin(const RunnerArgs& args, int link) {
  UniqueFd channel(kChannelFd);
  UniqueFd to_supervisor(link);
  absl::StatusOr<UniqueFd> notify = Confine(args);
  absl::Status status;
  if (!notify.ok()) {
    status = FailedPrecondition("the tier process can't be had: {}",
                                MessageOf(notify.status()));
  } else if (notify->valid() &&
             !SendNotifyFd(to_supervisor.get(), notify->get())) {
    status = Internal("the supervisor does not answer");
  }
  if (notify.ok()) notify->Reset();
  to_supervisor.Reset();
  if (status.ok() && args.kind == CodeKind::kPython) {
    status = BecomePython(args);
  }
  if (!status.ok()) {
    ServeFailure(std::move(channel), status);
    return kFailed;
  }
  fcntl(channel.get(), F_SETFD, FD_CLOEXEC);
  const PluginLoader load =
      args.kind == CodeKind::kBuiltin ? LoadBuiltin : LoadSharedObject;
  status = ServePlugins(std::move(channel), load);
  if (status.ok()) return 0;
  std::fprintf(stderr, "cupel-runner: %s\n",
               std::string(MessageOf(status)).c_str());
  return kFailed;
}

int Main(int argc, char** argv) {
  // Whatever a careless host has left open.
  syscall(SYS_close_range, kControlFd + 1, ~0U, 0);
  const absl::StatusOr<RunnerArgs> args =
      ParseRunnerArgs(std::vector<std::string>(argv + 1, argv + argc));
  if (!args.ok()) {
    std::fprintf(stderr, "cupel-runner: %s\n",
                 std::string(MessageOf(args.status())).c_str());
    return kWrongUse;
  }
  fcntl(kControlFd, F_SETFD, FD_CLOEXEC);
  return Supervise(*args, [&](int link) { return RunPlugin(*args, link); });
}

}  // namespace
}  // namespace cupel

int main(int argc, char** argv) {
  const int status = cupel::Main(argc, argv);
  // Threads of a plugin may still run: nothing is torn down under them.
  std::fflush(nullptr);
  _exit(status);
}
