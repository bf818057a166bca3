// What crash_test kills: submits jobs and works on them until it is over, and
// says aloud what it was promised, each line when the call has returned.
//
//   crash_worker DATABASE ROUND JOBS
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/status.h"
#include "queue/job_queue.h"

namespace cupel::queue {
namespace {

// One write, so that a line is whole or not there.
void Say(const std::string& line) {
  const std::string whole = line + "\n";
  (void)!write(STDOUT_FILENO, whole.data(), whole.size());
}

absl::Status SubmitSome(JobQueue& queue, const std::string& round, int first,
                        int count) {
  std::vector<NewJob> jobs;
  for (int i = first; i < first + count; ++i) {
    NewJob job;
    job.id = round + "." + std::to_string(i);
    job.kind = "scan";
    job.body = "{\"n\":" + std::to_string(i) + "}";
    job.dedup_key = "key " + job.id;
    job.max_attempts = 1000;
    jobs.push_back(std::move(job));
  }
  CUPEL_RETURN_IF_ERROR(queue.Submit(jobs).status());
  for (const NewJob& job : jobs) Say("submitted " + job.id);
  return absl::OkStatus();
}

// Every third one fails, every fifth is given back, the others are completed
// with a result that names who did it.
absl::Status Work(JobQueue& queue, const LeasedJob& job,
                  const std::string& round, int number) {
  const std::string& id = job.record.job.id;
  const uint64_t token = job.record.token;
  if (number % 3 == 1) {
    JobFailure failure;
    failure.reason = "made to fail";
    return queue.Fail(id, token, failure);
  }
  if (number % 5 == 2) return queue.Release(id, token, "made to");
  const std::string bytes =
      id + " by " + round + " with " + std::to_string(token);
  CUPEL_RETURN_IF_ERROR(queue.Complete(id, token, {"text/plain", bytes, 0}));
  Say("completed " + bytes);
  return absl::OkStatus();
}

absl::Status Run(const std::string& path, const std::string& round, int jobs) {
  QueueOptions options;
  options.backoff_micros = 1;
  options.max_backoff_micros = 1;
  CUPEL_ASSIGN_OR_RETURN(const auto queue,
                         OpenQueue("sqlite:" + path, options));
  LeaseRequest request;
  request.worker = round;
  request.max = 2;
  // Those of rounds that were killed are over at once.
  request.lease_micros = 1;
  int number = 0;
  for (int i = 0; i < jobs; i += 3) {
    CUPEL_RETURN_IF_ERROR(SubmitSome(*queue, round, i, 3));
    CUPEL_ASSIGN_OR_RETURN(const auto leased, queue->Lease(request));
    for (const LeasedJob& job : leased) {
      const absl::Status done = Work(*queue, job, round, ++number);
      // The lease was short enough for another to take it.
      if (!done.ok() && !absl::IsAborted(done)) return done;
    }
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace cupel::queue

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const absl::Status status =
      cupel::queue::Run(argv[1], argv[2], std::atoi(argv[3]));
  if (!status.ok()) {
    (void)std::fprintf(stderr, "%s\n", status.ToString().c_str());
    return 1;
  }
  return 0;
}
