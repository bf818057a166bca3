#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "archive/archive.h"
#include "tests/support/archive_tools.h"
#include "tests/unit/archive/zip_builder.h"

namespace cupel {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Zip, ContentsAndProvenance) {
  ToolDir dir;
  dir.Write("d/deflated", Prose(200'000));
  dir.Write("d/stored", Noise(70'000, 1));
  dir.Write("d/empty", "");
  dir.Run(
      "chmod 4751 d/deflated; touch -d @1234567890 d/deflated; "
      "ln -s ../target d/link");
  const std::string zip = dir.Make("zip -qry out.zip d", "out.zip");
  for (const bool from_file : {false, true}) {
    for (const size_t chunk : {size_t{777}, size_t{64} << 10}) {
      const ReadResult read =
          ReadArchive(zip, {}, {.chunk = chunk, .from_file = from_file});
      ASSERT_TRUE(read.status.ok()) << read.status;
      EXPECT_EQ(read.format, "zip");
      EXPECT_FALSE(read.wrapper);
      EXPECT_THAT(read.AnomalyNames(), IsEmpty());
      ASSERT_EQ(read.members.size(), 5u);
      const ReadMember* file = read.Find("d/deflated");
      EXPECT_TRUE(file->content == Prose(200'000));
      EXPECT_EQ(file->member.declared_size, 200'000u);
      EXPECT_EQ(file->member.mode, 04751u);
      EXPECT_EQ(file->member.mtime_s, 1234567890);
      EXPECT_EQ(zip.substr(file->member.offset, 4), "PK\3\4");
      EXPECT_FALSE(file->member.encrypted);
      EXPECT_TRUE(read.Find("d/stored")->content == Noise(70'000, 1));
      EXPECT_EQ(read.Find("d/empty")->content, "");
      EXPECT_EQ(read.Find("d/")->member.kind, MemberKind::kDirectory);
      EXPECT_EQ(read.Find("d/link")->member.kind, MemberKind::kSymlink);
      EXPECT_EQ(read.Find("d/link")->member.link_target, "../target");
      for (const ReadMember& member : read.members) {
        EXPECT_TRUE(member.status.ok()) << member.status;
      }
    }
  }
}

struct MethodCase {
  const char* command;
  bool readable;
};

class ZipMethodTest : public ::testing::TestWithParam<MethodCase> {};

TEST_P(ZipMethodTest, ReadsOrNamesTheMethod) {
  ToolDir dir;
  dir.Write("in", Prose(150'000));
  dir.Write("in2", Prose(10));
  const std::string zip =
      dir.Make(std::string(GetParam().command) + " out.zip in in2", "out.zip");
  const ReadResult read = ReadArchive(zip);
  ASSERT_TRUE(read.status.ok()) << read.status;
  ASSERT_EQ(read.members.size(), 2u);
  const ReadMember* member = read.Find("in");
  if (GetParam().readable) {
    EXPECT_TRUE(member->status.ok()) << member->status;
    EXPECT_TRUE(member->content == Prose(150'000));
    EXPECT_EQ(read.Find("in2")->content, Prose(10));
  } else {
    EXPECT_TRUE(absl::IsUnimplemented(member->status)) << member->status;
    EXPECT_THAT(std::string(member->status.message()), HasSubstr("deflate64"));
    EXPECT_EQ(member->content, "");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Tools, ZipMethodTest,
    ::testing::Values(MethodCase{"zip -q -0", true},
                      MethodCase{"zip -q -9", true},
                      MethodCase{"zip -q -Z bzip2", true},
                      MethodCase{"zip -q -fz", true},  // ZIP64
                      MethodCase{"7z a -bd -tzip -mm=LZMA", true},
                      MethodCase{"7z a -bd -tzip -mm=BZip2", true},
                      MethodCase{"7z a -bd -tzip -mm=Deflate64", false},
                      MethodCase{"bsdtar -acf", true}));

TEST(Zip, MethodsThatNobodyHereReads) {
  ToolDir dir;
  dir.Write("in", Prose(50'000));
  const std::string zip =
      dir.Make("7z a -bd -tzip -mm=PPMd out.zip in", "out.zip");
  const ReadResult read = ReadArchive(zip);
  EXPECT_TRUE(absl::IsUnimplemented(read.members.at(0).status));
  EXPECT_THAT(std::string(read.members[0].status.message()),
              HasSubstr("98 (ppmd)"));
}

// Which zip programs write xz and zstd differs from one to the next, but all
// that is in such a member is what xz and zstd make.
TEST(Zip, XzAndZstdMembers) {
  struct Case {
    const char* command;
    uint16_t method;
  };
  for (const Case& c : {Case{"xz -c in", 95}, Case{"zstd -qc in", 93},
                        Case{"zstd -qc in", 20}}) {
    ToolDir dir;
    dir.Write("in", Prose(150'000));
    ZipMember member = Stored("in", Prose(150'000));
    member.data = dir.Make(std::string(c.command) + " >packed", "packed");
    member.compressed_size = static_cast<uint32_t>(member.data.size());
    member.method = c.method;
    const ReadResult read = ReadArchive(Zip({member}));
    ASSERT_TRUE(read.status.ok()) << read.status;
    ASSERT_EQ(read.members.size(), 1u);
    EXPECT_TRUE(read.members[0].status.ok()) << read.members[0].status;
    EXPECT_TRUE(read.members[0].content == Prose(150'000)) << c.method;
    // A damaged one is not taken for a whole one.
    member.data[member.data.size() / 2] ^= 0x55;
    const ReadResult damaged = ReadArchive(Zip({member}));
    EXPECT_TRUE(absl::IsDataLoss(damaged.members.at(0).status))
        << c.method << ": " << damaged.members[0].status;
  }
}

TEST(Zip, StreamedWithDescriptors) {
  ToolDir dir;
  dir.Write("in", Prose(150'000));
  const std::string zip = dir.Make("zip -q - in | cat >out.zip", "out.zip");
  const ReadResult read = ReadArchive(zip);
  ASSERT_TRUE(read.status.ok()) << read.status;
  EXPECT_THAT(read.AnomalyNames(), IsEmpty());
  EXPECT_TRUE(read.members.at(0).content == Prose(150'000));
}

TEST(Zip, PythonsForceZip64AndComments) {
  ToolDir dir;
  const std::string zip = dir.Make(
      "python3 - <<'END'\n"
      "import zipfile\n"
      "z = zipfile.ZipFile('out.zip', 'w', zipfile.ZIP_DEFLATED)\n"
      "z.comment = b'PK\\5\\6 looks like an end record ' + b'.' * 40000\n"
      "for i in range(400):\n"
      "    with z.open(f'f{i}', 'w', force_zip64=True) as f:\n"
      "        f.write(b'x' * i)\n"
      "z.close()\n"
      "END",
      "out.zip");
  const ReadResult read = ReadArchive(zip);
  ASSERT_TRUE(read.status.ok()) << read.status;
  ASSERT_EQ(read.members.size(), 400u);
  EXPECT_EQ(read.Files()["f399"], std::string(399, 'x'));
  EXPECT_THAT(read.AnomalyNames(), IsEmpty());
}

TEST(Zip, MoreMembersThanSixteenBitsCount) {
  ToolDir dir;
  const std::string zip = dir.Make(
      "python3 - <<'END'\n"
      "import zipfile\n"
      "z = zipfile.ZipFile('out.zip', 'w')\n"
      "for i in range(70000):\n"
      "    z.writestr(str(i), b'')\n"
      "z.close()\n"
      "END",
      "out.zip");
  for (const bool from_file : {false, true}) {
    const ReadResult read = ReadArchive(zip, {}, {.from_file = from_file});
    ASSERT_TRUE(read.status.ok()) << read.status;
    EXPECT_EQ(read.members.size(), 70000u);
    EXPECT_THAT(read.AnomalyNames(), IsEmpty());
  }
}

TEST(Zip, NamesAreCutAndTimesComeFromDosWithoutBetter) {
  ToolDir dir;
  dir.Write("a-name-of-some-length", "x");
  const std::string zip =
      dir.Make("touch -d @1400000000 a*; zip -qX out.zip a-name-of-some-length",
               "out.zip");
  ArchiveOptions options;
  options.name_bytes = 6;
  const ReadResult read = ReadArchive(zip, options);
  EXPECT_EQ(read.members.at(0).member.raw_name, "a-name-");
  EXPECT_EQ(read.members[0].member.mtime_s, 1'400'000'000);
}

TEST(Zip, AnEmptyOne) {
  ToolDir dir;
  const std::string zip = dir.Make(
      "python3 -c \"import zipfile; zipfile.ZipFile('out.zip', 'w').close()\"",
      "out.zip");
  const ReadResult read = ReadArchive(zip);
  EXPECT_TRUE(read.status.ok()) << read.status;
  EXPECT_THAT(read.members, IsEmpty());
  EXPECT_THAT(read.AnomalyNames(), IsEmpty());
}

TEST(Zip, CancelStopsNextAndRead) {
  ToolDir dir;
  dir.Write("in", Noise(500'000, 1));
  const std::string zip = dir.Make("zip -q out.zip in", "out.zip");
  Cancel cancel;
  ArchiveOptions options;
  options.cancel = &cancel;
  const auto source = NewMemorySource(zip);
  auto reader = OpenArchive(Container::kZip, *source, "x", options);
  ASSERT_TRUE(reader.ok() && (*reader)->Next().ok());
  cancel.Trigger();
  char byte;
  EXPECT_TRUE(absl::IsCancelled((*reader)->Read(&byte, 1).status()));
  reader = OpenArchive(Container::kZip, *source, "x", options);
  EXPECT_TRUE(absl::IsCancelled(reader.ok() ? (*reader)->Next().status()
                                            : reader.status()));
}

}  // namespace
}  // namespace cupel
