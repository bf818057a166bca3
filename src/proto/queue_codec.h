// A job for a message broker as protocol buffer bytes (cupel/v1/queue.proto).
// No header of protobuf's comes with this one.
#ifndef CUPEL_PROTO_QUEUE_CODEC_H_
#define CUPEL_PROTO_QUEUE_CODEC_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cupel::wire {

// As cupel::queue::NewJob, which is above this.
struct QueueJob {
  std::string id;
  std::string kind;
  std::string organisation;
  std::string body;  // JSON text
  int32_t priority = 0;
  uint32_t max_attempts = 0;
  int64_t not_before_micros = 0;
  int64_t deadline_micros = 0;
  int64_t submitted_micros = 0;
};

inline constexpr std::string_view kQueueJobType =
    "application/x-protobuf; type=cupel.v1.QueueJob";

std::string EncodeQueueJob(const QueueJob& job);

// What this version or a later one that says it can be read has encoded.
// DATA_LOSS for whatever else, naming the field, UNIMPLEMENTED for a version
// that is too new. That the body is JSON is not looked at. Errors show no
// values.
absl::StatusOr<QueueJob> DecodeQueueJob(std::string_view bytes);

}  // namespace cupel::wire

#endif  // CUPEL_PROTO_QUEUE_CODEC_H_
