#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/unit/registry/registry_testing.h"

namespace cupel {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RegistryRotationTest : public RegistryTest {
 protected:
  void SetUp() override {
    RegistryTest::SetUp();
    AddFolder("free");
    old_ = Make();
    new_ = MakeWith({new_key_, key_});
  }
  static std::string Organisation(int i) { return "org-" + std::to_string(i); }
  static Json SettingsOf(int i) {
    Json settings = Json::object();
    settings["X"] = kSecret + std::to_string(i);
    return settings;
  }
  void AddRows(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string id = Organisation(i);
      ASSERT_TRUE(store_->AddOrganisation({id, id, true}).ok());
      ASSERT_TRUE(old_->PutSettings(id, "free", SettingsOf(i)).ok());
    }
  }
  void Damage(int i) {
    ConfigRow row = *store_->Config(Organisation(i), "free");
    row.settings[row.settings.size() - 8] ^= 1;
    ASSERT_TRUE(store_->PutConfig(row).ok());
  }
  size_t RowsOf(const std::string& key) {
    size_t rows = 0;
    const std::vector<ConfigRow> all = *store_->Configs({});
    for (const ConfigRow& row : all) {
      rows += row.key_id == IdOf(key) ? 1 : 0;
    }
    return rows;
  }

  const std::string new_key_ = NewKeyText();
  std::shared_ptr<Registry> old_;
  std::shared_ptr<Registry> new_;
};

TEST_F(RegistryRotationTest, EveryRowIsSealedAnewAndTellsOfIt) {
  AddRows(5);
  ASSERT_TRUE(new_->PutSettings(Organisation(0), "free", SettingsOf(0)).ok());
  ASSERT_TRUE(old_->SetEnabled(Organisation(1), "free", true).ok());
  const std::string before = store_->Config(Organisation(1), "free")->settings;
  std::vector<std::pair<uint64_t, uint64_t>> told;
  const auto result = new_->RotateSettings([&told](uint64_t done, uint64_t of) {
    told.emplace_back(done, of);
    return true;
  });
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->resealed, 4U);
  EXPECT_EQ(result->already, 1U);
  EXPECT_EQ(result->changed, 0U);
  EXPECT_THAT(result->failed, IsEmpty());
  using Told = std::pair<uint64_t, uint64_t>;
  EXPECT_THAT(told, ElementsAre(Told(0, 4), Told(1, 4), Told(2, 4), Told(3, 4),
                                Told(4, 4)));
  const auto alone = MakeWith({new_key_});
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(*alone->Settings(Organisation(i), "free"), SettingsOf(i));
  }
  const ConfigRow row = *store_->Config(Organisation(1), "free");
  EXPECT_NE(row.settings, before);
  EXPECT_THAT(row.fingerprint, HasSubstr(IdOf(new_key_) + ":"));
  EXPECT_EQ(row.enabled, true);
  const auto again = new_->RotateSettings();
  EXPECT_EQ(again->resealed, 0U);
  EXPECT_EQ(again->already, 5U);
}

TEST_F(RegistryRotationTest, NothingToDoAndNoKey) {
  const auto nothing = new_->RotateSettings();
  ASSERT_TRUE(nothing.ok());
  EXPECT_EQ(nothing->resealed + nothing->already, 0U);
  EXPECT_EQ(MakeWith({})->RotateSettings().status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(RegistryRotationTest, EndedHalfWayKeepsWhatIsDoneAndGoesOnLater) {
  AddRows(6);
  const auto ended =
      new_->RotateSettings([](uint64_t done, uint64_t) { return done < 2; });
  EXPECT_EQ(ended.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(RowsOf(new_key_), 2U);
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(*new_->Settings(Organisation(i), "free"), SettingsOf(i));
  }
  const auto rest = new_->RotateSettings();
  ASSERT_TRUE(rest.ok());
  EXPECT_EQ(rest->resealed, 4U);
  EXPECT_EQ(rest->already, 2U);
  EXPECT_EQ(RowsOf(new_key_), 6U);
}

// There may be very many.
TEST_F(RegistryRotationTest, EndedWhileRowsAreCounted) {
  AddRows(257);
  std::vector<std::pair<uint64_t, uint64_t>> told;
  const auto ended = new_->RotateSettings([&](uint64_t done, uint64_t of) {
    told.emplace_back(done, of);
    return false;
  });
  EXPECT_EQ(ended.status().code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(told, testing::ElementsAre(std::make_pair(0U, 256U)));
  EXPECT_EQ(RowsOf(new_key_), 0U);
}

TEST_F(RegistryRotationTest, RowsThatDoNotOpenAreNamedAndLeft) {
  AddRows(4);
  Damage(0);
  Damage(2);
  const std::string damaged = store_->Config(Organisation(2), "free")->settings;
  const auto result = new_->RotateSettings();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->resealed, 2U);
  ASSERT_EQ(result->failed.size(), 2U);
  EXPECT_THAT(result->failed[0],
              AllOf(HasSubstr("org-0/free: "), Not(HasSubstr(kSecret))));
  EXPECT_THAT(result->failed[1], HasSubstr("org-2/free: "));
  EXPECT_EQ(store_->Config(Organisation(2), "free")->settings, damaged);
}

TEST_F(RegistryRotationTest, ALostKeyIsNamedForEachRow) {
  AddRows(2);
  const auto result = MakeWith({new_key_})->RotateSettings();
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->failed.size(), 2U);
  EXPECT_THAT(result->failed[0], HasSubstr(IdOf(key_)));
  EXPECT_EQ(result->resealed, 0U);
}

// More rows than are read at once, with failing ones at the borders.
TEST_F(RegistryRotationTest, ManyRowsWithFailuresBetweenThem) {
  AddRows(600);
  for (const int i : {0, 255, 256, 400, 599}) Damage(i);
  const auto result = new_->RotateSettings();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->resealed, 595U);
  EXPECT_EQ(result->failed.size(), 5U);
  EXPECT_EQ(RowsOf(new_key_), 595U);
}

// Somebody writes between the reading of the rows and the sealing of one: what
// was written last stays, whichever key it was sealed with.
TEST_F(RegistryRotationTest, WhatIsWrittenMeanwhileIsNeverLost) {
  AddRows(3);
  bool written = false;
  const auto result = new_->RotateSettings([&](uint64_t, uint64_t) {
    if (written) return true;
    written = true;
    EXPECT_TRUE(
        old_->PutSettings(Organisation(0), "free", SettingsOf(10)).ok());
    EXPECT_TRUE(
        new_->PutSettings(Organisation(1), "free", SettingsOf(11)).ok());
    EXPECT_TRUE(old_->DeleteSettings(Organisation(2), "free").ok());
    return true;
  });
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->changed, 3U);
  EXPECT_EQ(result->resealed, 1U);
  EXPECT_THAT(result->failed, IsEmpty());
  const auto alone = MakeWith({new_key_});
  EXPECT_EQ(*alone->Settings(Organisation(0), "free"), SettingsOf(10));
  EXPECT_EQ(*alone->Settings(Organisation(1), "free"), SettingsOf(11));
  EXPECT_EQ(*alone->Settings(Organisation(2), "free"), Json::object());
}

TEST_F(RegistryRotationTest, ARowThatIsWrittenAgainAndAgainIsGivenUp) {
  AddRows(2);
  int writes = 0;
  const auto result = new_->RotateSettings([&](uint64_t, uint64_t) {
    EXPECT_TRUE(
        old_->PutSettings(Organisation(0), "free", SettingsOf(++writes)).ok());
    return true;
  });
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->resealed, 1U);
  ASSERT_EQ(result->failed.size(), 1U);
  EXPECT_THAT(result->failed[0], HasSubstr("org-0/free: somebody else"));
  EXPECT_EQ(*old_->Settings(Organisation(0), "free"), SettingsOf(writes));
}

// A row that failed stays where it is; one before it that is done comes back.
TEST_F(RegistryRotationTest, ARowThatComesBackBeforeOneThatFailed) {
  AddRows(3);
  Damage(2);
  const auto result = new_->RotateSettings([&](uint64_t done, uint64_t) {
    if (done == 2) {
      EXPECT_TRUE(
          old_->PutSettings(Organisation(0), "free", SettingsOf(10)).ok());
    }
    return true;
  });
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->resealed, 3U);
  EXPECT_THAT(result->failed, ElementsAre(HasSubstr("org-2/free: ")));
  EXPECT_EQ(RowsOf(new_key_), 2U);
  EXPECT_EQ(*MakeWith({new_key_})->Settings(Organisation(0), "free"),
            SettingsOf(10));
}

TEST_F(RegistryRotationTest, TwoThatSealWithDifferentKeysEnd) {
  constexpr int kRows = 4;
  AddRows(kRows);
  int told = 0;
  const auto result = new_->RotateSettings([&](uint64_t, uint64_t) {
    EXPECT_TRUE(MakeWith({key_, new_key_})->RotateSettings().ok());
    return ++told < 1000;
  });
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_GE(result->resealed, uint64_t{kRows});
  ASSERT_FALSE(result->failed.empty());
  EXPECT_LE(result->failed.size(), size_t{kRows});
  EXPECT_THAT(result->failed,
              testing::Each(HasSubstr("or seals it with another key")));
  for (int i = 0; i < kRows; ++i) {
    EXPECT_EQ(*new_->Settings(Organisation(i), "free"), SettingsOf(i));
  }
}

TEST_F(RegistryRotationTest, BesideAThreadThatWrites) {
  constexpr int kRows = 40;
  constexpr int kRounds = 5;
  AddRows(kRows);
  std::thread writer([this] {
    for (int round = 1; round <= kRounds; ++round) {
      for (int i = 0; i < kRows; ++i) {
        EXPECT_TRUE(new_->PutSettings(Organisation(i), "free",
                                      SettingsOf(1000 * round + i))
                        .ok());
      }
    }
  });
  const auto result = new_->RotateSettings();
  writer.join();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(result->failed, IsEmpty());
  EXPECT_EQ(RowsOf(new_key_), size_t{kRows});
  const auto alone = MakeWith({new_key_});
  for (int i = 0; i < kRows; ++i) {
    EXPECT_EQ(*alone->Settings(Organisation(i), "free"),
              SettingsOf(1000 * kRounds + i));
  }
}

TEST_F(RegistryRotationTest, FromOpenKatToOurs) {
  const auto openkat = [this](std::vector<std::string> keys) {
    RegistryOptions options = Options();
    options.keys = RingOf(keys);
    EXPECT_TRUE(options.keys
                    .SetOpenKat("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
                                "B6N8vBQgk8i3VdwbEOhstCY3StFqqFPtC9/AsrhtHHw=")
                    .ok());
    return options;
  };
  RegistryOptions before = openkat({});
  before.seal_format = SealFormat::kOpenKatNaclSealbox;
  old_ = Make(std::move(before));
  AddRows(2);
  EXPECT_EQ(store_->Config(Organisation(0), "free")->fingerprint, "");
  const auto result = Make(openkat({new_key_}))->RotateSettings();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->resealed, 2U);
  EXPECT_EQ(*MakeWith({new_key_})->Settings(Organisation(1), "free"),
            SettingsOf(1));
  EXPECT_NE(store_->Config(Organisation(0), "free")->fingerprint, "");
}

}  // namespace
}  // namespace cupel
