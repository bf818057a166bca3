// No message shows a key or a value: all errors that the tests can bring about
// are searched for every piece of every secret.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "base/status.h"
#include "format/base64.h"
#include "rings.h"
#include "settings/openkat.h"

namespace cupel {
namespace {

class NoLeak : public testing::Test {
 protected:
  void Add(const absl::Status& status) {
    EXPECT_FALSE(status.ok());
    messages_.emplace_back(MessageOf(status));
  }

  // Pieces of seven characters: shorter ones come about by chance.
  void ExpectNoneShows(const std::string& secret) const {
    constexpr size_t kPiece = 7;
    ASSERT_GE(secret.size(), kPiece);
    for (const std::string& message : messages_) {
      for (size_t i = 0; i + kPiece <= secret.size(); ++i) {
        EXPECT_EQ(message.find(secret.substr(i, kPiece)), std::string::npos)
            << message;
      }
    }
  }

  std::vector<std::string> messages_;
};

TEST_F(NoLeak, OfSettings) {
  Keyring ring = OpenKatVectorRing();
  ASSERT_TRUE(ring.Add(SettingsKey::Generate()).ok());
  const Keyring other = RingOf({NewKey()});
  const std::string row =
      *SealSettings(ExampleSettings(), kOwner, SealFormat::kCupel, ring);
  EXPECT_EQ(row.find(kMarker), std::string::npos);
  const std::string theirs = *SealSettings(
      ExampleSettings(), kOwner, SealFormat::kOpenKatNaclSealbox, ring);
  const std::string plain = PythonJsonDumps(ExampleSettings());
  for (size_t i = 0; i < row.size(); ++i) {
    Add(OpenSettings(row.substr(0, i + 1), kOwner, other, true).status());
  }
  for (size_t i = 1; i < theirs.size(); ++i) {
    Add(OpenSettings(theirs.substr(0, i), kOwner, ring, true).status());
  }
  for (size_t i = 1; i < plain.size(); ++i) {
    const std::string cut = plain.substr(0, i);
    Add(OpenSettings(cut, kOwner, ring, true).status());
    // Sealed as it should be, but with contents that are cut.
    Add(OpenSettings(*SealOpenKat(cut, *ring.openkat(), {}), kOwner, ring,
                     false)
            .status());
    std::string bad = plain;
    bad[i] = '\xff';
    Add(OpenSettings(bad, kOwner, ring, true).status());
  }
  Add(OpenSettings(row, {"x", "y"}, ring, true).status());
  Add(OpenSettings(plain, kOwner, ring, false).status());
  Add(SealSettings(kMarker, kOwner, SealFormat::kCupel, ring).status());
  Json bad = ExampleSettings();
  bad["DEEP"] = {{"a", {std::string(kMarker) + "\xff"}}};
  Add(SealSettings(bad, kOwner, SealFormat::kCupel, ring).status());
  Add(SettingsFingerprint(bad, "nmap", ring).status());
  bad["DEEP"] = std::string(kMaxSettingsBytes, 'x') + kMarker;
  Add(SealSettings(bad, kOwner, SealFormat::kCupel, ring).status());
  Add(SealSettings(ExampleSettings(), kOwner, SealFormat::kCupel, Keyring())
          .status());
  ExpectNoneShows(kMarker);
}

TEST_F(NoLeak, OfKeys) {
  const std::string text = NewKey();
  const std::string base64 = text.substr(12);
  const auto load = [](const std::string& name, const std::string& value) {
    return Keyring::FromVariables({{name, value}}).status();
  };
  const std::string path = testing::TempDir() + "cupel-no-leak-keys";
  for (size_t i = 1; i < text.size(); ++i) {
    Add(SettingsKey::FromText(text.substr(i)).status());
    Add(SettingsKey::FromText(text.substr(0, i)).status());
    Add(load("CUPEL_SETTINGS_KEYS", text + "," + text.substr(0, i)));
    Add(load("CUPEL_SETTINGS_KEYS", text.substr(0, i) + " " + text.substr(i)));
    Add(load("CUPEL_SETTINGS_KEYS_FILE", text.substr(0, i)));
  }
  for (size_t i = 0; i < base64.size(); ++i) {
    Keyring ring;
    Add(ring.SetOpenKat(base64.substr(0, i), base64));
    Add(ring.SetOpenKat(base64, base64.substr(0, i)));
    Add(ring.SetOpenKat(base64, base64 + base64));
    EXPECT_FALSE(ring.has_openkat());
  }
  Add(load("BOEFJES_KATALOGUS_PRIVATE_KEY", base64));
  Add(load("KATALOGUS_PUBLIC_KEY_B64", base64));
  Add(Keyring::OpenKatFormat({{"ENCRYPTION_MIDDLEWARE", base64}}).status());
  Add(SealFormatNamed(base64).status());
  // Whoever puts a key where a path belongs sees it in the error, as any wrong
  // path; so those messages are not searched.
  std::erase_if(messages_, [](const std::string& message) {
    return message.starts_with("keys file");
  });
  ASSERT_GT(messages_.size(), 200U);
  ExpectNoneShows(base64);
}

}  // namespace
}  // namespace cupel
