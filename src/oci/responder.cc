#include "oci/responder.h"

#include <errno.h>
#include <sys/socket.h>

#include <array>
#include <utility>

#include "base/clock.h"

namespace cupel::oci {
namespace {

// More wait in the listener's queue.
constexpr size_t kConnections = 8;
constexpr size_t kPiece = size_t{64} << 10;
// So that one that sends without end does not keep the job from its time-out.
constexpr int kPiecesAtOnce = 64;

}  // namespace

Responder::Responder(FileDescriptor listener, const HttpLimits& limits,
                     Handler handler)
    : listener_(std::move(listener)),
      limits_(limits),
      handler_(std::move(handler)) {}

void Responder::AddTo(std::vector<pollfd>* waited) const {
  const short accepts = connections_.size() < kConnections ? POLLIN : 0;
  waited->push_back({listener_.get(), accepts, 0});
  for (const Connection& connection : connections_) {
    const bool writes = connection.sent < connection.out.size();
    const int events = (writes ? POLLOUT : 0) | (connection.ended ? 0 : POLLIN);
    waited->push_back({connection.socket.get(), static_cast<short>(events), 0});
  }
}

void Responder::Serve(const pollfd* waited, size_t count) {
  size_t at = 1;
  for (Connection& connection : connections_) {
    if (at == count) break;
    const short events = waited[at++].revents;
    if (events == 0) continue;
    connection.moved_at = MonotonicNanos();
    if (!connection.ended) Read(&connection);
    Write(&connection);
  }
  connections_.remove_if([](const Connection& c) { return c.over; });
  if (count > 0 && (waited[0].revents & POLLIN) != 0) Accept();
}

void Responder::Accept() {
  while (connections_.size() < kConnections) {
    FileDescriptor socket(accept4(listener_.get(), nullptr, nullptr,
                                  SOCK_CLOEXEC | SOCK_NONBLOCK));
    // What went wrong with one connection is its end, and no more.
    if (!socket.valid()) return;
    Connection connection{std::move(socket), HttpParser(limits_), ""};
    connection.moved_at = MonotonicNanos();
    connections_.push_back(std::move(connection));
  }
}

void Responder::CloseIdle(uint64_t nanos) {
  const int64_t now = MonotonicNanos();
  connections_.remove_if([&](const Connection& connection) {
    return now - connection.moved_at > static_cast<int64_t>(nanos);
  });
}

void Responder::Read(Connection* connection) {
  std::array<char, kPiece> piece;
  for (int i = 0; i < kPiecesAtOnce; ++i) {
    const ssize_t got =
        recv(connection->socket.get(), piece.data(), piece.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (got <= 0) {
      connection->ended = true;
      connection->over = got < 0;
      return;
    }
    if (connection->answered) continue;  // thrown away until it closes
    const auto state =
        connection->parser.Feed({piece.data(), static_cast<size_t>(got)});
    if (connection->parser.TakeExpectsContinue()) {
      connection->out += "HTTP/1.1 100 Continue\r\n\r\n";
    }
    if (state == HttpParser::State::kHead ||
        state == HttpParser::State::kBody) {
      continue;
    }
    const bool refused = state == HttpParser::State::kRefused;
    const HttpReply reply = refused ? connection->parser.refusal()
                                    : handler_(connection->parser.request());
    const bool head = !refused && connection->parser.request().method == "HEAD";
    connection->out += WriteReply(reply, !head);
    connection->answered = true;
  }
}

void Responder::Write(Connection* connection) {
  while (connection->sent < connection->out.size()) {
    const ssize_t sent = send(
        connection->socket.get(), connection->out.data() + connection->sent,
        connection->out.size() - connection->sent, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (sent < 0) {
      connection->over = true;
      return;
    }
    connection->sent += static_cast<size_t>(sent);
  }
  // The client closes after it has read the answer; closing first could take
  // what it has not read yet from it.
  if (connection->ended) {
    connection->over = true;
  } else if (connection->answered) {
    shutdown(connection->socket.get(), SHUT_WR);
  }
}

}  // namespace cupel::oci
