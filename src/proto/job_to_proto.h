// From a job model to its message.
#ifndef CUPEL_PROTO_JOB_TO_PROTO_H_
#define CUPEL_PROTO_JOB_TO_PROTO_H_

#include "cupel/v1/job.pb.h"
#include "job/any_job.h"

namespace cupel {

// Without the version.
void ToProto(const job::AnyJob& job, v1::JobRecord* record);

}  // namespace cupel

#endif  // CUPEL_PROTO_JOB_TO_PROTO_H_
