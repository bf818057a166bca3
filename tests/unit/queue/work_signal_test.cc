#include "queue/work_signal.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/unit/store/store_testing.h"

namespace cupel::queue {
namespace {

constexpr uint64_t kLong = 600'000'000'000;

TEST(WorkSignalTest, ASignBetweenLookingAndWaitingIsNotMissed) {
  WorkSignal signal("", false);
  const uint64_t seen = signal.generation();
  signal.Notify();
  EXPECT_TRUE(signal.Wait(seen, kLong, nullptr).ok());
  EXPECT_NE(signal.generation(), seen);
}

TEST(WorkSignalTest, AnotherSSignIsSeen) {
  TempFolder folder;
  WriteBytes(folder / "db", "1");
  WorkSignal signal(folder / "db", false);
  WorkSignal other(folder / "db", false);
  const uint64_t seen = signal.generation();
  other.Notify();
  EXPECT_TRUE(signal.Wait(seen, kLong, nullptr).ok());
}

TEST(WorkSignalTest, AllWhoWaitAreWoken) {
  TempFolder folder;
  WriteBytes(folder / "db", "1");
  WorkSignal signal(folder / "db", false);
  WorkSignal other(folder / "db", false);
  std::vector<std::thread> threads;
  threads.reserve(8);
  const uint64_t seen = signal.generation();
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&signal, seen] {
      EXPECT_TRUE(signal.Wait(seen, kLong, nullptr).ok());
    });
  }
  other.Notify();
  for (std::thread& thread : threads) thread.join();
}

TEST(WorkSignalTest, EachIsCancelledForItself) {
  WorkSignal signal("", false);
  const uint64_t seen = signal.generation();
  Cancel first;
  Cancel second;
  std::thread a([&] {
    EXPECT_TRUE(absl::IsCancelled(signal.Wait(seen, kLong, &first)));
  });
  std::thread b([&] {
    EXPECT_TRUE(absl::IsCancelled(signal.Wait(seen, kLong, &second)));
  });
  first.Trigger();
  a.join();
  second.Trigger();
  b.join();
}

TEST(WorkSignalTest, WithoutAFileOfOthersItLooksAgainByItself) {
  WorkSignal signal("/nowhere/at/all", true);
  const uint64_t seen = signal.generation();
  EXPECT_TRUE(signal.Wait(seen, kLong, nullptr).ok());
  EXPECT_NE(signal.generation(), seen);
}

TEST(WorkSignalTest, TheTimeIsUp) {
  WorkSignal signal("", false);
  const uint64_t seen = signal.generation();
  EXPECT_TRUE(signal.Wait(seen, 1000, nullptr).ok());
  EXPECT_EQ(signal.generation(), seen);
}

}  // namespace
}  // namespace cupel::queue
