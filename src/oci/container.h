// One container, by the local podman or docker.
#ifndef CUPEL_OCI_CONTAINER_H_
#define CUPEL_OCI_CONTAINER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace cupel::oci {

// None of them can be turned off.
struct ContainerLimits {
  uint64_t memory_bytes = uint64_t{1} << 30;  // without swap beside it
  uint32_t cpu_percent = 100;                 // of one processor
  uint32_t processes = 256;
  uint32_t open_files = 1024;
  uint64_t temporary_bytes = uint64_t{256} << 20;  // of each writable folder
};

struct ContainerOptions {
  // podman or docker: a path, or a name that is looked for in PATH. Empty:
  // podman, and docker if there is none.
  std::string program;
  std::string runtime;  // "runc"; empty: the program's own choice
  bool network = false;
  ContainerLimits limits;
};

// Which program it is, and where.
struct ContainerProgram {
  std::string path;
  bool podman = true;
};

// NOT_FOUND, with what to install.
absl::StatusOr<ContainerProgram> FindContainerProgram(
    const std::string& program);

// What one run is made of.
struct ContainerRun {
  std::string name;
  std::vector<std::string> network;  // arguments, see JobNetwork
  std::string image;
  std::string url;            // the only argument
  uint64_t time_limit_s = 0;  // the program's own, should we be gone by then
};

// The command line. There is no secret on it, but the token in the URL, which
// is of no use outside of the container's network.
std::vector<std::string> RunArguments(const ContainerProgram& program,
                                      const ContainerOptions& options,
                                      const ContainerRun& run);

// Kills and removes a container; nothing if there is none of this name.
void RemoveContainer(const ContainerProgram& program, const std::string& name);

// INVALID_ARGUMENT for what is no name of an image (it would be an option, or a
// file), and for limits that nothing can run in.
absl::Status CheckImage(std::string_view image);
absl::Status CheckLimits(const ContainerLimits& limits);

}  // namespace cupel::oci

#endif  // CUPEL_OCI_CONTAINER_H_
