// The samples of Debian's clamav-testfiles: harmless, made by many old tools.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "archive/archive.h"
#include "tests/support/archive_tools.h"

namespace cupel {
namespace {

constexpr char kFolder[] = "/usr/share/clamav-testfiles/";

std::string Load(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(ClamavFiles, AllAreReadWithoutACrash) {
  int containers = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const std::string bytes = Load(entry.path());
    const FileType& type =
        IdentifyType(std::string_view(bytes).substr(0, kTypeProbeBytes));
    EXPECT_NE(type.name, "empty") << entry.path();
    if (type.container == Container::kNone) continue;
    ++containers;
    ArchiveOptions options;
    options.passwords = {"infected", "clamav", "test"};
    ReadArchive(bytes, options, {.bytes = 8u << 20});
  }
  EXPECT_GE(containers, 12);
}

class ClamavMemberTest : public ::testing::TestWithParam<const char*> {};

TEST_P(ClamavMemberTest, HoldsTheProgram) {
  const std::string program = Load(std::string(kFolder) + "clam.exe");
  const ReadResult read = ReadArchive(Load(std::string(kFolder) + GetParam()));
  EXPECT_TRUE(read.status.ok()) << read.status;
  bool found = false;
  for (const ReadMember& member : read.members) {
    found |= member.content == program;
  }
  EXPECT_TRUE(found);
}

INSTANTIATE_TEST_SUITE_P(Files, ClamavMemberTest,
                         ::testing::Values("clam.zip", "clam.bz2.zip",
                                           "clam.tar.gz", "clam.7z", "clam.cab",
                                           "clam.exe.bz2", "clam.newc.cpio",
                                           "clam.odc.cpio", "clam.bin-le.cpio",
                                           "clam.bin-be.cpio"));

TEST(ClamavFiles, MethodsThatNobodyHereDecodesAreNamed) {
  for (const char* name : {"clam.d64.zip", "clam.impl.zip"}) {
    const ReadResult read = ReadArchive(Load(std::string(kFolder) + name));
    ASSERT_EQ(read.members.size(), 1u);
    EXPECT_TRUE(absl::IsUnimplemented(read.members[0].status))
        << read.members[0].status;
  }
}

}  // namespace
}  // namespace cupel
