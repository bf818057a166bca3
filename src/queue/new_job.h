// What every kind of queue asks of a job that is submitted.
#ifndef CUPEL_QUEUE_NEW_JOB_H_
#define CUPEL_QUEUE_NEW_JOB_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "queue/job_queue.h"

namespace cupel::queue {

inline constexpr uint32_t kMostAttempts = 1000;
inline constexpr int64_t kLongestLeaseMicros = int64_t{30} * 86'400'000'000;
// The end of the year 9999: no sum with a time overflows.
inline constexpr int64_t kLastMicros = 253'402'300'799'999'999;

// INVALID_ARGUMENT names the field and what it has to be; never its value,
// where that may be long. RESOURCE_EXHAUSTED for a body that is too large.
absl::Status CheckNewJob(const NewJob& job, const QueueOptions& options);
absl::Status CheckLeaseRequest(const LeaseRequest& request);
absl::Status CheckLeaseTime(int64_t micros);
absl::Status CheckResult(const JobResult& result, const QueueOptions& options);
absl::Status CheckQueueOptions(const QueueOptions& options);

// A UUID of version 7: ids that are made one after the other lie side by side
// in an index.
std::string MakeJobId(int64_t now_micros);

// True if they say the same, whoever made the id.
bool SameContent(const NewJob& a, const NewJob& b);

// How long a job waits after its attempt `attempts` (from 1) failed. `random`
// is from 0 to below 1.
int64_t BackoffMicros(int64_t first_micros, int64_t longest_micros,
                      double jitter, uint32_t attempts, double random);

// One line of text that may be kept and shown, whatever came in.
std::string OneLine(std::string_view text);

}  // namespace cupel::queue

#endif  // CUPEL_QUEUE_NEW_JOB_H_
