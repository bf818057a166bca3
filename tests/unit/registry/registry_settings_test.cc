#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/registry/registry_testing.h"

namespace cupel {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class RegistrySettingsTest : public RegistryTest {
 protected:
  void SetUp() override {
    RegistryTest::SetUp();
    AddFolder("dns", true);
    AddFolder("free");
    files_.Normalizer("norm", "norm");
    AddOrganisations({"acme", "other"});
    registry_ = Make();
    good_["API_KEY"] = kSecret;
    good_["TOP_PORTS"] = 7;
  }
  absl::Status Put(std::string_view plugin, const Json& settings) {
    return registry_->PutSettings("acme", plugin, settings);
  }
  Json good_ = Json::object();
  std::shared_ptr<Registry> registry_;
};

TEST_F(RegistrySettingsTest, ComeBackAndAreSealedInTheStore) {
  EXPECT_EQ(*registry_->Settings("acme", "dns"), Json::object());
  EXPECT_EQ(*registry_->Settings("none", "none"), Json::object());
  ASSERT_TRUE(Put("dns", good_).ok());
  EXPECT_EQ(*registry_->Settings("acme", "dns"), good_);
  EXPECT_EQ(*registry_->Settings("other", "dns"), Json::object());
  const auto row = store_->Config("acme", "dns");
  ASSERT_TRUE(row.ok());
  EXPECT_THAT(row->settings,
              AllOf(HasSubstr("cupel1:"), Not(HasSubstr(kSecret))));
  EXPECT_THAT(row->fingerprint, HasSubstr(IdOf(key_) + ":"));
  EXPECT_EQ(row->key_id, IdOf(key_));
}

TEST_F(RegistrySettingsTest, TheSchemaIsHeldAgainstThem) {
  const auto refused = [this](std::string_view text, const char* path) {
    const absl::Status status = Put("dns", Parsed(text));
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(MessageOf(status),
                AllOf(HasSubstr("Settings for plugin dns are not conform the "
                                "plugin schema: "),
                      HasSubstr(path), Not(HasSubstr("hunter2"))));
  };
  refused(R"({"API_KEY":"hunter2","TOP_PORTS":"hunter2"})", "$.TOP_PORTS");
  refused(R"({"API_KEY":"hunter2","TOP_PORTS":10})", "$.TOP_PORTS");
  refused(R"({"TOP_PORTS":3})", "API_KEY");
  refused("{}", "API_KEY");
  EXPECT_EQ(Put("dns", Parsed("[]")).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Put("norm", good_).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Put("none", good_).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(registry_->PutSettings("none", "dns", good_).code(),
            absl::StatusCode::kNotFound);
  EXPECT_TRUE(store_->Configs({})->empty());
  // Keys that the schema says nothing about are taken, as by OpenKAT.
  good_["EXTRA"] = 1;
  EXPECT_TRUE(Put("dns", good_).ok());
}

TEST_F(RegistrySettingsTest, ManyIssuesAreCounted) {
  std::string schema = R"({"type":"object","properties":{)";
  std::string bad = "{";
  for (int i = 0; i < 30; ++i) {
    const std::string comma = i == 0 ? "" : ",";
    const std::string key = comma + "\"K" + std::to_string(i) + "\":";
    schema += key + R"({"type":"integer"})";
    bad += key + "\"hunter2\"";
  }
  AddFolder("many");
  files_.Write("many/schema.json", schema + "}}");
  ASSERT_TRUE(registry_->Rescan().ok());
  const absl::Status status = Put("many", Parsed(bad + "}"));
  EXPECT_THAT(MessageOf(status),
              AllOf(HasSubstr("(and 20 more)"), Not(HasSubstr("hunter2"))));
}

TEST_F(RegistrySettingsTest, PuttingThemLeavesEnabledAsItIs) {
  ASSERT_TRUE(Put("dns", good_).ok());
  EXPECT_FALSE(registry_->Plugin("acme", "dns")->enabled);
  ASSERT_TRUE(registry_->SetEnabled("acme", "dns", true).ok());
  good_["TOP_PORTS"] = 1;
  ASSERT_TRUE(Put("dns", good_).ok());
  EXPECT_TRUE(registry_->Plugin("acme", "dns")->enabled);
}

TEST_F(RegistrySettingsTest, DeletingThemLeavesEnabledAsItIs) {
  EXPECT_EQ(registry_->DeleteSettings("acme", "dns").code(),
            absl::StatusCode::kNotFound);
  ASSERT_TRUE(registry_->SetEnabled("acme", "dns", true).ok());
  EXPECT_EQ(registry_->DeleteSettings("acme", "dns").code(),
            absl::StatusCode::kNotFound);
  ASSERT_TRUE(Put("dns", good_).ok());
  ASSERT_TRUE(registry_->DeleteSettings("acme", "dns").ok());
  EXPECT_EQ(*registry_->Settings("acme", "dns"), Json::object());
  EXPECT_TRUE(registry_->Plugin("acme", "dns")->enabled);
  const auto row = store_->Config("acme", "dns");
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->settings + row->fingerprint + row->key_id, "");
}

TEST_F(RegistrySettingsTest, EmptyOnesNeedNoKeyAndOthersDo) {
  registry_ = MakeWith({});
  EXPECT_TRUE(Put("free", Json::object()).ok());
  const absl::Status status = Put("free", good_);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(MessageOf(status),
              AllOf(HasSubstr("CUPEL_SETTINGS_KEYS"), Not(HasSubstr(kSecret))));
}

TEST_F(RegistrySettingsTest, ALostKeyIsNamedByItsId) {
  ASSERT_TRUE(Put("dns", good_).ok());
  registry_ = MakeWith({NewKeyText()});
  const absl::Status status = registry_->Settings("acme", "dns").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(MessageOf(status),
              AllOf(HasSubstr(IdOf(key_)), Not(HasSubstr(kSecret))));
  EXPECT_EQ(Ids(registry_->Plugins("acme", {})).size(), 3U);
  EXPECT_TRUE(registry_->SetEnabled("acme", "dns", true).ok());
  EXPECT_TRUE(Put("dns", good_).ok());
  EXPECT_EQ(*registry_->Settings("acme", "dns"), good_);
}

TEST_F(RegistrySettingsTest, ARowMovedToAnotherOrganisationDoesNotOpen) {
  ASSERT_TRUE(Put("dns", good_).ok());
  ConfigRow row = *store_->Config("acme", "dns");
  row.organisation = "other";
  ASSERT_TRUE(store_->PutConfig(row).ok());
  EXPECT_EQ(registry_->Settings("other", "dns").status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(RegistrySettingsTest, WhatCannotBeStoredIsRefusedWithoutItsValue) {
  Json bad = good_;
  bad["X"] = std::string("\xff") + kSecret;
  const absl::Status status = Put("free", bad);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(MessageOf(status), Not(HasSubstr("hunter2")));
  bad["X"] = std::string(kMaxSettingsBytes, 'x');
  EXPECT_EQ(Put("free", bad).code(), absl::StatusCode::kResourceExhausted);
}

// Clone.

TEST_F(RegistrySettingsTest, CloneGivesSettingsAndEnabledState) {
  ASSERT_TRUE(Put("dns", good_).ok());
  ASSERT_TRUE(registry_->SetEnabled("acme", "dns", true).ok());
  ASSERT_TRUE(registry_->SetEnabled("acme", "norm", false).ok());
  ASSERT_TRUE(registry_->SetEnabled("other", "free", true).ok());
  const Json kept = Parsed(R"({"KEPT":1})");
  ASSERT_TRUE(registry_->PutSettings("other", "free", kept).ok());
  ASSERT_TRUE(registry_->CloneSettings("acme", "other").ok());
  EXPECT_EQ(*registry_->Settings("other", "dns"), good_);
  EXPECT_EQ(*registry_->Settings("other", "free"), kept);
  PluginQuery query;
  query.state = true;
  EXPECT_THAT(Ids(registry_->Plugins("other", query)), ElementsAre("dns"));
  EXPECT_EQ(*registry_->Settings("acme", "dns"), good_);
  EXPECT_EQ(registry_->CloneSettings("acme", "none").code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(registry_->CloneSettings("none", "acme").code(),
            absl::StatusCode::kNotFound);
  EXPECT_TRUE(registry_->CloneSettings("acme", "acme").ok());
  EXPECT_EQ(*registry_->Settings("acme", "dns"), good_);
}

TEST_F(RegistrySettingsTest, CloneIsAllOrNothing) {
  ASSERT_TRUE(Put("dns", good_).ok());
  ASSERT_TRUE(Put("free", Parsed(R"({"A":1})")).ok());
  ASSERT_TRUE(registry_->SetEnabled("acme", "dns", true).ok());
  // The second row is damaged.
  ConfigRow row = *store_->Config("acme", "free");
  row.settings[row.settings.size() / 2] ^= 1;
  ASSERT_TRUE(store_->PutConfig(row).ok());
  const absl::Status status = registry_->CloneSettings("acme", "other");
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(MessageOf(status), HasSubstr("plugin 'free'"));
  EXPECT_EQ(*registry_->Settings("other", "dns"), Json::object());
  EXPECT_FALSE(registry_->Plugin("other", "dns")->enabled);
  ConfigFilter filter;
  filter.organisation = "other";
  EXPECT_TRUE(store_->Configs(filter)->empty());
}

TEST_F(RegistrySettingsTest, CloneHoldsThemAgainstTheSchemaOfToday) {
  ASSERT_TRUE(Put("dns", good_).ok());
  files_.Write("dns/schema.json",
               R"({"type":"object","properties":{"API_KEY":{"type":"string",)"
               R"("maxLength":3}}})");
  ASSERT_TRUE(registry_->Rescan().ok());
  const absl::Status status = registry_->CloneSettings("acme", "other");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(MessageOf(status),
              AllOf(HasSubstr("$.API_KEY"), Not(HasSubstr(kSecret))));
}

// Environment.

TEST_F(RegistrySettingsTest, TheEnvironmentHasSettingsBeforeVariables) {
  ASSERT_TRUE(Put("dns", good_).ok());
  const std::vector<std::pair<std::string, std::string>> variables = {
      {"BOEFJE_TOP_PORTS", "3"}, {"HOME", "/root"}};
  const auto acme = registry_->EnvironmentFor("acme", "dns", variables, false);
  ASSERT_TRUE(acme.ok()) << acme.status();
  EXPECT_EQ(acme->Values(false), Parsed(std::string(R"({"API_KEY":")") +
                                        kSecret + R"(","TOP_PORTS":"7"})"));
  EXPECT_THAT(PrintJson(acme->Values(true)), Not(HasSubstr(kSecret)));
  const auto other =
      registry_->EnvironmentFor("other", "dns", variables, false);
  EXPECT_EQ(other.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(MessageOf(other.status()), HasSubstr("API_KEY"));
  EXPECT_EQ(registry_->EnvironmentFor("none", "dns", {}, false).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(
      registry_->EnvironmentFor("acme", "none", {}, false).status().code(),
      absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace cupel
