// Jobs per second through any queue, by its URL, with jobs that do nothing:
//
//   queue_rate URL [JOBS]
//   tests/support/with_rabbitmq.py sh -c
//       'queue_rate "$CUPEL_TEST_AMQP?queue=bench"'
//   tests/support/with_postgres.py --durable sh -c
//       'queue_rate "$CUPEL_TEST_POSTGRES"'
//
// The queue has to be empty. Each worker is a thread that leases one job, and
// completes it with a result of 1 KiB, before it takes the next; `batch` ones
// lease 16. Latency is from the submission of a single job, to a queue where
// one waits for work, to its lease.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "need.h"
#include "queue/job_queue.h"

namespace {

using cupel::queue::JobQueue;
using cupel::queue::JobResult;
using cupel::queue::LeaseRequest;
using cupel::queue::NewJob;
using cupel_bench::Need;
using Clock = std::chrono::steady_clock;

constexpr int kSingles = 50;

double SecondsOf(const std::function<void()>& body) {
  const auto begin = Clock::now();
  body();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void Submit(JobQueue& queue, int count) {
  NewJob job;
  job.kind = "scan";
  job.body = R"({"inputs":[]})";
  Need(queue.Submit(std::vector<NewJob>(count, job)));
}

// Works until all workers together have done `count`.
void Work(JobQueue& queue, uint32_t batch, int count, std::atomic<int>& done) {
  LeaseRequest request;
  request.worker = "bench";
  request.max = batch;
  JobResult result;
  result.type = "application/json";
  result.bytes = "\"" + std::string(1022, 'r') + "\"";
  while (done < count) {
    const auto leased = Need(queue.Lease(request));
    if (leased.empty()) Need(queue.WaitForWork({}, 100'000, nullptr));
    for (const auto& one : leased) {
      Need(queue.Complete(one.record.job.id, one.record.token, result));
      ++done;
    }
  }
}

void Measure(const std::string& url, int workers, uint32_t batch, int count) {
  std::vector<std::shared_ptr<JobQueue>> queues;
  for (int i = 0; i < workers; ++i) {
    queues.push_back(Need(cupel::queue::OpenQueue(url)));
  }
  const double submitting = SecondsOf([&] { Submit(*queues[0], count); });
  std::atomic<int> done = 0;
  const double working = SecondsOf([&] {
    std::vector<std::thread> threads;
    for (const auto& queue : queues) {
      threads.emplace_back(
          [&queue, batch, count, &done] { Work(*queue, batch, count, done); });
    }
    for (std::thread& thread : threads) thread.join();
  });
  std::printf("%d worker%s, %2u at once: %8.0f submitted/s %8.0f done/s\n",
              workers, workers == 1 ? " " : "s", batch, count / submitting,
              count / working);
}

void MeasureLatency(const std::string& url) {
  const auto submitter = Need(cupel::queue::OpenQueue(url));
  const auto worker = Need(cupel::queue::OpenQueue(url));
  std::vector<double> latencies;
  LeaseRequest request;
  request.worker = "bench";
  JobResult result;
  result.type = "text/plain";
  for (int i = 0; i < kSingles; ++i) {
    Clock::time_point leased_at;
    std::thread waiter([&] {
      while (true) {
        const auto leased = Need(worker->Lease(request));
        if (leased.empty()) {
          Need(worker->WaitForWork({}, 10'000'000, nullptr));
          continue;
        }
        leased_at = Clock::now();
        const auto& record = leased.front().record;
        Need(worker->Complete(record.job.id, record.token, result));
        return;
      }
    });
    const auto begin = Clock::now();
    Submit(*submitter, 1);
    waiter.join();
    latencies.push_back(
        std::chrono::duration<double, std::milli>(leased_at - begin).count());
  }
  std::sort(latencies.begin(), latencies.end());
  std::printf("latency of one job: median %.2f ms, longest %.2f ms\n",
              latencies[latencies.size() / 2], latencies.back());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    (void)std::fputs("queue_rate URL [JOBS]\n", stderr);
    return 2;
  }
  const int count = argc > 2 ? std::max(1, std::atoi(argv[2])) : 2000;
  for (const int workers : {1, 2}) {
    for (const uint32_t batch : {1U, 16U}) {
      Measure(argv[1], workers, batch, count);
    }
  }
  MeasureLatency(argv[1]);
  return 0;
}
