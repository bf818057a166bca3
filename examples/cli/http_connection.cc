#include "http_connection.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>

namespace cli {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

// How soon an idle connection sees that the server ends.
constexpr milliseconds kGlance{100};
// What a client still sends after it was refused is read this long, or else
// the kernel would take the answer back from it.
constexpr seconds kFarewell{2};
constexpr milliseconds kFarewellPause{500};
constexpr size_t kBuffer = 8192;

enum class Fault { kNone, kTooLate, kTooMuch };

bool Wait(int socket, short events, milliseconds most) {
  pollfd wanted{socket, events, 0};
  int count = 0;
  do {
    count = poll(&wanted, 1, static_cast<int>(most.count()));
  } while (count < 0 && errno == EINTR);
  return count > 0;
}

// The socket, with a budget of bytes and time for what is being read. Newer
// versions of httplib have other pure functions than older ones, so none is
// marked as an override.
class Connection final : public httplib::Stream {
 public:
  Connection(int socket, const ConnectionLimits& limits)
      : socket_(socket), limits_(limits) {}

  void BeginHead() {
    in_head_ = true;
    Allow(limits_.head_bytes, limits_.head_seconds);
  }
  void BeginBody() {
    in_head_ = false;
    Allow(limits_.body_bytes, limits_.body_seconds);
  }
  // No request came out of it.
  bool in_head() const { return in_head_; }
  Fault fault() const { return fault_; }

  bool HasMore() const { return at_ < end_; }

  ssize_t read(char* to, size_t size) {
    if (budget_ == 0) Fail(Fault::kTooMuch);
    if (fault_ != Fault::kNone) return -1;
    if (!HasMore() && !Fill()) return ended_ ? 0 : -1;
    size = static_cast<size_t>(
        std::min<uint64_t>(std::min(size, end_ - at_), budget_));
    std::memcpy(to, buffer_.data() + at_, size);
    at_ += size;
    budget_ -= size;
    return static_cast<ssize_t>(size);
  }

  // What httplib says of a head that was cut off here is not the reason.
  ssize_t write(const char* from, size_t size) {
    if (in_head_ && fault_ != Fault::kNone) return static_cast<ssize_t>(size);
    return Send(from, size);
  }

  ssize_t Send(const char* from, size_t size) {
    while (true) {
      const ssize_t count =
          send(socket_, from, size, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count >= 0) return count;
      if (errno == EINTR) continue;
      if (errno != EAGAIN || !wait_writable()) return -1;
    }
  }

  void SendAll(std::string_view text) {
    while (!text.empty()) {
      const ssize_t count = Send(text.data(), text.size());
      if (count <= 0) return;
      text.remove_prefix(static_cast<size_t>(count));
    }
  }

  bool is_readable() const { return HasMore() || Wait(socket_, POLLIN, {}); }
  bool is_writable() const { return wait_writable(); }
  bool wait_readable() const {
    return HasMore() || Wait(socket_, POLLIN, Patience());
  }
  bool wait_writable() const {
    return Wait(socket_, POLLOUT, seconds(limits_.write_seconds));
  }
  time_t duration() const { return 0; }
  socket_t socket() const { return socket_; }
  void get_remote_ip_and_port(std::string& ip, int& port) const {
    Name(getpeername, ip, port);
  }
  void get_local_ip_and_port(std::string& ip, int& port) const {
    Name(getsockname, ip, port);
  }

 private:
  void Allow(uint64_t bytes, uint32_t time) {
    budget_ = bytes;
    until_ = Clock::now() + seconds(time);
  }

  milliseconds Patience() const {
    const auto left =
        std::chrono::duration_cast<milliseconds>(until_ - Clock::now());
    return std::clamp(left, milliseconds(0),
                      milliseconds(seconds(limits_.idle_seconds)));
  }

  bool Fill() {
    if (Clock::now() >= until_) return Fail(Fault::kTooLate);
    while (true) {
      const ssize_t count =
          recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
      if (count > 0) {
        at_ = 0;
        end_ = static_cast<size_t>(count);
        return true;
      }
      if (count == 0) ended_ = true;
      if (count == 0 || (errno != EAGAIN && errno != EINTR)) return false;
      if (!Wait(socket_, POLLIN, Patience())) return Fail(Fault::kTooLate);
    }
  }

  bool Fail(Fault fault) {
    fault_ = fault;
    return false;
  }

  template <typename Function>
  void Name(Function function, std::string& ip, int& port) const {
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    if (function(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      return;
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* from = nullptr;
    if (address.ss_family == AF_INET) {
      const auto& four = reinterpret_cast<const sockaddr_in&>(address);
      from = &four.sin_addr;
      port = ntohs(four.sin_port);
    } else {
      const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
      from = &six.sin6_addr;
      port = ntohs(six.sin6_port);
    }
    inet_ntop(address.ss_family, from, text.data(), text.size());
    ip = text.data();
  }

  const int socket_;
  const ConnectionLimits& limits_;
  std::array<char, kBuffer> buffer_{};
  size_t at_ = 0;
  size_t end_ = 0;
  uint64_t budget_ = 0;
  Clock::time_point until_;
  Fault fault_ = Fault::kNone;
  bool in_head_ = true;
  bool ended_ = false;
};

std::string Refusal(Fault fault, const ConnectionLimits& limits) {
  const bool late = fault == Fault::kTooLate;
  const std::string body =
      late
          ? fmt::format(R"({{"detail":"the headers took longer than {} s"}})",
                        std::min(limits.head_seconds, limits.idle_seconds))
          : fmt::format(R"({{"detail":"the headers have more than {} bytes"}})",
                        limits.head_bytes);
  return fmt::format(
      "HTTP/1.1 {}\r\nConnection: close\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\n\r\n{}",
      late ? "408 Request Timeout" : "431 Request Header Fields Too Large",
      body.size(), body);
}

void SayFarewell(int socket) {
  shutdown(socket, SHUT_WR);
  const Clock::time_point until = Clock::now() + kFarewell;
  std::array<char, kBuffer> rest{};
  while (Clock::now() < until && Wait(socket, POLLIN, kFarewellPause)) {
    if (recv(socket, rest.data(), rest.size(), MSG_DONTWAIT) <= 0) break;
  }
}

// Newer versions of httplib want the addresses too.
template <typename Process>
bool Call(const Process& process, Connection& connection, bool last,
          bool* closed, const std::function<void(httplib::Request&)>& setup) {
  httplib::Stream& stream = connection;
  if constexpr (std::is_invocable_v<Process, httplib::Stream&, bool&, bool&,
                                    decltype(setup)>) {
    return process(stream, last, *closed, setup);
  } else {
    std::string remote;
    std::string local;
    int remote_port = 0;
    int local_port = 0;
    connection.get_remote_ip_and_port(remote, remote_port);
    connection.get_local_ip_and_port(local, local_port);
    return process(stream, remote, remote_port, local, local_port, last,
                   *closed, setup);
  }
}

}  // namespace

// False if none comes in time, or the server ends.
bool LimitedServer::Await(int socket, bool has_more) const {
  const Clock::time_point until = Clock::now() + seconds(limits_.idle_seconds);
  while (!has_more && !Wait(socket, POLLIN, kGlance)) {
    if (svr_sock_ == INVALID_SOCKET || Clock::now() > until) return false;
  }
  return true;
}

bool LimitedServer::process_and_close_socket(socket_t socket) {
  Connection connection(socket, limits_);
  const auto process =
      [this](auto&... arguments) -> decltype(process_request(arguments...)) {
    return process_request(arguments...);
  };
  const std::function<void(httplib::Request&)> setup =
      [&connection](httplib::Request&) { connection.BeginBody(); };
  bool open = true;
  for (size_t left = limits_.requests; open && left > 0; --left) {
    if (!Await(socket, connection.HasMore())) break;
    connection.BeginHead();
    bool closed = false;
    open = Call(process, connection, left == 1, &closed, setup) && !closed &&
           !connection.in_head() && connection.fault() == Fault::kNone;
    if (connection.in_head() && connection.fault() != Fault::kNone) {
      connection.SendAll(Refusal(connection.fault(), limits_));
    }
    if (!open || left == 1) SayFarewell(socket);
  }
  shutdown(socket, SHUT_RDWR);
  close(socket);
  return true;
}

}  // namespace cli
