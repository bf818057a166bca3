// What the codecs of both directions share: checks that remember the first
// problem, blobs, and the length before a message.
#ifndef CUPEL_PROTO_FRAME_READER_H_
#define CUPEL_PROTO_FRAME_READER_H_

#include <google/protobuf/message_lite.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cupel/v1/runner.pb.h"
#include "proto/runner_codec.h"

namespace cupel::wire {

inline constexpr size_t kMaxFields = 200'000;

// Reads the fields of one message of a frame, `message` being its name.
class FieldReader {
 public:
  explicit FieldReader(std::string_view message) : message_(message) {}

  const absl::Status& status() const { return status_; }

  // UTF-8, or it is a problem.
  std::string Text(std::string_view field, const std::string& text);
  // From `least` to `most`.
  int32_t Number(std::string_view field, int32_t value, int32_t least,
                 int32_t most);
  void Need(std::string_view field, bool has);
  Blob GetBlob(std::string_view field, const v1::Blob& blob);

 private:
  void Fail(std::string_view field, std::string_view problem);

  const std::string_view message_;
  absl::Status status_;
};

void PutBlob(const Blob& blob, v1::Blob* out);

absl::StatusOr<std::string> WriteFrame(
    const google::protobuf::MessageLite& message);
absl::Status ParseBody(std::string_view body,
                       google::protobuf::MessageLite* message);

}  // namespace cupel::wire

#endif  // CUPEL_PROTO_FRAME_READER_H_
