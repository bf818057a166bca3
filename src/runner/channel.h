// One end of the stream socket between a host and a plugin's process: whole
// frames, and the descriptor that comes with one. Never blocks; who owns it
// polls fd(). Not thread-safe.
#ifndef CUPEL_RUNNER_CHANNEL_H_
#define CUPEL_RUNNER_CHANNEL_H_

#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runner/unique_fd.h"

namespace cupel {

struct Frame {
  std::string body;  // without its length
  UniqueFd memfd;
};

class Channel {
 public:
  explicit Channel(UniqueFd socket) : socket_(std::move(socket)) {}
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // Two connected ends, for both of which exec closes them.
  static absl::StatusOr<std::pair<UniqueFd, UniqueFd>> Pair();

  int fd() const { return socket_.get(); }

  // `frame` with its length. Sent by Flush; wiped after that.
  void Queue(std::string frame, UniqueFd memfd = UniqueFd());
  bool wants_write() const { return !outbox_.empty(); }
  // Sends what the socket takes. kUnavailable if nobody is at the other end.
  absl::Status Flush();

  // The next frame; nothing if more has to come first. kUnavailable at the end;
  // kDataLoss, and for good, for what is no frame or a descriptor in the wrong
  // place.
  absl::StatusOr<std::optional<Frame>> Receive();

 private:
  struct Outgoing {
    std::string frame;
    size_t sent = 0;
    UniqueFd memfd;
  };

  absl::StatusOr<size_t> ReceiveSome(char* to, size_t size);

  const UniqueFd socket_;
  std::deque<Outgoing> outbox_;
  std::string header_;
  std::optional<size_t> length_;  // of the body, once the header is there
  Frame frame_;
};

}  // namespace cupel

#endif  // CUPEL_RUNNER_CHANNEL_H_
