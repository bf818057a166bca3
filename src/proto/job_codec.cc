#include "proto/job_codec.h"

#include <limits>
#include <utility>

#include "base/status.h"
#include "proto/job_from_proto.h"
#include "proto/job_to_proto.h"
#include "proto/wire_check.h"

namespace cupel {
namespace {

constexpr uint32_t kVersion = 1;

absl::Status TooLong(size_t size, const JobCodecLimits& limits) {
  return ResourceExhausted("a job record of {} bytes, the limit is {}", size,
                           limits.bytes);
}

}  // namespace

absl::StatusOr<std::string> Encode(const job::AnyJob& job,
                                   const JobCodecLimits& limits) {
  v1::JobRecord record;
  record.set_version(kVersion);
  ToProto(job, &record);
  // What cannot be had back is refused now, not when it is needed.
  absl::StatusOr<job::AnyJob> again = FromProto(record, limits.values);
  if (!again.ok()) {
    const auto code = absl::IsResourceExhausted(again.status())
                          ? absl::StatusCode::kResourceExhausted
                          : absl::StatusCode::kInvalidArgument;
    return MakeStatus(code, "{}", MessageOf(again.status()));
  }
  if (*again != job) {
    return InvalidArgument(
        "a job of kind {} with JSON that no text gives back, such as NaN",
        job::Name(job::KindOf(job)));
  }
  const size_t size = record.ByteSizeLong();
  if (size > limits.bytes || size > std::numeric_limits<int>::max()) {
    return TooLong(size, limits);
  }
  std::string bytes;
  if (!record.SerializeToString(&bytes)) {
    return Internal("a job record that could not be written");
  }
  CUPEL_RETURN_IF_ERROR(CheckJobRecord(bytes, limits.values));
  return bytes;
}

absl::StatusOr<job::AnyJob> Decode(std::string_view bytes,
                                   const JobCodecLimits& limits) {
  if (bytes.size() > limits.bytes ||
      bytes.size() > std::numeric_limits<int>::max()) {
    return TooLong(bytes.size(), limits);
  }
  CUPEL_RETURN_IF_ERROR(CheckJobRecord(bytes, limits.values));
  v1::JobRecord record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return DataLoss("a job record that is cut short or damaged");
  }
  if (record.version() == 0) {
    return DataLoss("a job record whose version is missing");
  }
  if (record.version() > kVersion) {
    return Unimplemented(
        "a job record of version {}, this library knows up to {}",
        record.version(), kVersion);
  }
  return FromProto(record, limits.values);
}

}  // namespace cupel
