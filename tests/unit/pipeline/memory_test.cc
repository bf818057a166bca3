#include "pipeline/memory.h"

#include <gtest/gtest.h>

#include <cstring>
#include <utility>

namespace cupel {
namespace {

TEST(MemoryGate, CountsWhatIsHeld) {
  MemoryGate gate(100);
  EXPECT_TRUE(gate.TryAcquire(60));
  EXPECT_FALSE(gate.TryAcquire(41));
  EXPECT_TRUE(gate.TryAcquire(40));
  gate.Release(100);
  EXPECT_TRUE(gate.TryAcquire(100));
}

TEST(Bytes, GiveTheirRoomBack) {
  MemoryGate gate(100);
  {
    Bytes bytes(&gate);
    ASSERT_TRUE(gate.TryAcquire(80));
    bytes.Grow(80);
    std::memcpy(bytes.tail(), "abc", 3);
    bytes.Advance(3);
    Bytes moved = std::move(bytes);
    EXPECT_EQ(moved.view(), "abc");
    EXPECT_EQ(moved.room(), 77u);
    EXPECT_FALSE(gate.TryAcquire(30));
  }
  EXPECT_TRUE(gate.TryAcquire(100));
}

TEST(Bytes, BorrowedOnesOwnNothing) {
  const Bytes bytes = Bytes::Borrowed("hello");
  EXPECT_EQ(bytes.view(), "hello");
  EXPECT_EQ(bytes.capacity(), 0u);
}

}  // namespace
}  // namespace cupel
