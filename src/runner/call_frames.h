// One call in a plugin's process: what is sent for it, and what becomes of the
// frames that come back.
#ifndef CUPEL_RUNNER_CALL_FRAMES_H_
#define CUPEL_RUNNER_CALL_FRAMES_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plugin/plugin.h"
#include "proto/runner_codec.h"
#include "runner/channel.h"
#include "runner/conversation.h"

namespace cupel {

// Queues the Invoke of a request, its payload in a memfd if it is long.
absl::Status QueueInvoke(uint64_t id, const PluginRequest& request,
                         const Deadline& deadline, Channel* channel);

// Puts what a process hands back into an answer. Everything borrowed.
class CallFrames {
 public:
  CallFrames(uint64_t id, const PluginRequest& request, Channel* channel,
             PluginAnswer* answer)
      : id_(id), request_(request), channel_(channel), answer_(answer) {}

  // A status that is not OK: the frame breaks the protocol.
  absl::StatusOr<Reaction> Take(wire::ToHost message, const UniqueFd& memfd);

  // What the plugin said at the end; once a Reaction was `done`.
  const absl::Status& status() const { return status_; }

 private:
  absl::StatusOr<Reaction> Get(wire::Loaded& loaded, const UniqueFd& memfd);
  absl::StatusOr<Reaction> Get(wire::Child& child, const UniqueFd& memfd);
  absl::StatusOr<Reaction> Get(wire::Result& result, const UniqueFd& memfd);
  absl::StatusOr<Reaction> Get(wire::Statement& statement,
                               const UniqueFd& memfd);
  absl::StatusOr<Reaction> Get(wire::Dispatch& dispatch, const UniqueFd& memfd);
  absl::StatusOr<Reaction> Get(wire::Error& error, const UniqueFd& memfd);
  absl::StatusOr<Reaction> Get(wire::Log& log, const UniqueFd& memfd);
  absl::StatusOr<Reaction> Get(wire::Item& item, const UniqueFd& memfd);
  absl::StatusOr<Reaction> Get(wire::Nested& nested, const UniqueFd& memfd);
  absl::StatusOr<Reaction> Get(wire::Done& done, const UniqueFd& memfd);
  absl::StatusOr<Reaction> Get(wire::Limit& limit, const UniqueFd& memfd);

  // False, with an error noted, for what belongs to a call that is over.
  absl::StatusOr<bool> IsCurrent(uint64_t call);
  // What was refused is noted; too much of it is a flood.
  Reaction Note(const absl::Status& status);
  absl::Status TakeSlice(const wire::Slice& slice, PluginChild* child) const;
  absl::Status TakeBytes(wire::Blob& blob, const UniqueFd& memfd,
                         PluginChild* child, bool* cut) const;
  absl::Status Send(const wire::ToRunner& message);

  const uint64_t id_;
  const PluginRequest& request_;
  Channel* const channel_;
  PluginAnswer* const answer_;
  absl::Status status_;
  bool stale_told_ = false;
  uint64_t log_bytes_ = 0;
  uint64_t log_left_out_ = 0;
};

}  // namespace cupel

#endif  // CUPEL_RUNNER_CALL_FRAMES_H_
