// Jobs as messages: what is in them, and what became of them so far.
#ifndef CUPEL_PLUGINS_AMQP_JOB_MESSAGE_H_
#define CUPEL_PLUGINS_AMQP_JOB_MESSAGE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "message.h"
#include "proto/queue_codec.h"

namespace cupel::amqp {

// The headers that are ours.
inline constexpr std::string_view kAttempts = "x-cupel-attempts";  // failed
inline constexpr std::string_view kHistory = "x-cupel-history";    // JSON
inline constexpr std::string_view kReason = "x-cupel-reason";
inline constexpr std::string_view kNotBefore = "x-cupel-not-before";
inline constexpr std::string_view kPassedOn = "x-cupel-passed-on";

// How one attempt ended, for the history.
struct EndedAttempt {
  uint32_t number = 0;
  std::string worker;
  int64_t started_micros = 0;
  int64_t ended_micros = 0;
  std::string outcome;
  std::string reason;
  int32_t signal = 0;
  uint64_t max_rss_bytes = 0;
  std::string last_step;
};

// The job of a message, in protobuf or JSON by its content type; its body is a
// JSON object of at most `max_body` bytes. An error says in one line why it is
// no job, without values.
absl::StatusOr<wire::QueueJob> JobOfMessage(const Message& message,
                                            uint64_t max_body);

// A message that came, without what brokers wrote on it: to be sent again.
Message AsSent(const Message& message);

Message MessageOfJob(const wire::QueueJob& job);

// Puts an attempt into the history. The oldest are left out where the headers
// would not fit a frame any more.
void AddAttempt(Message* message, const EndedAttempt& attempt);
// Cut to what a header takes, in one line of UTF-8.
void SetReason(Message* message, std::string_view reason);

}  // namespace cupel::amqp

#endif  // CUPEL_PLUGINS_AMQP_JOB_MESSAGE_H_
