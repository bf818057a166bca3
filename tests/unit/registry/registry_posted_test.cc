#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/unit/registry/registry_testing.h"

namespace cupel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using RegistryPostedTest = RegistryTest;

constexpr auto kExists = absl::StatusCode::kAlreadyExists;

TEST_F(RegistryPostedTest, IsNeverStaticAndHasNoFolder) {
  const auto registry = Make();
  ASSERT_TRUE(registry
                  ->AddPlugin(ManifestOf(
                      R"({"id":"p","name":"P","static":true,"cron":"@daily"})"))
                  .ok());
  const auto entry = registry->Plugin("", "p");
  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_FALSE(entry->manifest.is_static);
  EXPECT_FALSE(entry->local);
  EXPECT_EQ(entry->manifest.cron, "@daily");
}

TEST_F(RegistryPostedTest, TheVariablesThatItNamesStay) {
  const auto registry = Make();
  ASSERT_TRUE(registry
                  ->AddPlugin(ManifestOf(
                      R"({"id":"p","name":"P","environment_keys":["PROXY"]})"))
                  .ok());
  ASSERT_TRUE(registry
                  ->UpdatePlugin("p", PluginKind::kBoefje,
                                 Parsed(R"({"description":"D"})"))
                  .ok());
  const auto entry = registry->Plugin("", "p");
  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_EQ(entry->manifest.environment_keys,
            std::vector<std::string>{"PROXY"});
}

TEST_F(RegistryPostedTest, IdsAndNamesOfOneKindAreUnique) {
  AddFolder("local");
  const auto registry = Make();
  const auto add = [&registry](std::string_view text) {
    return registry->AddPlugin(ManifestOf(text));
  };
  const absl::Status id = add(R"({"id":"local","name":"Other"})");
  EXPECT_EQ(id.code(), kExists);
  EXPECT_EQ(MessageOf(id),
            "Duplicate plugin: a plugin with this id already exists");
  const absl::Status name = add(R"({"id":"other","name":"Name of local"})");
  EXPECT_EQ(name.code(), kExists);
  EXPECT_EQ(MessageOf(name),
            "Duplicate plugin: a plugin with this name already exists");
  ASSERT_TRUE(add(R"({"id":"p","name":"P"})").ok());
  EXPECT_EQ(add(R"({"id":"p","name":"Q"})").code(), kExists);
  EXPECT_EQ(add(R"({"id":"q","name":"P"})").code(), kExists);
  // Another kind may share a name, but not an id.
  const std::string lists = R"("consumes":[],"produces":[],)";
  EXPECT_TRUE(
      add("{" + lists + R"("type":"normalizer","id":"n","name":"P"})").ok());
  EXPECT_EQ(
      add("{" + lists + R"("type":"normalizer","id":"p","name":"N"})").code(),
      kExists);
}

TEST_F(RegistryPostedTest, RefusesIdsThatCouldBePathsAndStoq) {
  const auto registry = Make();
  PluginManifest manifest;
  manifest.id = "../evil";
  manifest.name = "Evil";
  EXPECT_EQ(registry->AddPlugin(manifest).code(),
            absl::StatusCode::kInvalidArgument);
  manifest.id = "good";
  manifest.kind = PluginKind::kStoq;
  EXPECT_EQ(registry->AddPlugin(manifest).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(Ids(registry->Plugins("", {})).empty());
}

TEST_F(RegistryPostedTest, AShadowWhoseFolderIsGoneMakesRoom) {
  AddFolder("moved");
  AddOrganisations({"acme"});
  const auto registry = Make();
  ASSERT_TRUE(registry->SetEnabled("acme", "moved", true).ok());
  std::filesystem::remove_all(files_ / "moved");
  ASSERT_TRUE(registry->Rescan().ok());
  EXPECT_EQ(registry->Plugin("acme", "moved").status().code(),
            absl::StatusCode::kNotFound);
  ASSERT_TRUE(
      registry->AddPlugin(ManifestOf(R"({"id":"moved","name":"Posted"})"))
          .ok());
  EXPECT_TRUE(registry->Plugin("acme", "moved")->enabled);
}

TEST_F(RegistryPostedTest, UpdateTakesWhatOpenKatTakesAndNoMore) {
  const auto registry = Make();
  ASSERT_TRUE(
      registry->AddPlugin(ManifestOf(R"({"id":"p","name":"P","scan_level":2})"))
          .ok());
  ASSERT_TRUE(registry
                  ->UpdatePlugin("p", PluginKind::kBoefje, Parsed(R"({
      "name":"New","scan_level":3,"cron":"@hourly","id":"q","enabled":true,
      "deduplicate":false,"static":true,"unknown":1,
      "boefje_schema":{"type":"object"}})"))
                  .ok());
  const auto entry = registry->Plugin("", "p");
  ASSERT_TRUE(entry.ok());
  EXPECT_EQ(entry->manifest.name, "New");
  EXPECT_EQ(entry->manifest.scan_level, 3);
  EXPECT_EQ(entry->manifest.cron, "@hourly");
  EXPECT_FALSE(entry->manifest.enabled);
  EXPECT_FALSE(entry->manifest.is_static);
  EXPECT_TRUE(entry->manifest.deduplicate);
  EXPECT_NE(entry->manifest.compiled, nullptr);
  EXPECT_EQ(registry->Plugin("", "q").status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(RegistryPostedTest, ABadUpdateChangesNothing) {
  const auto registry = Make();
  for (const char* const id : {"p", "q"}) {
    ASSERT_TRUE(registry
                    ->AddPlugin(ManifestOf(std::string(R"({"id":")") + id +
                                           R"(","name":")" + id + R"("})"))
                    .ok());
  }
  const auto update = [&registry](std::string_view text) {
    return registry->UpdatePlugin("p", PluginKind::kBoefje, Parsed(text));
  };
  const absl::Status cron = update(R"({"scan_level":9,"cron":"no"})");
  EXPECT_EQ(cron.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(MessageOf(cron), HasSubstr("$.scan_level"));
  EXPECT_EQ(update("[]").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(update(R"({"boefje_schema":{"type":3}})").code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(update(R"({"name":"q"})").code(), kExists);
  EXPECT_TRUE(update(R"({"name":"p"})").ok());  // its own
  EXPECT_EQ(registry->Plugin("", "p")->manifest.scan_level, 1);
}

TEST_F(RegistryPostedTest, OnlyPostedOnesOfTheKindCanBeUpdated) {
  AddFolder("local");
  AddOrganisations({"acme"});
  const auto registry = Make();
  const Json patch = Parsed(R"({"name":"X"})");
  const auto boefje = PluginKind::kBoefje;
  EXPECT_EQ(registry->UpdatePlugin("local", boefje, patch).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(registry->UpdatePlugin("none", boefje, patch).code(),
            absl::StatusCode::kNotFound);
  ASSERT_TRUE(registry->AddPlugin(ManifestOf(R"({"id":"p","name":"P"})")).ok());
  EXPECT_EQ(registry->UpdatePlugin("p", PluginKind::kNormalizer, patch).code(),
            absl::StatusCode::kNotFound);
  ASSERT_TRUE(registry->SetEnabled("acme", "local", true).ok());
  std::filesystem::remove_all(files_ / "local");
  ASSERT_TRUE(registry->Rescan().ok());
  EXPECT_EQ(registry->UpdatePlugin("local", boefje, patch).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(RegistryPostedTest, DeleteTakesWhatWasSetAndLeavesTheLocalOne) {
  AddFolder("local");
  AddOrganisations({"acme"});
  const auto registry = Make();
  const auto boefje = PluginKind::kBoefje;
  EXPECT_EQ(registry->DeletePlugin("local", boefje).code(),
            absl::StatusCode::kNotFound);  // never configured
  ASSERT_TRUE(registry->SetEnabled("acme", "local", true).ok());
  ASSERT_TRUE(registry->AddPlugin(ManifestOf(R"({"id":"p","name":"P"})")).ok());
  ASSERT_TRUE(registry->SetEnabled("acme", "p", true).ok());
  EXPECT_EQ(registry->DeletePlugin("p", PluginKind::kNormalizer).code(),
            absl::StatusCode::kNotFound);
  ASSERT_TRUE(registry->DeletePlugin("p", boefje).ok());
  ASSERT_TRUE(registry->DeletePlugin("local", boefje).ok());
  EXPECT_THAT(Ids(registry->Plugins("acme", {})), ElementsAre("local"));
  EXPECT_FALSE(registry->Plugin("acme", "local")->enabled);
  EXPECT_TRUE(store_->Configs({})->empty());
}

// What another process wrote is seen, though what was read is remembered.
TEST_F(RegistryPostedTest, ChangesOfOthersAreSeen) {
  const auto registry = Make();
  const auto other = Make();
  ASSERT_TRUE(registry->AddPlugin(ManifestOf(R"({"id":"p","name":"P"})")).ok());
  EXPECT_EQ(other->Plugin("", "p")->manifest.name, "P");
  ASSERT_TRUE(
      registry
          ->UpdatePlugin("p", PluginKind::kBoefje, Parsed(R"({"name":"Q"})"))
          .ok());
  EXPECT_EQ(other->Plugin("", "p")->manifest.name, "Q");
}

// One document may be read as either kind.
TEST_F(RegistryPostedTest, TheKindIsThatOfTheRow) {
  const auto registry = Make();
  const std::string text =
      R"({"id":"p","name":"P","consumes":[],"produces":[]})";
  ASSERT_TRUE(store_->AddPlugin({"p", "boefje", "P", text, false}).ok());
  EXPECT_EQ(registry->Plugin("", "p")->manifest.kind, PluginKind::kBoefje);
  ASSERT_TRUE(store_->UpdatePlugin({"p", "normalizer", "P", text, false}).ok());
  EXPECT_EQ(registry->Plugin("", "p")->manifest.kind, PluginKind::kNormalizer);
}

}  // namespace
}  // namespace cupel
