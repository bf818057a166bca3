#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/registry/registry_testing.h"

namespace cupel {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class RegistryTransferTest : public RegistryTest {
 protected:
  void SetUp() override {
    RegistryTest::SetUp();
    AddFolder("free");
    AddOrganisations({"acme", "other"});
    ASSERT_TRUE(store_->UpdateOrganisation({"other", "Other", false}).ok());
    ASSERT_TRUE(
        store_->AddRepository({"acme", "repo", "Repo", "https://example.org"})
            .ok());
    registry_ = Make();
    ASSERT_TRUE(
        registry_->AddPlugin(ManifestOf(R"({"id":"p","name":"Posted"})")).ok());
    settings_["X"] = kSecret;
    ASSERT_TRUE(registry_->PutSettings("acme", "free", settings_).ok());
    ASSERT_TRUE(registry_->SetEnabled("other", "p", true).ok());
  }

  // A registry over an empty store, with the same folders.
  std::shared_ptr<Registry> Empty(const std::vector<std::string>& keys) {
    RegistryOptions options = Options();
    options.store = *OpenCatalogueStore(TestDatabase(":memory:"));
    options.keys = RingOf(keys);
    return Make(std::move(options));
  }
  static void ExpectEmpty(Registry& registry) {
    EXPECT_TRUE(registry.store().Organisations()->empty());
    EXPECT_TRUE(registry.store().Plugins()->empty());
    EXPECT_TRUE(registry.store().Configs({})->empty());
  }
  absl::Status Refused(const Json& document) {
    const auto registry = Empty({key_});
    const absl::Status status = registry->Import(document);
    EXPECT_FALSE(status.ok());
    ExpectEmpty(*registry);
    return status;
  }

  Json settings_ = Json::object();
  std::shared_ptr<Registry> registry_;
};

TEST_F(RegistryTransferTest, ThereAndBackIsTheSame) {
  const auto document = registry_->Export();
  ASSERT_TRUE(document.ok()) << document.status();
  const std::string text = PrintJson(*document);
  EXPECT_THAT(text, AllOf(HasSubstr("cupel1:"), Not(HasSubstr(kSecret))));
  const auto second = Empty({key_});
  const absl::Status imported = second->Import(Parsed(text));
  ASSERT_TRUE(imported.ok()) << imported;
  EXPECT_EQ(PrintJson(*second->Export()), text);
  EXPECT_EQ(*second->Settings("acme", "free"), settings_);
  EXPECT_TRUE(second->Plugin("other", "p")->enabled);
  EXPECT_EQ(second->store().Repositories("acme")->size(), 1U);
  EXPECT_FALSE(second->store().Organisation("other")->deduplicate);
  EXPECT_EQ(second->store().Config("acme", "free")->fingerprint,
            store_->Config("acme", "free")->fingerprint);
}

TEST_F(RegistryTransferTest, OverWhatIsThereNothingIsImported) {
  const Json document = *registry_->Export();
  EXPECT_EQ(registry_->Import(document).code(),
            absl::StatusCode::kAlreadyExists);
  // The last thing in it is there.
  const auto second = Empty({key_});
  ASSERT_TRUE(
      second->AddPlugin(ManifestOf(R"({"id":"p","name":"Mine"})")).ok());
  EXPECT_EQ(second->Import(document).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(second->store().Organisations()->empty());
  EXPECT_TRUE(second->store().Configs({})->empty());
  EXPECT_EQ(second->Plugin("", "p")->manifest.name, "Mine");
}

TEST_F(RegistryTransferTest, OneBadRowAndNothingIsImported) {
  Json document = *registry_->Export();
  document["configs"][1]["organisation"] = "nobody";
  EXPECT_EQ(Refused(document).code(), absl::StatusCode::kNotFound);
  document = *registry_->Export();
  std::string damaged = document["configs"][0]["settings"];
  damaged[damaged.size() - 8] ^= 1;
  document["configs"][0]["settings"] = damaged;
  EXPECT_EQ(Refused(document).code(), absl::StatusCode::kDataLoss);
  document["configs"][0]["settings"] = std::string("what? ") + kSecret;
  EXPECT_THAT(MessageOf(Refused(document)),
              AllOf(HasSubstr("organisation 'acme' and plugin 'free'"),
                    Not(HasSubstr("hunter2"))));
  document = *registry_->Export();
  document["configs"].push_back(document["configs"][0]);
  EXPECT_EQ(Refused(document).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(RegistryTransferTest, WhatNoExportHasIsNamedByItsPath) {
  const Json document = *registry_->Export();
  const auto message = [this](const Json& bad) {
    const absl::Status status = Refused(bad);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    return std::string(MessageOf(status));
  };
  EXPECT_THAT(message(Parsed("[]")), HasSubstr("object"));
  EXPECT_THAT(message(Parsed("{}")), HasSubstr("$.format"));
  Json bad = document;
  bad["version"] = 2;
  EXPECT_THAT(message(bad), HasSubstr("$.version"));
  bad = document;
  bad["extra"] = 1;
  EXPECT_THAT(message(bad), HasSubstr("$.extra"));
  bad = document;
  bad["configs"][0]["plugin_type"] = "bit";
  EXPECT_THAT(message(bad), HasSubstr("$.configs[0].plugin_type"));
  bad = document;
  bad["organisations"][1]["id"] = "";
  EXPECT_THAT(message(bad), HasSubstr("$.organisations[1].id"));
  bad = document;
  bad["configs"][0]["settings"] = 3;
  EXPECT_THAT(message(bad), HasSubstr("$.configs[0].settings"));
}

TEST_F(RegistryTransferTest, PluginsAreHeldToTheRulesOfPostedOnes) {
  const Json document = *registry_->Export();
  const auto posted = [&document](std::string_view id, std::string_view text,
                                  std::string_view name = "Posted") {
    Json bad = document;
    bad["configs"] = Json::array();
    for (Json& plugin : bad["plugins"]) {
      if (plugin["static"] != false) continue;
      plugin["id"] = id;
      plugin["name"] = name;
      plugin["document"] = text;
    }
    return bad;
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_EQ(Refused(posted("p", "{")).code(), kInvalid);
  EXPECT_EQ(Refused(posted("p", R"({"id":"p"})")).code(), kInvalid);
  // What the row says has to be what the document says.
  EXPECT_EQ(Refused(posted("../evil", R"({"id":"p","name":"Posted"})")).code(),
            kInvalid);
  EXPECT_EQ(Refused(posted("q", R"({"id":"p","name":"Posted"})")).code(),
            kInvalid);
  EXPECT_EQ(Refused(posted("p", R"({"id":"p","name":"Other"})")).code(),
            kInvalid);
  Json twice = posted("p", R"({"id":"p","name":"Posted"})");
  Json other = twice["plugins"][1];
  for (const Json& plugin : twice["plugins"]) {
    if (plugin["static"] == false) other = plugin;
  }
  other["id"] = "q";
  other["document"] = R"({"id":"q","name":"Posted"})";
  twice["plugins"].push_back(other);
  EXPECT_EQ(Refused(twice).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(RegistryTransferTest, APostedOneComesBackBehindALocalOne) {
  AddFolder("p");
  ASSERT_TRUE(registry_->Rescan().ok());
  const auto second = Empty({key_});
  const absl::Status imported = second->Import(*registry_->Export());
  ASSERT_TRUE(imported.ok()) << imported;
  EXPECT_EQ(second->Plugin("", "p")->manifest.name, "Name of p");
}

TEST_F(RegistryTransferTest, RowsOfAKeyThatIsNotHereComeInAndStaySealed) {
  const auto second = Empty({NewKeyText()});
  ASSERT_TRUE(second->Import(*registry_->Export()).ok());
  const absl::Status status = second->Settings("acme", "free").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(MessageOf(status), HasSubstr(IdOf(key_)));
  EXPECT_EQ(second->store().Config("acme", "free")->fingerprint, "");
}

TEST_F(RegistryTransferTest, PlainSettingsOnlyIfTheyMayBeRead) {
  Json document = *registry_->Export();
  document["configs"][0]["settings"] =
      std::string(R"({"X":")") + kSecret + R"("})";
  EXPECT_THAT(MessageOf(Refused(document)), Not(HasSubstr(kSecret)));
  RegistryOptions options = Options();
  options.store = *OpenCatalogueStore(TestDatabase(":memory:"));
  options.allow_identity = true;
  const auto second = Make(std::move(options));
  ASSERT_TRUE(second->Import(document).ok());
  EXPECT_EQ(*second->Settings("acme", "free"), settings_);
  EXPECT_EQ(second->RotateSettings()->resealed, 1U);
  EXPECT_THAT(second->store().Config("acme", "free")->settings,
              HasSubstr("cupel1:"));
}

}  // namespace
}  // namespace cupel
