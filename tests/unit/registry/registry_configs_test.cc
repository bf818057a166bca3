#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/registry/registry_testing.h"

namespace cupel {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RegistryConfigsTest : public RegistryTest {
 protected:
  void SetUp() override {
    RegistryTest::SetUp();
    AddFolder("free");
    AddFolder("free-2");
    files_.Write("alone/boefje.json",
                 R"({"id":"alone","name":"Alone","deduplicate":false})");
    files_.Normalizer("norm", "norm");
    AddOrganisations({"a", "b", "c", "d"});
    registry_ = Make();
  }
  void Put(std::string_view organisation, std::string_view plugin,
           std::string_view settings, bool enabled = false) {
    absl::Status status =
        registry_->PutSettings(organisation, plugin, Parsed(settings));
    if (status.ok()) {
      status = registry_->SetEnabled(organisation, plugin, enabled);
    }
    ASSERT_TRUE(status.ok()) << status;
  }
  std::vector<std::string> Found(const ConfigFilter& filter) {
    const auto configs = registry_->Configs(filter);
    EXPECT_TRUE(configs.ok()) << configs.status();
    std::vector<std::string> names;
    for (const OpenConfig& config : *configs) {
      names.push_back(config.organisation + "/" + config.plugin);
    }
    return names;
  }
  OpenConfig One(std::string_view organisation, std::string_view plugin) {
    ConfigFilter filter;
    filter.organisation = organisation;
    filter.plugin = plugin;
    auto configs = registry_->Configs(filter);
    EXPECT_TRUE(configs.ok() && configs->size() == 1);
    return configs->at(0);
  }
  std::vector<std::string> Twins(const OpenConfig& config) {
    const auto twins = registry_->DuplicatesOf(config);
    EXPECT_TRUE(twins.ok()) << twins.status();
    std::vector<std::string> names;
    for (const OpenConfig& twin : *twins) names.push_back(twin.organisation);
    return names;
  }
  std::shared_ptr<Registry> registry_;
};

TEST_F(RegistryConfigsTest, AreOfBoefjesFilteredAndPaged) {
  Put("a", "free", R"({"X":1})", true);
  ASSERT_TRUE(registry_->SetEnabled("a", "norm", false).ok());
  Put("b", "free", R"({"X":2})");
  Put("a", "free-2", R"({"X":3})");
  EXPECT_THAT(Found({}), ElementsAre("a/free", "b/free", "a/free-2"));
  ConfigFilter filter;
  filter.offset = 1;
  filter.limit = 1;
  EXPECT_THAT(Found(filter), ElementsAre("b/free"));
  filter.offset = UINT64_MAX;
  EXPECT_THAT(Found(filter), IsEmpty());
  ConfigFilter enabled;
  enabled.enabled = true;
  EXPECT_THAT(Found(enabled), ElementsAre("a/free"));
  ConfigFilter unknown;
  unknown.organisation = "none";
  EXPECT_THAT(Found(unknown), IsEmpty());
  EXPECT_EQ(One("b", "free").settings, Parsed(R"({"X":2})"));
  EXPECT_GT(One("b", "free").number, 0);
}

// More rows than are read at once, with others between them.
TEST_F(RegistryConfigsTest, ALongListIsWhole) {
  std::vector<std::string> expected;
  const absl::Status added = store_->Atomically([&]() -> absl::Status {
    for (int i = 0; i < 2100; ++i) {
      const std::string id = "org-" + std::to_string(i);
      CUPEL_RETURN_IF_ERROR(store_->AddOrganisation({id, id, true}));
      ConfigRow row;
      row.organisation = id;
      row.plugin = i % 3 == 0 ? "norm" : "free";
      row.plugin_type = i % 3 == 0 ? "normalizer" : "boefje";
      row.enabled = true;
      CUPEL_RETURN_IF_ERROR(store_->PutConfig(row));
      if (i % 3 != 0) expected.push_back(id + "/free");
    }
    return absl::OkStatus();
  });
  ASSERT_TRUE(added.ok()) << added;
  EXPECT_EQ(Found({}), expected);
  ConfigFilter filter;
  filter.offset = 1100;
  filter.limit = 2;
  EXPECT_THAT(Found(filter), ElementsAre(expected[1100], expected[1101]));
}

TEST_F(RegistryConfigsTest, ALostKeyDoesNotHideTheOthers) {
  Put("a", "free", std::string(R"({"X":")") + kSecret + R"("})");
  registry_ = MakeWith({NewKeyText()});
  Put("b", "free", R"({"X":2})");
  const auto configs = registry_->Configs({});
  ASSERT_TRUE(configs.ok()) << configs.status();
  ASSERT_EQ(configs->size(), 2U);
  EXPECT_THAT((*configs)[0].problem,
              AllOf(HasSubstr(IdOf(key_)), Not(HasSubstr(kSecret))));
  EXPECT_EQ((*configs)[0].settings, Json::object());
  EXPECT_EQ((*configs)[1].problem, "");
  EXPECT_EQ((*configs)[1].settings, Parsed(R"({"X":2})"));
  EXPECT_THAT(Twins((*configs)[0]), IsEmpty());
}

TEST_F(RegistryConfigsTest, DuplicatesHaveEqualSettingsAndState) {
  Put("a", "free", R"({"X":1,"Y":{"p":1,"q":[1,2]}})", true);
  Put("b", "free", R"({"Y":{"q":[1,2],"p":1},"X":1})", true);
  Put("c", "free", R"({"X":1,"Y":{"p":1,"q":[2,1]}})", true);
  Put("d", "free", R"({"X":1,"Y":{"p":1,"q":[1,2]}})", false);
  Put("c", "free-2", R"({"X":1,"Y":{"p":1,"q":[1,2]}})", true);
  EXPECT_THAT(Twins(One("a", "free")), ElementsAre("b"));
  EXPECT_THAT(Twins(One("d", "free")), IsEmpty());
  ASSERT_TRUE(registry_->SetEnabled("a", "free", false).ok());
  EXPECT_THAT(Twins(One("a", "free")), ElementsAre("d"));
}

TEST_F(RegistryConfigsTest, OrganisationAndPluginSwitchThemOff) {
  for (const char* const organisation : {"a", "b", "c"}) {
    Put(organisation, "free", R"({"X":1})");
    Put(organisation, "alone", R"({"X":1})");
  }
  EXPECT_THAT(Twins(One("a", "free")), ElementsAre("b", "c"));
  EXPECT_THAT(Twins(One("a", "alone")), IsEmpty());
  ASSERT_TRUE(store_->UpdateOrganisation({"b", "b", false}).ok());
  EXPECT_THAT(Twins(One("a", "free")), ElementsAre("c"));
}

// An organisation that wants no part in it is told of nobody.
TEST_F(RegistryConfigsTest, TheOneThatAsksHasToAllowItToo) {
  Put("a", "free", R"({"X":1})");
  Put("b", "free", R"({"X":1})");
  ASSERT_TRUE(store_->UpdateOrganisation({"a", "a", false}).ok());
  EXPECT_THAT(Twins(One("a", "free")), IsEmpty());
}

TEST_F(RegistryConfigsTest, NoSettingsAreEqualToo) {
  Put("a", "free", "{}");
  Put("b", "free", "{}");
  Put("c", "free", R"({"X":1})");
  EXPECT_THAT(Twins(One("a", "free")), ElementsAre("b"));
}

// Rows of an older key have fingerprints that cannot be compared.
TEST_F(RegistryConfigsTest, RowsOfTwoKeysAreCompared) {
  Put("a", "free", R"({"X":1})");
  registry_ = MakeWith({NewKeyText(), key_});
  Put("b", "free", R"({"X":1})");
  Put("c", "free", R"({"X":2})");
  EXPECT_THAT(Twins(One("b", "free")), ElementsAre("a"));
  EXPECT_THAT(Twins(One("a", "free")), ElementsAre("b"));
  EXPECT_THAT(Twins(One("c", "free")), IsEmpty());
}

TEST_F(RegistryConfigsTest, SettingsOfOpenKatAreComparedByOpening) {
  RegistryOptions options = Options();
  options.keys = Keyring();
  ASSERT_TRUE(options.keys
                  .SetOpenKat("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
                              "B6N8vBQgk8i3VdwbEOhstCY3StFqqFPtC9/AsrhtHHw=")
                  .ok());
  options.seal_format = SealFormat::kOpenKatNaclSealbox;
  registry_ = Make(std::move(options));
  Put("a", "free", R"({"X":1,"Y":2})");
  Put("b", "free", R"({"Y":2,"X":1})");
  Put("c", "free", R"({"X":1})");
  EXPECT_EQ(store_->Config("a", "free")->fingerprint, "");
  EXPECT_THAT(Twins(One("a", "free")), ElementsAre("b"));
}

}  // namespace
}  // namespace cupel
