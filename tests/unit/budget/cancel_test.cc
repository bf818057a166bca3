#include "budget/cancel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace cupel {
namespace {

TEST(Cancel, TellsListeners) {
  Cancel cancel;
  int calls = 0;
  const Cancel::Listener listener(&cancel, [&] { ++calls; });
  EXPECT_FALSE(cancel.triggered());
  cancel.Trigger();
  EXPECT_TRUE(cancel.triggered());
  EXPECT_EQ(calls, 1);
  cancel.Trigger();
  EXPECT_EQ(calls, 1);
}

TEST(Cancel, ALateListenerHearsAtOnce) {
  Cancel cancel;
  cancel.Trigger();
  int calls = 0;
  const Cancel::Listener listener(&cancel, [&] { ++calls; });
  EXPECT_EQ(calls, 1);
}

TEST(Cancel, AGoneListenerHearsNothing) {
  Cancel cancel;
  int calls = 0;
  auto listener = std::make_unique<Cancel::Listener>(&cancel, [&] { ++calls; });
  listener.reset();
  cancel.Trigger();
  EXPECT_EQ(calls, 0);
}

TEST(Cancel, NoTokenIsFine) {
  const Cancel::Listener listener(nullptr, [] { FAIL(); });
}

TEST(Cancel, ManyThreadsTriggerAndListen) {
  Cancel cancel;
  std::atomic<int> heard{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const Cancel::Listener listener(&cancel, [&] { heard.store(1); });
      cancel.Trigger();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(cancel.triggered());
  EXPECT_EQ(heard.load(), 1);
}

}  // namespace
}  // namespace cupel
