#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <locale.h>

#include <string>

#include "archive/archive.h"
#include "tests/support/archive_tools.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Case {
  const char* command;  // makes "out" of the folder "d"
  Container container;
  const char* format;
  bool links;
};

class LibarchiveTest : public ::testing::TestWithParam<Case> {};

constexpr char kOddName[] = "d/gr\xc3\xbc\xc3\x9f\xe6\x97\xa5.txt";

TEST_P(LibarchiveTest, ContentsAndNames) {
  ToolDir dir;
  dir.Write("d/prose", Prose(200'000));
  dir.Write("d/noise", Noise(100'000, 1));
  dir.Write("d/empty", "");
  if (GetParam().links) dir.Run("ln -s prose d/link");
  dir.Write(kOddName, "odd");
  dir.Run("touch -d @1400000000 d/prose; chmod 640 d/prose");
  const std::string bytes = dir.Make(GetParam().command, "out");
  const std::string locale_before = setlocale(LC_ALL, nullptr);
  for (const bool from_file : {false, true}) {
    const ReadResult read = ReadArchive(bytes, {}, {.from_file = from_file});
    ASSERT_TRUE(read.status.ok()) << read.status;
    EXPECT_EQ(read.format, GetParam().format);
    auto files = read.Files();
    // Some formats know no folders.
    const auto content = [&](std::string name) -> std::string {
      for (const std::string prefix : {"", "./"}) {
        if (files.contains(prefix + name)) return files[prefix + name];
      }
      return files[name.substr(2)];
    };
    EXPECT_TRUE(content("d/prose") == Prose(200'000));
    EXPECT_TRUE(content("d/noise") == Noise(100'000, 1));
    EXPECT_EQ(content("d/empty"), "");
    EXPECT_EQ(content(kOddName), "odd");
    for (const ReadMember& member : read.members) {
      EXPECT_TRUE(member.status.ok()) << member.status;
      if (member.member.raw_name.ends_with("link")) {
        EXPECT_EQ(member.member.kind, MemberKind::kSymlink);
        EXPECT_EQ(member.member.link_target, "prose");
      }
      if (member.member.raw_name.ends_with("prose")) {
        EXPECT_EQ(member.member.mtime_s, 1'400'000'000);
      }
    }
  }
  EXPECT_EQ(locale_before, setlocale(LC_ALL, nullptr));
}

INSTANTIATE_TEST_SUITE_P(
    Tools, LibarchiveTest,
    ::testing::Values(
        Case{"7z a -bd out.7z d && mv out.7z out", Container::k7z, "7z", false},
        Case{"7z a -bd -m0=LZMA out.7z d && mv out.7z out", Container::k7z,
             "7z", false},
        Case{"7z a -bd -m0=BZip2 out.7z d && mv out.7z out", Container::k7z,
             "7z", false},
        Case{"find d | cpio --quiet -o -H newc >out", Container::kCpio, "cpio",
             true},
        Case{"find d | cpio --quiet -o -H crc >out", Container::kCpio, "cpio",
             true},
        Case{"find d | cpio --quiet -o -H odc >out", Container::kCpio, "cpio",
             true},
        Case{"find d | cpio --quiet -o -H bin >out", Container::kCpio, "cpio",
             true},
        Case{"ar rcU out d/*", Container::kAr, "ar", false},
        Case{"gcab -c -z out d/*", Container::kCab, "cab", false},
        Case{"genisoimage -quiet -R -o out d", Container::kIso, "iso", true}));

TEST(Joliet, NamesAreConverted) {
  ToolDir dir;
  dir.Write(kOddName, "odd");
  const ReadResult read = ReadArchive(
      dir.Make("genisoimage -quiet -input-charset utf-8 -J -o out d", "out"));
  ASSERT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.Files()[std::string(kOddName).substr(2)], "odd");
}

TEST(Deb, ItsThreeParts) {
  ToolDir dir;
  dir.Write("p/DEBIAN/control",
            "Package: p\nVersion: 1\nArchitecture: all\n"
            "Maintainer: a <a@example.org>\nDescription: d\n");
  dir.Write("p/usr/share/p/file", Prose(9000));
  const ReadResult read =
      ReadArchive(dir.Make("dpkg-deb --root-owner-group -Zxz -b p out", "out"));
  ASSERT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.format, "deb");
  ASSERT_EQ(read.members.size(), 3u);
  EXPECT_EQ(read.members[2].member.raw_name, "data.tar.xz");
  const ReadResult inner = ReadArchive(read.members[2].content);
  EXPECT_EQ(inner.format, "tar.xz");
  EXPECT_TRUE(inner.Files()["./usr/share/p/file"] == Prose(9000));
}

TEST(Rpm, FilesOfThePackage) {
  ToolDir dir;
  dir.Write("file", Prose(9000));
  dir.Write("p.spec",
            "Name: p\nVersion: 1\nRelease: 1\nSummary: s\nLicense: l\n"
            "BuildArch: noarch\n%description\nd\n%install\n"
            "mkdir -p %{buildroot}/opt/p\n"
            "cp %{_sourcedir}/file %{buildroot}/opt/p/file\n"
            "%files\n/opt/p/file\n");
  const ReadResult read = ReadArchive(dir.Make(
      "rpmbuild -bb --define \"_topdir $PWD/top\" --define \"_sourcedir "
      "$PWD\" --define '_dbpath /nowhere' p.spec && cp top/RPMS/noarch/*.rpm "
      "out",
      "out"));
  ASSERT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.format, "rpm");
  EXPECT_TRUE(read.Files()["./opt/p/file"] == Prose(9000));
}

TEST(Cpio, TheLastOfSeveralHardLinksBringsTheData) {
  ToolDir dir;
  dir.Write("a", "linked");
  const ReadResult read = ReadArchive(
      dir.Make("ln a b; ls a b | cpio --quiet -o -H newc >out", "out"));
  ASSERT_EQ(read.members.size(), 2u);
  bool found = false;
  for (const ReadMember& member : read.members) {
    found |= member.content == "linked";
  }
  EXPECT_TRUE(found);
}

TEST(SevenZip, EncryptedOnesAreSaidToBe) {
  ToolDir dir;
  dir.Write("f", Prose(2000));
  const ReadResult content =
      ReadArchive(dir.Make("7z a -bd -pinfected out.7z f", "out.7z"));
  ASSERT_EQ(content.members.size(), 1u);
  EXPECT_TRUE(content.members[0].member.encrypted);
  EXPECT_TRUE(absl::IsPermissionDenied(content.members[0].status))
      << content.members[0].status;
  const ReadResult header =
      ReadArchive(dir.Make("7z a -bd -mhe=on -pinfected out2.7z f", "out2.7z"));
  EXPECT_TRUE(absl::IsPermissionDenied(header.status)) << header.status;
}

TEST(Libarchive, NamesAreCut) {
  ToolDir dir;
  dir.Write(std::string(90, 'n'), "x");
  ArchiveOptions options;
  options.name_bytes = 20;
  const ReadResult read = ReadArchive(
      dir.Make("ls | cpio --quiet -o -H newc >../out.$$; mv ../out.$$ out",
               "out"),
      options);
  EXPECT_EQ(read.members.at(0).member.raw_name, std::string(21, 'n'));
}

TEST(Libarchive, ACutArchiveIsDataLoss) {
  ToolDir dir;
  dir.Write("f", Prose(2000));
  std::string bytes = dir.Make("7z a -bd out.7z f", "out.7z");
  const size_t cut = bytes.size() / 2;
  const ReadResult read = ReadArchive(bytes.substr(0, cut));
  EXPECT_TRUE(absl::IsDataLoss(read.status)) << read.status;
}

TEST(Libarchive, CancelStops) {
  ToolDir dir;
  dir.Write("f", Noise(1u << 20, 3));
  const std::string bytes = dir.Make("7z a -bd out.7z f", "out.7z");
  Cancel cancel;
  ArchiveOptions options;
  options.cancel = &cancel;
  const auto source = NewMemorySource(bytes);
  auto reader = OpenArchive(Container::k7z, *source, "x", options);
  ASSERT_TRUE(reader.ok() && (*reader)->Next().ok());
  cancel.Trigger();
  char byte;
  EXPECT_TRUE(absl::IsCancelled((*reader)->Read(&byte, 1).status()));
  EXPECT_TRUE(absl::IsCancelled((*reader)->Next().status()));
}

}  // namespace
}  // namespace cupel
