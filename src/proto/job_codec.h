// Job models as protocol buffer bytes (cupel/v1/job.proto): for storage and
// between processes. No header of protobuf's comes with this one.
#ifndef CUPEL_PROTO_JOB_CODEC_H_
#define CUPEL_PROTO_JOB_CODEC_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "job/any_job.h"

namespace cupel {

struct JobCodecLimits {
  size_t bytes = size_t{64} << 20;
  // Messages, map entries and JSON values, in all.
  size_t values = 1'000'000;
};

// The same bytes for the same model. RESOURCE_EXHAUSTED over the limit;
// INVALID_ARGUMENT for what Decode would refuse.
absl::StatusOr<std::string> Encode(const job::AnyJob& job,
                                   const JobCodecLimits& limits = {});

// What Encode has made, by this version or a later one that says it can be
// read; fields that are not known are passed over. DATA_LOSS for whatever else,
// naming the field, UNIMPLEMENTED for a version that is too new,
// RESOURCE_EXHAUSTED over a limit. Errors show no values.
absl::StatusOr<job::AnyJob> Decode(std::string_view bytes,
                                   const JobCodecLimits& limits = {});

}  // namespace cupel

#endif  // CUPEL_PROTO_JOB_CODEC_H_
