#include "queue/driver_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace cupel::queue {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string TextOf(cupel_view view) {
  return {reinterpret_cast<const char*>(view.data), view.size};
}

// A driver that writes down what it is asked.
struct Fake {
  std::string url;
  std::vector<std::string> calls;
  cupel_status answer = CUPEL_STATUS_OK;
  std::string why;
  std::string body = "{}";
  Mutex mutex;
  std::condition_variable_any changed;
  bool woken ABSL_GUARDED_BY(mutex) = false;
  bool waiting ABSL_GUARDED_BY(mutex) = false;
};
Fake* fake = nullptr;

cupel_status Answer(const std::string& call, cupel_driver_why* why) {
  fake->calls.push_back(call);
  if (fake->answer == CUPEL_STATUS_OK) return CUPEL_STATUS_OK;
  return cupel_driver_fail(why, fake->answer, fake->why.c_str());
}

cupel_status Open(const cupel_driver_open* options, void** queue,
                  cupel_driver_why* why) {
  fake->url = TextOf(options->url);
  *queue = fake;
  return Answer("open", why);
}
void Close(void*) { fake->calls.push_back("close"); }
cupel_status Submit(void*, const cupel_driver_job* jobs, size_t count,
                    int32_t* existed, cupel_driver_why* why) {
  for (size_t i = 0; i < count; ++i) existed[i] = i % 2;
  return Answer("submit " + TextOf(jobs[0].kind), why);
}
cupel_status Lease(void*, const cupel_driver_lease_request* request,
                   cupel_driver_take_lease_fn take, void* user_data,
                   cupel_driver_why* why) {
  const cupel_status status = Answer("lease " + TextOf(request->worker), why);
  if (status != CUPEL_STATUS_OK) return status;
  for (uint32_t i = 0; i < request->max; ++i) {
    cupel_driver_lease lease{};
    lease.struct_size = sizeof lease;
    const std::string id = "job" + std::to_string(i);
    lease.job.id = cupel_str(id.c_str());
    lease.job.kind =
        request->kind_count > 0 ? request->kinds[0] : cupel_str("scan");
    lease.job.body = cupel_str(fake->body.c_str());
    lease.token = i + 1;
    lease.attempt = 2;
    lease.expires_us = 77;
    take(user_data, &lease);
  }
  return status;
}
cupel_status Wait(void*, const cupel_view*, uint32_t, int64_t,
                  cupel_driver_why*) {
  const MutexLock lock(fake->mutex);
  fake->waiting = true;
  fake->changed.notify_all();
  while (!fake->woken) fake->changed.wait(fake->mutex);
  return CUPEL_STATUS_OK;
}
void Wake(void*) {
  const MutexLock lock(fake->mutex);
  fake->woken = true;
  fake->changed.notify_all();
}
cupel_status Renew(void*, cupel_view id, uint64_t token, int64_t lease_us,
                   int64_t* expires_us, int32_t* cancel_wanted,
                   cupel_driver_why* why) {
  *expires_us = lease_us + 1;
  *cancel_wanted = token == 5 ? 1 : 0;
  return Answer("renew " + TextOf(id), why);
}
cupel_status Complete(void*, cupel_view id, uint64_t,
                      const cupel_driver_result* result,
                      cupel_driver_why* why) {
  return Answer("complete " + TextOf(id) + " " + TextOf(result->bytes), why);
}
cupel_status Fail(void*, cupel_view id, uint64_t,
                  const cupel_driver_failure* failure, cupel_driver_why* why) {
  return Answer("fail " + TextOf(id) + " " + TextOf(failure->reason) +
                    (failure->retry != 0 ? " again" : ""),
                why);
}
cupel_status Release(void*, cupel_view id, uint64_t, cupel_view reason,
                     cupel_driver_why* why) {
  return Answer("release " + TextOf(id) + " " + TextOf(reason), why);
}
cupel_status Stats(void*, cupel_driver_stats* stats, cupel_driver_why* why) {
  stats->waiting = 3;
  return Answer("stats", why);
}

cupel_queue_driver_v1 Table() {
  cupel_queue_driver_v1 table{};
  table.struct_size = sizeof table;
  table.abi = CUPEL_QUEUE_DRIVER_ABI;
  table.name = "fake";
  table.schemes = "fake";
  table.open = Open;
  table.close = Close;
  table.submit = Submit;
  table.lease = Lease;
  table.wait = Wait;
  table.wake = Wake;
  table.renew = Renew;
  table.complete = Complete;
  table.fail = Fail;
  table.release = Release;
  table.stats = Stats;
  return table;
}

class DriverQueueTest : public testing::Test {
 protected:
  DriverQueueTest() : table_(Table()) { fake = &fake_; }
  ~DriverQueueTest() override {
    queue_.reset();
    fake = nullptr;
  }
  absl::Status OpenIt() {
    auto queue =
        OpenDriverQueue(&table_, "here.so",
                        "fake://u:sesame@host/x?token=sesame", QueueOptions());
    if (queue.ok()) queue_ = *queue;
    return queue.status();
  }

  Fake fake_;
  cupel_queue_driver_v1 table_;
  std::shared_ptr<JobQueue> queue_;
};

TEST_F(DriverQueueTest, EveryCallReachesTheDriver) {
  ASSERT_TRUE(OpenIt().ok());
  EXPECT_EQ(fake_.url, "fake://u:sesame@host/x?token=sesame");
  EXPECT_EQ(queue_->url(), "fake://u:***@host/x");
  NewJob job;
  job.kind = "scan";
  job.body = "{}";
  const auto submitted = queue_->Submit({job, job});
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  EXPECT_FALSE(submitted->at(0).id.empty());
  EXPECT_NE(submitted->at(0).id, submitted->at(1).id);
  EXPECT_TRUE(submitted->at(1).existed);
  LeaseRequest request;
  request.worker = "w";
  request.max = 2;
  request.kinds = {"boefje"};
  const auto leased = queue_->Lease(request);
  ASSERT_TRUE(leased.ok()) << leased.status();
  ASSERT_EQ(leased->size(), 2U);
  EXPECT_EQ(leased->at(1).record.job.id, "job1");
  EXPECT_EQ(leased->at(1).record.job.kind, "boefje");
  EXPECT_EQ(leased->at(1).record.token, 2U);
  EXPECT_EQ(leased->at(1).record.attempts, 2U);
  EXPECT_EQ(leased->at(1).record.worker, "w");
  EXPECT_EQ(queue_->Renew("a", 4, 10)->expires_micros, 11);
  EXPECT_FALSE(queue_->Renew("a", 4, 10)->cancel_wanted);
  EXPECT_TRUE(queue_->Renew("a", 5, 10)->cancel_wanted);
  JobResult result;
  result.type = "text/plain";
  result.bytes = "r";
  EXPECT_TRUE(queue_->Complete("a", 1, result).ok());
  JobFailure failure;
  failure.reason = "why\nnot";
  EXPECT_TRUE(queue_->Fail("a", 1, failure).ok());
  EXPECT_EQ(fake_.calls.back().find('\n'), std::string::npos);
  EXPECT_TRUE(queue_->Release("a", 1, "stop").ok());
  EXPECT_EQ(fake_.calls.back(), "release a stop");
  EXPECT_EQ(queue_->Stats()->waiting, 3U);
  queue_.reset();
  EXPECT_EQ(fake_.calls.back(), "close");
}

TEST_F(DriverQueueTest, WhatADriverSaysIsTold) {
  ASSERT_TRUE(OpenIt().ok());
  fake_.answer = CUPEL_STATUS_ABORTED;
  fake_.why = "it is another's\x1b[31m";
  absl::Status status = queue_->Release("a", 1, "");
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("another's"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("\x1b")));
  fake_.why = std::string(5000, 'x');
  EXPECT_LT(queue_->Release("a", 1, "").message().size(), 1100U);
  fake_.why = "";
  EXPECT_THAT(std::string(queue_->Release("a", 1, "").message()),
              HasSubstr("release"));
  fake_.answer = 4711;
  EXPECT_EQ(queue_->Release("a", 1, "").code(), absl::StatusCode::kUnknown);
  fake_.answer = -1;
  EXPECT_EQ(queue_->Stats().status().code(), absl::StatusCode::kUnknown);
}

TEST_F(DriverQueueTest, WhatADriverLacksIsUnimplementedWithItsRemedy) {
  table_.remedy = "ask the broker";
  ASSERT_TRUE(OpenIt().ok());
  for (const absl::Status& status :
       {queue_->Get("a").status(), queue_->History("a").status(),
        queue_->Result("a").status(), queue_->List({}).status(),
        queue_->Retry("a"), queue_->Cancel("a", ""),
        queue_->Purge(0, std::nullopt).status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
    EXPECT_THAT(std::string(status.message()), HasSubstr("ask the broker"));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("sesame")));
  }
}

TEST_F(DriverQueueTest, ACancelWakesAWait) {
  ASSERT_TRUE(OpenIt().ok());
  Cancel cancel;
  std::thread waiter([&] {
    EXPECT_EQ(queue_->WaitForWork({}, 1'000'000'000, &cancel).code(),
              absl::StatusCode::kCancelled);
  });
  {
    const MutexLock lock(fake_.mutex);
    while (!fake_.waiting) fake_.changed.wait(fake_.mutex);
  }
  cancel.Trigger();
  waiter.join();
}

TEST_F(DriverQueueTest, AJobThatIsWrongDoesNotReachTheDriver) {
  ASSERT_TRUE(OpenIt().ok());
  const size_t calls = fake_.calls.size();
  NewJob job;
  job.kind = "scan";
  job.body = "no JSON";
  EXPECT_EQ(queue_->Submit({job}).status().code(),
            absl::StatusCode::kInvalidArgument);
  LeaseRequest request;
  request.lease_micros = 0;
  EXPECT_EQ(queue_->Lease(request).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(fake_.calls.size(), calls);
}

TEST_F(DriverQueueTest, AJobOfOthersThatIsWrongDoesNotReachTheWorker) {
  ASSERT_TRUE(OpenIt().ok());
  fake_.body = "no JSON";
  LeaseRequest request;
  request.worker = "w";
  const auto leased = queue_->Lease(request);
  ASSERT_TRUE(leased.ok()) << leased.status();
  EXPECT_TRUE(leased->empty());
  EXPECT_THAT(fake_.calls.back(), HasSubstr("fail job0"));
  EXPECT_THAT(fake_.calls.back(), Not(HasSubstr("again")));
}

TEST_F(DriverQueueTest, ATableThatIsNoneIsRefused) {
  const auto refuses = [](const cupel_queue_driver_v1* table) {
    return OpenDriverQueue(table, "here.so", "fake://h", QueueOptions())
               .status()
               .code() != absl::StatusCode::kOk;
  };
  EXPECT_TRUE(refuses(nullptr));
  table_.abi = CUPEL_QUEUE_DRIVER_ABI + 1;
  EXPECT_TRUE(refuses(&table_));
  table_ = Table();
  table_.struct_size = 8;
  EXPECT_TRUE(refuses(&table_));
  table_ = Table();
  table_.flags = 1;
  EXPECT_TRUE(refuses(&table_));
  table_ = Table();
  table_.wake = nullptr;
  EXPECT_TRUE(refuses(&table_));
  EXPECT_TRUE(fake_.calls.empty());
}

TEST(UrlWithoutPasswordTest, ShowsNoPasswordAndNoQuery) {
  EXPECT_EQ(UrlWithoutPassword("amqp://u:p@h:1/v?x=y"), "amqp://u:***@h:1/v");
  EXPECT_EQ(UrlWithoutPassword("amqp://u:p@q@h"), "amqp://u:***@h");
  EXPECT_EQ(UrlWithoutPassword("amqp://u:p?q@h/v"), "amqp://u:***@h/v");
  EXPECT_EQ(UrlWithoutPassword("amqp://u:p/q@h/v"), "amqp://u:***@h/v");
  EXPECT_EQ(UrlWithoutPassword("u:p@h/v"), "u:***@h/v");
  EXPECT_EQ(UrlWithoutPassword("amqp://u@h:1/a?x=y"), "amqp://u@h:1/a");
  EXPECT_EQ(UrlWithoutPassword("amqp://h:1/"), "amqp://h:1/");
  EXPECT_EQ(UrlWithoutPassword("nothing"), "nothing");
}

TEST(OpenAmqpQueueTest, SaysWhereTheDriverWasLookedFor) {
  QueueOptions options;
  options.driver_folders = {"/nowhere/drivers"};
  const auto queue = OpenAmqpQueue("nothing://", options);
  EXPECT_FALSE(queue.ok());
  EXPECT_THAT(
      std::string(queue.status().message()),
      testing::AnyOf(HasSubstr("/nowhere/drivers"), HasSubstr("amqp://")));
}

}  // namespace
}  // namespace cupel::queue
