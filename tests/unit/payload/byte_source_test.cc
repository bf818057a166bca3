#include "payload/byte_source.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "tests/support/archive_tools.h"

namespace cupel {
namespace {

std::string ReadFrom(ByteSource& source, uint64_t offset, size_t size) {
  std::string bytes(size, '?');
  absl::StatusOr<size_t> got = source.ReadAt(offset, bytes.data(), size);
  EXPECT_TRUE(got.ok()) << got.status();
  bytes.resize(got.value_or(0));
  return bytes;
}

TEST(MemorySource, ReadsAnywhereAndShortAtTheEnd) {
  const auto source = NewMemorySource("0123456789");
  EXPECT_EQ(source->size(), 10u);
  EXPECT_EQ(source->contents(), "0123456789");
  EXPECT_EQ(ReadFrom(*source, 3, 4), "3456");
  EXPECT_EQ(ReadFrom(*source, 8, 4), "89");
  EXPECT_EQ(ReadFrom(*source, 10, 4), "");
  EXPECT_EQ(ReadFrom(*source, ~uint64_t{0}, 4), "");
}

TEST(FileSource, ReadsAndSeesTheSizeThatItHad) {
  ToolDir dir;
  dir.Write("f", "0123456789");
  const int fd = open(dir.PathOf("f").c_str(), O_RDWR | O_CLOEXEC);
  auto source = NewFileSource(fd);
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ((*source)->size(), 10u);
  EXPECT_EQ((*source)->contents(), std::nullopt);
  EXPECT_EQ(ReadFrom(**source, 8, 4), "89");

  // Grown: what is new is not seen. Shrunk: what is left is read.
  ASSERT_EQ(pwrite(fd, "abc", 3, 10), 3);
  EXPECT_EQ(ReadFrom(**source, 8, 9), "89");
  ASSERT_EQ(ftruncate(fd, 4), 0);
  EXPECT_EQ(ReadFrom(**source, 2, 9), "23");
  EXPECT_EQ(ReadFrom(**source, 8, 1), "");
  EXPECT_EQ(lseek(fd, 0, SEEK_CUR), 0);
  close(fd);
}

TEST(FileSource, RefusesPipesAndClosedDescriptors) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  EXPECT_TRUE(absl::IsInvalidArgument(NewFileSource(ends[0]).status()));
  close(ends[0]);
  close(ends[1]);
  EXPECT_FALSE(NewFileSource(-1).ok());
}

TEST(FileSource, AFolderCantBeRead) {
  const int fd = open("/", O_RDONLY | O_CLOEXEC);
  auto source = NewFileSource(fd);
  if (source.ok()) {
    char byte;
    EXPECT_FALSE((*source)->ReadAt(0, &byte, 1).ok());
  }
  close(fd);
}

}  // namespace
}  // namespace cupel
