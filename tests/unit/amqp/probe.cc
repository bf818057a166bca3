// A submitter and a worker for broker_faults_test.py.
//
//   amqp_probe submit URL COUNT
//   amqp_probe work URL     until standard input ends
//   amqp_probe hold URL     leases one job; a line: completes it
//
// Each result is "result of ID", whoever makes it. One line is written for
// whatever is done: "submitted N", "done ID", "lost ID: why", "held ID",
// "completed CODE: why", "error CODE: why".
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>

#include "base/status.h"
#include "budget/cancel.h"
#include "queue/job_queue.h"

namespace cupel::queue {
namespace {

void Say(std::string_view what, const absl::Status& status) {
  const std::string line =
      fmt::format("{} {}: {}\n", what, absl::StatusCodeToString(status.code()),
                  MessageOf(status));
  fputs(line.c_str(), stdout);
  fflush(stdout);
}

void Say(const std::string& line) {
  puts(line.c_str());
  fflush(stdout);
}

JobResult ResultOf(const std::string& id) {
  JobResult result;
  result.type = "text/plain";
  result.bytes = "result of " + id;
  return result;
}

int Submit(JobQueue& queue, int count) {
  std::vector<NewJob> jobs;
  for (int i = 0; i < count; ++i) {
    NewJob job;
    job.id = "job-" + std::to_string(i);
    job.kind = "scan";
    job.body = R"({"inputs":[]})";
    jobs.push_back(job);
  }
  const auto submitted = queue.Submit(jobs);
  if (!submitted.ok()) {
    Say("error", submitted.status());
    return 1;
  }
  Say("submitted " + std::to_string(submitted->size()));
  return 0;
}

void WorkOnce(JobQueue& queue, Cancel* cancel) {
  LeaseRequest request;
  request.worker = "probe:" + std::to_string(getpid());
  request.max = 4;
  const auto leased = queue.Lease(request);
  if (!leased.ok()) Say("error", leased.status());
  if (!leased.ok() || leased->empty()) {
    queue.WaitForWork({}, 500'000, cancel).IgnoreError();
    return;
  }
  for (const LeasedJob& one : *leased) {
    const std::string& id = one.record.job.id;
    const absl::Status status =
        queue.Complete(id, one.record.token, ResultOf(id));
    if (status.ok()) {
      Say("done " + id);
    } else {
      Say("lost " + id, status);
    }
  }
}

int Work(JobQueue& queue) {
  Cancel cancel;
  std::thread input([&cancel] {
    std::string line;
    while (std::getline(std::cin, line)) {
    }
    cancel.Trigger();
  });
  while (!cancel.triggered()) WorkOnce(queue, &cancel);
  input.join();
  return 0;
}

int Hold(JobQueue& queue) {
  LeaseRequest request;
  request.worker = "probe";
  auto leased = queue.Lease(request);
  if (!leased.ok() || leased->empty()) {
    Say("error", leased.status());
    return 1;
  }
  const JobRecord& record = leased->front().record;
  Say("held " + record.job.id);
  std::string line;
  while (std::getline(std::cin, line)) {
    Say("completed",
        queue.Complete(record.job.id, record.token, ResultOf(record.job.id)));
  }
  return 0;
}

int Main(int argc, char** argv) {
  if (argc < 3) return 2;
  auto queue = OpenQueue(argv[2]);
  if (!queue.ok()) {
    Say("error", queue.status());
    return 1;
  }
  const std::string_view what = argv[1];
  if (what == "submit" && argc == 4) return Submit(**queue, std::stoi(argv[3]));
  if (what == "work") return Work(**queue);
  if (what == "hold") return Hold(**queue);
  return 2;
}

}  // namespace
}  // namespace cupel::queue

int main(int argc, char** argv) { return cupel::queue::Main(argc, argv); }
