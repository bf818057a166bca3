#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
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

using RegistryPluginsTest = RegistryTest;

std::vector<std::string> Enabled(Registry& registry,
                                 std::string_view organisation) {
  PluginQuery query;
  query.state = true;
  return Ids(registry.Plugins(organisation, query));
}

TEST_F(RegistryPluginsTest, NeedsAStoreAndRootsThatCanBeRead) {
  EXPECT_EQ(Registry::New({}).status().code(),
            absl::StatusCode::kInvalidArgument);
  RegistryOptions options = Options();
  options.plugin_roots.push_back(files_ / "nowhere");
  EXPECT_EQ(Registry::New(std::move(options)).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(RegistryPluginsTest, RowsComeFirstThenBoefjesNormalizersAndStoq) {
  files_.Normalizer("a_norm", "local-norm");
  files_.Write("b_stoq/thing.stoq",
               "[Core]\nName = stoq-thing\nModule = thing\n");
  files_.Write("b_stoq/thing.py", "from stoq.plugins import WorkerPlugin\n");
  AddFolder("local-1");
  AddFolder("local-2");
  AddOrganisations({"acme"});
  const auto registry = Make();
  EXPECT_THAT(Ids(registry->Plugins("acme", {})),
              ElementsAre("local-1", "local-2", "local-norm", "stoq-thing"));
  ASSERT_TRUE(
      registry->AddPlugin(ManifestOf(R"({"id":"posted","name":"Posted"})"))
          .ok());
  ASSERT_TRUE(registry->SetEnabled("acme", "local-2", true).ok());
  EXPECT_THAT(
      Ids(registry->Plugins("acme", {})),
      ElementsAre("posted", "local-2", "local-1", "local-norm", "stoq-thing"));
  PluginQuery openkat;
  openkat.openkat_only = true;
  EXPECT_THAT(Ids(registry->Plugins("acme", openkat)),
              ElementsAre("posted", "local-2", "local-1", "local-norm"));
  openkat.ids = {"stoq-thing"};
  EXPECT_EQ(registry->Plugins("acme", openkat).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(RegistryPluginsTest, ALocalOneStandsBeforeAPostedOne) {
  AddOrganisations({"acme"});
  const auto registry = Make();
  ASSERT_TRUE(registry
                  ->AddPlugin(ManifestOf(
                      R"({"id":"both","name":"Posted","scan_level":4})"))
                  .ok());
  ASSERT_TRUE(registry->SetEnabled("acme", "both", true).ok());
  AddFolder("both");
  ASSERT_TRUE(registry->Rescan().ok());
  const auto entry = registry->Plugin("acme", "both");
  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_EQ(entry->manifest.name, "Name of both");
  EXPECT_EQ(entry->manifest.scan_level, 1);
  EXPECT_TRUE(entry->local);
  EXPECT_EQ(entry->directory, files_ / "both");
  EXPECT_TRUE(entry->enabled);
  EXPECT_THAT(Ids(registry->Plugins("acme", {})), ElementsAre("both"));
  std::filesystem::remove_all(files_ / "both");
  ASSERT_TRUE(registry->Rescan().ok());
  EXPECT_EQ(registry->Plugin("acme", "both")->manifest.name, "Posted");
}

TEST_F(RegistryPluginsTest, EnabledIsOfTheOrganisationElseOfTheManifest) {
  files_.Normalizer("norm", "norm");
  AddFolder("boefje");
  AddOrganisations({"acme", "other"});
  const auto registry = Make();
  EXPECT_THAT(Enabled(*registry, "acme"), ElementsAre("norm"));
  ASSERT_TRUE(registry->SetEnabled("acme", "boefje", true).ok());
  ASSERT_TRUE(registry->SetEnabled("acme", "norm", false).ok());
  EXPECT_THAT(Enabled(*registry, "acme"), ElementsAre("boefje"));
  EXPECT_THAT(Enabled(*registry, "other"), ElementsAre("norm"));
  EXPECT_THAT(Enabled(*registry, "unknown"), ElementsAre("norm"));
  PluginQuery off;
  off.state = false;
  EXPECT_THAT(Ids(registry->Plugins("acme", off)), ElementsAre("norm"));
}

TEST_F(RegistryPluginsTest, EnablingWhatIsNotThereSaysWhichOfTheTwo) {
  AddFolder("boefje");
  AddOrganisations({"acme"});
  const auto registry = Make();
  const absl::Status plugin = registry->SetEnabled("acme", "nothing", true);
  EXPECT_EQ(plugin.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(MessageOf(plugin), HasSubstr("Plugin with id 'nothing'"));
  const absl::Status organisation = registry->SetEnabled("no", "boefje", true);
  EXPECT_EQ(organisation.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(MessageOf(organisation), HasSubstr("Organisation with id 'no'"));
  EXPECT_THAT(*store_->Plugins(), IsEmpty());
}

TEST_F(RegistryPluginsTest, ABoefjeAndANormalizerOfOneIdAreBothListed) {
  files_.Boefje("one", "same");
  files_.Normalizer("two", "same");
  AddOrganisations({"acme"});
  const auto registry = Make();
  EXPECT_EQ(registry->Plugin("acme", "same")->manifest.kind,
            PluginKind::kBoefje);
  ASSERT_TRUE(registry->SetEnabled("acme", "same", false).ok());
  const auto entries = registry->Plugins("acme", {});
  ASSERT_TRUE(entries.ok());
  ASSERT_EQ(entries->size(), 2U);
  EXPECT_FALSE((*entries)[0].enabled);
  EXPECT_TRUE((*entries)[1].enabled);  // what is set is the boefje's
}

TEST_F(RegistryPluginsTest, BrokenOnesAreListedLastWhenAskedFor) {
  AddFolder("sound");
  files_.Write("broken/boefje.json", "{\"id\": \"broken\",\n  \"name\": }");
  AddOrganisations({"acme"});
  ASSERT_TRUE(
      store_->AddPlugin({"rotten", "boefje", "Rotten", "{", false}).ok());
  const auto registry = Make();
  EXPECT_THAT(Ids(registry->Plugins("acme", {})), ElementsAre("sound"));
  PluginQuery query;
  query.include_broken = true;
  const auto entries = registry->Plugins("acme", query);
  ASSERT_TRUE(entries.ok());
  ASSERT_EQ(entries->size(), 3U);
  EXPECT_EQ((*entries)[0].manifest.id, "sound");
  EXPECT_EQ((*entries)[1].manifest.id, "rotten");
  EXPECT_THAT((*entries)[1].problem, HasSubstr("plugin 'rotten'"));
  EXPECT_THAT((*entries)[2].problem,
              AllOf(HasSubstr("broken/boefje.json"), HasSubstr("line 2")));
  EXPECT_FALSE((*entries)[2].enabled);
  EXPECT_EQ(registry->SetEnabled("acme", "rotten", true).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(registry->found().size(), 2U);
}

TEST_F(RegistryPluginsTest, RescanFindsTheNewAndKeepsAllOnFailure) {
  AddFolder("first");
  const auto registry = Make();
  AddFolder("second");
  EXPECT_THAT(Ids(registry->Plugins("", {})), ElementsAre("first"));
  ASSERT_TRUE(registry->Rescan().ok());
  EXPECT_THAT(Ids(registry->Plugins("", {})), ElementsAre("first", "second"));
  const std::string away = files_.path() + "-away";
  std::filesystem::rename(files_.path(), away);
  EXPECT_FALSE(registry->Rescan().ok());
  EXPECT_THAT(Ids(registry->Plugins("", {})), ElementsAre("first", "second"));
  std::filesystem::rename(away, files_.path());
}

TEST_F(RegistryPluginsTest, ALaterRootReplacesAndSaysSo) {
  PluginFiles second;
  AddFolder("same");
  second.Write("same/boefje.json", R"({"id":"same","name":"Later"})");
  RegistryOptions options = Options();
  options.plugin_roots.push_back(second.path());
  const auto registry = Make(std::move(options));
  EXPECT_EQ(registry->Plugin("", "same")->manifest.name, "Later");
  const auto found = registry->found();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].duplicate_of, files_ / "same");
}

// Filters and pages.

class RegistryQueryTest : public RegistryTest {
 protected:
  void SetUp() override {
    RegistryTest::SetUp();
    files_.Write("a/boefje.json",
                 R"({"id":"dns-records","name":"DnsRecords",)"
                 R"("description":"Fetch the records","consumes":["Hostname"],)"
                 R"("produces":["dns/raw"]})");
    files_.Write("b/boefje.json",
                 R"({"id":"nmap","name":"Nmap TCP","consumes":["IPAddressV4"],)"
                 R"("oci_image":"example.org/nmap:1"})");
    files_.Write("c/normalizer.json",
                 R"({"id":"dns-normalize","name":"Dns","consumes":["dns/raw"],)"
                 R"("produces":["Finding","Hostname"]})");
    files_.Write("c/normalize.py", "");
    registry_ = Make();
  }
  std::vector<std::string> Find(const PluginQuery& query) {
    return Ids(registry_->Plugins("acme", query));
  }
  std::shared_ptr<Registry> registry_;
};

TEST_F(RegistryQueryTest, TextIsLookedForInIdNameAndDescription) {
  PluginQuery query;
  query.q = "dns";
  EXPECT_THAT(Find(query), ElementsAre("dns-records", "dns-normalize"));
  query.q = "TCP";
  EXPECT_THAT(Find(query), ElementsAre("nmap"));
  query.q = "Fetch";
  EXPECT_THAT(Find(query), ElementsAre("dns-records"));
  query.q = "fetch";
  EXPECT_THAT(Find(query), IsEmpty());
}

TEST_F(RegistryQueryTest, IdsComeAsAskedAndUnknownOnesAreAnError) {
  PluginQuery query;
  query.ids = {"nmap", "dns-records", "nmap"};
  EXPECT_THAT(Find(query), ElementsAre("nmap", "dns-records"));
  query.q = "TCP";
  EXPECT_THAT(Find(query), ElementsAre("nmap"));
  query.ids = {"nmap", "none"};
  EXPECT_EQ(registry_->Plugins("acme", query).status().code(),
            absl::StatusCode::kNotFound);
  query.q = "";
  query.ids = std::vector<std::string>();
  EXPECT_THAT(Find(query), IsEmpty());
}

TEST_F(RegistryQueryTest, TypeImageAndLists) {
  PluginQuery type;
  type.type = "normalizer";
  EXPECT_THAT(Find(type), ElementsAre("dns-normalize"));
  type.type = "bit";
  EXPECT_THAT(Find(type), IsEmpty());
  type.type = "thing";
  EXPECT_EQ(registry_->Plugins("acme", type).status().code(),
            absl::StatusCode::kInvalidArgument);
  PluginQuery image;
  image.oci_image = "example.org/nmap:1";
  EXPECT_THAT(Find(image), ElementsAre("nmap"));
  PluginQuery consumes;
  consumes.consumes = {"IPAddressV4", "Hostname"};
  EXPECT_THAT(Find(consumes), ElementsAre("dns-records", "nmap"));
  PluginQuery produces;
  produces.produces = {"Hostname", "nothing"};
  EXPECT_THAT(Find(produces), ElementsAre("dns-normalize"));
}

TEST_F(RegistryQueryTest, PagesAreCutLast) {
  PluginQuery query;
  query.offset = 1;
  query.limit = 1;
  EXPECT_THAT(Find(query), ElementsAre("nmap"));
  query.limit = 0;
  EXPECT_THAT(Find(query), IsEmpty());
  query.offset = UINT64_MAX;
  query.limit = UINT64_MAX;
  EXPECT_THAT(Find(query), IsEmpty());
  query.offset = 0;
  EXPECT_THAT(Find(query), testing::SizeIs(3));
  query.state = false;
  query.offset = 1;
  query.limit = 5;
  EXPECT_THAT(Find(query), ElementsAre("nmap"));
}

// More than are looked up one by one.
TEST_F(RegistryPluginsTest, ManyPluginsHaveTheirStateToo) {
  for (int i = 0; i < 40; ++i) AddFolder("p" + std::to_string(100 + i));
  AddOrganisations({"acme", "other"});
  const auto registry = Make();
  ASSERT_TRUE(registry->SetEnabled("acme", "p110", true).ok());
  ASSERT_TRUE(registry->SetEnabled("other", "p111", true).ok());
  EXPECT_THAT(Enabled(*registry, "acme"), ElementsAre("p110"));
}

TEST_F(RegistryPluginsTest, CoverAndDescription) {
  AddFolder("local");
  files_.Write("local/cover.jpg", "\xff\xd8 picture");
  files_.Write("local/description.md", "# Local");
  const auto registry = Make();
  ASSERT_TRUE(
      registry
          ->AddPlugin(ManifestOf(
              R"({"id":"posted","name":"Posted","description":"Words"})"))
          .ok());
  EXPECT_EQ(*registry->Cover("local"), "\xff\xd8 picture");
  EXPECT_EQ(*registry->Description("local"), "# Local");
  EXPECT_EQ(*registry->Cover("posted"), "");
  EXPECT_EQ(*registry->Description("posted"), "Words");
  EXPECT_EQ(*registry->Cover("none"), "");
  EXPECT_EQ(*registry->Description("../../etc/passwd"), "");
  std::filesystem::remove(files_ / "local/cover.jpg");
  EXPECT_EQ(*registry->Cover("local"), "");
  std::filesystem::create_symlink("/etc/hostname", files_ / "local/cover.jpg");
  EXPECT_EQ(*registry->Cover("local"), "");
  std::filesystem::remove(files_ / "local/cover.jpg");
  files_.Write("shared.jpg", "shared");
  std::filesystem::create_symlink("../shared.jpg", files_ / "local/cover.jpg");
  EXPECT_EQ(*registry->Cover("local"), "shared");
}

// The list is kept as long as nothing changes, and no longer.
TEST_F(RegistryPluginsTest, AListIsNeverOlderThanTheLastChange) {
  AddFolder("local");
  const auto registry = Make();
  const auto other = Make();
  EXPECT_EQ(Ids(registry->Plugins("", {})), std::vector<std::string>{"local"});
  ASSERT_TRUE(other->AddPlugin(ManifestOf(R"({"id":"p","name":"P"})")).ok());
  EXPECT_EQ(Ids(registry->Plugins("", {})),
            (std::vector<std::string>{"p", "local"}));
  // Seen from within what is given up, and not afterwards.
  const absl::Status given_up = store_->Atomically([&] {
    EXPECT_TRUE(other->DeletePlugin("p", PluginKind::kBoefje).ok());
    EXPECT_EQ(Ids(registry->Plugins("", {})),
              std::vector<std::string>{"local"});
    return absl::AbortedError("on purpose");
  });
  EXPECT_FALSE(given_up.ok());
  EXPECT_EQ(Ids(registry->Plugins("", {})),
            (std::vector<std::string>{"p", "local"}));
  AddFolder("second");
  ASSERT_TRUE(registry->Rescan().ok());
  EXPECT_EQ(Ids(registry->Plugins("", {})),
            (std::vector<std::string>{"p", "local", "second"}));
}

}  // namespace
}  // namespace cupel
