// A program that runs beside this one, such as podman.
#ifndef CUPEL_OCI_CHILD_PROCESS_H_
#define CUPEL_OCI_CHILD_PROCESS_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "oci/file_descriptor.h"

namespace cupel::oci {

struct ChildOptions {
  std::vector<std::string> argv;  // argv[0] is the program's path
  std::vector<std::string> environment;
  // Descriptors here that become 1, 2 and 3 there; -1: /dev/null for the first
  // two, none for the third. It gets no others.
  int out = -1;
  int err = -1;
  int third = -1;
};

// One thread at a time. Killed, with all of its process group, and reaped when
// it goes.
class ChildProcess {
 public:
  // NOT_FOUND or what posix_spawn says.
  static absl::StatusOr<ChildProcess> Start(const ChildOptions& options);
  ChildProcess(ChildProcess&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)) {}
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  // Its exit code (128 and the number for a signal) once it has ended.
  std::optional<int> Poll();
  // The same, waited for; nothing if it has not ended by then.
  std::optional<int> Wait(Deadline deadline);
  void Kill();

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}
  pid_t pid_;
  std::optional<int> code_;
};

// Both ends of a pipe, out of the way of the standard descriptors.
struct Pipe {
  FileDescriptor reads;   // non-blocking
  FileDescriptor writes;  // for a child
  static absl::StatusOr<Pipe> New();
};

// Reads what is there, keeping up to `most` bytes in all. False at its end.
bool ReadSome(int from, size_t most, std::string* to);

// Runs a program to its end, which is over at the deadline. Its standard
// output, up to 64 KiB; if it ends with another code than 0, that is the error,
// with what it said.
absl::StatusOr<std::string> RunToEnd(const std::vector<std::string>& argv,
                                     Deadline deadline);

// Where a program is: `name` itself if it has a slash, else by PATH. NOT_FOUND
// with the package that has it.
absl::StatusOr<std::string> FindProgram(std::string_view name,
                                        std::string_view package);

// What container programs may see of our environment: where they find their
// storage and each other, and no variable of ours.
std::vector<std::string> ProgramEnvironment();

}  // namespace cupel::oci

#endif  // CUPEL_OCI_CHILD_PROCESS_H_
