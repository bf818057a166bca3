#include "settings/keyring.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <string>

#include "base/status.h"

namespace cupel {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string TextOf(const SettingsKey& key) {
  return std::string(key.ToText().view());
}

class KeysFile {
 public:
  explicit KeysFile(const std::string& text, mode_t mode = 0600) {
    std::string name = testing::TempDir() + "cupel-keys-XXXXXX";
    close(mkstemp(name.data()));
    path_ = name;
    std::ofstream(path_, std::ios::binary) << text;
    chmod(path_.c_str(), mode);
  }
  ~KeysFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(SettingsKeyTest, ComesBackFromItsText) {
  const SettingsKey key = SettingsKey::Generate();
  const auto again = SettingsKey::FromText(key.ToText().view());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->id, key.id);
  EXPECT_EQ(again->id.size(), 16U);
  EXPECT_EQ(again->box.public_key, key.box.public_key);
  EXPECT_EQ(again->box.secret_key.view(), key.box.secret_key.view());
  EXPECT_EQ(again->fingerprint_key.view(), key.fingerprint_key.view());
  EXPECT_NE(SettingsKey::Generate().id, key.id);
}

// So that rows stay readable: what is derived from a seed never changes.
TEST(SettingsKeyTest, AKnownSeedGivesAKnownKey) {
  const auto key = SettingsKey::FromText(
      "cupel-key-1:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=");
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(key->id, "79427074a56e3988");
}

TEST(SettingsKeyTest, BrokenTextsAreToldWithoutShowingThem) {
  const std::string secret = TextOf(SettingsKey::Generate()).substr(12);
  for (const std::string& text :
       {std::string(), secret, "cupel-key-2:" + secret,
        "cupel-key-1:" + secret.substr(1), "cupel-key-1:" + secret + "AAAA",
        "cupel-key-1:" + secret.substr(0, 40), "cupel-key-1: " + secret}) {
    const auto key = SettingsKey::FromText(text);
    ASSERT_TRUE(absl::IsInvalidArgument(key.status())) << text;
    EXPECT_THAT(std::string(MessageOf(key.status())),
                Not(HasSubstr(secret.substr(8, 8))));
  }
}

TEST(KeyringTest, TheFirstKeySeals) {
  Keyring ring;
  EXPECT_EQ(ring.sealing_key(), nullptr);
  SettingsKey a = SettingsKey::Generate();
  SettingsKey b = SettingsKey::Generate();
  const std::string text = TextOf(a);
  const std::string id_a = a.id;
  const std::string id_b = b.id;
  ASSERT_TRUE(ring.Add(std::move(a)).ok());
  ASSERT_TRUE(ring.Add(std::move(b)).ok());
  EXPECT_EQ(ring.sealing_key()->id, id_a);
  EXPECT_THAT(ring.ids(), ElementsAre(id_a, id_b));
  EXPECT_NE(ring.Find(id_b), nullptr);
  EXPECT_EQ(ring.Find("0000000000000000"), nullptr);
  const absl::Status twice = ring.Add(*SettingsKey::FromText(text));
  EXPECT_TRUE(absl::IsAlreadyExists(twice));
  EXPECT_THAT(std::string(MessageOf(twice)), HasSubstr(id_a));
}

TEST(KeyringTest, FromVariablesAndAFile) {
  const SettingsKey a = SettingsKey::Generate();
  const SettingsKey b = SettingsKey::Generate();
  const SettingsKey c = SettingsKey::Generate();
  const KeysFile file(TextOf(c) + "\n");
  const auto ring = Keyring::FromVariables(
      {{"PATH", "x"},
       {"CUPEL_SETTINGS_KEYS", " " + TextOf(a) + ",\n" + TextOf(b)},
       {"CUPEL_SETTINGS_KEYS_FILE", file.path()}});
  ASSERT_TRUE(ring.ok()) << ring.status();
  EXPECT_THAT(ring->ids(), ElementsAre(a.id, b.id, c.id));
  EXPECT_FALSE(ring->has_openkat());
  for (const auto& none :
       {Keyring::FromVariables({}),
        Keyring::FromVariables({{"CUPEL_SETTINGS_KEYS", ""},
                                {"CUPEL_SETTINGS_KEYS_FILE", ""},
                                {"BOEFJES_KATALOGUS_PRIVATE_KEY", ""},
                                {"BOEFJES_KATALOGUS_PUBLIC_KEY", ""}}),
        Keyring::FromVariables({{"CUPEL_SETTINGS_KEYS", " ,\n"}})}) {
    ASSERT_TRUE(none.ok()) << none.status();
    EXPECT_EQ(none->sealing_key(), nullptr);
    EXPECT_FALSE(none->has_openkat());
  }
}

TEST(KeyringTest, FaultsNameThePlaceAndNotTheKey) {
  const std::string good = TextOf(SettingsKey::Generate());
  const auto bad = Keyring::FromVariables(
      {{"CUPEL_SETTINGS_KEYS", good + " " + good.substr(0, 30)}});
  EXPECT_THAT(std::string(MessageOf(bad.status())),
              AllOf(HasSubstr("CUPEL_SETTINGS_KEYS, key 2"),
                    Not(HasSubstr(good.substr(14, 10)))));
  const auto twice =
      Keyring::FromVariables({{"CUPEL_SETTINGS_KEYS", good + "," + good}});
  EXPECT_TRUE(absl::IsAlreadyExists(twice.status()));
}

TEST(KeyringTest, AKeysFileMustBeOnesOwnAndSmall) {
  const std::string text = TextOf(SettingsKey::Generate());
  const auto load = [](const std::string& path) {
    return Keyring::FromVariables({{"CUPEL_SETTINGS_KEYS_FILE", path}})
        .status();
  };
  for (const mode_t mode : {0640, 0604, 0620}) {
    const KeysFile file(text, mode);
    EXPECT_TRUE(absl::IsPermissionDenied(load(file.path()))) << mode;
    EXPECT_THAT(std::string(MessageOf(load(file.path()))),
                AllOf(HasSubstr(file.path()), HasSubstr("chmod 600")));
  }
  const KeysFile foreign(text);
  // Only root can give files away.
  if (chown(foreign.path().c_str(), 65534, static_cast<gid_t>(-1)) == 0) {
    EXPECT_TRUE(absl::IsPermissionDenied(load(foreign.path())));
  } else {
    EXPECT_EQ(errno, EPERM);
  }
  EXPECT_TRUE(absl::IsNotFound(load("/no/such/file")));
  EXPECT_TRUE(absl::IsInvalidArgument(load("/")));
  const KeysFile large(text + std::string(65536, '\n'));
  EXPECT_TRUE(absl::IsResourceExhausted(load(large.path())));
  const std::string pipe = testing::TempDir() + "cupel-keys-pipe";
  std::remove(pipe.c_str());
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_TRUE(absl::IsInvalidArgument(load(pipe)));
  std::remove(pipe.c_str());
}

TEST(KeyringTest, OpenKatsNamesOldAndNew) {
  const std::string key = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
  const std::string other = "B6N8vBQgk8i3VdwbEOhstCY3StFqqFPtC9/AsrhtHHw=";
  for (const auto& ring :
       {Keyring::FromVariables({{"BOEFJES_KATALOGUS_PRIVATE_KEY", key},
                                {"BOEFJES_KATALOGUS_PUBLIC_KEY", other},
                                {"KATALOGUS_PRIVATE_KEY_B64", "unused"}}),
        Keyring::FromVariables({{"BOEFJES_KATALOGUS_PRIVATE_KEY", ""},
                                {"KATALOGUS_PRIVATE_KEY_B64", key},
                                {"KATALOGUS_PUBLIC_KEY_B64", other}})}) {
    ASSERT_TRUE(ring.ok()) << ring.status();
    ASSERT_TRUE(ring->has_openkat());
    EXPECT_EQ(ring->openkat()->public_key[0], 0x07);
    EXPECT_EQ(ring->openkat()->secret_key.data()[31], 32);
  }
  const auto half =
      Keyring::FromVariables({{"BOEFJES_KATALOGUS_PRIVATE_KEY", key}});
  EXPECT_THAT(std::string(MessageOf(half.status())),
              HasSubstr("BOEFJES_KATALOGUS_PUBLIC_KEY is not set"));
  const auto shorter =
      Keyring::FromVariables({{"BOEFJES_KATALOGUS_PRIVATE_KEY", "AQID"},
                              {"BOEFJES_KATALOGUS_PUBLIC_KEY", other}});
  EXPECT_THAT(std::string(MessageOf(shorter.status())),
              AllOf(HasSubstr("private"), HasSubstr("has 3")));
}

TEST(KeyringTest, OpenKatsKeysMustBeKeys) {
  const std::string key = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
  const std::string of_31 = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHw==";
  const std::string of_33 = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAh";
  const std::string not_strict = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyB=";
  const std::string url_safe = "__________________________________________8=";
  for (const std::string& bad :
       {std::string(), of_31, of_33, not_strict, url_safe, key + "\n",
        " " + key, key.substr(0, 43), key + key}) {
    Keyring ring;
    const absl::Status first = ring.SetOpenKat(bad, key);
    EXPECT_TRUE(absl::IsInvalidArgument(first)) << bad;
    EXPECT_THAT(std::string(MessageOf(first)), HasSubstr("private key"));
    const absl::Status second = ring.SetOpenKat(key, bad);
    EXPECT_TRUE(absl::IsInvalidArgument(second)) << bad;
    EXPECT_THAT(std::string(MessageOf(second)), HasSubstr("public key"));
    EXPECT_FALSE(ring.has_openkat());
  }
  // Zero is a point of low order: whatever is sealed for it is open to all.
  const std::string zeros = std::string(43, 'A') + "=";
  Keyring ring;
  EXPECT_TRUE(absl::IsInvalidArgument(ring.SetOpenKat(key, zeros)));
}

TEST(KeyringTest, WhichFormatOpenKatUses) {
  EXPECT_EQ(*Keyring::OpenKatFormat({}), std::nullopt);
  EXPECT_EQ(*Keyring::OpenKatFormat(
                {{"BOEFJES_ENCRYPTION_MIDDLEWARE", "NACL_SEALBOX"}}),
            SealFormat::kOpenKatNaclSealbox);
  EXPECT_EQ(*Keyring::OpenKatFormat({{"ENCRYPTION_MIDDLEWARE", "IDENTITY"}}),
            SealFormat::kOpenKatIdentity);
  EXPECT_FALSE(
      Keyring::OpenKatFormat({{"ENCRYPTION_MIDDLEWARE", "identity"}}).ok());
}

TEST(SealFormats, HaveNames) {
  for (const SealFormat format :
       {SealFormat::kCupel, SealFormat::kOpenKatNaclSealbox,
        SealFormat::kOpenKatIdentity}) {
    EXPECT_EQ(*SealFormatNamed(SealFormatName(format)), format);
  }
  EXPECT_FALSE(SealFormatNamed("rot13").ok());
}

}  // namespace
}  // namespace cupel
