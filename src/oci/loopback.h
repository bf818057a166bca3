// A network of nothing but a loopback, in which one container will live, with
// one socket on it that listens for that container.
#ifndef CUPEL_OCI_LOOPBACK_H_
#define CUPEL_OCI_LOOPBACK_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "oci/file_descriptor.h"

namespace cupel::oci {

// A network namespace of its own: nothing outside can reach the socket, not
// even another user of this machine, and nothing else can be reached from
// inside. It is gone when this and the container are.
struct Loopback {
  FileDescriptor space;     // the namespace
  FileDescriptor listener;  // on 127.0.0.1, non-blocking
  uint16_t port = 0;

  // For programs of this machine, while this lives: "/proc/123/fd/7".
  std::string path() const;

  // PERMISSION_DENIED without the right to make one (root, CAP_SYS_ADMIN).
  static absl::StatusOr<Loopback> New();
};

}  // namespace cupel::oci

#endif  // CUPEL_OCI_LOOPBACK_H_
