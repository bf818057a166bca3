#include "oci/job_network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/status.h"
#include "fmt/core.h"
#include "format/escape.h"
#include "oci/child_process.h"
#include "oci/loopback.h"

namespace cupel::oci {
namespace {

constexpr uint64_t kSetUpNanos = 20'000'000'000;

// slirp4netns: TCP, UDP and names of the outside by sockets of its own, no
// address of this machine.
absl::StatusOr<ChildProcess> StartSlirp(const Loopback& loopback) {
  CUPEL_ASSIGN_OR_RETURN(const std::string program,
                         FindProgram("slirp4netns", "slirp4netns"));
  CUPEL_ASSIGN_OR_RETURN(Pipe ready, Pipe::New());
  ChildOptions options;
  options.argv = {program,         "--configure",
                  "--mtu=65520",   "--disable-host-loopback",
                  "--ready-fd=3",  "--netns-type=path",
                  loopback.path(), "tap0"};
  options.environment = ProgramEnvironment();
  options.third = ready.writes.get();
  CUPEL_ASSIGN_OR_RETURN(ChildProcess child, ChildProcess::Start(options));
  ready.writes.Close();
  const Deadline deadline = Deadline::After(kSetUpNanos);
  std::string said;
  while (said.empty() && !deadline.passed()) {
    pollfd waited = {ready.reads.get(), POLLIN, 0};
    poll(&waited, 1, 100);
    if (!ReadSome(ready.reads.get(), 1, &said)) break;
  }
  if (!said.empty()) return child;
  return FailedPrecondition(
      "slirp4netns, which brings the network into a container, did not start; "
      "`{} --version` may say why",
      program);
}

class PodmanNetwork : public JobNetwork {
 public:
  static absl::StatusOr<std::unique_ptr<JobNetwork>> New(bool outside) {
    auto network = std::make_unique<PodmanNetwork>();
    CUPEL_ASSIGN_OR_RETURN(network->loopback_, Loopback::New());
    Loopback& loopback = network->loopback_;
    network->listener_ = std::move(loopback.listener);
    network->base_url_ = fmt::format("http://127.0.0.1:{}", loopback.port);
    network->arguments_ = {"--network", "ns:" + loopback.path()};
    if (outside) {
      CUPEL_ASSIGN_OR_RETURN(ChildProcess slirp, StartSlirp(loopback));
      network->slirp_.emplace(std::move(slirp));
      // Its own name server, which asks those of this machine.
      network->arguments_.insert(network->arguments_.end(),
                                 {"--dns", "10.0.2.3"});
    }
    return network;
  }

 private:
  Loopback loopback_;
  std::optional<ChildProcess> slirp_;
};

// A socket on an address that need not be there yet.
absl::StatusOr<FileDescriptor> ListenAt(const std::string& address,
                                        uint16_t* port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  if (inet_pton(AF_INET, address.c_str(), &at.sin_addr) != 1) {
    return FailedPrecondition("docker gave its network the address '{}'",
                              EscapePrintable(address));
  }
  FileDescriptor made(
      socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  auto* const any = reinterpret_cast<sockaddr*>(&at);
  socklen_t size = sizeof(at);
  constexpr int kWaiting = 16;
  if (!made.valid() ||
      setsockopt(made.get(), IPPROTO_IP, IP_FREEBIND, &on, sizeof(on)) != 0 ||
      bind(made.get(), any, size) != 0 || listen(made.get(), kWaiting) != 0 ||
      getsockname(made.get(), any, &size) != 0) {
    return ErrnoStatus(errno, "listen on '" + address + "' for a container");
  }
  *port = ntohs(at.sin_port);
  return made;
}

class DockerNetwork : public JobNetwork {
 public:
  DockerNetwork(ContainerProgram program, std::string name)
      : program_(std::move(program)), name_(std::move(name)) {}
  ~DockerNetwork() override {
    if (made_) {
      (void)RunToEnd({program_.path, "network", "rm", name_},
                     Deadline::After(kSetUpNanos));
    }
  }

  static absl::StatusOr<std::unique_ptr<JobNetwork>> New(
      const ContainerProgram& program, bool outside, const std::string& name) {
    auto network = std::make_unique<DockerNetwork>(program, name);
    CUPEL_RETURN_IF_ERROR(network->Make(outside));
    return network;
  }

 private:
  absl::Status Make(bool outside) {
    const Deadline deadline = Deadline::After(kSetUpNanos);
    std::vector<std::string> create = {program_.path, "network", "create"};
    if (!outside) create.emplace_back("--internal");
    create.push_back(name_);
    CUPEL_RETURN_IF_ERROR(RunToEnd(create, deadline).status());
    made_ = true;
    CUPEL_ASSIGN_OR_RETURN(
        std::string gateway,
        RunToEnd({program_.path, "network", "inspect", "--format",
                  "{{(index .IPAM.Config 0).Gateway}}", name_},
                 deadline));
    std::erase(gateway, '\n');
    uint16_t port = 0;
    CUPEL_ASSIGN_OR_RETURN(listener_, ListenAt(gateway, &port));
    base_url_ = fmt::format("http://{}:{}", gateway, port);
    arguments_ = {"--network", name_};
    return absl::OkStatus();
  }

  const ContainerProgram program_;
  const std::string name_;
  bool made_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<JobNetwork>> JobNetwork::New(
    const ContainerProgram& program, const ContainerOptions& options,
    const std::string& name) {
  return program.podman ? PodmanNetwork::New(options.network)
                        : DockerNetwork::New(program, options.network, name);
}

}  // namespace cupel::oci
