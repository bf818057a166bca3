// From a message to its job model, checking all that a model promises.
#ifndef CUPEL_PROTO_JOB_FROM_PROTO_H_
#define CUPEL_PROTO_JOB_FROM_PROTO_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "cupel/v1/job.pb.h"
#include "job/any_job.h"

namespace cupel {

// `values` bounds those of all JSON texts within, taken together. DATA_LOSS
// names the field that is missing or wrong.
absl::StatusOr<job::AnyJob> FromProto(const v1::JobRecord& record,
                                      size_t values);

}  // namespace cupel

#endif  // CUPEL_PROTO_JOB_FROM_PROTO_H_
