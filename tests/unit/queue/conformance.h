// What every kind of queue has to do, asked of it by tests with a parameter:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, QueueConformance,
//                            testing::Values(QueueKind{"sqlite", MakeSqlite}),
//                            KindName);
//
// in a program that has the objects of cupel_queue_conformance.
#ifndef CUPEL_TESTS_UNIT_QUEUE_CONFORMANCE_H_
#define CUPEL_TESTS_UNIT_QUEUE_CONFORMANCE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "queue/job_queue.h"

namespace cupel::queue {

// One queue, empty at first, that is gone with this.
class QueueStage {
 public:
  virtual ~QueueStage() = default;
  // Opens it, each time anew, with the same time for all.
  virtual std::shared_ptr<JobQueue> Open(const QueueOptions& options) = 0;
  // Lets that much time pass.
  virtual void Pass(int64_t micros) = 0;
  virtual int64_t Now() = 0;
  // Another Open sees the same jobs.
  virtual bool shared() const { return true; }
};

struct QueueKind {
  std::string name;
  std::function<std::unique_ptr<QueueStage>()> make;
};

inline std::string KindName(const testing::TestParamInfo<QueueKind>& info) {
  return info.param.name;
}

constexpr int64_t kSecond = 1'000'000;

class QueueConformance : public testing::TestWithParam<QueueKind> {
 protected:
  QueueConformance() : stage_(GetParam().make()) {
    options_.backoff_micros = 10 * kSecond;
    options_.max_backoff_micros = 60 * kSecond;
    options_.jitter = 0;
    queue_ = stage_->Open(options_);
  }

  static NewJob Job(std::string_view id, int32_t priority = 0) {
    NewJob job;
    job.id = id;
    job.kind = "scan";
    job.body = R"({"inputs":[]})";
    job.priority = priority;
    return job;
  }

  std::string Submit(const NewJob& job) {
    const auto submitted = queue_->Submit({job});
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    return submitted.ok() ? submitted->at(0).id : "";
  }

  std::vector<LeasedJob> Lease(uint32_t max = 1,
                               int64_t lease_micros = 60 * kSecond) {
    LeaseRequest request;
    request.worker = "host:1/a";
    request.max = max;
    request.lease_micros = lease_micros;
    auto leased = queue_->Lease(request);
    EXPECT_TRUE(leased.ok()) << leased.status();
    return leased.ok() ? *std::move(leased) : std::vector<LeasedJob>();
  }

  // Leases one, which has to be there.
  JobRecord LeaseOne(int64_t lease_micros = 60 * kSecond) {
    auto leased = Lease(1, lease_micros);
    EXPECT_EQ(leased.size(), 1U);
    return leased.empty() ? JobRecord() : leased[0].record;
  }

  std::vector<std::string> LeaseIds(uint32_t max) {
    std::vector<std::string> ids;
    for (const LeasedJob& job : Lease(max)) ids.push_back(job.record.job.id);
    return ids;
  }

  JobRecord Get(std::string_view id) {
    auto record = queue_->Get(id);
    EXPECT_TRUE(record.ok()) << record.status();
    return record.ok() ? *std::move(record) : JobRecord();
  }

  std::vector<Attempt> History(std::string_view id) {
    auto attempts = queue_->History(id);
    EXPECT_TRUE(attempts.ok()) << attempts.status();
    return attempts.ok() ? *std::move(attempts) : std::vector<Attempt>();
  }

  static JobResult Done(std::string_view bytes) {
    JobResult result;
    result.type = "text/plain";
    result.bytes = bytes;
    return result;
  }

  static JobFailure Failed(std::string_view reason) {
    JobFailure failure;
    failure.reason = reason;
    return failure;
  }

  const std::unique_ptr<QueueStage> stage_;
  QueueOptions options_;
  std::shared_ptr<JobQueue> queue_;
};

#define EXPECT_CODE(expression, code_name)                             \
  do {                                                                 \
    const absl::Status status_ = (expression);                         \
    EXPECT_EQ(status_.code(), absl::StatusCode::code_name) << status_; \
  } while (false)

}  // namespace cupel::queue

#endif  // CUPEL_TESTS_UNIT_QUEUE_CONFORMANCE_H_
