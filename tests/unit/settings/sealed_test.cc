#include "settings/sealed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/status.h"
#include "format/base64.h"
#include "rings.h"

namespace cupel {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr SealFormat kAllFormats[] = {SealFormat::kCupel,
                                      SealFormat::kOpenKatNaclSealbox,
                                      SealFormat::kOpenKatIdentity};

std::string Seal(const Json& settings, const Keyring& ring) {
  auto row = SealSettings(settings, kOwner, SealFormat::kCupel, ring);
  EXPECT_TRUE(row.ok()) << row.status();
  return *std::move(row);
}

// Made without any code of this library, from the description of the format:
// rows that are stored today must open tomorrow.
TEST(Sealed, AStoredRowStaysReadable) {
  const Keyring ring = RingOf({kCountingKey});
  const auto settings = OpenSettings(
      "cupel1:AXlCcHSlbjmIcsfrLDsWsIH3fvtolSnvvHXAsbMGDssHiK9kYF7C8w75xQMWY6Sy6"
      "qo7exO8O0qZTXd+TbSAw82Jexi3poRCazaEHrGSu+"
      "KW1ca8YfURypGFUt4bpk6NdmSalXJcv5"
      "8EPLipCo1pLyZzebr8tCcivCtaG7o=",
      kOwner, ring, false);
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(PrintJson(*settings), R"({"API_KEY":"hunter2","TOP_PORTS":250})");
}

TEST(Sealed, OpensForItsOwnerOnly) {
  const Keyring ring = RingOf({NewKey()});
  const std::string row = Seal(ExampleSettings(), ring);
  EXPECT_THAT(row, StartsWith("cupel1:"));
  EXPECT_NE(row, Seal(ExampleSettings(), ring));
  EXPECT_EQ(*OpenSettings(row, kOwner, ring, false), ExampleSettings());
  EXPECT_EQ(InspectSealed(row)->format, SealFormat::kCupel);
  EXPECT_EQ(InspectSealed(row)->key_id, ring.ids()[0]);
  for (const SettingsOwner& other :
       {SettingsOwner{"other", "dns-records"}, SettingsOwner{"acme", "nmap"},
        SettingsOwner{"acmed", "ns-records"}, SettingsOwner{"", ""},
        SettingsOwner{"dns-records", "acme"},
        SettingsOwner{"acme", std::string(2000, 'x')}}) {
    const absl::Status status = OpenSettings(row, other, ring, false).status();
    EXPECT_TRUE(absl::IsDataLoss(status));
    EXPECT_THAT(std::string(MessageOf(status)),
                AllOf(HasSubstr("another organisation or plugin"),
                      Not(HasSubstr("acme")), Not(HasSubstr("dns-records"))));
  }
}

TEST(Sealed, EveryChangedByteIsRefused) {
  const Keyring ring = RingOf({NewKey()});
  const std::string row = Seal(ExampleSettings(), ring);
  const std::string bytes = *Base64Decode(row.substr(7));
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const int bit : {1, 0x10, 0x80}) {
      std::string bad = bytes;
      bad[i] = static_cast<char>(bad[i] ^ bit);
      EXPECT_FALSE(
          OpenSettings("cupel1:" + Base64Encode(bad), kOwner, ring, true).ok())
          << i;
    }
  }
  for (size_t i = 0; i < row.size(); ++i) {
    for (const char c : {'A', '=', '\n', '\0', '{', '\xff'}) {
      std::string bad = row;
      if (bad[i] == c) continue;
      bad[i] = c;
      EXPECT_FALSE(OpenSettings(bad, kOwner, ring, true).ok()) << i;
    }
  }
  for (const std::string& more : {row + "A", row + "AAAA", row + "\n"}) {
    EXPECT_FALSE(OpenSettings(more, kOwner, ring, true).ok());
  }
}

TEST(Sealed, CutAnywhereIsRefused) {
  const Keyring ring = RingOf({NewKey()});
  const std::string row = Seal(ExampleSettings(), ring);
  for (size_t size = 1; size < row.size(); ++size) {
    EXPECT_FALSE(OpenSettings(row.substr(0, size), kOwner, ring, true).ok());
  }
}

TEST(Sealed, OldKeysStillOpenAndALostOneIsNamed) {
  const std::string old_key = NewKey();
  const std::string new_key = NewKey();
  const Keyring before = RingOf({old_key});
  const std::string row = Seal(ExampleSettings(), before);
  const Keyring both = RingOf({new_key, old_key});
  EXPECT_EQ(*OpenSettings(row, kOwner, both, false), ExampleSettings());
  const auto resealed =
      ResealSettings(row, kOwner, SealFormat::kCupel, both, false);
  ASSERT_TRUE(resealed.ok());
  const Keyring after = RingOf({new_key});
  EXPECT_EQ(InspectSealed(*resealed)->key_id, after.ids()[0]);
  EXPECT_EQ(*OpenSettings(*resealed, kOwner, after, false), ExampleSettings());
  for (const absl::Status& lost :
       {OpenSettings(row, kOwner, after, false).status(),
        ResealSettings(row, kOwner, SealFormat::kCupel, after, false)
            .status()}) {
    EXPECT_TRUE(absl::IsNotFound(lost));
    EXPECT_THAT(
        std::string(MessageOf(lost)),
        AllOf(HasSubstr(before.ids()[0]), HasSubstr("CUPEL_SETTINGS_KEYS")));
  }
  const absl::Status none =
      SealSettings(ExampleSettings(), kOwner, SealFormat::kCupel, Keyring())
          .status();
  EXPECT_TRUE(absl::IsFailedPrecondition(none));
  EXPECT_THAT(std::string(MessageOf(none)), HasSubstr("CUPEL_SETTINGS_KEYS"));
}

TEST(Sealed, FromEveryFormatToEveryOther) {
  Keyring ring = OpenKatVectorRing();
  ASSERT_TRUE(ring.Add(SettingsKey::Generate()).ok());
  for (const SealFormat from : kAllFormats) {
    const std::string row =
        *SealSettings(ExampleSettings(), kOwner, from, ring);
    for (const SealFormat to : kAllFormats) {
      const auto resealed = ResealSettings(row, kOwner, to, ring, true);
      ASSERT_TRUE(resealed.ok()) << resealed.status();
      EXPECT_EQ(InspectSealed(*resealed)->format, to);
      EXPECT_EQ(*OpenSettings(*resealed, kOwner, ring, true),
                ExampleSettings());
    }
    EXPECT_EQ(ResealSettings(row, kOwner, SealFormat::kCupel, ring, false).ok(),
              from != SealFormat::kOpenKatIdentity);
  }
  EXPECT_EQ(*OpenSettings(
                *ResealSettings("", kOwner, SealFormat::kCupel, ring, false),
                kOwner, ring, false),
            Json::object());
}

TEST(Sealed, MoreThan512BytesAndUpToTheLimitExactly) {
  Keyring ring = OpenKatVectorRing();
  ASSERT_TRUE(ring.Add(SettingsKey::Generate()).ok());
  for (const SealFormat format : kAllFormats) {
    Json settings = Json::object();
    settings["T"] = "";
    const size_t around = format == SealFormat::kCupel
                              ? PrintJson(settings).size()
                              : PythonJsonDumps(settings).size();
    settings["T"] = std::string(kMaxSettingsBytes - around, 'x');
    const SettingsOwner longest{std::string(kMaxOwnerBytes, 'o'),
                                std::string(kMaxOwnerBytes, 'p')};
    const auto row = SealSettings(settings, longest, format, ring);
    ASSERT_TRUE(row.ok()) << row.status();
    EXPECT_TRUE(*OpenSettings(*row, longest, ring, true) == settings);
    settings["T"] = std::string(kMaxSettingsBytes - around + 1, 'x');
    const absl::Status status =
        SealSettings(settings, kOwner, format, ring).status();
    EXPECT_TRUE(absl::IsResourceExhausted(status));
    EXPECT_LT(status.message().size(), 200U);
  }
}

TEST(Sealed, RowsAndOwnersOverTheirLimits) {
  const Keyring ring = RingOf({NewKey()});
  const std::string huge = "cupel1:" + std::string(3 * kMaxSettingsBytes, 'A');
  EXPECT_TRUE(absl::IsResourceExhausted(
      OpenSettings(huge, kOwner, ring, false).status()));
  EXPECT_TRUE(absl::IsResourceExhausted(InspectSealed(huge).status()));
  const std::string id(kMaxOwnerBytes + 1, 'x');
  for (const SettingsOwner& owner :
       {SettingsOwner{id, "p"}, SettingsOwner{"o", id}}) {
    EXPECT_TRUE(absl::IsInvalidArgument(
        SealSettings(ExampleSettings(), owner, SealFormat::kCupel, ring)
            .status()));
  }
}

TEST(Sealed, ForeignRowsAreRefused) {
  const Keyring ring = OpenKatVectorRing();
  for (const char* row :
       {"x", "not base64!", "cupel1:", "cupel1:AAAA", "gAAAAABh", "[]", "null",
        "{", "{\"a\"", "\xff\xfe", "cupel", "CUPEL1:AAAA"}) {
    EXPECT_FALSE(OpenSettings(row, kOwner, ring, true).ok()) << row;
  }
  // A Fernet token, as other programs keep their secrets.
  EXPECT_TRUE(absl::IsInvalidArgument(
      OpenSettings("gAAAAABh-_x", kOwner, ring, true).status()));
}

TEST(Sealed, RowsOfTheFutureAreToldAsSuch) {
  const Keyring ring = RingOf({NewKey()});
  std::string future = *Base64Decode(Seal(ExampleSettings(), ring).substr(7));
  future[0] = 2;
  for (const std::string& row :
       {"cupel1:" + Base64Encode(future), std::string("cupel2:AAAA")}) {
    EXPECT_TRUE(
        absl::IsUnimplemented(OpenSettings(row, kOwner, ring, true).status()));
    EXPECT_TRUE(absl::IsUnimplemented(InspectSealed(row).status()));
  }
}

}  // namespace
}  // namespace cupel
