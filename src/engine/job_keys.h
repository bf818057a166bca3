// When two job documents are the same; dedup/job_key.h comes with this header.
#ifndef CUPEL_ENGINE_JOB_KEYS_H_
#define CUPEL_ENGINE_JOB_KEYS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "dedup/job_key.h"
#include "job/any_job.h"
#include "settings/keyring.h"

namespace cupel {

// Of the environment that a BoefjeMeta, or a task with one, carries; as
// EnvironmentFingerprint makes it. FAILED_PRECONDITION for other jobs and
// without a key.
absl::StatusOr<std::string> JobEnvironmentFingerprint(const job::AnyJob& job,
                                                      const Keyring& keys);

// JobKey in hexadecimal. FAILED_PRECONDITION for a job that carries an
// environment when there is no fingerprint of it.
absl::StatusOr<std::string> JobKeyHex(const job::AnyJob& job,
                                      std::string_view environment_fingerprint);

// {"same":false,"differences":[…]}
absl::StatusOr<std::string> CompareJobsJson(const job::AnyJob& a,
                                            const job::AnyJob& b);

}  // namespace cupel

#endif  // CUPEL_ENGINE_JOB_KEYS_H_
