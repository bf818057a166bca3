#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "archive/archive.h"
#include "tests/support/archive_tools.h"
#include "zip_builder.h"

namespace cupel {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ZipBuilder, MakesWhatTheReaderTakes) {
  const ReadResult read =
      ReadArchive(Zip({Stored("a", "1"), Stored("b", "2")}));
  EXPECT_TRUE(read.status.ok()) << read.status;
  EXPECT_THAT(read.AnomalyNames(), IsEmpty());
  EXPECT_EQ(read.members.size(), 2u);
  EXPECT_EQ(read.members[0].member.mtime_s, 1704110400);
}

TEST(ZipOverlap, ManyEntriesOnOneLocalHeader) {
  const ZipMember member = Stored("f", Prose(10'000));
  const std::string local = ZipLocal(member);
  std::string directory;
  for (int i = 0; i < 500; ++i) directory += ZipCentral(member, 0);
  const ReadResult read = ReadArchive(
      local + directory + ZipEnd(500, directory.size(), local.size()));
  EXPECT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.members.size(), 500u);
  EXPECT_TRUE(read.members[499].content == Prose(10'000));
  EXPECT_THAT(read.AnomalyNames(), ElementsAre("overlapping_entries"));
}

TEST(ZipOverlap, AMemberInsideAnother) {
  const std::string inner = ZipLocal(Stored("inner", "EVIL"));
  const ZipMember outer = Stored("outer", "x" + inner);
  const std::string locals = ZipLocal(outer);
  const std::string directory =
      ZipCentral(Stored("inner", "EVIL"), 30 + 5 + 1) + ZipCentral(outer, 0);
  const ReadResult read = ReadArchive(
      locals + directory + ZipEnd(2, directory.size(), locals.size()));
  EXPECT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.Files()["inner"], "EVIL");
  EXPECT_EQ(read.Files()["outer"], "x" + inner);
  EXPECT_THAT(read.AnomalyNames(), ElementsAre("overlapping_entries"));
}

TEST(ZipChecks, CrcAndSizeAreErrorsAfterAllBytes) {
  ZipMember bad_crc = Stored("crc", "content");
  bad_crc.crc ^= 1;
  ZipMember bad_size = Stored("size", "content");
  bad_size.size = 3;
  const ReadResult read =
      ReadArchive(Zip({bad_crc, bad_size, Stored("good", "fine")}));
  EXPECT_TRUE(read.status.ok()) << read.status;
  ASSERT_EQ(read.members.size(), 3u);
  for (int i : {0, 1}) {
    const ReadMember& member = read.members[static_cast<size_t>(i)];
    EXPECT_EQ(member.content, "content");
    EXPECT_TRUE(absl::IsDataLoss(member.status)) << member.status;
  }
  EXPECT_TRUE(read.members[2].status.ok());
}

TEST(ZipChecks, HugeDeclaredSizesCostNothing) {
  ZipMember member = Stored("huge", "x");
  member.size = member.compressed_size = 0xfffffffe;
  const ReadResult read = ReadArchive(Zip({member, Stored("b", "2")}));
  ASSERT_EQ(read.members.size(), 2u);
  EXPECT_TRUE(absl::IsDataLoss(read.members[0].status));
  EXPECT_EQ(read.members[0].content[0], 'x');
  EXPECT_EQ(read.members[1].content, "2");
}

TEST(ZipChecks, DataAfterTheCompressedStream) {
  ToolDir dir;
  dir.Write("in", Prose(5000));
  std::string raw = dir.Make(
      "python3 -c \"import zlib; c = zlib.compressobj(wbits=-15); "
      "open('raw', 'wb').write(c.compress(open('in', 'rb').read()) + "
      "c.flush())\"",
      "raw");
  ZipMember member = Stored("f", Prose(5000));
  member.method = 8;
  member.data = raw + "EVIL";
  member.compressed_size = static_cast<uint32_t>(member.data.size());
  const ReadResult read = ReadArchive(Zip({member}));
  EXPECT_TRUE(read.members.at(0).status.ok()) << read.members[0].status;
  EXPECT_TRUE(read.members[0].content == Prose(5000));
  EXPECT_THAT(read.AnomalyNames(), ElementsAre("trailing_data"));
}

TEST(ZipViews, LocalAndCentralThatDiffer) {
  const auto with = [](auto change) {
    const ZipMember central = Stored("name", "content");
    ZipMember local = central;
    change(&local);
    const std::string bytes = ZipLocal(local);
    const std::string directory = ZipCentral(central, 0);
    return ReadArchive(bytes + directory +
                       ZipEnd(1, directory.size(), bytes.size()));
  };
  using M = ZipMember*;
  for (const ReadResult& read :
       {with([](M m) { m->name = "nome"; }), with([](M m) { m->method = 8; }),
        with([](M m) { m->flags = 1; }), with([](M m) { m->size = 1; }),
        with([](M m) { m->crc ^= 1; })}) {
    EXPECT_THAT(read.AnomalyNames(), ElementsAre("local_central_mismatch"));
    EXPECT_EQ(read.Files().at("name"), "content");
  }
}

TEST(ZipViews, PrefixAndTrailingData) {
  const std::string zip = Zip({Stored("a", "1"), Stored("b", "2")});
  const ReadResult prefixed =
      ReadArchiveAs(Container::kZip, "#!/bin/sh\n" + zip);
  EXPECT_TRUE(prefixed.status.ok()) << prefixed.status;
  EXPECT_EQ(prefixed.Files()["b"], "2");
  EXPECT_THAT(prefixed.AnomalyNames(), ElementsAre("prefix_data"));
  EXPECT_EQ(prefixed.members[0].member.offset, 10u);

  const ReadResult trailing = ReadArchive(zip + Prose(60'000));
  EXPECT_TRUE(trailing.status.ok()) << trailing.status;
  EXPECT_EQ(trailing.members.size(), 2u);
  EXPECT_THAT(trailing.AnomalyNames(), ElementsAre("trailing_data"));
  EXPECT_EQ(trailing.anomalies[0].offset, zip.size());
}

TEST(ZipViews, OfTwoZipFilesBothAreRead) {
  const ReadResult read =
      ReadArchive(Zip({Stored("first", "1")}) + Zip({Stored("second", "2")}));
  EXPECT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.Files()["first"], "1");
  EXPECT_EQ(read.Files()["second"], "2");
  EXPECT_THAT(read.AnomalyNames(), ElementsAre("prefix_data"));
}

TEST(ZipViews, CountsThatLie) {
  const ZipMember member = Stored("a", "1");
  const std::string local = ZipLocal(member);
  const std::string directory = ZipCentral(member, 0);
  for (const uint32_t count : {0u, 7u, 0xffffu}) {
    const ReadResult read = ReadArchive(
        local + directory + ZipEnd(count, directory.size(), local.size()));
    EXPECT_EQ(read.members.size(), 1u);
    EXPECT_THAT(read.AnomalyNames(), ElementsAre("entry_count_mismatch"));
  }
}

TEST(ZipViews, OffsetsThatPointNowhere) {
  const ZipMember member = Stored("a", "1");
  const std::string local = ZipLocal(member);
  for (const uint32_t offset : {1u, 5000u, 0xfffffffeu}) {
    const std::string directory =
        ZipCentral(member, offset) + ZipCentral(member, 0);
    const ReadResult read = ReadArchive(
        local + directory + ZipEnd(2, directory.size(), local.size()));
    ASSERT_EQ(read.members.size(), 2u);
    EXPECT_TRUE(absl::IsDataLoss(read.members[0].status));
    EXPECT_EQ(read.members[1].content, "1");
  }
}

TEST(ZipKinds, FoldersAndLinksWithData) {
  ZipMember link = Stored("link", "import os\nos.system('x')\n");
  link.made_by = 3 << 8;
  link.attributes = 0120777u << 16;
  ZipMember long_link = link;
  long_link.name = "long";
  long_link.data = Prose(5000).substr(0, 5000);
  ZipMember stored = Stored("", std::string(5000, 'x'));
  long_link.data = stored.data;
  long_link.crc = stored.crc;
  long_link.size = long_link.compressed_size = stored.size;
  const ReadResult read = ReadArchive(
      Zip({Stored("folder/", "EVIL"), Stored("plain/", ""), link, long_link}));
  EXPECT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.Files()["folder/"], "EVIL");
  EXPECT_EQ(read.Find("plain/")->member.kind, MemberKind::kDirectory);
  EXPECT_EQ(read.Files()["link"], link.data);
  EXPECT_EQ(read.Files()["long"], stored.data);
  EXPECT_THAT(read.AnomalyNames(),
              ElementsAre("directory_with_data", "symlink_with_data",
                          "symlink_with_data"));
}

TEST(ZipKinds, AnotherNameInTheUnicodeField) {
  ZipMember member = Stored("raw.py", "x");
  const std::string other = "other.py";
  PutLe(0x7075, 2, &member.extra);
  PutLe(5 + other.size(), 2, &member.extra);
  PutLe(1, 1, &member.extra);
  PutLe(0, 4, &member.extra);
  member.extra += other;
  const ReadResult read = ReadArchive(Zip({member}));
  EXPECT_EQ(read.members.at(0).member.raw_name, "raw.py");
  EXPECT_THAT(read.AnomalyNames(), ElementsAre("unicode_name_mismatch"));
}

TEST(ZipDirectoryMissing, MembersAreFoundFromTheFront) {
  std::string zip = Zip({Stored("a", "1"), Stored("b", Prose(3000))});
  zip.resize(zip.find("PK\1\2"));
  const ReadResult read = ReadArchive(zip);
  EXPECT_TRUE(absl::IsDataLoss(read.status)) << read.status;
  EXPECT_EQ(read.members.size(), 2u);
  EXPECT_TRUE(read.Files()["b"] == Prose(3000));
  EXPECT_THAT(read.AnomalyNames(), ElementsAre("missing_directory"));
}

TEST(ZipDirectoryMissing, ABrokenOneCountsAsMissing) {
  std::string zip = Zip({Stored("a", "1"), Stored("b", "2")});
  zip[zip.rfind("PK\1\2") + 1] = 'x';
  const ReadResult read = ReadArchive(zip);
  EXPECT_TRUE(absl::IsDataLoss(read.status)) << read.status;
  EXPECT_EQ(read.members.size(), 2u);
  EXPECT_THAT(read.AnomalyNames(), ElementsAre("missing_directory"));
}

TEST(ZipDirectoryMissing, StreamedMembersEndWhereTheirDataEnds) {
  ToolDir dir;
  dir.Write("deflated", Prose(3000));
  dir.Write("second", "two");
  const std::string script =
      "python3 - <<'END'\n"
      "import zipfile, sys\n"
      "class Pipe:\n"
      "    def __init__(self): self.f = open('out.zip', 'wb')\n"
      "    def write(self, b): return self.f.write(b)\n"
      "    def flush(self): self.f.flush()\n"
      "for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):\n"
      "    z = zipfile.ZipFile(Pipe(), 'w', method)\n"
      "    for name in ('deflated', 'second'):\n"
      "        z.write(name)\n"
      "    z.close()\n"
      "    z.fp\n"
      "    if method == int(sys.argv[1]) if len(sys.argv) > 1 else False:\n"
      "        break\n"
      "END";
  for (const char* method : {"0", "8"}) {
    std::string command = script;
    command.replace(command.find("python3 -"), 9,
                    std::string("python3 - ") + method);
    std::string zip = dir.Make(command, "out.zip");
    const ReadResult whole = ReadArchive(zip);
    EXPECT_TRUE(whole.status.ok()) << whole.status;
    zip.resize(zip.find("PK\1\2"));
    const ReadResult read = ReadArchive(zip);
    EXPECT_TRUE(absl::IsDataLoss(read.status));
    ASSERT_EQ(read.members.size(), 2u) << method;
    for (const ReadMember& member : read.members) {
      EXPECT_TRUE(member.status.ok()) << member.status;
    }
    EXPECT_TRUE(read.members[0].content == Prose(3000));
    EXPECT_EQ(read.members[1].content, "two");
  }
}

TEST(ZipDirectoryMissing, AZipInsideTheCutOneDoesNotTakeItsPlace) {
  const std::string inner = Zip({Stored("inner", "i")});
  std::string zip =
      Zip({Stored("a", "1"), Stored("nested.zip", inner), Stored("c", "3")});
  zip.resize(zip.find("PK\3\4", zip.find("PK\5\6")) + 33);
  const ReadResult read = ReadArchive(zip);
  EXPECT_TRUE(absl::IsDataLoss(read.status)) << read.status;
  EXPECT_EQ(read.Files()["a"], "1");
  EXPECT_EQ(read.Files()["nested.zip"], inner);
}

TEST(Zip64, RecordsByHandAndTheirLies) {
  const ZipMember member = Stored("a", "1");
  const std::string local = ZipLocal(member);
  const std::string directory = ZipCentral(member, 0);
  const auto end64 = [&](uint64_t entries) {
    std::string out = "PK\6\6";
    PutLe(44, 8, &out);
    PutLe(45, 2, &out);
    PutLe(45, 2, &out);
    PutLe(0, 8, &out);
    PutLe(entries, 8, &out);
    PutLe(entries, 8, &out);
    PutLe(directory.size(), 8, &out);
    PutLe(local.size(), 8, &out);
    out += "PK\6\7";
    PutLe(0, 4, &out);
    PutLe(local.size() + directory.size(), 8, &out);
    PutLe(1, 4, &out);
    return out;
  };
  const ReadResult good = ReadArchive(local + directory + end64(1) +
                                      ZipEnd(0xffff, 0xffffffff, 0xffffffff));
  EXPECT_TRUE(good.status.ok()) << good.status;
  EXPECT_EQ(good.Files().at("a"), "1");
  EXPECT_THAT(good.AnomalyNames(), IsEmpty());

  const ReadResult lies =
      ReadArchive(local + directory + end64(uint64_t{1} << 60) +
                  ZipEnd(2, directory.size(), local.size()));
  EXPECT_EQ(lies.Files().at("a"), "1");
  EXPECT_THAT(lies.AnomalyNames(),
              ElementsAre("ambiguous_directory", "entry_count_mismatch"));
}

}  // namespace
}  // namespace cupel
