#include "crypto/digest.h"

#include <gtest/gtest.h>

#include <string>

namespace cupel {
namespace {

// FIPS 180-2, appendix B.
TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(HexDigest(Sha256("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(HexDigest(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, PiecesGiveTheSame) {
  const std::string text(100'000, 'x');
  Sha256Stream stream;
  for (size_t i = 0; i < text.size(); i += 333) {
    stream.Update(std::string_view(text).substr(i, 333));
  }
  EXPECT_EQ(stream.Finish(), Sha256(text));
}

// RFC 7693's algorithm with 32 bytes of output, as `b2sum -l 256` prints it.
TEST(Blake2b, KnownAnswers) {
  Blake2b empty;
  EXPECT_EQ(HexDigest(empty.Finish()),
            "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  Blake2b abc;
  abc.Update("a");
  abc.Update("bc");
  EXPECT_EQ(HexDigest(abc.Finish()),
            "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST(Blake2b, FramesKeepFieldsApart) {
  Blake2b one;
  one.UpdateFramed("ab");
  one.UpdateFramed("c");
  Blake2b other;
  other.UpdateFramed("a");
  other.UpdateFramed("bc");
  EXPECT_NE(one.Finish(), other.Finish());
}

}  // namespace
}  // namespace cupel
