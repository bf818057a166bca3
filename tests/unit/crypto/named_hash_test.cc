#include "crypto/named_hash.h"

#include <gtest/gtest.h>

#include <string>

namespace cupel {
namespace {

// Of RFC 1321 and FIPS 180-4.
TEST(NamedHashTest, KnowsThePublishedValues) {
  EXPECT_EQ(*HexHash(HashName::kMd5, "abc"),
            "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(*HexHash(HashName::kMd5, ""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(*HexHash(HashName::kSha1, "abc"),
            "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(*HexHash(HashName::kSha1, std::string(1'000'000, 'a')),
            "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
  EXPECT_EQ(*HexHash(HashName::kSha256, "abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(*HexHash(HashName::kSha512, "abc"),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(NamedHashTest, GivesTheSameInPieces) {
  for (const HashName name : {HashName::kMd5, HashName::kSha1,
                              HashName::kSha256, HashName::kSha512}) {
    auto stream = NamedHashStream::New(name);
    ASSERT_TRUE(stream.ok());
    for (int i = 0; i < 1000; ++i) stream->Update(std::string(i % 7, 'a'));
    EXPECT_EQ(stream->Finish(), *HexHash(name, std::string(2997, 'a')));
  }
}

TEST(NamedHashTest, HasTheNamesThatReportsUse) {
  EXPECT_EQ(HashNameText(HashName::kMd5), "md5");
  EXPECT_EQ(HashNameText(HashName::kSha512), "sha512");
}

}  // namespace
}  // namespace cupel
