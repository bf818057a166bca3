#include "format/base64.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace cupel {
namespace {

// The vectors of RFC 4648 section 10.
TEST(Base64, Rfc4648) {
  EXPECT_EQ(Base64Encode(""), "");
  EXPECT_EQ(Base64Encode("f"), "Zg==");
  EXPECT_EQ(Base64Encode("fo"), "Zm8=");
  EXPECT_EQ(Base64Encode("foo"), "Zm9v");
  EXPECT_EQ(Base64Encode("foob"), "Zm9vYg==");
  EXPECT_EQ(Base64Encode("fooba"), "Zm9vYmE=");
  EXPECT_EQ(Base64Encode("foobar"), "Zm9vYmFy");
  EXPECT_EQ(Base64Encode(std::string("\xff\xfe\x00", 3)), "//4A");
}

TEST(Base64, DecodesWhatItEncodes) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(Base64Decode(Base64Encode(bytes)), bytes) << i;
    bytes.push_back(static_cast<char>(i * 37));
  }
}

TEST(Base64, DecodesNothingElse) {
  for (const std::string& text :
       {std::string("Zg="), std::string("Zg"), std::string("Zg==="),
        std::string("Zh=="), std::string("Zm9="), std::string("Zm9v\n"),
        std::string(" Zm9v"), std::string("Zm 9"), std::string("Z==="),
        std::string("===="), std::string("="), std::string("Zg==Zg=="),
        std::string("Z=m9"), std::string("-_-_"), std::string("Zm9\0", 4),
        std::string("Zm9\xff"), std::string("Zm9v=")}) {
    EXPECT_EQ(Base64Decode(text), std::nullopt) << text;
  }
  EXPECT_EQ(Base64Decode(""), "");
}

TEST(Hex, LowerCase) {
  EXPECT_EQ(HexEncode(std::string("\x00\xab\xff", 3)), "00abff");
}

}  // namespace
}  // namespace cupel
