#include "crypto/hmac.h"

#include <gtest/gtest.h>

#include <string>

namespace cupel {
namespace {

// RFC 4231, test cases 1, 2, 3 and 6.
TEST(HmacTest, GivesWhatTheStandardGives) {
  EXPECT_EQ(HexDigest(HmacSha256(std::string(20, '\x0b'), {"Hi There"})),
            "b0344c61d8db38535ca8afceaf0bf12b"
            "881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(
      HexDigest(HmacSha256("Jefe", {"what do ya want ", "", "for nothing?"})),
      "5bdcc146bf60754e6a042426089575c7"
      "5a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      HexDigest(HmacSha256(std::string(20, '\xaa'), {std::string(50, '\xdd')})),
      "773ea91e36800e46854db8ebd09181a7"
      "2959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(HexDigest(HmacSha256(
                std::string(131, '\xaa'),
                {"Test Using Larger Than Block-Size Key - Hash Key First"})),
            "60e431591ee0b67f0d8a26aacbf5b77f"
            "8e0bc6213728c5140546040f0ee37f54");
}

}  // namespace
}  // namespace cupel
