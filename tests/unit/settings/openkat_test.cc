#include "settings/openkat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "base/status.h"
#include "format/base64.h"
#include "rings.h"
#include "settings/sealed.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;

Json VectorSettings() {
  Json settings = Json::object();
  settings["SHODAN_API"] = "secret";
  settings["TOP_PORTS"] = 250;
  settings["\xc3\xbc"] = nullptr;
  return settings;
}

std::string Base64Of(std::string_view bytes) { return Base64Encode(bytes); }

std::string Base64Of(const BoxPublicKey& key) {
  return Base64Encode({reinterpret_cast<const char*>(key.data()), key.size()});
}

TEST(OpenKat, ItsKnownAnswerIsOpenedAndMade) {
  const Keyring ring = OpenKatVectorRing();
  const auto opened = OpenSettings(kOpenKatVectorRow, kOwner, ring, false);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(*opened, VectorSettings());
  std::array<uint8_t, kBoxNonceBytes> nonce;
  for (size_t i = 0; i < nonce.size(); ++i) {
    nonce[i] = static_cast<uint8_t>(100 + i);
  }
  const auto sealed =
      SealOpenKat(PythonJsonDumps(VectorSettings()), *ring.openkat(), nonce);
  ASSERT_TRUE(sealed.ok());
  EXPECT_EQ(*sealed, kOpenKatVectorRow);
}

TEST(OpenKat, RoundTripWithThePairOfItsOwnTests) {
  const Keyring ring =
      OpenKatRing("Vpb0g34rGFbnoUuiSjkFr8TKh278AViSJEdjII5DvQY=",
                  "iR/vPrBVrx0LXOiwK6DMB3QCggjzQXDtj/hyVK7mpy8=");
  EXPECT_EQ(*PublicKeyOf(ring.openkat()->secret_key),
            ring.openkat()->public_key);
  const auto seal = [&ring] {
    return *SealSettings(ExampleSettings(), kOwner,
                         SealFormat::kOpenKatNaclSealbox, ring);
  };
  const std::string row = seal();
  EXPECT_NE(row, seal());  // another nonce
  EXPECT_EQ(*OpenSettings(row, {"any", "other"}, ring, false),
            ExampleSettings());
  EXPECT_EQ(InspectSealed(row)->format, SealFormat::kOpenKatNaclSealbox);
  EXPECT_EQ(InspectSealed(row)->key_id, "");
  const auto bytes = OpenOpenKat(row, *ring.openkat());
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(bytes->view(), std::string("{\"API_KEY\": \"") + kMarker +
                               "\", \"TOP_PORTS\": 250}");
}

TEST(OpenKat, TheKeysMayBeOfTwoParties) {
  const BoxKeyPair a = NewBoxKeyPair();
  const BoxKeyPair b = NewBoxKeyPair();
  const Keyring ring_a =
      OpenKatRing(Base64Of(a.secret_key.view()), Base64Of(b.public_key));
  const Keyring ring_b =
      OpenKatRing(Base64Of(b.secret_key.view()), Base64Of(a.public_key));
  const std::string row = *SealSettings(
      ExampleSettings(), kOwner, SealFormat::kOpenKatNaclSealbox, ring_a);
  EXPECT_EQ(*OpenSettings(row, kOwner, ring_b, false), ExampleSettings());
  const Keyring other =
      OpenKatRing(Base64Of(a.secret_key.view()), Base64Of(a.public_key));
  EXPECT_TRUE(
      absl::IsDataLoss(OpenSettings(row, kOwner, other, false).status()));
}

TEST(OpenKat, IdentityIsPythonsJson) {
  const Keyring ring;
  const auto row = SealSettings(VectorSettings(), kOwner,
                                SealFormat::kOpenKatIdentity, ring);
  EXPECT_EQ(*row,
            "{\"SHODAN_API\": \"secret\", \"TOP_PORTS\": 250, "
            "\"\\u00fc\": null}");
  EXPECT_EQ(*OpenSettings(*row, kOwner, ring, true), VectorSettings());
  EXPECT_TRUE(absl::IsFailedPrecondition(
      OpenSettings(*row, kOwner, ring, false).status()));
  EXPECT_EQ(InspectSealed(*row)->format, SealFormat::kOpenKatIdentity);
}

TEST(OpenKat, NoSettingsNeedNoKey) {
  for (const char* row : {"", "{}"}) {
    EXPECT_EQ(*OpenSettings(row, kOwner, Keyring(), false), Json::object());
    EXPECT_EQ(InspectSealed(row)->format, SealFormat::kOpenKatIdentity);
  }
}

TEST(OpenKat, EveryChangedByteIsRefused) {
  const Keyring ring = OpenKatVectorRing();
  const std::string bytes = *Base64Decode(kOpenKatVectorRow);
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const int bit : {1, 4, 0x80}) {
      std::string bad = bytes;
      bad[i] = static_cast<char>(bad[i] ^ bit);
      EXPECT_TRUE(absl::IsDataLoss(
          OpenSettings(Base64Encode(bad), kOwner, ring, false).status()))
          << i;
    }
  }
}

TEST(OpenKat, CutAnywhereIsRefused) {
  const Keyring ring = OpenKatVectorRing();
  const std::string_view row = kOpenKatVectorRow;
  for (size_t size = 1; size < row.size(); ++size) {
    const absl::Status status =
        OpenSettings(row.substr(0, size), kOwner, ring, false).status();
    // Four characters are three bytes; other lengths are no base64 at all.
    EXPECT_EQ(status.code(), size % 4 == 0 ? absl::StatusCode::kDataLoss
                                           : absl::StatusCode::kInvalidArgument)
        << size << status;
  }
  EXPECT_TRUE(absl::IsDataLoss(InspectSealed(row.substr(0, 48)).status()));
}

TEST(OpenKat, WithoutItsKeysTheErrorNamesThem) {
  for (const absl::Status& status :
       {OpenSettings(kOpenKatVectorRow, kOwner, RingOf({NewKey()}), false)
            .status(),
        SealSettings(ExampleSettings(), kOwner, SealFormat::kOpenKatNaclSealbox,
                     RingOf({NewKey()}))
            .status()}) {
    EXPECT_TRUE(absl::IsFailedPrecondition(status));
    EXPECT_THAT(std::string(MessageOf(status)),
                HasSubstr("BOEFJES_KATALOGUS_PRIVATE_KEY"));
  }
}

// What opens, but was not made by OpenKAT's own writer.
TEST(OpenKat, ContentsThatAreNoObjectAreRefused) {
  const Keyring ring = OpenKatVectorRing();
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("null"),
        std::string("{\"a\":"), std::string("{\"a\":1,\"a\":2}"),
        std::string("{\"a\":\"\xff\"}"), std::string("{\"a\":NaN}"),
        std::string("{}\0", 3),
        std::string(100, '[') + std::string(100, ']')}) {
    const auto row = SealOpenKat(text, *ring.openkat(), {});
    ASSERT_TRUE(row.ok());
    EXPECT_FALSE(OpenSettings(*row, kOwner, ring, false).ok()) << text;
  }
}

}  // namespace
}  // namespace cupel
