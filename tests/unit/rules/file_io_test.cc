#include "rules/file_io.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/rules/rules_testing.h"

namespace cupel {
namespace {

constexpr ReadOptions kAny{uint64_t{64} << 20, false};

// Of a set of many small files all texts are held at once.
TEST(FileIoTest, ATextTakesNoMoreMemoryThanItsFile) {
  const TempDir dir;
  for (const size_t size : {0, 1, 4096, 35000, 3 << 20}) {
    const std::string text(size, 'x');
    const auto read = ReadWholeFile(dir.Write("f", text), kAny);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, text);
    EXPECT_LE(read->capacity(), size + 64) << size;
  }
}

// As one that grows while it is read: those of the kernel say 0 bytes.
TEST(FileIoTest, AFileThatIsLongerThanItSaidIsReadToItsEnd) {
  const std::string path = "/proc/self/status";
  const auto read = ReadWholeFile(path, kAny);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(*read, testing::StartsWith("Name:"));
  EXPECT_THAT(*read, testing::HasSubstr("nonvoluntary_ctxt_switches"));
  const auto limited = ReadWholeFile(path, {10, false});
  EXPECT_TRUE(absl::IsResourceExhausted(limited.status())) << limited.status();
}

TEST(FileIoTest, TheMostThatIsReadIsExact) {
  const TempDir dir;
  const std::string path = dir.Write("f", std::string(100, 'x'));
  EXPECT_TRUE(ReadWholeFile(path, {100, false}).ok());
  EXPECT_TRUE(
      absl::IsResourceExhausted(ReadWholeFile(path, {99, false}).status()));
}

}  // namespace
}  // namespace cupel
