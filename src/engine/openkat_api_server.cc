#include "engine/openkat_api_server.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>
#include <vector>

#include "base/status.h"
#include "budget/cancel.h"
#include "format/escape.h"
#include "oci/file_descriptor.h"
#include "oci/responder.h"

namespace cupel {
namespace {

// Each waits for the services of one request at a time.
constexpr size_t kThreads = 4;
constexpr int kTickMs = 50;
constexpr int kWaiting = 64;
constexpr uint64_t kIdleNanos = 30'000'000'000;

absl::StatusOr<oci::FileDescriptor> ListenOn(const addrinfo& where) {
  oci::FileDescriptor listener(
      socket(where.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener.valid()) return ErrnoStatus(errno, "socket");
  const int on = 1;
  setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (bind(listener.get(), where.ai_addr, where.ai_addrlen) != 0 ||
      listen(listener.get(), kWaiting) != 0) {
    return ErrnoStatus(errno, "listen");
  }
  return listener;
}

absl::StatusOr<oci::FileDescriptor> Listen(const std::string& host,
                                           uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error =
      getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) {
    return InvalidArgument("boefje API: '{}' is no address to listen on: {}",
                           EscapePrintable(host), gai_strerror(error));
  }
  auto listener = ListenOn(*found);
  freeaddrinfo(found);
  if (listener.ok()) return listener;
  return MakeStatus(listener.status().code(), "boefje API: '{}' port {}: {}",
                    EscapePrintable(host), port, MessageOf(listener.status()));
}

uint16_t PortOf(int listener) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  in_port_t port = 0;
  const auto* const bytes = reinterpret_cast<const char*>(&address);
  const size_t offset = address.ss_family == AF_INET6
                            ? offsetof(sockaddr_in6, sin6_port)
                            : offsetof(sockaddr_in, sin_port);
  std::memcpy(&port, bytes + offset, sizeof(port));
  return ntohs(port);
}

class Server : public OpenKatApiServer {
 public:
  Server(oci::FileDescriptor listener, std::unique_ptr<worker::OpenKatApi> api)
      : api_(std::move(api)), port_(PortOf(listener.get())) {
    for (size_t i = 0; i < kThreads; ++i) {
      oci::FileDescriptor own(fcntl(listener.get(), F_DUPFD_CLOEXEC, 3));
      if (own.valid()) {
        threads_.emplace_back([this, socket = std::move(own)]() mutable {
          Serve(std::move(socket));
        });
      }
    }
  }
  ~Server() override {
    stop_.Trigger();
    for (std::thread& thread : threads_) thread.join();
  }

  uint16_t port() const override { return port_; }

 private:
  void Serve(oci::FileDescriptor listener) {
    oci::Responder responder(
        std::move(listener), oci::HttpLimits{},
        [this](const oci::HttpRequest& request) {
          openkat::ApiReply reply = api_->Handle(request.method, request.target,
                                                 request.body, &stop_);
          return oci::HttpReply{reply.status, std::move(reply.body)};
        });
    std::vector<pollfd> waited;
    while (!stop_.triggered()) {
      waited.clear();
      responder.AddTo(&waited);
      poll(waited.data(), waited.size(), kTickMs);
      responder.Serve(waited.data(), waited.size());
      responder.CloseIdle(kIdleNanos);
    }
  }

  const std::unique_ptr<worker::OpenKatApi> api_;
  const uint16_t port_;
  Cancel stop_;
  std::vector<std::thread> threads_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<OpenKatApiServer>> OpenKatApiServer::Start(
    const std::string& host, uint16_t port,
    std::unique_ptr<worker::OpenKatApi> api) {
  CUPEL_ASSIGN_OR_RETURN(oci::FileDescriptor listener, Listen(host, port));
  return std::make_unique<Server>(std::move(listener), std::move(api));
}

}  // namespace cupel
