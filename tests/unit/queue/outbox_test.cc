#include "queue/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "base/status.h"
#include "tests/unit/store/store_testing.h"

namespace cupel::queue {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kOneSecond = 1'000'000;
const Delivery kGot{Delivery::Kind::kDelivered, {}};

class OutboxTest : public testing::Test {
 protected:
  OutboxTest() {
    options_.now = [this] { return now_.load(); };
    options_.random = [] { return 0.5; };
    Open();
  }

  void Open() {
    auto opened = Outbox::Open(folder_ / "o.db", options_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    outbox_ = *std::move(opened);
  }

  bool Put(std::string_view key, std::string_view destination = "api",
           std::string_view body = "body") {
    const auto put = outbox_->Put(
        {std::string(destination), std::string(key), "t", std::string(body)});
    EXPECT_TRUE(put.ok()) << put.status();
    return put.ok() && *put;
  }

  // Delivers all, and notes the keys.
  PumpResult PumpAll(std::string_view destination = "api") {
    return Pump(
        [this](const OutboxEntry& entry, uint32_t) {
          got_.push_back(entry.key);
          return kGot;
        },
        destination);
  }

  PumpResult Pump(const Deliver& deliver, std::string_view destination = "api",
                  bool now = false) {
    const auto result = outbox_->Pump(destination, deliver, nullptr, now);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *result : PumpResult();
  }

  TempFolder folder_;
  std::atomic<int64_t> now_{1'780'000'000'000'000};
  OutboxOptions options_;
  std::unique_ptr<Outbox> outbox_;
  std::vector<std::string> got_;
};

TEST_F(OutboxTest, DeliversInOrderAndOnce) {
  for (const char* key : {"c", "a", "b"}) EXPECT_TRUE(Put(key));
  EXPECT_FALSE(Put("a"));
  const PumpResult result = PumpAll();
  EXPECT_EQ(result.delivered, 3U);
  EXPECT_EQ(result.left, 0U);
  EXPECT_EQ(result.next_micros, 0);
  EXPECT_THAT(got_, ElementsAre("c", "a", "b"));
  EXPECT_EQ(PumpAll().delivered, 0U);
  // Its key is remembered.
  EXPECT_FALSE(Put("a"));
  EXPECT_EQ(PumpAll().delivered, 0U);
}

TEST_F(OutboxTest, IsReadableByItsUserOnly) {
  Put("a", "api", "secret");
  for (const char* name : {"o.db", "o.db-wal", "o.db-shm", "o.db-lock"}) {
    struct stat info;
    ASSERT_EQ(stat((folder_ / name).c_str(), &info), 0) << name;
    EXPECT_EQ(info.st_mode & 0777, 0600U) << name;
  }
}

TEST_F(OutboxTest, BytesAreAnyBytesAndSurvive) {
  const std::string body("\0\xff\n", 3);
  Put("a", "api", body);
  outbox_.reset();
  Open();
  std::string seen;
  Pump([&seen](const OutboxEntry& entry, uint32_t attempt) {
    EXPECT_EQ(attempt, 1U);
    EXPECT_EQ(entry.type, "t");
    EXPECT_EQ(entry.destination, "api");
    seen = entry.body;
    return kGot;
  });
  EXPECT_EQ(seen, body);
}

TEST_F(OutboxTest, AFailureStopsItsDestinationOnly) {
  Put("a1", "a");
  Put("a2", "a");
  Put("b1", "b");
  const auto fail = [](const OutboxEntry&, uint32_t) {
    return Delivery{Delivery::Kind::kLater, "503\nService Unavailable"};
  };
  PumpResult result = Pump(fail, "a");
  EXPECT_EQ(result.left, 2U);
  EXPECT_EQ(result.next_micros, now_ + kOneSecond);
  EXPECT_EQ(result.reason, "503\\nService Unavailable");
  EXPECT_EQ(PumpAll("a").delivered, 0U);
  EXPECT_EQ(PumpAll("b").delivered, 1U);
  // Later and later, then in order.
  now_ += kOneSecond;
  EXPECT_EQ(Pump(fail, "a").next_micros, now_ + 2 * kOneSecond);
  EXPECT_EQ(outbox_->Stats("a")->failures, 2U);
  now_ += 2 * kOneSecond;
  got_.clear();
  uint32_t first_attempt = 0;
  Pump(
      [&](const OutboxEntry& entry, uint32_t attempt) {
        if (first_attempt == 0) first_attempt = attempt;
        got_.push_back(entry.key);
        return kGot;
      },
      "a");
  EXPECT_EQ(first_attempt, 3U);
  EXPECT_THAT(got_, ElementsAre("a1", "a2"));
  EXPECT_EQ(outbox_->Stats("a")->failures, 0U);
}

TEST_F(OutboxTest, ABackOffIsOverWhenItIsAskedForOrTheClockWasSet) {
  Put("a");
  const auto fail = [](const OutboxEntry&, uint32_t) {
    return Delivery{Delivery::Kind::kLater, "no"};
  };
  Pump(fail);
  EXPECT_EQ(Pump(fail, "api", true).left, 1U);
  EXPECT_EQ(outbox_->Stats("api")->failures, 2U);
  EXPECT_EQ(PumpAll().delivered, 0U);
  now_ -= 86'400 * kOneSecond;
  EXPECT_EQ(PumpAll().delivered, 1U);
}

TEST_F(OutboxTest, WhatIsRefusedIsLaidAside) {
  for (const char* key : {"a", "b", "c"}) Put(key);
  const PumpResult result = Pump([this](const OutboxEntry& entry, uint32_t) {
    got_.push_back(entry.key);
    return entry.key == "b" ? Delivery{Delivery::Kind::kRefused, "400 bad"}
                            : kGot;
  });
  EXPECT_EQ(result.delivered, 2U);
  EXPECT_EQ(result.refused, 1U);
  EXPECT_EQ(result.left, 0U);
  EXPECT_THAT(got_, ElementsAre("a", "b", "c"));
  const auto refused = outbox_->Refused("api", 10);
  ASSERT_TRUE(refused.ok()) << refused.status();
  ASSERT_EQ(refused->size(), 1U);
  EXPECT_EQ(refused->at(0).key, "b");
  EXPECT_EQ(refused->at(0).reason, "400 bad");
  EXPECT_THAT(*outbox_->Destinations(), ElementsAre("api"));
  EXPECT_EQ(*outbox_->DropRefused("api"), 1U);
  EXPECT_THAT(*outbox_->Destinations(), IsEmpty());
  EXPECT_TRUE(Put("b"));
}

TEST_F(OutboxTest, IsBoundedInEntriesAndLosesNothing) {
  options_.max_entries = 2;
  Open();
  EXPECT_TRUE(Put("a"));
  EXPECT_TRUE(Put("b", "other"));
  const absl::Status full = outbox_->Put({"api", "c", "", "x"}).status();
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted) << full;
  EXPECT_THAT(std::string(MessageOf(full)), HasSubstr("o.db"));
  // What is there already still is.
  EXPECT_FALSE(Put("a"));
  EXPECT_EQ(PumpAll().delivered, 1U);
  EXPECT_TRUE(Put("c"));
  EXPECT_EQ(PumpAll("other").delivered, 1U);
  EXPECT_EQ(PumpAll().delivered, 1U);
  EXPECT_THAT(got_, ElementsAre("a", "b", "c"));
}

TEST_F(OutboxTest, IsBoundedInBytes) {
  options_.max_bytes = 1000;
  Open();
  EXPECT_TRUE(Put("a", "api", std::string(900, 'x')));
  EXPECT_TRUE(absl::IsResourceExhausted(
      outbox_->Put({"api", "b", "", std::string(200, 'x')}).status()));
  EXPECT_TRUE(absl::IsResourceExhausted(
      outbox_->Put({"api", "b", "", std::string(2000, 'x')}).status()));
  EXPECT_EQ(PumpAll().delivered, 1U);
  EXPECT_TRUE(Put("b", "api", std::string(900, 'x')));
  EXPECT_EQ(outbox_->Stats("api")->bytes, 900U + 5);
}

TEST_F(OutboxTest, OldKeysAreForgotten) {
  options_.remembered_keys = 2;
  Open();
  for (const char* key : {"a", "b", "c"}) Put(key);
  EXPECT_EQ(PumpAll().delivered, 3U);
  EXPECT_FALSE(Put("c"));
  EXPECT_FALSE(Put("b"));
  EXPECT_TRUE(Put("a"));
}

TEST_F(OutboxTest, OneAtATimeDelivers) {
  Put("a");
  auto other = Outbox::Open(folder_ / "o.db", options_);
  ASSERT_TRUE(other.ok()) << other.status();
  Pump([&](const OutboxEntry&, uint32_t) {
    // By the same object and by another one, as in another process.
    for (Outbox* each : {outbox_.get(), other->get()}) {
      const auto result = each->Pump(
          "api",
          [](const OutboxEntry&, uint32_t) {
            ADD_FAILURE() << "delivered twice";
            return kGot;
          },
          nullptr);
      EXPECT_TRUE(result.ok() && result->elsewhere) << result.status();
      EXPECT_EQ(result->left, 1U);
    }
    return kGot;
  });
  EXPECT_EQ(outbox_->Stats("api")->entries, 0U);
}

TEST_F(OutboxTest, OneWhoDiesWhileDeliveringBlocksNobody) {
  Put("a");
  outbox_.reset();
  const pid_t child = fork();
  if (child == 0) {
    auto mine = Outbox::Open(folder_ / "o.db", options_);
    if (!mine.ok()) _exit(1);
    (void)(*mine)->Pump(
        "api",
        [](const OutboxEntry&, uint32_t) -> Delivery {
          raise(SIGKILL);
          return kGot;
        },
        nullptr);
    _exit(2);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  Open();
  EXPECT_EQ(PumpAll().delivered, 1U);
}

TEST_F(OutboxTest, ManyWritersAndPumpsDeliverEachOnce) {
  constexpr int kEach = 40;
  std::atomic<int> delivered{0};
  std::atomic<int> putting{2};
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&, t] {
      auto mine = Outbox::Open(folder_ / "o.db", options_);
      ASSERT_TRUE(mine.ok());
      for (int i = 0; i < kEach; ++i) {
        const auto put = (*mine)->Put(
            {"api", std::to_string(t) + "/" + std::to_string(i), "", "x"});
        ASSERT_TRUE(put.ok()) << put.status();
      }
      --putting;
    });
    threads.emplace_back([&] {
      auto mine = Outbox::Open(folder_ / "o.db", options_);
      ASSERT_TRUE(mine.ok());
      while (putting > 0 || delivered < 2 * kEach) {
        const auto result = (*mine)->Pump(
            "api",
            [&](const OutboxEntry&, uint32_t) {
              ++delivered;
              return kGot;
            },
            nullptr);
        ASSERT_TRUE(result.ok()) << result.status();
        std::this_thread::yield();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(delivered, 2 * kEach);
}

TEST_F(OutboxTest, StoppingIsNoFailureOfTheOtherEnd) {
  Put("a");
  Cancel cancel;
  const auto result = outbox_->Pump(
      "api",
      [&](const OutboxEntry&, uint32_t attempt) {
        EXPECT_EQ(attempt, 1U);
        cancel.Trigger();
        return Delivery{Delivery::Kind::kLater, "stopped"};
      },
      &cancel);
  EXPECT_TRUE(absl::IsCancelled(result.status())) << result.status();
  // No back-off, and no attempt was counted.
  const PumpResult again = Pump([](const OutboxEntry&, uint32_t attempt) {
    EXPECT_EQ(attempt, 1U);
    return kGot;
  });
  EXPECT_EQ(again.delivered, 1U);
}

TEST_F(OutboxTest, IsCancelledBetweenTwo) {
  Put("a");
  Put("b");
  Cancel cancel;
  const auto result = outbox_->Pump(
      "api",
      [&](const OutboxEntry&, uint32_t) {
        cancel.Trigger();
        return kGot;
      },
      &cancel);
  EXPECT_TRUE(absl::IsCancelled(result.status())) << result.status();
  EXPECT_EQ(PumpAll().delivered, 1U);
}

TEST_F(OutboxTest, WhatIsWrongIsNamed) {
  EXPECT_TRUE(
      absl::IsInvalidArgument(outbox_->Put({"", "k", "", ""}).status()));
  EXPECT_TRUE(
      absl::IsInvalidArgument(outbox_->Put({"d", "", "", ""}).status()));
  EXPECT_TRUE(
      absl::IsInvalidArgument(outbox_->Put({"d", "\xff", "", ""}).status()));
  EXPECT_EQ(PumpAll("nobody").delivered, 0U);
  EXPECT_EQ(outbox_->Stats("nobody")->entries, 0U);
  EXPECT_EQ(*outbox_->DropRefused("nobody"), 0U);
}

}  // namespace
}  // namespace cupel::queue
