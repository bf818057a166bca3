#include "oci/loopback.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "base/status.h"
#include "fmt/core.h"

namespace cupel::oci {
namespace {

absl::Status RaiseLoopback(int socket) {
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP;
  if (ioctl(socket, SIOCSIFFLAGS, &request) == 0) return absl::OkStatus();
  return ErrnoStatus(errno, "raise the loopback of a container's network");
}

absl::Status Listen(Loopback* made) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof(address);
  const int socket = made->listener.get();
  constexpr int kWaiting = 16;
  if (bind(socket, any, size) != 0 || listen(socket, kWaiting) != 0 ||
      getsockname(socket, any, &size) != 0) {
    return ErrnoStatus(errno, "listen on the loopback of a container");
  }
  made->port = ntohs(address.sin_port);
  return absl::OkStatus();
}

// On a thread that ends afterwards, as it stays in the new namespace.
absl::Status Make(Loopback* made) {
  if (unshare(CLONE_NEWNET) != 0) {
    const int error = errno;
    if (error != EPERM) return ErrnoStatus(error, "make a network namespace");
    return PermissionDenied(
        "a container's network can't be made without CAP_SYS_ADMIN: run this "
        "as root, or the boefje in a process (--tier process)");
  }
  made->space =
      FileDescriptor(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!made->space.valid()) {
    return ErrnoStatus(errno, "open '/proc/thread-self/ns/net'");
  }
  made->listener = FileDescriptor(
      socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!made->listener.valid()) return ErrnoStatus(errno, "make a socket");
  CUPEL_RETURN_IF_ERROR(RaiseLoopback(made->listener.get()));
  return Listen(made);
}

}  // namespace

std::string Loopback::path() const {
  return fmt::format("/proc/{}/fd/{}", getpid(), space.get());
}

absl::StatusOr<Loopback> Loopback::New() {
  Loopback made;
  absl::Status status;
  std::thread([&] { status = Make(&made); }).join();
  CUPEL_RETURN_IF_ERROR(status);
  return made;
}

}  // namespace cupel::oci
