#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "archive/archive.h"
#include "tests/support/archive_tools.h"

namespace cupel {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Tool {
  const char* command;  // stdin to stdout
  const char* extension;
  const char* format;
  const char* tar_format;
};

constexpr Tool kTools[] = {
    {"gzip", ".gz", "gzip", "tar.gz"},
    {"bzip2", ".bz2", "bzip2", "tar.bz2"},
    {"xz", ".xz", "xz", "tar.xz"},
    {"xz --format=lzma", ".lzma", "lzma", "tar.lzma"},
    {"zstd -q", ".zst", "zstd", "tar.zst"},
    {"lz4 -q", ".lz4", "lz4", "tar.lz4"},
    {"lz4 -q -l", ".lz4", "lz4", "tar.lz4"},
};

std::string Compress(const Tool& tool, std::string_view bytes) {
  ToolDir dir;
  dir.Write("in", bytes);
  return dir.Make(std::string(tool.command) + " <in >out", "out");
}

class StreamTest : public ::testing::TestWithParam<Tool> {};

TEST_P(StreamTest, OneMemberWithItsBytes) {
  for (const std::string& content :
       {std::string("short"), Prose(300'000), Noise(300'000, 1)}) {
    const std::string bytes = Compress(GetParam(), content);
    for (const bool from_file : {false, true}) {
      for (const size_t chunk : {size_t{1000}, size_t{64} << 10}) {
        const ReadResult read = ReadArchive(
            bytes, {},
            {.chunk = chunk,
             .name = std::string("dir/notes.txt") + GetParam().extension,
             .from_file = from_file});
        EXPECT_TRUE(read.status.ok()) << read.status;
        ASSERT_EQ(read.members.size(), 1u);
        EXPECT_EQ(read.members[0].member.raw_name, "notes.txt");
        EXPECT_EQ(read.members[0].member.declared_size, std::nullopt);
        EXPECT_TRUE(read.members[0].status.ok()) << read.members[0].status;
        EXPECT_TRUE(read.members[0].content == content);
        EXPECT_EQ(read.format, GetParam().format);
        EXPECT_TRUE(read.wrapper);
        EXPECT_THAT(read.AnomalyNames(), IsEmpty());
      }
    }
  }
}

TEST_P(StreamTest, ATarInside) {
  ToolDir dir;
  dir.Write("a/one", Prose(70'000));
  dir.Write("a/two", "2");
  const std::string tar = dir.Make("tar -cf out a/one a/two", "out");
  const ReadResult read = ReadArchive(Compress(GetParam(), tar));
  EXPECT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.format, GetParam().tar_format);
  EXPECT_TRUE(read.wrapper);
  EXPECT_THAT(read.AnomalyNames(), IsEmpty());
  ASSERT_EQ(read.members.size(), 2u);
  EXPECT_TRUE(read.members[0].content == Prose(70'000));
  EXPECT_EQ(read.members[1].content, "2");
  // In the decoded stream.
  EXPECT_EQ(read.members[1].member.offset, 512u + 137 * 512);
}

TEST_P(StreamTest, AllStreamsAndThePaddingBetween) {
  if (GetParam().format == std::string("lzma")) {
    GTEST_SUCCEED() << "the format can't be concatenated";
    return;
  }
  const std::string one = Compress(GetParam(), "one ");
  const std::string two = Compress(GetParam(), "two");
  for (const bool from_file : {false, true}) {
    const ReadResult read =
        ReadArchive(one + two, {}, {.from_file = from_file});
    ASSERT_EQ(read.members.size(), 1u);
    EXPECT_EQ(read.members[0].content, "one two");
    EXPECT_TRUE(read.members[0].status.ok()) << read.members[0].status;
    EXPECT_THAT(read.AnomalyNames(), IsEmpty());
  }
  if (GetParam().command == std::string("lz4 -q -l")) return;
  const ReadResult padded =
      ReadArchive(one + std::string(8, '\0') + two + std::string(512, '\0'));
  EXPECT_EQ(padded.members[0].content, "one two");
  EXPECT_THAT(padded.AnomalyNames(), IsEmpty());
}

TEST_P(StreamTest, WhatFollowsIsNamedWithItsPlace) {
  if (GetParam().command == std::string("lz4 -q -l")) return;  // has no end
  const std::string one = Compress(GetParam(), "one");
  const ReadResult read = ReadArchive(one + "garbage");
  EXPECT_EQ(read.members[0].content, "one");
  EXPECT_TRUE(read.members[0].status.ok()) << read.members[0].status;
  EXPECT_THAT(read.AnomalyNames(), ElementsAre("trailing_data"));
  EXPECT_EQ(read.anomalies[0].offset, one.size());
}

TEST_P(StreamTest, CutAnywhereGivesTheBeginningAndDataLoss) {
  const std::string content = Prose(900);
  const std::string bytes = Compress(GetParam(), content);
  for (size_t cut = 1; cut < bytes.size(); ++cut) {
    const std::string_view begin = std::string_view(bytes).substr(0, cut);
    const FileType& type = IdentifyType(begin);
    if (type.container == Container::kNone) continue;
    const ReadResult read = ReadArchive(begin);
    ASSERT_EQ(read.members.size(), 1u);
    const ReadMember& member = read.members[0];
    // Cut after its magic, a legacy lz4 file is an empty one.
    if (cut == 4 && GetParam().command == std::string("lz4 -q -l")) continue;
    EXPECT_TRUE(absl::IsDataLoss(member.status)) << cut << member.status;
    EXPECT_TRUE(content.starts_with(member.content)) << cut;
  }
}

TEST_P(StreamTest, DamageEndsWithAnErrorNotWithACrash) {
  std::string bytes = Compress(GetParam(), Noise(3000, 2) + Prose(3000));
  int errors = 0;
  for (size_t at = 4; at < bytes.size(); at += 7) {
    bytes[at] ^= 0x55;
    const ReadResult read =
        ReadArchiveAs(IdentifyType(Compress(GetParam(), "x")).container, bytes,
                      {}, {.bytes = 1u << 20});
    errors += !read.members.empty() && !read.members[0].status.ok();
    bytes[at] ^= 0x55;
    if (at > 300) at += 100;
  }
  // Legacy lz4 has no checksum.
  EXPECT_GT(errors, GetParam().command == std::string("lz4 -q -l") ? 0 : 20);
}

INSTANTIATE_TEST_SUITE_P(Tools, StreamTest, ::testing::ValuesIn(kTools));

TEST(Gzip, NameAndTimeOfTheHeader) {
  ToolDir dir;
  dir.Write("real-name.txt", "content");
  const std::string bytes = dir.Make(
      "touch -d @1600000000 real-name.txt && gzip real-name.txt && mv "
      "real-name.txt.gz out",
      "out");
  const ReadResult read = ReadArchive(bytes, {}, {.name = "other.gz"});
  EXPECT_EQ(read.members[0].member.raw_name, "real-name.txt");
  EXPECT_EQ(read.members[0].member.mtime_s, 1'600'000'000);

  ArchiveOptions options;
  options.name_bytes = 4;
  EXPECT_EQ(ReadArchive(bytes, options).members[0].member.raw_name, "real-");
  options.name_bytes = ~uint64_t{0};
  EXPECT_EQ(ReadArchive(bytes, options).members[0].member.raw_name,
            "real-name.txt");
}

TEST(Gzip, AWrongChecksumComesAfterAllBytes) {
  const std::string content = Prose(5000);
  const std::string good = Compress(kTools[0], content);
  for (const size_t from_end : {size_t{8}, size_t{1}}) {  // CRC, length
    std::string bytes = good;
    bytes[bytes.size() - from_end] ^= 1;
    const ReadResult read = ReadArchive(bytes);
    EXPECT_TRUE(read.members[0].content == content);
    EXPECT_TRUE(absl::IsDataLoss(read.members[0].status));
  }
}

TEST(Gzip, BothMembersOfATarAreRead) {
  ToolDir dir;
  dir.Write("ok.py", "fine");
  dir.Write("hidden.py", "EVIL");
  const std::string bytes = dir.Make(
      "tar --format=ustar -b1 -cf - ok.py | head -c 1024 | gzip >out; "
      "tar --format=ustar -cf - hidden.py | gzip >>out",
      "out");
  const ReadResult read = ReadArchive(bytes);
  EXPECT_TRUE(read.status.ok()) << read.status;
  ASSERT_EQ(read.members.size(), 2u);
  EXPECT_EQ(read.members[1].member.raw_name, "hidden.py");
  EXPECT_EQ(read.members[1].content, "EVIL");
}

TEST(Gzip, TrailingDataAfterATarIsNamed) {
  ToolDir dir;
  dir.Write("f", "fine");
  const std::string bytes =
      dir.Make("tar -cf - f | gzip >out; echo garbage >>out", "out");
  const ReadResult read = ReadArchive(bytes);
  EXPECT_TRUE(read.status.ok()) << read.status;
  EXPECT_THAT(read.AnomalyNames(), ElementsAre("trailing_data"));
}

TEST(Gzip, AQuineYieldsOneMemberThatIsCapped) {
  // Endless output from little input: only the cap of the reader ends it.
  ToolDir dir;
  const std::string bytes =
      dir.Make("head -c 50000000 /dev/zero | gzip -9 >out", "out");
  const ReadResult read = ReadArchive(bytes, {}, {.bytes = 1u << 20});
  EXPECT_TRUE(read.capped);
  EXPECT_LT(read.members[0].content.size(), 2u << 20);
}

TEST(Zstd, SkippedFramesAreNoContentAndSaid) {
  const std::string frame = Compress(kTools[4], "one");
  const std::string skip("\x5a\x2a\x4d\x18\4\0\0\0EVIL", 12);
  const ReadResult read = ReadArchive(skip + frame + skip);
  EXPECT_EQ(read.members[0].content, "one");
  EXPECT_TRUE(read.members[0].status.ok()) << read.members[0].status;
  EXPECT_FALSE(read.wrapper);
  const ReadResult cut =
      ReadArchive((frame + skip).substr(0, frame.size() + 10));
  EXPECT_TRUE(absl::IsDataLoss(cut.members[0].status));
}

TEST(Zstd, AWindowThatIsTooLargeIsRefused) {
  ToolDir dir;
  const std::string bytes = dir.Make(
      "head -c 1000000 /dev/zero | zstd -q --ultra -22 --long=30 >out", "out");
  const ReadResult read = ReadArchive(bytes);
  EXPECT_TRUE(absl::IsResourceExhausted(read.members[0].status))
      << read.members[0].status;
  const std::string fits =
      dir.Make("head -c 1000000 /dev/zero | zstd -q --long=27 >out2", "out2");
  EXPECT_TRUE(ReadArchive(fits).members[0].status.ok());
}

TEST(Xz, ADictionaryThatIsTooLargeIsRefused) {
  ToolDir dir;
  const std::string bytes = dir.Make(
      "echo hi | xz --lzma2=dict=512MiB,mode=fast,mf=hc3,nice=16 >out", "out");
  const ReadResult read = ReadArchive(bytes);
  EXPECT_TRUE(absl::IsResourceExhausted(read.members[0].status))
      << read.members[0].status;
}

TEST(Xz, BlocksAndChecksOfAllKinds) {
  ToolDir dir;
  dir.Write("in", Prose(200'000));
  for (const char* flags : {"--check=none", "--check=crc32", "--check=sha256",
                            "--block-size=5000", "--x86 --lzma2", "-9e"}) {
    const std::string bytes =
        dir.Make(std::string("xz ") + flags + " -c in >out", "out");
    const ReadResult read = ReadArchive(bytes);
    EXPECT_TRUE(read.members[0].status.ok()) << flags;
    EXPECT_TRUE(read.members[0].content == Prose(200'000)) << flags;
  }
}

TEST(Stream, CancelStopsBetweenBlocks) {
  const std::string bytes = Compress(kTools[0], Noise(400'000, 3));
  Cancel cancel;
  ArchiveOptions options;
  options.cancel = &cancel;
  const auto source = NewMemorySource(bytes);
  auto reader = OpenArchive(Container::kGzip, *source, "x.gz", options);
  ASSERT_TRUE(reader.ok()) << reader.status();
  ASSERT_TRUE((*reader)->Next().ok());
  std::string buffer(65536, '\0');
  ASSERT_TRUE((*reader)->Read(buffer.data(), buffer.size()).ok());
  cancel.Trigger();
  absl::Status status;
  for (int i = 0; i < 4 && status.ok(); ++i) {
    status = (*reader)->Read(buffer.data(), buffer.size()).status();
  }
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_TRUE(absl::IsCancelled(
      OpenArchive(Container::kGzip, *source, "x.gz", options).status()));
}

TEST(Stream, NamesWithoutExtension) {
  const std::string bytes = Compress(kTools[1], "x");
  const auto name_in = [&](std::string name) {
    return ReadArchive(bytes, {}, {.name = std::move(name)})
        .members[0]
        .member.raw_name;
  };
  EXPECT_EQ(name_in("plain"), "plain");
  EXPECT_EQ(name_in("d.e/plain"), "plain");
  EXPECT_EQ(name_in(".bz2"), ".bz2");
  EXPECT_EQ(name_in("x.tbz2"), "x.tar");
}

TEST(OpenArchive, RefusesWhatIsNoContainer) {
  const auto source = NewMemorySource("x");
  EXPECT_TRUE(absl::IsInvalidArgument(
      OpenArchive(Container::kNone, *source, "x", {}).status()));
}

}  // namespace
}  // namespace cupel
