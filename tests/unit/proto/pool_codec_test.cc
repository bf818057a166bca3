#include "proto/pool_codec.h"

#include <gtest/gtest.h>

#include <random>

namespace cupel::pool_wire {
namespace {

Order AnOrder() {
  return {.number = 7,
          .job_id = "j",
          .organisation = "acme",
          .kind = "scan",
          .bytes = {.bytes = "{}raw"},
          .body_bytes = 2,
          .environment = {{"NAME", "va\xfflue"}},
          .time_ms = 5};
}

std::string Body(const ToJobRunner& message) {
  return Encode(message).value().substr(wire::kFrameHeaderBytes);
}
std::string Body(const ToSupervisor& message) {
  return Encode(message).value().substr(wire::kFrameHeaderBytes);
}

TEST(PoolCodecTest, WhatIsWrittenIsRead) {
  for (const ToJobRunner& message :
       {ToJobRunner(pool_wire::Setup{R"({"kinds":["scan"]})"}),
        ToJobRunner(AnOrder()), ToJobRunner(Cancel{3}), ToJobRunner(Reload{}),
        ToJobRunner(Quit{})}) {
    EXPECT_EQ(DecodeToJobRunner(Body(message)).value(), message);
  }
  for (const ToSupervisor& message :
       {ToSupervisor(Ready{3, "no rules"}), ToSupervisor(Step{7, "scan a"}),
        ToSupervisor(Done{.number = 7,
                          .type = "text/plain",
                          .bytes = {.in_memfd = 1 << 20},
                          .facts = {{"verdict", "clean"}},
                          .counts = {{"scan.bytes", 1.5}},
                          .max_rss_bytes = 9}),
        ToSupervisor(Failed{7, 8, "no memory", 9})}) {
    EXPECT_EQ(DecodeToSupervisor(Body(message)).value(), message);
  }
}

TEST(PoolCodecTest, TellsWhatIsWrong) {
  Order order = AnOrder();
  order.body_bytes = 6;
  EXPECT_EQ(DecodeToJobRunner(Body(order)).status().message(),
            "a frame whose order.body_bytes is 6 of 5");
  order = AnOrder();
  order.kind.clear();
  EXPECT_EQ(DecodeToJobRunner(Body(order)).status().message(),
            "a frame whose order.kind is missing");
  EXPECT_EQ(DecodeToSupervisor(Body(Failed{7, 0, "", 0})).status().message(),
            "a frame whose failed.status is 0, which is none of 1 to 16");
  EXPECT_EQ(DecodeToJobRunner("").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(DecodeToSupervisor("").status().code(),
            absl::StatusCode::kDataLoss);
}

TEST(PoolCodecTest, MoreFieldsThanMemoryIsForAreRefused) {
  Done done{.number = 1};
  done.counts.assign(100'001, {"", 0});
  EXPECT_EQ(DecodeToSupervisor(Body(done)).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(PoolCodecTest, DamageNeverCrashes) {
  std::mt19937 random(1);
  const std::string good = Body(AnOrder());
  for (int i = 0; i < 20'000; ++i) {
    std::string bad = good.substr(0, random() % (good.size() + 1));
    for (int flips = 0; flips < 3 && !bad.empty(); ++flips) {
      bad[random() % bad.size()] = static_cast<char>(random());
    }
    (void)DecodeToJobRunner(bad);
    (void)DecodeToSupervisor(bad);
  }
}

}  // namespace
}  // namespace cupel::pool_wire
