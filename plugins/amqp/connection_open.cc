// How a connection comes about.
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>

#include "base/status.h"
#include "connection.h"
#include "format/escape.h"

namespace cupel::amqp {
namespace {

constexpr int kFrameBytes = 131072;
// For what a broker does at once. After a crash a quorum queue that has no
// leader yet may never answer, so this must not be long.
constexpr uint32_t kAnswerMs = 10'000;
constexpr const char* kSystemAuthorities = "/etc/ssl/certs/ca-certificates.crt";

timeval TimeOf(uint32_t ms) {
  return {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000L};
}

// Whether the other end is there is asked by the kernel as well, for those that
// have no heartbeats: a silent one is gone after a minute. Where that can't be
// set the kernel's own times are in force.
void KeepAlive(int fd) {
  const auto set = [fd](int level, int name, int value) {
    (void)setsockopt(fd, level, name, &value, sizeof value);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 30);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(
    const Target& target, uint64_t max_body) {
  std::unique_ptr<Connection> connection(new Connection(target, max_body));
  if (connection->state_ == nullptr) {
    return ResourceExhausted("no memory for a connection to a broker");
  }
  CUPEL_RETURN_IF_ERROR(connection->Connect());
  CUPEL_RETURN_IF_ERROR(connection->LogIn());
  CUPEL_RETURN_IF_ERROR(connection->OpenChannels());
  return connection;
}

absl::Status Connection::Connect() {
  amqp_socket_t* socket = nullptr;
  if (target_.tls) {
    socket = amqp_ssl_socket_new(state_);
    if (socket == nullptr) return ResourceExhausted("no memory for TLS");
    amqp_ssl_socket_set_verify_peer(socket, 1);
    amqp_ssl_socket_set_verify_hostname(socket, 1);
    amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST);
    const std::string ca = target_.ca.empty() ? kSystemAuthorities : target_.ca;
    if (amqp_ssl_socket_set_cacert(socket, ca.c_str()) != AMQP_STATUS_OK) {
      return InvalidArgument("the authorities in '{}' can't be read",
                             EscapePrintable(ca));
    }
    if (!target_.cert.empty() &&
        amqp_ssl_socket_set_key(socket, target_.cert.c_str(),
                                target_.key.c_str()) != AMQP_STATUS_OK) {
      return InvalidArgument(
          "the certificate '{}' or its key '{}' can't be read, or are none of "
          "one another",
          EscapePrintable(target_.cert), EscapePrintable(target_.key));
    }
  } else {
    socket = amqp_tcp_socket_new(state_);
    if (socket == nullptr) return ResourceExhausted("no memory for a socket");
  }
  const timeval timeout = TimeOf(target_.connect_ms);
  amqp_set_handshake_timeout(state_, &timeout);
  const timeval rpc = TimeOf(std::min(target_.timeout_ms, kAnswerMs));
  amqp_set_rpc_timeout(state_, &rpc);
  const int status = amqp_socket_open_noblock(socket, target_.host.c_str(),
                                              target_.port, &timeout);
  if (status != AMQP_STATUS_OK) return Broken(status, "connect");
  fcntl(fd(), F_SETFD, FD_CLOEXEC);
  KeepAlive(fd());
  return absl::OkStatus();
}

absl::Status Connection::LogIn() {
  amqp_table_entry_t entry{};
  entry.key = BytesOf("connection_name");
  entry.value.kind = AMQP_FIELD_KIND_UTF8;
  entry.value.value.bytes = BytesOf("cupel");
  const amqp_table_t properties = {.num_entries = 1, .entries = &entry};
  const amqp_rpc_reply_t reply = amqp_login_with_properties(
      state_, target_.vhost.c_str(), 0, kFrameBytes,
      static_cast<int>(target_.heartbeat_s), &properties,
      AMQP_SASL_METHOD_PLAIN, target_.user.c_str(), target_.password.c_str());
  if (reply.reply_type == AMQP_RESPONSE_NORMAL) return absl::OkStatus();
  if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION &&
      reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto* const close =
        static_cast<const amqp_connection_close_t*>(reply.reply.decoded);
    const std::string text = EscapePrintable(TextOf(close->reply_text));
    if (close->reply_code == AMQP_ACCESS_REFUSED) {
      return Unauthenticated(
          "broker {}: it does not know this user with this "
          "password ({})",
          target_.Shown(), text);
    }
    if (close->reply_code == AMQP_NOT_ALLOWED) {
      return NotFound(
          "broker {}: no such vhost, or it is not open to this "
          "user ({})",
          target_.Shown(), text);
    }
    return Closed(reply.reply, "log in");
  }
  return Broken(reply.library_error, "log in");
}

absl::Status Connection::OpenChannels() {
  for (const amqp_channel_t channel : {kMessages, kDeclarations}) {
    amqp_channel_open(state_, channel);
    CUPEL_RETURN_IF_ERROR(
        Reply(amqp_get_rpc_reply(state_), "open a channel", channel));
  }
  amqp_confirm_select(state_, kMessages);
  return Reply(amqp_get_rpc_reply(state_), "ask for confirmations", kMessages);
}

}  // namespace cupel::amqp
