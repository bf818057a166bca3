// What the thread that unpacks takes of the work of the others.
#include "pipeline/executor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

namespace cupel {
namespace {

// One byte that is there when Open was called.
class Gate final : public ByteSource {
 public:
  uint64_t size() const override { return 1; }
  absl::StatusOr<size_t> ReadAt(uint64_t, char* buffer, size_t) override {
    std::unique_lock lock(mutex_);
    entered_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    *buffer = 'x';
    return 1;
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void AwaitReader() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return entered_; });
  }
  bool entered() {
    const std::lock_guard lock(mutex_);
    return entered_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool entered_ = false;
  bool open_ = false;
};

ScanItem Reading(uint32_t payload, ByteSource* source) {
  ScanItem item;
  item.payload = payload;
  item.hash_of = source;
  item.rules = false;
  return item;
}

ScanItem Holding(uint32_t payload, std::string_view bytes) {
  ScanItem item;
  item.payload = payload;
  item.bytes = Bytes::Borrowed(bytes);
  item.rules = false;
  return item;
}

class ExecutorTest : public ::testing::Test {
 protected:
  // The other thread is kept busy till `busy_` is opened.
  void SetUp() override {
    executor_.Submit(Reading(1, &busy_));
    busy_.AwaitReader();
  }
  void TearDown() override {
    busy_.Open();
    waiting_.Open();
    while (executor_.HelpOrWait()) {
    }
  }
  std::vector<uint32_t> Done() {
    for (const ScannedItem& scanned : executor_.TakeScanned()) {
      done_.push_back(scanned.payload);
    }
    return done_;
  }

  Gate busy_;
  Gate waiting_;
  Cancel cancel_;
  ScanRules rules_{.cancel = &cancel_};
  std::vector<ScanThread> threads_ = std::vector<ScanThread>(2);
  Executor executor_{rules_, threads_};
  std::vector<uint32_t> done_;
};

TEST_F(ExecutorTest, WhatIsSmallIsDoneHereOnceEnoughIsWaiting) {
  const std::string small(100, 's');
  const std::string large(1 << 20, 'l');
  executor_.Submit(Holding(2, large));
  for (uint32_t i = 0; i < 60; ++i) executor_.Submit(Holding(10 + i, small));
  EXPECT_TRUE(Done().empty());
  for (uint32_t i = 0; i < 60; ++i) executor_.Submit(Holding(100 + i, small));
  const std::vector<uint32_t> done = Done();
  EXPECT_GT(done.size(), 30U);
  EXPECT_LT(done.size(), 100U);
  EXPECT_EQ(std::count(done.begin(), done.end(), 2U), 0);
}

// While it is done the other thread would have nothing left to do.
TEST_F(ExecutorTest, WhatIsMostOfTheWorkIsLeftToTheOthers) {
  const std::string large(7 << 20, 'l');
  executor_.Submit(Holding(2, large));
  executor_.Submit(Holding(3, large));
  EXPECT_TRUE(Done().empty());
  // Until too much is held for them.
  executor_.Submit(Holding(4, large));
  EXPECT_EQ(Done().size(), 1U);
}

TEST_F(ExecutorTest, SourcesAreHashedByTheOthers) {
  executor_.Submit(Reading(2, &waiting_));
  const std::string small(100, 's');
  for (uint32_t i = 0; i < 200; ++i) executor_.Submit(Holding(10 + i, small));
  EXPECT_FALSE(waiting_.entered());
  EXPECT_GT(Done().size(), 30U);
}

}  // namespace
}  // namespace cupel
