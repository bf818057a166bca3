// Variables, files and tables: what is taken, and what is said of the rest.
#include "worker/dragonfly_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "worker/dragonfly_config_files.h"

namespace cupel::worker {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Environment = std::vector<std::pair<std::string, std::string>>;

DragonflySetup SetUpFrom(const Environment& environment) {
  return SetUpDragonfly({DragonflyVariables(environment)});
}

std::vector<std::string> KeysOf(const DragonflySetup& setup) {
  std::vector<std::string> keys;
  for (const SettingProblem& problem : setup.problems) {
    keys.push_back(problem.key);
  }
  return keys;
}

TEST(DragonflySettingsTest, TakesTheVariablesOfTheCurrentClient) {
  DragonflySetup setup =
      SetUpFrom({{"DRAGONFLY_BASE_URL", "https://h/api/"},
                 {"DRAGONFLY_CF_ACCESS_CLIENT_ID", "0123456789"},
                 {"dragonfly_cf_access_client_secret", "\"quoted\""},
                 {"DRAGONFLY_THREADS", "4"},
                 {"DRAGONFLY_BULK_SIZE", "7"},
                 {"DRAGONFLY_LOAD_DURATION", "5"},
                 {"DRAGONFLY_MAX_SCAN_SIZE", "1000"},
                 {"DRAGONFLY_MAX_DOWNLOAD_SIZE", "2000"},
                 {"DRAGONFLY_MAX_EXPANDED_SIZE", "3000"},
                 {"DRAGONFLY_MAX_ARCHIVE_ENTRIES", "40"},
                 {"DRAGONFLY_MAX_DISTRIBUTIONS", "50"},
                 {"DRAGONFLY_REUSE_CACHE_MODE", "off"},
                 {"DRAGONFLY_REUSE_CACHE_DATABASE", "false"},
                 {"OTHER", "x"}});
  EXPECT_THAT(KeysOf(setup), IsEmpty());
  EXPECT_THAT(setup.notes, IsEmpty());
  const DragonflySettings& settings = setup.settings;
  EXPECT_EQ(settings.base_url, "https://h/api");
  EXPECT_EQ(settings.auth, DragonflyAuth::kServiceToken);
  EXPECT_EQ(settings.token_id, "0123456789") << "numeric secrets stay text";
  EXPECT_EQ(settings.token_secret, "quoted");
  EXPECT_TRUE(settings.lease_required);
  EXPECT_EQ(settings.threads, 4u);
  EXPECT_EQ(settings.bulk_size, 7u);
  EXPECT_EQ(settings.load_duration_ms, 5000u);
  EXPECT_EQ(settings.max_scan_size, 1000u);
  EXPECT_EQ(settings.max_download_size, 2000u);
  EXPECT_EQ(settings.max_expanded_size, 3000u);
  EXPECT_EQ(settings.max_archive_entries, 40u);
  EXPECT_EQ(settings.max_distributions, 50u);
}

TEST(DragonflySettingsTest, TakesTheVariablesOfTheFirstClient) {
  DragonflySetup setup = SetUpFrom({{"DRAGONFLY_CLIENT_ID", "id"},
                                    {"DRAGONFLY_CLIENT_SECRET", "secret"},
                                    {"DRAGONFLY_USERNAME", "me"},
                                    {"DRAGONFLY_PASSWORD", "42"},
                                    {"DRAGONFLY_AUTH0_DOMAIN", "auth.example"},
                                    {"DRAGONFLY_AUDIENCE", "them"},
                                    {"DRAGONFLY_GRANT_TYPE", "password"},
                                    {"DRAGONFLY_WAIT_DURATION", "10"},
                                    {"DRAGONFLY_MAX_SIZE", "1"}});
  EXPECT_THAT(KeysOf(setup), IsEmpty());
  EXPECT_EQ(setup.settings.auth, DragonflyAuth::kPassword);
  EXPECT_FALSE(setup.settings.lease_required);
  EXPECT_EQ(setup.settings.password, "42");
  EXPECT_EQ(setup.settings.auth0_domain, "auth.example");
  EXPECT_THAT(setup.notes,
              ElementsAre(HasSubstr("DRAGONFLY_WAIT_DURATION has no effect"),
                          HasSubstr("DRAGONFLY_MAX_SCAN_SIZE is meant")));
}

TEST(DragonflySettingsTest, TakesAServiceTokenForACookie) {
  DragonflySetup setup = SetUpFrom({{"DRAGONFLY_CLIENT_ID", "id"},
                                    {"DRAGONFLY_CLIENT_SECRET", "secret"},
                                    {"DRAGONFLY_USERNAME", ""}});
  EXPECT_EQ(setup.settings.auth, DragonflyAuth::kCookie);
  EXPECT_EQ(setup.settings.token_secret, "secret");
  EXPECT_THAT(KeysOf(setup), IsEmpty());
}

TEST(DragonflySettingsTest, SaysAllThatIsWrongAndShowsNoSecret) {
  DragonflySetup setup =
      SetUpFrom({{"DRAGONFLY_BASE_URL", "https://u:geheim@h"},
                 {"DRAGONFLY_CF_ACCESS_CLIENT_ID", "a\ngeheim"},
                 {"DRAGONFLY_THREADS", "0"},
                 {"DRAGONFLY_BULK_SIZE", "-1"},
                 {"DRAGONFLY_MAX_SCAN_SIZE", "16MiB"},
                 {"DRAGONFLY_LOAD_DURATION", "99999999999999999999"},
                 {"DRAGONFLY_LEASE", "maybe"},
                 {"DRAGONFLY_TYPO", "1"}});
  EXPECT_THAT(
      KeysOf(setup),
      testing::UnorderedElementsAre(
          "DRAGONFLY_BASE_URL", "DRAGONFLY_CF_ACCESS_CLIENT_ID",
          "DRAGONFLY_CF_ACCESS_CLIENT_ID", "DRAGONFLY_CF_ACCESS_CLIENT_SECRET",
          "DRAGONFLY_THREADS", "DRAGONFLY_BULK_SIZE", "DRAGONFLY_MAX_SCAN_SIZE",
          "DRAGONFLY_LOAD_DURATION", "DRAGONFLY_LEASE"));
  for (const SettingProblem& problem : setup.problems) {
    EXPECT_THAT(problem.message + problem.remedy, Not(HasSubstr("geheim")));
  }
  EXPECT_THAT(setup.notes, ElementsAre(HasSubstr("DRAGONFLY_TYPO")));
}

TEST(DragonflySettingsTest, NoAuthenticationIsSaid) {
  EXPECT_THAT(KeysOf(SetUpFrom({})), Contains("DRAGONFLY_CF_ACCESS_CLIENT_ID"));
  DragonflySetup setup = SetUpFrom({{"DRAGONFLY_AUTH", "none"}});
  EXPECT_THAT(KeysOf(setup), IsEmpty());
  EXPECT_TRUE(setup.settings.lease_required);
}

TEST(DragonflySettingsTest, NotesWhatHasNoEffect) {
  DragonflySetup setup = SetUpFrom({{"DRAGONFLY_AUTH", "none"},
                                    {"DRAGONFLY_REUSE_CACHE_MODE", "reuse"},
                                    {"DRAGONFLY_REUSE_CACHE_DATABASE", "true"},
                                    {"DRAGONFLY_REUSE_CACHE_BYTES", "1"}});
  EXPECT_EQ(setup.notes.size(), 3u);
}

TEST(DragonflySettingsTest, WarnsOfCredentialsOverHttp) {
  Environment environment = {{"DRAGONFLY_CF_ACCESS_CLIENT_ID", "a"},
                             {"DRAGONFLY_CF_ACCESS_CLIENT_SECRET", "b"},
                             {"DRAGONFLY_BASE_URL", "http://mainframe"}};
  EXPECT_THAT(SetUpFrom(environment).notes, Contains(HasSubstr("is http")));
  environment[2].second = "http://127.0.0.1:8000";
  EXPECT_THAT(SetUpFrom(environment).notes, IsEmpty());
}

TEST(DragonflySettingsTest, LimitsOfTheCurrentClientAreOneWord) {
  DragonflySetup setup = SetUpFrom({{"DRAGONFLY_AUTH", "none"},
                                    {"DRAGONFLY_LIMITS", "v4"},
                                    {"DRAGONFLY_MAX_SCAN_SIZE", "5"}});
  EXPECT_EQ(setup.settings.max_scan_size, 5u);
  EXPECT_EQ(setup.settings.max_download_size, uint64_t{32} << 20);
  EXPECT_EQ(setup.settings.max_expanded_size, uint64_t{64} << 20);
  EXPECT_EQ(setup.settings.max_archive_entries, 4096u);
}

TEST(DragonflySettingsTest, LaterLayersOverrule) {
  SettingLayer file{.name = "Config.toml",
                    .values = {{"threads", 1},
                               {"bulk_size", 2},
                               {"max_distributions", 3},
                               {"new", 4},
                               {"password", 5}}};
  SettingLayer table{.kind = SettingLayer::Kind::kTable,
                     .name = "dragonfly",
                     .values = {{"auth", "none"},
                                {"bulk_size", 20},
                                {"max_distributions", 30},
                                {"tpyo", 1}}};
  DragonflySetup setup = SetUpDragonfly(
      {file, table,
       DragonflyVariables({{"DRAGONFLY_MAX_DISTRIBUTIONS", "300"}})});
  EXPECT_EQ(setup.settings.threads, 1u);
  EXPECT_EQ(setup.settings.bulk_size, 20u);
  EXPECT_EQ(setup.settings.max_distributions, 300u);
  EXPECT_THAT(KeysOf(setup),
              ElementsAre("Config.toml: password", "dragonfly.tpyo"));
  EXPECT_THAT(setup.problems[0].message, HasSubstr("must be text"));
  EXPECT_THAT(setup.notes, ElementsAre(HasSubstr("Config.toml: new")));
}

class ConfigFilesTest : public testing::Test {
 protected:
  ConfigFilesTest() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "dfXXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::filesystem::create_directories(folder_ / "a/b");
  }
  ~ConfigFilesTest() override { std::filesystem::remove_all(folder_); }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  std::vector<SettingLayer> Read() {
    return DragonflyConfigFiles((folder_ / "a/b").string(), &problems_);
  }
  std::filesystem::path folder_;
  std::vector<SettingProblem> problems_;
};

TEST_F(ConfigFilesTest, AreFoundHereAndAbove) {
  Write("Config.toml", "threads = 9");
  Write("a/Config.toml", "threads = 1");
  Write("a/b/Config-dev.toml", "threads = 2");
  std::vector<SettingLayer> layers = Read();
  ASSERT_EQ(layers.size(), 2u);
  EXPECT_EQ(layers[0].values["threads"], 1);
  EXPECT_EQ(layers[1].name, "Config-dev.toml");
  EXPECT_EQ(layers[1].values["threads"], 2);
  EXPECT_THAT(problems_, IsEmpty());
}

TEST_F(ConfigFilesTest, BadOnesAreProblems) {
  Write("a/Config.toml", "password = \"geheim");
  EXPECT_THAT(Read(), IsEmpty());
  ASSERT_EQ(problems_.size(), 1u);
  EXPECT_EQ(problems_[0].key, (folder_ / "a/Config.toml").string());
  EXPECT_THAT(problems_[0].message, Not(HasSubstr("geheim")));
}

TEST_F(ConfigFilesTest, ThoseThatOthersMayWriteAreNotTaken) {
  Write("a/Config.toml", "base_url = \"https://evil\"");
  chmod((folder_ / "a/Config.toml").c_str(), 0666);
  EXPECT_THAT(Read(), IsEmpty());
  ASSERT_EQ(problems_.size(), 1u);
  EXPECT_THAT(problems_[0].message, HasSubstr("others may write it"));
}

}  // namespace
}  // namespace cupel::worker
