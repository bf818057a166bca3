#include "crypto/token.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace cupel {
namespace {

TEST(Token, IsNewEachTime) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const Secret token = NewToken();
    EXPECT_EQ(token.size(), 14U + 64U);
    EXPECT_TRUE(seen.insert(std::string(token.view())).second);
  }
}

TEST(Token, MatchesItsHashOnly) {
  const Secret token = NewToken();
  const std::string hash = HashToken(token.view());
  EXPECT_EQ(hash.size(), 64U);
  EXPECT_TRUE(TokenMatches(token.view(), hash));
  EXPECT_FALSE(TokenMatches(NewToken().view(), hash));
  EXPECT_FALSE(TokenMatches(token.view(), hash.substr(1)));
  EXPECT_FALSE(TokenMatches(token.view(), ""));
  EXPECT_FALSE(TokenMatches("", hash));
}

// Made with Python's hashlib. Hashes are kept: it must not change.
TEST(Token, KnownAnswer) {
  EXPECT_EQ(HashToken("cupel-token-1:00"),
            "9fd838378abffbefcc946a67344813597c677c2f97e75edae0b6771c94eb582c");
}

}  // namespace
}  // namespace cupel
