#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "archive/archive.h"
#include "tests/support/archive_tools.h"

namespace cupel {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

class GnuTarTest : public ::testing::TestWithParam<const char*> {
 protected:
  std::string Make(const ToolDir& dir, const std::string& what) {
    return dir.Make(std::string("tar --sort=name --format=") + GetParam() +
                        " -cf out.tar " + what,
                    "out.tar");
  }
};

TEST_P(GnuTarTest, ContentsAndProvenance) {
  ToolDir dir;
  dir.Write("d/file", Prose(100'000));
  dir.Write("d/empty", "");
  dir.Run(
      "chmod 4751 d/file; touch -d @1234567890 d/file; ln -s ../x d/symbolic; "
      "ln d/file d/hard");
  const bool has_pipe = GetParam() != std::string("v7");
  if (has_pipe) dir.Run("mkfifo d/pipe");
  const std::string tar = Make(dir, "d");
  for (const bool from_file : {false, true}) {
    const ReadResult read = ReadArchive(tar, {}, {.from_file = from_file});
    ASSERT_TRUE(read.status.ok()) << read.status;
    EXPECT_EQ(read.format, "tar");
    EXPECT_TRUE(read.wrapper);
    EXPECT_THAT(read.AnomalyNames(), IsEmpty());
    ASSERT_EQ(read.members.size(), has_pipe ? 6u : 5u);
    EXPECT_EQ(read.members[0].member.kind, MemberKind::kDirectory);
    EXPECT_EQ(read.members[0].member.raw_name, "d/");
    const ReadMember* file = read.Find("d/file");
    ASSERT_NE(file, nullptr);
    EXPECT_TRUE(file->content == Prose(100'000));
    EXPECT_EQ(file->member.declared_size, 100'000u);
    EXPECT_EQ(file->member.mode, 04751u);
    EXPECT_EQ(file->member.mtime_s, 1234567890);
    EXPECT_EQ(file->member.offset % 512, 0u);
    EXPECT_EQ(read.Find("d/symbolic")->member.kind, MemberKind::kSymlink);
    EXPECT_EQ(read.Find("d/symbolic")->member.link_target, "../x");
    EXPECT_EQ(read.Find("d/hard")->member.kind, MemberKind::kHardLink);
    EXPECT_EQ(read.Find("d/hard")->member.link_target, "d/file");
    EXPECT_EQ(read.Find("d/empty")->content, "");
    if (has_pipe) {
      EXPECT_EQ(read.Find("d/pipe")->member.kind, MemberKind::kOther);
    }
  }
}

TEST_P(GnuTarTest, NamesWithAnyByte) {
  ToolDir dir;
  std::string name;
  for (int byte = 1; byte < 100; ++byte) {
    if (byte != '/') name += static_cast<char>(byte);
  }
  std::string high;
  for (int byte = 128; byte < 220; ++byte) high += static_cast<char>(byte);
  dir.Write("n/" + high, "high");
  dir.Write("n/" + name.substr(0, 90), "low");
  const ReadResult read = ReadArchive(Make(dir, "n"));
  ASSERT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.Files()["n/" + high], "high");
  EXPECT_EQ(read.Files()["n/" + name.substr(0, 90)], "low");
}

INSTANTIATE_TEST_SUITE_P(Formats, GnuTarTest,
                         ::testing::Values("v7", "ustar", "oldgnu", "gnu",
                                           "pax"));

class LongNamesTest : public GnuTarTest {};

TEST_P(LongNamesTest, NamesAndTargets) {
  ToolDir dir;
  std::string name = "n";
  for (int i = 0; i < 4; ++i) name += "/" + std::string(200, 'a' + i);
  dir.Write(name, "deep");
  dir.Run("ln -s " + std::string(300, 't') + " n/link");
  const std::string tar = Make(dir, "n");
  const ReadResult read = ReadArchive(tar);
  ASSERT_TRUE(read.status.ok()) << read.status;
  EXPECT_THAT(read.AnomalyNames(), IsEmpty());
  EXPECT_EQ(read.Files()[name], "deep");
  EXPECT_EQ(read.Find("n/link")->member.link_target, std::string(300, 't'));

  ArchiveOptions options;
  options.name_bytes = 250;
  const ReadResult cut = ReadArchive(tar, options);
  EXPECT_EQ(cut.members.back().member.kind, MemberKind::kSymlink);
  EXPECT_EQ(cut.members.back().member.link_target.size(), 251u);
  EXPECT_EQ(cut.Files()[name.substr(0, 251)], "deep");
}

INSTANTIATE_TEST_SUITE_P(Formats, LongNamesTest,
                         ::testing::Values("gnu", "pax"));

TEST(Tar, ThePrefixOfUstar) {
  ToolDir dir;
  const std::string name = std::string(120, 'p') + "/" + std::string(90, 'n');
  dir.Write(name, "x");
  const ReadResult read =
      ReadArchive(dir.Make("tar --format=ustar -cf out " + name, "out"));
  EXPECT_EQ(read.Files()[name], "x");
}

TEST(Tar, SparseFilesGiveWhatIsStored) {
  ToolDir dir;
  for (const char* format :
       {"--format=oldgnu", "--format=gnu", "--format=pax --sparse-version=0.0",
        "--format=pax --sparse-version=0.1",
        "--format=pax --sparse-version=1.0"}) {
    dir.Run(
        "rm -f s; truncate -s 20M s; for i in $(seq 1 30); do printf DATA$i | "
        "dd of=s bs=1 seek=$((i * 524288)) conv=notrunc status=none; done; "
        "echo after >after");
    const ReadResult read = ReadArchive(
        dir.Make(std::string("tar ") + format + " -S -cf out s after", "out"));
    ASSERT_TRUE(read.status.ok()) << format << read.status;
    EXPECT_THAT(read.AnomalyNames(), Contains("sparse")) << format;
    ASSERT_EQ(read.members.size(), 2u) << format;
    EXPECT_EQ(read.members[0].member.raw_name, "s") << format;
    const std::string& content = read.members[0].content;
    EXPECT_LT(content.size(), 1u << 20) << format;
    size_t at = 0;
    for (int i = 1; i <= 30; ++i) {
      at = content.find("DATA" + std::to_string(i), at);
      ASSERT_NE(at, std::string::npos) << format << i;
    }
    EXPECT_EQ(read.members[1].content, "after\n") << format;
  }
}

TEST(Tar, SizesThatOctalDigitsCantHold) {
  // Only the header: nobody makes 9 GiB for a test.
  ToolDir dir;
  for (const char* format : {"gnu", "pax"}) {
    const std::string bytes =
        dir.Make(std::string("rm -f big; truncate -s 9G big; tar --format=") +
                     format + " -cf - big | head -c 4096 >out",
                 "out");
    const ReadResult read = ReadArchive(bytes);
    ASSERT_EQ(read.members.size(), 1u);
    EXPECT_EQ(read.members[0].member.declared_size, uint64_t{9} << 30);
    EXPECT_TRUE(absl::IsDataLoss(read.members[0].status));
    EXPECT_TRUE(absl::IsDataLoss(read.status));
  }
}

TEST(Tar, TimesBefore1970AndWithFractions) {
  ToolDir dir;
  dir.Write("old", "x");
  dir.Write("fine", "x");
  dir.Run("touch -d @-86400 old; touch -d @1500000000.75 fine");
  for (const char* format : {"gnu", "pax"}) {
    const ReadResult read = ReadArchive(dir.Make(
        std::string("tar -cf out --format=") + format + " old fine", "out"));
    EXPECT_EQ(read.Find("old")->member.mtime_s, -86400);
    EXPECT_EQ(read.Find("fine")->member.mtime_s, 1500000000);
  }
}

TEST(Tar, WhatNpmPacks) {
  ToolDir dir;
  dir.Write("p/package.json",
            R"({"name": "tried", "version": "1.2.3", "main": "lib/index.js"})");
  dir.Write("p/lib/index.js", Prose(90'000));
  dir.Write("p/" + std::string(120, 'l') + "/deep.js", "deep");
  const std::string packed = dir.Make(
      "cd p && npm pack --silent --offline >/dev/null && "
      "gzip -dc tried-1.2.3.tgz >../out",
      "out");
  const ReadResult read = ReadArchive(packed);
  ASSERT_TRUE(read.status.ok()) << read.status;
  EXPECT_THAT(read.AnomalyNames(), ::testing::IsEmpty());
  const auto files = read.Files();
  EXPECT_EQ(files.size(), 3u);
  EXPECT_TRUE(files.at("package/lib/index.js") == Prose(90'000));
  EXPECT_EQ(files.at("package/" + std::string(120, 'l') + "/deep.js"), "deep");
}

TEST(Tar, PythonsTarfileAgrees) {
  ToolDir dir;
  const std::string bytes = dir.Make(
      "python3 - <<'END'\n"
      "import tarfile, io\n"
      "t = tarfile.open('out', 'w', format=tarfile.PAX_FORMAT,\n"
      "                 pax_headers={'comment': 'global'})\n"
      "for i in range(300):\n"
      "    info = tarfile.TarInfo(f'{i}/' + chr(228) * (i % 70))\n"
      "    info.size = i * 7\n"
      "    t.addfile(info, io.BytesIO(bytes([i & 255]) * info.size))\n"
      "t.close()\n"
      "END",
      "out");
  const ReadResult read = ReadArchive(bytes);
  ASSERT_TRUE(read.status.ok()) << read.status;
  ASSERT_EQ(read.members.size(), 300u);
  for (int i = 0; i < 300; ++i) {
    std::string name = std::to_string(i) + "/";
    for (int j = 0; j < i % 70; ++j) name += "\xc3\xa4";
    EXPECT_EQ(read.members[static_cast<size_t>(i)].member.raw_name, name);
    EXPECT_EQ(read.members[static_cast<size_t>(i)].content,
              std::string(static_cast<size_t>(i) * 7, static_cast<char>(i)));
  }
}

}  // namespace
}  // namespace cupel
