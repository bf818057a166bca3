#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "archive/archive.h"
#include "tar_builder.h"
#include "tests/support/archive_tools.h"

namespace cupel {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TarEnd, MissingIsNoError) {
  const ReadResult read = ReadArchive(Tar({"a", "x"}));
  EXPECT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.members.size(), 1u);
  EXPECT_THAT(read.AnomalyNames(), ElementsAre("missing_end"));
}

TEST(TarEnd, EntriesAfterItAreSeen) {
  for (const size_t zeros : {size_t{512}, size_t{1024}, size_t{10240}}) {
    const ReadResult read =
        ReadArchive(Tar({"a", "x"}) + std::string(zeros, '\0') +
                    Tar({"b", "EVIL"}) + TarEnd());
    EXPECT_TRUE(read.status.ok()) << read.status;
    ASSERT_EQ(read.members.size(), 2u);
    EXPECT_EQ(read.members[1].content, "EVIL");
    EXPECT_THAT(read.AnomalyNames(), ElementsAre("trailing_data"));
    EXPECT_EQ(read.anomalies[0].offset, 1024u + zeros);
  }
}

TEST(TarEnd, OtherDataAfterItBecomesAMember) {
  const ReadResult read =
      ReadArchive(Tar({"a", "x"}) + TarEnd() + "EVIL" + Prose(70'000));
  EXPECT_TRUE(read.status.ok()) << read.status;
  ASSERT_EQ(read.members.size(), 2u);
  EXPECT_EQ(read.members[1].member.raw_name, "[trailing data]");
  EXPECT_TRUE(read.members[1].content == "EVIL" + Prose(70'000));
  EXPECT_THAT(read.AnomalyNames(), ElementsAre("trailing_data"));
}

TEST(TarEnd, ZerosWithoutEndAreNotReadToTheirEnd) {
  const std::string tar = Tar({"a", "x"}) + TarEnd();
  const ReadResult fine = ReadArchive(tar + std::string(60u << 20, '\0'));
  EXPECT_TRUE(fine.status.ok()) << fine.status;
  const ReadResult read = ReadArchive(tar + std::string(70u << 20, '\0'));
  EXPECT_TRUE(absl::IsResourceExhausted(read.status)) << read.status;
  EXPECT_EQ(read.members.size(), 1u);
}

TEST(TarDamage, AWrongChecksumIsNamedWithItsPlace) {
  std::string tar = Tar({"a", "x"}) + Tar({"b", "y"}) + TarEnd();
  tar[1024] ^= 1;
  const ReadResult read = ReadArchive(tar);
  EXPECT_TRUE(absl::IsDataLoss(read.status));
  EXPECT_THAT(std::string(read.status.message()),
              ::testing::HasSubstr("byte 1024"));
  EXPECT_EQ(read.members.size(), 1u);
}

TEST(TarDamage, ASizeThatIsNoNumber) {
  const ReadResult read =
      ReadArchive(Tar({.name = "a", .size_field = "0000000000z"}) + TarEnd());
  EXPECT_TRUE(absl::IsDataLoss(read.status)) << read.status;
  // Base-256, negative, and more than 2^62.
  for (const std::string& field :
       {std::string(12, '\xff'), '\x80' + std::string(11, '\xff')}) {
    EXPECT_TRUE(absl::IsDataLoss(
        ReadArchive(Tar({.name = "a", .size_field = field})).status));
  }
}

TEST(TarPax, SizeIsHonouredOverTheHeaders) {
  // A reader that believes the header sees "inner" as an entry.
  const std::string inner = Tar({"inner", "EVIL"});
  std::string file = Tar({.name = "outer", .size_field = "00000000000"});
  const std::string tar =
      Tar({"x", PaxRecord("size", std::to_string(inner.size())), 'x'}) + file +
      inner + Tar({"last", "z"}) + TarEnd();
  const ReadResult read = ReadArchive(tar);
  ASSERT_TRUE(read.status.ok()) << read.status;
  ASSERT_EQ(read.members.size(), 2u);
  EXPECT_TRUE(read.members[0].content == inner);
  EXPECT_EQ(read.members[1].member.raw_name, "last");
}

TEST(TarPax, GlobalHeadersHoldForAllAndLocalOnesWin) {
  const std::string tar =
      Tar({"g", PaxRecord("mtime", "77"), 'g'}) + Tar({"a", "1"}) +
      Tar({"x", PaxRecord("mtime", "88") + PaxRecord("path", "renamed"), 'x'}) +
      Tar({"b", "2"}) + Tar({"c", "3"}) + TarEnd();
  const ReadResult read = ReadArchive(tar);
  ASSERT_EQ(read.members.size(), 3u);
  EXPECT_EQ(read.members[0].member.mtime_s, 77);
  EXPECT_EQ(read.members[1].member.mtime_s, 88);
  EXPECT_EQ(read.members[1].member.raw_name, "renamed");
  EXPECT_EQ(read.members[2].member.mtime_s, 77);
  // The member begins with the first of its headers.
  EXPECT_EQ(read.members[1].member.offset, 2048u);
}

TEST(TarPax, ValuesKeepTheirNuls) {
  const std::string name("a\0b.py", 6);
  const ReadResult read = ReadArchive(Tar({"x", PaxRecord("path", name), 'x'}) +
                                      Tar({"z", "1"}) + TarEnd());
  EXPECT_EQ(read.members[0].member.raw_name, name);
}

TEST(TarPax, OfSeveralHeadersTheFirstWins) {
  const ReadResult read =
      ReadArchive(Tar({"x", PaxRecord("path", "first"), 'x'}) +
                  Tar({"x", PaxRecord("path", "second"), 'x'}) +
                  Tar({"z", "1"}) + TarEnd());
  EXPECT_EQ(read.members[0].member.raw_name, "first");
}

TEST(TarPax, BrokenRecordsAreNamed) {
  for (const char* broken :
       {"99 path=x\n", "path=x\n", "5 a=b", "6 ab\n\n", "0 \n"}) {
    const ReadResult read =
        ReadArchive(Tar({"x", PaxRecord("mtime", "5") + broken, 'x'}) +
                    Tar({"name", "1"}) + TarEnd());
    ASSERT_EQ(read.members.size(), 1u) << broken;
    EXPECT_EQ(read.members[0].member.raw_name, "name");
    EXPECT_EQ(read.members[0].member.mtime_s, 5);
    EXPECT_THAT(read.AnomalyNames(), ElementsAre("bad_extended_header"))
        << broken;
  }
}

TEST(TarPax, HeadersAreBounded) {
  const std::string fits = PaxRecord("path", std::string(1'000'000, 'n'));
  EXPECT_EQ(ReadArchive(Tar({"x", fits, 'x'}) + Tar({"z", "1"}) + TarEnd())
                .members[0]
                .member.raw_name.size(),
            4097u);
  for (const char type : {'x', 'g', 'L', 'K'}) {
    const ReadResult read = ReadArchive(
        Tar({"x", std::string((1u << 20) + 1, 'x'), type}) + Tar({"z", "1"}));
    EXPECT_TRUE(absl::IsDataLoss(read.status)) << type;
    EXPECT_TRUE(absl::IsDataLoss(
        ReadArchive(
            Tar({.name = "x", .type = type, .size_field = "77777777777"}))
            .status));
  }
  std::string many;
  for (int i = 0; i < 70; ++i) many += Tar({"x", "", 'x'});
  EXPECT_TRUE(absl::IsDataLoss(ReadArchive(many + Tar({"z", "1"})).status));
}

TEST(TarPax, WithoutAnEntryBehindIsCutOff) {
  EXPECT_TRUE(absl::IsDataLoss(
      ReadArchive(Tar({"x", PaxRecord("path", "p"), 'x'})).status));
}

// As Python's tarfile and so pip: by their type these have no data, and what
// follows is the next header.
TEST(TarTypes, DataOfWhatHasNoneIsTheNextHeader) {
  const std::string inner = Tar({"embedded.py", "EVIL"});
  for (const char type : {'1', '2', '3', '4', '5', '6'}) {
    const ReadResult read =
        ReadArchive(Tar({"odd", inner, type}) + Tar({"last", "z"}) + TarEnd());
    ASSERT_TRUE(read.status.ok()) << type << read.status;
    EXPECT_EQ(read.Files()["embedded.py"], "EVIL") << type;
    EXPECT_EQ(read.Files()["last"], "z") << type;
    EXPECT_THAT(read.AnomalyNames(), Contains("data_without_file"));
  }
}

TEST(TarTypes, DataThatIsNoHeaderIsAFileOfItsOwn) {
  for (const char type : {'1', '2', '3', '4', '5', '6'}) {
    const ReadResult read = ReadArchive(Tar({"odd", Prose(1300), type}) +
                                        Tar({"last", "z"}) + TarEnd());
    ASSERT_TRUE(read.status.ok()) << type << read.status;
    ASSERT_EQ(read.members.size(), 3u);
    EXPECT_EQ(read.members[1].member.raw_name, "odd");
    EXPECT_EQ(read.members[1].content, Prose(1300));
    EXPECT_EQ(read.members[2].content, "z");
    EXPECT_THAT(read.AnomalyNames(), ElementsAre("data_without_file"));
  }
  for (const size_t size : {size_t{1}, size_t{511}, size_t{512}, size_t{513}}) {
    const std::string tar =
        Tar({"odd", Prose(size), '5'}) + Tar({"last", "z"}) + TarEnd();
    const ReadResult read = ReadArchive(tar);
    ASSERT_EQ(read.members.size(), 3u);
    EXPECT_EQ(read.members[1].content, Prose(size));
    EXPECT_EQ(read.members[2].content, "z");
    // Nobody has to read what is handed out.
    const auto source = NewMemorySource(tar);
    auto reader = OpenArchive(Container::kTar, *source, "x", {});
    ASSERT_TRUE(reader.ok());
    std::string names;
    for (;;) {
      auto member = (*reader)->Next();
      ASSERT_TRUE(member.ok()) << member.status();
      if (!member->has_value()) break;
      names += (*member)->raw_name + ' ';
    }
    EXPECT_EQ(names, "odd odd last ");
  }
}

TEST(TarTypes, UnknownOnesAreFiles) {
  for (const char type : {'7', 'A', 'V', 'D', 'M', 'z', '\0'}) {
    const ReadResult read = ReadArchive(Tar({"f", "data", type}) + TarEnd());
    EXPECT_EQ(read.Files()["f"], "data") << type;
  }
  const ReadResult old = ReadArchive(Tar({"folder/", "", '\0'}) + TarEnd());
  EXPECT_EQ(old.members[0].member.kind, MemberKind::kDirectory);
}

TEST(TarSize, ASizeBeyondTheEndReadsWhatIsThere) {
  std::string tar = Tar({"big", "only this"});
  tar.replace(124, 11, "77777777777");
  FixTarChecksum(&tar);
  const ReadResult read = ReadArchive(tar);
  ASSERT_EQ(read.members.size(), 1u);
  EXPECT_EQ(read.members[0].content.substr(0, 9), "only this");
  EXPECT_TRUE(absl::IsDataLoss(read.members[0].status));
  EXPECT_TRUE(absl::IsDataLoss(read.status));
}

TEST(TarSparse, BrokenMapsAreDataLoss) {
  const std::string pax = Tar({"x", PaxRecord("GNU.sparse.major", "1"), 'x'});
  for (const char* map : {"x\n", "1\n", "3\n0\n1\n", "999999999999\n0\n"}) {
    const ReadResult read = ReadArchive(
        pax + Tar({"s", std::string(map) + std::string(600, 'q')}) + TarEnd());
    EXPECT_TRUE(absl::IsDataLoss(read.status)) << map << read.status;
  }
}

}  // namespace
}  // namespace cupel
