#include "queue/deliverer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/status.h"

namespace cupel::queue {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DelivererTest : public testing::Test {
 protected:
  DelivererTest() {
    static int count = 0;
    path_ = testing::TempDir() + "/deliverer" + std::to_string(getpid()) + "-" +
            std::to_string(++count) + ".db";
    OutboxOptions options;
    options.backoff_micros = 1000;
    options.max_backoff_micros = 2000;
    auto outbox = Outbox::Open(path_, options);
    EXPECT_TRUE(outbox.ok()) << outbox.status();
    outbox_ = *std::move(outbox);
  }
  ~DelivererTest() override { std::filesystem::remove(path_); }

  void Put(const std::string& destination, const std::string& key) {
    const auto put = outbox_->Put({.destination = destination,
                                   .key = key,
                                   .type = "t",
                                   .body = "body of " + key});
    ASSERT_TRUE(put.ok()) << put.status();
    ASSERT_TRUE(*put);
  }
  Deliverer::Log Log() {
    return [this](std::string_view line) {
      const MutexLock lock(mutex_);
      log_.emplace_back(line);
    };
  }
  DeliveryRoute Route(const std::string& destination) {
    return {
        destination,
        [this](const OutboxEntry& entry, uint32_t attempt, Cancel*) {
          const MutexLock lock(mutex_);
          if (attempt <= failures_) {
            return Delivery{.kind = Delivery::Kind::kLater, .reason = "away"};
          }
          if (entry.key == refused_) {
            return Delivery{.kind = Delivery::Kind::kRefused, .reason = "no"};
          }
          delivered_.push_back(entry.key);
          return Delivery{.kind = Delivery::Kind::kDelivered, .reason = ""};
        }};
  }
  static Deadline Soon() { return Deadline::After(60'000'000'000); }

  std::string path_;
  std::shared_ptr<Outbox> outbox_;
  Mutex mutex_;
  uint32_t failures_ = 0;
  std::string refused_;
  std::vector<std::string> delivered_;
  std::vector<std::string> log_;
};

TEST_F(DelivererTest, DeliversWhatWasThereAndWhatComes) {
  Put("a", "1");
  Deliverer deliverer(outbox_, {Route("a"), Route("b")}, Log());
  ASSERT_TRUE(deliverer.Flush(Soon()).ok());
  Put("a", "2");
  Put("b", "3");
  deliverer.Nudge();
  ASSERT_TRUE(deliverer.Flush(Soon()).ok());
  const MutexLock lock(mutex_);
  EXPECT_THAT(delivered_, ElementsAre("1", "2", "3"));
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(DelivererTest, TriesAgainUntilItWorksAndKeepsTheOrder) {
  failures_ = 3;
  for (const char* key : {"1", "2", "3"}) Put("a", key);
  Deliverer deliverer(outbox_, {Route("a")}, Log());
  ASSERT_TRUE(deliverer.Flush(Soon()).ok());
  const MutexLock lock(mutex_);
  EXPECT_THAT(delivered_, ElementsAre("1", "2", "3"));
  ASSERT_FALSE(log_.empty());
  EXPECT_THAT(log_[0], HasSubstr("away"));
  EXPECT_THAT(log_[0], HasSubstr("'1'"));
}

TEST_F(DelivererTest, WhatIsRefusedDoesNotHoldUpTheRest) {
  refused_ = "1";
  Put("a", "1");
  Put("a", "2");
  Deliverer deliverer(outbox_, {Route("a")}, Log());
  ASSERT_TRUE(deliverer.Flush(Soon()).ok());
  const MutexLock lock(mutex_);
  EXPECT_THAT(delivered_, ElementsAre("2"));
  ASSERT_EQ(log_.size(), 1U);
  EXPECT_THAT(log_[0], HasSubstr("laid aside"));
  EXPECT_EQ(outbox_->Stats("a")->refused, 1U);
}

TEST_F(DelivererTest, WhatIsLeftIsToldAndDeliveredByTheNext) {
  failures_ = 1'000'000;
  Put("a", "1");
  {
    Deliverer deliverer(outbox_, {Route("a")}, nullptr);
    const absl::Status status = deliverer.Flush(Deadline::After(50'000'000));
    EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("1 things"));
  }
  {
    const MutexLock lock(mutex_);
    failures_ = 0;
  }
  Deliverer deliverer(outbox_, {Route("a")}, nullptr);
  ASSERT_TRUE(deliverer.Flush(Soon()).ok());
  const MutexLock lock(mutex_);
  EXPECT_THAT(delivered_, ElementsAre("1"));
}

TEST_F(DelivererTest, EndsAtOnceInTheMiddleOfADelivery) {
  Put("a", "1");
  Mutex mutex;
  std::condition_variable_any changed;
  bool begun = false;
  {
    Deliverer deliverer(outbox_,
                        {{"a",
                          [&](const OutboxEntry&, uint32_t, Cancel* cancel) {
                            const MutexLock lock(mutex);
                            const Cancel::Listener listener(
                                cancel, [&] { changed.notify_all(); });
                            begun = true;
                            changed.notify_all();
                            while (!cancel->triggered()) {
                              changed.wait_for(mutex,
                                               std::chrono::milliseconds(5));
                            }
                            return Delivery{.kind = Delivery::Kind::kLater,
                                            .reason = "cancelled"};
                          }}},
                        nullptr);
    const MutexLock lock(mutex);
    while (!begun) changed.wait(mutex);
  }
  EXPECT_EQ(outbox_->Stats("a")->entries, 1U);
}

}  // namespace
}  // namespace cupel::queue
