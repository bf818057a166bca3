#include "oci/container.h"

#include <algorithm>

#include "base/clock.h"
#include "base/status.h"
#include "fmt/core.h"
#include "format/escape.h"
#include "oci/child_process.h"

namespace cupel::oci {
namespace {

constexpr uint64_t kRemoveNanos = 20'000'000'000;
// Less, and the program that starts the container does not come up itself.
constexpr uint64_t kLeastMemory = uint64_t{16} << 20;

// "…/docker", "docker"; everything else is taken for podman.
bool IsDocker(std::string_view path) {
  return path.substr(path.rfind('/') + 1).starts_with("docker");
}

// Where boefjes of OpenKAT's images expect to be able to write. Everything else
// is read-only.
constexpr std::string_view kWritable[] = {"/tmp",
                                          "/home/nonroot/openkat_cache"};

}  // namespace

absl::StatusOr<ContainerProgram> FindContainerProgram(
    const std::string& program) {
  ContainerProgram found;
  if (!program.empty()) {
    CUPEL_ASSIGN_OR_RETURN(found.path, FindProgram(program, program));
    found.podman = !IsDocker(found.path);
    return found;
  }
  absl::StatusOr<std::string> path = FindProgram("podman", "podman");
  if (!path.ok()) {
    auto docker = FindProgram("docker", "docker.io");
    if (!docker.ok()) {
      return NotFound(
          "a boefje with an image needs podman or docker, and neither is in "
          "PATH: install podman (Debian: apt install podman runc)");
    }
    path = std::move(docker);
  }
  found.path = *std::move(path);
  found.podman = !IsDocker(found.path);
  return found;
}

absl::Status CheckImage(std::string_view image) {
  const bool sound =
      !image.empty() && image.size() <= 512 && image.front() != '-' &&
      std::all_of(image.begin(), image.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-' ||
               c == '/' || c == ':' || c == '@';
      });
  if (sound) return absl::OkStatus();
  return InvalidArgument(
      "oci_image '{}' is no name of an image, as "
      "'ghcr.io/minvws/openkat/generic:latest'",
      EscapePrintable(image));
}

absl::Status CheckLimits(const ContainerLimits& limits) {
  if (limits.memory_bytes < kLeastMemory) {
    return InvalidArgument("a container needs {} MiB of memory at least",
                           kLeastMemory >> 20);
  }
  if (limits.cpu_percent == 0 || limits.processes == 0 ||
      limits.open_files < 16 || limits.temporary_bytes == 0) {
    return InvalidArgument(
        "a container can't run without processor, processes "
        "and files");
  }
  return absl::OkStatus();
}

std::vector<std::string> RunArguments(const ContainerProgram& program,
                                      const ContainerOptions& options,
                                      const ContainerRun& run) {
  const ContainerLimits& limits = options.limits;
  std::vector<std::string> argv = {program.path, "run", "--rm", "--name",
                                   run.name};
  const auto add = [&argv](std::string option, std::string value) {
    argv.push_back(std::move(option));
    argv.push_back(std::move(value));
  };
  // What it says goes to us and is kept nowhere else.
  add("--attach", "stderr");
  add("--log-driver", "none");
  if (!options.runtime.empty()) add("--runtime", options.runtime);
  // A missing image is an error, not a download.
  add("--pull", "never");
  argv.insert(argv.end(), run.network.begin(), run.network.end());
  add("--memory", std::to_string(limits.memory_bytes));
  add("--memory-swap", std::to_string(limits.memory_bytes));
  add("--cpus", fmt::format("{}.{:02}", limits.cpu_percent / 100,
                            limits.cpu_percent % 100));
  add("--pids-limit", std::to_string(limits.processes));
  // Else they are those of whoever runs the program, which runc may not be
  // allowed to set.
  add("--ulimit", fmt::format("nofile={0}:{0}", limits.open_files));
  add("--ulimit", fmt::format("nproc={0}:{0}", limits.processes));
  add("--ulimit", "core=0:0");
  argv.emplace_back("--read-only");
  for (const std::string_view folder : kWritable) {
    add("--tmpfs", fmt::format("{}:rw,nosuid,nodev,mode=1777,size={}", folder,
                               limits.temporary_bytes));
  }
  add("--cap-drop", "ALL");
  add("--security-opt", "no-new-privileges");
  add("--hostname", "boefje");
  if (program.podman) {
    argv.emplace_back("--no-hosts");
    // Nothing of our environment, whatever containers.conf says.
    argv.emplace_back("--http-proxy=false");
    argv.emplace_back("--env-host=false");
    if (run.time_limit_s != 0) {
      add("--timeout", std::to_string(run.time_limit_s));
    }
  }
  argv.push_back(run.image);
  argv.push_back(run.url);
  return argv;
}

void RemoveContainer(const ContainerProgram& program, const std::string& name) {
  std::vector<std::string> argv = {program.path, "rm", "--force"};
  // docker kills at once, podman asks first.
  if (program.podman) argv.insert(argv.end(), {"--time", "0"});
  argv.push_back(name);
  // That there is none any more is what is wanted, and an error of theirs.
  (void)RunToEnd(argv, Deadline::After(kRemoveNanos));
}

}  // namespace cupel::oci
