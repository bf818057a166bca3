#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "archive/archive.h"
#include "tests/support/archive_tools.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;

ArchiveOptions WithPasswords(std::vector<std::string> passwords) {
  ArchiveOptions options;
  options.passwords = std::move(passwords);
  return options;
}

// Enough wrong ones that some pass the check byte.
std::vector<std::string> ManyPasswords(const std::string& last) {
  std::vector<std::string> passwords;
  for (int i = 0; i < 600; ++i) passwords.push_back(std::to_string(i));
  passwords.push_back(last);
  return passwords;
}

class EncryptedZipTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    dir_.Write("big", Prose(300'000));
    dir_.Write("small", "hi");
    dir_.Write("noise", Noise(70'000, 5));
    zip_ = dir_.Make(std::string(GetParam()) + " out.zip big small noise",
                     "out.zip");
  }
  ToolDir dir_;
  std::string zip_;
};

TEST_P(EncryptedZipTest, OpensWithTheRightPassword) {
  for (const auto& passwords :
       {std::vector<std::string>{"infected"},
        std::vector<std::string>{"", "malware", "infected", "password"}}) {
    for (const bool from_file : {false, true}) {
      const ReadResult read =
          ReadArchive(zip_, WithPasswords(passwords), {.from_file = from_file});
      ASSERT_TRUE(read.status.ok()) << read.status;
      ASSERT_EQ(read.members.size(), 3u);
      for (const ReadMember& member : read.members) {
        EXPECT_TRUE(member.member.encrypted);
        EXPECT_TRUE(member.status.ok()) << member.status;
      }
      EXPECT_TRUE(read.Files()["big"] == Prose(300'000));
      EXPECT_EQ(read.Files()["small"], "hi");
      EXPECT_TRUE(read.Files()["noise"] == Noise(70'000, 5));
    }
  }
}

TEST_P(EncryptedZipTest, SaysThatNoPasswordFits) {
  for (const auto& passwords :
       {std::vector<std::string>{}, std::vector<std::string>{"wrong"}}) {
    const ReadResult read = ReadArchive(zip_, WithPasswords(passwords));
    ASSERT_EQ(read.members.size(), 3u);
    for (const ReadMember& member : read.members) {
      EXPECT_TRUE(member.member.encrypted);
      EXPECT_TRUE(absl::IsPermissionDenied(member.status)) << member.status;
      EXPECT_EQ(member.content, "");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Tools, EncryptedZipTest,
    ::testing::Values("zip -q -P infected", "zip -q -0 -P infected",
                      "zip -q -fz -P infected",
                      "7z a -bd -tzip -mem=ZipCrypto -pinfected",
                      "7z a -bd -tzip -mem=AES256 -pinfected",
                      "7z a -bd -tzip -mem=AES128 -mm=Copy -pinfected"));

TEST(ZipCrypto, WrongPasswordsThatPassTheCheckByteAreFoundOut) {
  for (const char* level : {"-0", "-6"}) {
    ToolDir dir;
    dir.Write("f", Noise(2000, 9));
    const std::string zip = dir.Make(
        std::string("zip -q ") + level + " -P infected out.zip f", "out.zip");
    const ReadResult read =
        ReadArchive(zip, WithPasswords(ManyPasswords("infected")));
    EXPECT_TRUE(read.members.at(0).status.ok()) << read.members[0].status;
    EXPECT_TRUE(read.members[0].content == Noise(2000, 9));
    const ReadResult none =
        ReadArchive(zip, WithPasswords(ManyPasswords("no")));
    EXPECT_TRUE(absl::IsPermissionDenied(none.members.at(0).status));
  }
}

TEST(ZipCrypto, WithoutADirectoryAndCutOff) {
  ToolDir dir;
  dir.Write("a", Prose(2000));
  dir.Write("b", Noise(3000, 4));
  std::string zip = dir.Make("zip -q -P infected out.zip a b", "out.zip");
  zip.resize(zip.find("PK\1\2") - 1500);
  const ReadResult read = ReadArchive(zip, WithPasswords({"x", "infected"}));
  EXPECT_TRUE(absl::IsDataLoss(read.status));
  ASSERT_EQ(read.members.size(), 2u);
  EXPECT_TRUE(read.members[0].content == Prose(2000));
  EXPECT_TRUE(Noise(3000, 4).starts_with(read.members[1].content));
}

TEST(ZipAes, DamageIsDataLoss) {
  ToolDir dir;
  dir.Write("f", Noise(5000, 4));
  std::string zip =
      dir.Make("7z a -bd -tzip -mem=AES256 -pinfected out.zip f", "out.zip");
  zip[3000] ^= 1;
  const ReadResult read = ReadArchive(zip, WithPasswords({"infected"}));
  EXPECT_TRUE(absl::IsDataLoss(read.members.at(0).status))
      << read.members[0].status;
}

}  // namespace
}  // namespace cupel
