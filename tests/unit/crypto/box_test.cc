#include "crypto/box.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>

#include "base/status.h"

namespace cupel {
namespace {

// The key of 1..32 and the nonce of 100..123.
Secret CountingKey() {
  Secret key = Secret::OfSize(kBoxKeyBytes);
  for (size_t i = 0; i < key.size(); ++i) {
    key.data()[i] = static_cast<uint8_t>(i + 1);
  }
  return key;
}

std::array<uint8_t, kBoxNonceBytes> CountingNonce() {
  std::array<uint8_t, kBoxNonceBytes> nonce;
  for (size_t i = 0; i < nonce.size(); ++i) {
    nonce[i] = static_cast<uint8_t>(100 + i);
  }
  return nonce;
}

TEST(Box, OpensWhatItSealed) {
  const BoxKeyPair a = NewBoxKeyPair();
  const BoxKeyPair b = NewBoxKeyPair();
  for (const std::string& text :
       {std::string(), std::string("x"), std::string(100'000, '\xff')}) {
    const auto box = BoxSeal(text, CountingNonce(), b.public_key, a.secret_key);
    ASSERT_TRUE(box.ok());
    EXPECT_EQ(box->size(), text.size() + 16);
    const auto opened =
        BoxOpen(*box, CountingNonce(), a.public_key, b.secret_key);
    ASSERT_TRUE(opened.ok());
    EXPECT_EQ(opened->view(), text);
  }
}

TEST(Box, AnyChangeIsRefused) {
  const BoxKeyPair keys = NewBoxKeyPair();
  const auto box =
      BoxSeal("settings", CountingNonce(), keys.public_key, keys.secret_key);
  for (size_t i = 0; i < box->size(); ++i) {
    std::string bad = *box;
    bad[i] ^= 1;
    EXPECT_TRUE(absl::IsDataLoss(
        BoxOpen(bad, CountingNonce(), keys.public_key, keys.secret_key)
            .status()));
    EXPECT_TRUE(absl::IsDataLoss(BoxOpen(box->substr(0, i), CountingNonce(),
                                         keys.public_key, keys.secret_key)
                                     .status()));
  }
  auto nonce = CountingNonce();
  nonce[3] ^= 1;
  EXPECT_FALSE(BoxOpen(*box, nonce, keys.public_key, keys.secret_key).ok());
  const BoxKeyPair other = NewBoxKeyPair();
  EXPECT_FALSE(
      BoxOpen(*box, CountingNonce(), keys.public_key, other.secret_key).ok());
}

TEST(Box, PublicKeyOfAKnownOne) {
  const auto key = PublicKeyOf(CountingKey());
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(key->at(0), 0x07);
  EXPECT_EQ(key->at(1), 0xa3);
  EXPECT_EQ(key->at(31), 0x7c);
}

TEST(Box, KeysOfAnotherLengthAreRefused) {
  const BoxKeyPair keys = NewBoxKeyPair();
  for (const size_t size : {0, 31, 33}) {
    const Secret bad = Secret::OfSize(size);
    EXPECT_TRUE(absl::IsInvalidArgument(PublicKeyOf(bad).status()));
    EXPECT_TRUE(absl::IsInvalidArgument(
        BoxSeal("x", CountingNonce(), keys.public_key, bad).status()));
    EXPECT_TRUE(absl::IsInvalidArgument(
        BoxOpen("x", CountingNonce(), keys.public_key, bad).status()));
    BoxKeyPair pair;
    pair.secret_key = Secret::OfSize(size);
    EXPECT_TRUE(absl::IsInvalidArgument(OpenSealedBox("x", pair).status()));
  }
}

TEST(Box, APublicKeyOfLowOrderIsRefused) {
  const BoxKeyPair keys = NewBoxKeyPair();
  EXPECT_TRUE(absl::IsInvalidArgument(
      BoxSeal("x", CountingNonce(), BoxPublicKey{}, keys.secret_key).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(SealedBox("x", BoxPublicKey{}).status()));
}

TEST(SealedBoxTest, OnlyTheReceiverOpens) {
  const BoxKeyPair keys = NewBoxKeyPair();
  const std::string box = *SealedBox("settings", keys.public_key);
  EXPECT_NE(box, *SealedBox("settings", keys.public_key));
  const auto opened = OpenSealedBox(box, keys);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->view(), "settings");
  EXPECT_TRUE(absl::IsDataLoss(OpenSealedBox(box, NewBoxKeyPair()).status()));
  for (size_t i = 0; i < box.size(); ++i) {
    std::string bad = box;
    bad[i] ^= 0x80;
    EXPECT_TRUE(absl::IsDataLoss(OpenSealedBox(bad, keys).status())) << i;
    EXPECT_TRUE(
        absl::IsDataLoss(OpenSealedBox(box.substr(0, i), keys).status()));
  }
}

TEST(KeyedDigestTest, DependsOnTheKeyAndTheBytes) {
  const Secret a("0123456789abcdef");
  const Secret b("0123456789abcdeg");
  EXPECT_EQ(KeyedDigest(a, "x"), KeyedDigest(a, "x"));
  EXPECT_NE(KeyedDigest(a, "x"), KeyedDigest(b, "x"));
  EXPECT_NE(KeyedDigest(a, "x"), KeyedDigest(a, "y"));
  Blake2b plain;
  plain.Update("x");
  EXPECT_NE(KeyedDigest(a, "x"), plain.Finish());
}

TEST(KeyedDigestDeathTest, WithoutAKeyIsAProgrammingError) {
  EXPECT_DEATH(KeyedDigest(Secret(), "x"), "");
  EXPECT_DEATH(KeyedDigest(Secret::OfSize(65), "x"), "");
}

TEST(Random, IsNotTheSameTwice) {
  std::array<uint8_t, 32> a{};
  std::array<uint8_t, 32> b{};
  RandomBytes(a.data(), a.size());
  RandomBytes(b.data(), b.size());
  EXPECT_NE(a, b);
}

}  // namespace
}  // namespace cupel
