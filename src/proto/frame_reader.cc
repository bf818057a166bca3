#include "proto/frame_reader.h"

#include <cstring>

#include "base/status.h"
#include "format/escape.h"

namespace cupel::wire {

void FieldReader::Fail(std::string_view field, std::string_view problem) {
  if (!status_.ok()) return;
  status_ = DataLoss("a frame whose {}.{} {}", message_, field, problem);
}

std::string FieldReader::Text(std::string_view field, const std::string& text) {
  if (!IsUtf8(text)) Fail(field, "is no UTF-8");
  return text;
}

int32_t FieldReader::Number(std::string_view field, int32_t value,
                            int32_t least, int32_t most) {
  if (value < least || value > most) {
    Fail(field,
         fmt::format("is {}, which is none of {} to {}", value, least, most));
  }
  return value;
}

void FieldReader::Need(std::string_view field, bool has) {
  if (!has) Fail(field, "is missing");
}

Blob FieldReader::GetBlob(std::string_view field, const v1::Blob& blob) {
  if (!blob.has_in_memfd()) return {.bytes = blob.inline_()};
  if (blob.has_inline_()) Fail(field, "is both in the frame and beside it");
  return {.in_memfd = blob.in_memfd()};
}

void PutBlob(const Blob& blob, v1::Blob* out) {
  if (blob.in_memfd.has_value()) {
    out->set_in_memfd(*blob.in_memfd);
  } else {
    out->set_inline_(blob.bytes);
  }
}

absl::StatusOr<std::string> WriteFrame(
    const google::protobuf::MessageLite& message) {
  const size_t size = message.ByteSizeLong();
  if (size > kMaxFrameBytes) {
    return ResourceExhausted("a frame of {} bytes, the limit is {}", size,
                             kMaxFrameBytes);
  }
  std::string frame(kFrameHeaderBytes + size, '\0');
  for (size_t i = 0; i < kFrameHeaderBytes; ++i) {
    frame[i] = static_cast<char>(size >> (8 * i) & 0xff);
  }
  if (!message.SerializeToArray(frame.data() + kFrameHeaderBytes,
                                static_cast<int>(size))) {
    return Internal("a frame that could not be written");
  }
  return frame;
}

absl::StatusOr<size_t> FrameLength(std::string_view header) {
  size_t length = 0;
  for (size_t i = 0; i < kFrameHeaderBytes; ++i) {
    length |= size_t{static_cast<uint8_t>(header[i])} << (8 * i);
  }
  if (length > kMaxFrameBytes) {
    return ResourceExhausted("a frame of {} bytes, the limit is {}", length,
                             kMaxFrameBytes);
  }
  return length;
}

absl::Status ParseBody(std::string_view body,
                       google::protobuf::MessageLite* message) {
  if (!message->ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return DataLoss("a frame that is cut short or damaged");
  }
  return absl::OkStatus();
}

}  // namespace cupel::wire
