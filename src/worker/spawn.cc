#include "worker/spawn.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "runner/channel.h"
#include "runner/spawn_program.h"

namespace cupel::worker {
namespace {

// Where things are, and what sanitizers are told. Nothing else goes along.
constexpr std::string_view kKept[] = {
    "PATH",         "HOME",         "LANG",         "LC_ALL",
    "TMPDIR",       "TZ",           "CUPEL_RUNNER", "CUPEL_PYTHON_PATH",
    "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"};

// Where podman and docker, which boefjes with an image run by, have theirs.
constexpr std::string_view kKeptPrefixes[] = {"CONTAINERS_", "DOCKER_",
                                              "STORAGE_DRIVER=", "XDG_"};

std::vector<std::string> KeptEnvironment() {
  std::vector<std::string> kept;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::string_view name = text.substr(0, text.find('='));
    const bool keeps =
        std::find(std::begin(kKept), std::end(kKept), name) !=
            std::end(kKept) ||
        std::any_of(
            std::begin(kKeptPrefixes), std::end(kKeptPrefixes),
            [&](std::string_view prefix) { return text.starts_with(prefix); });
    if (keeps) kept.emplace_back(text);
  }
  return kept;
}

}  // namespace

absl::StatusOr<Spawned> SpawnJobRunner(const std::string& program) {
  CUPEL_ASSIGN_OR_RETURN(auto channel, Channel::Pair());
  int ends[2];
  // Its end does not block either: who says too much is not heard.
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    return ErrnoStatus(errno, "pipe");
  }
  Spawned spawned{.channel = std::move(channel.first),
                  .err = UniqueFd(ends[0])};
  UniqueFd theirs = std::move(channel.second);
  UniqueFd err(ends[1]);
  CUPEL_RETURN_IF_ERROR(MoveUp(&theirs));
  CUPEL_RETURN_IF_ERROR(MoveUp(&err));
  CUPEL_ASSIGN_OR_RETURN(
      spawned.pid,
      SpawnProgram(program, {program}, KeptEnvironment(),
                   {{err.get(), 2}, {theirs.get(), kJobChannelFd}}));
  return spawned;
}

}  // namespace cupel::worker
