#include "runner/channel.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/status.h"
#include "proto/runner_codec.h"

namespace cupel {
namespace {

// A body grows by what really comes, not by what its length promises.
constexpr size_t kReadStep = size_t{256} << 10;

absl::Status Gone() {
  return MakeStatus(absl::StatusCode::kUnavailable,
                    "the other end of the channel is closed");
}

}  // namespace

Channel::~Channel() {
  for (Outgoing& frame : outbox_) wire::WipeBytes(&frame.frame);
}

absl::StatusOr<std::pair<UniqueFd, UniqueFd>> Channel::Pair() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return ErrnoStatus(errno, "socketpair");
  }
  return std::pair(UniqueFd(ends[0]), UniqueFd(ends[1]));
}

void Channel::Queue(std::string frame, UniqueFd memfd) {
  outbox_.push_back({std::move(frame), 0, std::move(memfd)});
}

absl::Status Channel::Flush() {
  while (!outbox_.empty()) {
    Outgoing& next = outbox_.front();
    iovec data = {next.frame.data() + next.sent, next.frame.size() - next.sent};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    if (next.memfd.valid()) {
      message.msg_control = control;
      message.msg_controllen = sizeof(control);
      cmsghdr* const header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int));
      const int fd = next.memfd.get();
      std::memcpy(CMSG_DATA(header), &fd, sizeof(fd));
    }
    const ssize_t sent =
        sendmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return absl::OkStatus();
      if (errno == EPIPE || errno == ECONNRESET) return Gone();
      return ErrnoStatus(errno, "send to a channel");
    }
    next.memfd.Reset();  // went with the first byte
    next.sent += static_cast<size_t>(sent);
    if (next.sent < next.frame.size()) continue;
    wire::WipeBytes(&next.frame);
    outbox_.pop_front();
  }
  return absl::OkStatus();
}

// How many bytes came; 0: none now. Keeps a descriptor that came with the first
// byte of a frame.
absl::StatusOr<size_t> Channel::ReceiveSome(char* to, size_t size) {
  iovec data = {to, size};
  // Alignment makes room for a second one, which is not asked for.
  alignas(cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))];
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  ssize_t got = 0;
  do {
    got = recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return size_t{0};
    if (errno == ECONNRESET) return Gone();
    return ErrnoStatus(errno, "receive from a channel");
  }
  const bool first = header_.empty() && !length_.has_value();
  bool misplaced = (message.msg_flags & MSG_CTRUNC) != 0;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
      continue;
    }
    const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
      misplaced = misplaced || !first || frame_.memfd.valid();
      frame_.memfd.Reset(fd);
    }
  }
  if (misplaced) {
    return DataLoss(
        "a descriptor that did not come alone and with the first "
        "byte of a frame");
  }
  if (got == 0) {
    if (first) return Gone();
    return MakeStatus(absl::StatusCode::kUnavailable,
                      "the other end was closed in the middle of a frame");
  }
  return static_cast<size_t>(got);
}

absl::StatusOr<std::optional<Frame>> Channel::Receive() {
  // Exactly a header first, so that the next frame's descriptor is not taken.
  while (!length_.has_value()) {
    char bytes[wire::kFrameHeaderBytes];
    CUPEL_ASSIGN_OR_RETURN(const size_t got,
                           ReceiveSome(bytes, sizeof(bytes) - header_.size()));
    if (got == 0) return std::nullopt;
    header_.append(bytes, got);
    if (header_.size() < wire::kFrameHeaderBytes) continue;
    CUPEL_ASSIGN_OR_RETURN(length_, wire::FrameLength(header_));
  }
  while (frame_.body.size() < *length_) {
    const size_t before = frame_.body.size();
    const size_t step = std::min(*length_ - before, kReadStep);
    frame_.body.resize(before + step);
    absl::StatusOr<size_t> got = ReceiveSome(frame_.body.data() + before, step);
    frame_.body.resize(before + (got.ok() ? *got : 0));
    if (!got.ok()) return got.status();
    if (*got == 0) return std::nullopt;
  }
  header_.clear();
  length_.reset();
  return std::exchange(frame_, Frame());
}

}  // namespace cupel
