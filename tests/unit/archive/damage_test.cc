// Truncation at every byte and random damage: never a crash, never a byte that
// was not there, never a whole member lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "archive/archive.h"
#include "tests/support/archive_tools.h"

namespace cupel {
namespace {

struct Case {
  const char* command;  // makes "out" of a, b, c
  bool members_survive;
};

class DamageTest : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    dir_.Write("a", Prose(700));
    dir_.Write("b", Noise(300, 1));
    dir_.Write("c", "");
    bytes_ = dir_.Make(GetParam().command, "out");
    type_ = &IdentifyType(std::string_view(bytes_).substr(0, kTypeProbeBytes));
  }

  ReadResult Read(std::string_view bytes, bool from_file = false) {
    ArchiveOptions options;
    options.passwords = {"wrong", "infected"};
    return ReadArchiveAs(type_->container, bytes, options,
                         {.bytes = 4u << 20, .from_file = from_file});
  }

  ToolDir dir_;
  std::string bytes_;
  const FileType* type_ = nullptr;
};

TEST_P(DamageTest, CutAtEveryByte) {
  const ReadResult whole = Read(bytes_);
  ASSERT_TRUE(whole.status.ok()) << whole.status;
  ASSERT_GE(whole.members.size(), 3u);
  const size_t step = bytes_.size() > 20'000 ? 311 : 1;
  for (size_t cut = 0; cut < bytes_.size(); cut += step) {
    const ReadResult read =
        Read(std::string_view(bytes_).substr(0, cut), cut % 16 == 0);
    // Cut before its first block, a compressed tar is any compressed file.
    if (read.format != whole.format) continue;
    ASSERT_LE(read.members.size(), whole.members.size()) << cut;
    size_t complete = 0;
    for (size_t i = 0; i < read.members.size(); ++i) {
      const ReadMember& got = read.members[i];
      const ReadMember& original = whole.members[i];
      ASSERT_EQ(got.member.raw_name, original.member.raw_name) << cut;
      ASSERT_TRUE(original.content.starts_with(got.content)) << cut;
      if (got.status.ok()) {
        ASSERT_EQ(got.content.size(), original.content.size()) << cut;
        ++complete;
      } else {
        ASSERT_TRUE(absl::IsDataLoss(got.status) ||
                    absl::IsPermissionDenied(got.status))
            << cut << got.status;
      }
    }
    if (!GetParam().members_survive) continue;
    // A member is wholly there if the next one begins before the cut.
    for (size_t i = 0; i + 1 < whole.members.size(); ++i) {
      if (whole.members[i + 1].member.offset <= cut) {
        ASSERT_GT(read.members.size(), i) << cut;
        ASSERT_TRUE(read.members[i].status.ok())
            << cut << read.members[i].status;
      }
    }
    // Only a tar may be cut without its being seen, between its entries.
    if (type_->container == Container::kZip) {
      ASSERT_FALSE(read.status.ok()) << cut;
    } else if (read.status.ok() && complete == read.members.size() &&
               cut % 512 != 0) {
      // Inside the zeros of the end.
      ASSERT_EQ(read.members.size(), whole.members.size()) << cut;
    }
  }
}

TEST_P(DamageTest, RandomBytes) {
  std::mt19937 generator(20240601);
  for (int round = 0; round < 400; ++round) {
    std::string bytes = bytes_;
    const int changes = 1 + static_cast<int>(generator() % 6);
    for (int i = 0; i < changes; ++i) {
      // Most of it where headers are.
      const size_t at =
          generator() % (generator() % 2 != 0
                             ? bytes.size()
                             : std::min<size_t>(bytes.size(), 600));
      bytes[at] = static_cast<char>(generator());
    }
    const ReadResult read = Read(bytes);
    EXPECT_LE(read.members.size(), 100'000u);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Formats, DamageTest,
    ::testing::Values(
        Case{"tar --format=gnu -cf out a b c", true},
        Case{"tar --format=pax -cf out a b c", true},
        Case{"tar -cf - a b c | gzip >out", false},
        Case{"tar -cf - a b c | xz >out", false},
        Case{"tar -cf - a b c | zstd -q >out", false},
        Case{"tar -cf - a b c | bzip2 >out", false},
        Case{"tar -cf - a b c | lz4 -q >out", false},
        Case{"tar -cf - a b c | lz4 -q -l >out", false},
        Case{"zip -q out.zip a b c && mv out.zip out", true},
        Case{"zip -q -0 out.zip a b c && mv out.zip out", true},
        Case{"zip -q -fd out.zip a b c && mv out.zip out", true},
        Case{"zip -q -fz out.zip a b c && mv out.zip out", true},
        Case{"zip -q -Z bzip2 out.zip a b c && mv out.zip out", true},
        Case{"7z a -bd -tzip -mm=LZMA out.zip a b c && mv out.zip out", true},
        Case{"zip -q -P infected out.zip a b c && mv out.zip out", true},
        Case{"7z a -bd -tzip -mem=AES256 -pinfected out.zip a b c && "
             "mv out.zip out",
             true},
        Case{"ls a b c | cpio --quiet -o -H newc >out", false},
        Case{"ar rc out a b c", false}, Case{"gcab -c -z out a b c", false},
        Case{"7z a -bd out.7z a b c && mv out.7z out", false}));

}  // namespace
}  // namespace cupel
