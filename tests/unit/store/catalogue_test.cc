#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "store/catalogue_store.h"
#include "tests/unit/store/store_testing.h"

namespace cupel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::shared_ptr<CatalogueStore> MustOpen(const std::string& path) {
  auto store = OpenCatalogueStore(path);
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *store : nullptr;
}

ConfigRow MakeConfig(std::string organisation, std::string plugin) {
  ConfigRow row;
  row.organisation = std::move(organisation);
  row.plugin = std::move(plugin);
  row.plugin_type = "boefje";
  return row;
}

std::vector<std::string> PluginsOf(CatalogueStore& store,
                                   const ConfigFilter& filter) {
  const auto rows = store.Configs(filter);
  EXPECT_TRUE(rows.ok()) << rows.status();
  std::vector<std::string> plugins;
  for (const ConfigRow& row : *rows) {
    plugins.push_back(row.organisation + "/" + row.plugin);
  }
  return plugins;
}

// With files there are readers beside the writer, in memory there are none.
class CatalogueTest : public testing::TestWithParam<bool> {
 protected:
  CatalogueTest()
      : store_(MustOpen(TestDatabase(GetParam() ? folder_ / "catalogue.db"
                                                : ":memory:"))) {}

  void AddOrganisations() {
    ASSERT_TRUE(store_->AddOrganisation({"a", "A", true}).ok());
    ASSERT_TRUE(store_->AddOrganisation({"b", "B", false}).ok());
  }

  TempFolder folder_;
  std::shared_ptr<CatalogueStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Where, CatalogueTest, testing::Bool(),
                         [](const auto& where) {
                           return where.param ? "File" : "Memory";
                         });

// What no path of the REST API could hold.
TEST_P(CatalogueTest, OrganisationsHaveIdsForPaths) {
  for (const char* const id : {"", ".", "..", "a/b", "a\\b", "a\nb", "a\x7f"}) {
    EXPECT_EQ(store_->AddOrganisation({id, "N", true}).code(),
              absl::StatusCode::kInvalidArgument)
        << id;
  }
  EXPECT_TRUE(store_->AddOrganisation({"a..b c", "N", true}).ok());
}

TEST_P(CatalogueTest, EveryChangeOfAPluginIsAnotherVersion) {
  std::set<int64_t> seen;
  const auto is_new = [&] {
    const auto version = store_->PluginsVersion();
    EXPECT_TRUE(version.ok()) << version.status();
    return version.ok() && seen.insert(*version).second;
  };
  EXPECT_TRUE(is_new());
  EXPECT_FALSE(is_new());
  ASSERT_TRUE(store_->AddPlugin({"p", "boefje", "P", "{}", false}).ok());
  EXPECT_TRUE(is_new());
  ASSERT_TRUE(store_->UpdatePlugin({"p", "boefje", "Q", "{}", false}).ok());
  EXPECT_TRUE(is_new());
  AddOrganisations();
  EXPECT_FALSE(is_new());
  // What is given up must not have a number that comes again.
  const absl::Status given_up = store_->Atomically([&] {
    EXPECT_TRUE(store_->DeletePlugin("p").ok());
    EXPECT_TRUE(is_new());
    return absl::AbortedError("on purpose");
  });
  EXPECT_FALSE(given_up.ok());
  EXPECT_FALSE(is_new());
  ASSERT_TRUE(store_->DeletePlugin("p").ok());
  EXPECT_TRUE(is_new());
}

TEST_P(CatalogueTest, Organisations) {
  AddOrganisations();
  EXPECT_EQ(store_->AddOrganisation({"a", "other", true}).code(),
            absl::StatusCode::kAlreadyExists);
  ASSERT_TRUE(store_->UpdateOrganisation({"a", "Changed", false}).ok());
  const auto one = store_->Organisation("a");
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->name, "Changed");
  EXPECT_FALSE(one->deduplicate);
  const auto all = store_->Organisations();
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ((*all)[1].id, "b");
  ASSERT_TRUE(store_->DeleteOrganisation("a").ok());
  for (const absl::Status& status :
       {store_->Organisation("a").status(), store_->DeleteOrganisation("a"),
        store_->UpdateOrganisation({"a", "", true})}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("'a'"));
  }
}

TEST_P(CatalogueTest, Repositories) {
  AddOrganisations();
  ASSERT_TRUE(store_->AddRepository({"a", "r", "R", "https://x"}).ok());
  ASSERT_TRUE(store_->AddRepository({"b", "r", "R", "https://y"}).ok());
  EXPECT_EQ(store_->AddRepository({"a", "r", "R", ""}).code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(store_->AddRepository({"none", "r", "R", ""}).code(),
            absl::StatusCode::kNotFound);
  auto rows = store_->Repositories("a");
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ((*rows)[0].base_url, "https://x");
  ASSERT_TRUE(store_->DeleteRepository("a", "r").ok());
  EXPECT_EQ(store_->DeleteRepository("a", "r").code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(store_->Repositories("b")->size(), 1U);
}

TEST_P(CatalogueTest, PluginsAndTheirConfigurationsGoTogether) {
  AddOrganisations();
  ASSERT_TRUE(store_->AddPlugin({"p", "boefje", "P", "{}", false}).ok());
  ASSERT_TRUE(store_->AddPlugin({"q", "normalizer", "P", "{}", true}).ok());
  EXPECT_EQ(store_->AddPlugin({"p", "boefje", "", "", false}).code(),
            absl::StatusCode::kAlreadyExists);
  ASSERT_TRUE(
      store_->UpdatePlugin({"p", "boefje", "P2", "{\"x\":1}", true}).ok());
  EXPECT_EQ(store_->Plugin("p")->document, "{\"x\":1}");
  EXPECT_TRUE(store_->Plugin("p")->is_static);
  ASSERT_TRUE(store_->PutConfig(MakeConfig("a", "p")).ok());
  ASSERT_TRUE(store_->PutConfig(MakeConfig("a", "q")).ok());
  ASSERT_TRUE(store_->DeletePlugin("p").ok());
  EXPECT_THAT(PluginsOf(*store_, {}), ElementsAre("a/q"));
  EXPECT_EQ(store_->DeletePlugin("p").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store_->Plugin("p").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store_->UpdatePlugin({"p", "boefje", "", "", true}).code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(store_->Plugins()->size(), 1U);
}

TEST_P(CatalogueTest, AConfigurationIsReplacedAndKeepsItsNumber) {
  AddOrganisations();
  ConfigRow row = MakeConfig("a", "p");
  ASSERT_TRUE(store_->PutConfig(row).ok());
  const auto first = store_->Config("a", "p");
  ASSERT_TRUE(first.ok());
  EXPECT_FALSE(first->enabled.has_value());
  EXPECT_EQ(first->settings, "");
  row.enabled = true;
  row.settings = "sealed";
  row.fingerprint = "f";
  row.key_id = "k";
  ASSERT_TRUE(store_->PutConfig(row).ok());
  const auto second = store_->Config("a", "p");
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->number, first->number);
  EXPECT_EQ(second->enabled, true);
  EXPECT_EQ(second->settings, "sealed");
  EXPECT_EQ(second->fingerprint, "f");
  EXPECT_EQ(second->key_id, "k");
  ASSERT_TRUE(store_->DeleteConfig("a", "p").ok());
  EXPECT_EQ(store_->DeleteConfig("a", "p").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store_->Config("a", "p").status().code(),
            absl::StatusCode::kNotFound);
  // A number never comes again.
  ASSERT_TRUE(store_->PutConfig(row).ok());
  EXPECT_GT(store_->Config("a", "p")->number, first->number);
  EXPECT_EQ(store_->PutConfig(MakeConfig("none", "p")).code(),
            absl::StatusCode::kNotFound);
}

TEST_P(CatalogueTest, AnOrganisationTakesAllThatIsItsWithIt) {
  AddOrganisations();
  ASSERT_TRUE(store_->AddRepository({"a", "r", "R", ""}).ok());
  ASSERT_TRUE(store_->PutConfig(MakeConfig("a", "p")).ok());
  ASSERT_TRUE(store_->PutConfig(MakeConfig("b", "p")).ok());
  ASSERT_TRUE(store_->DeleteOrganisation("a").ok());
  EXPECT_THAT(PluginsOf(*store_, {}), ElementsAre("b/p"));
  ASSERT_TRUE(store_->AddOrganisation({"a", "new", true}).ok());
  EXPECT_TRUE(store_->Repositories("a")->empty());
}

TEST_P(CatalogueTest, Filters) {
  AddOrganisations();
  for (const char* organisation : {"a", "b"}) {
    for (const char* plugin : {"p", "q", "r"}) {
      ConfigRow row = MakeConfig(organisation, plugin);
      if (row.plugin != "r") row.enabled = row.plugin == "p";
      if (row.plugin != "q") row.settings = "sealed";
      row.fingerprint = row.plugin == "p" ? "same" : "";
      row.key_id = row.organisation == "a" ? "old" : "new";
      ASSERT_TRUE(store_->PutConfig(row).ok());
    }
  }
  ConfigFilter filter;
  filter.organisation = "a";
  EXPECT_THAT(PluginsOf(*store_, filter), ElementsAre("a/p", "a/q", "a/r"));
  filter.limit = 1;
  filter.offset = 1;
  EXPECT_THAT(PluginsOf(*store_, filter), ElementsAre("a/q"));
  filter = {};
  filter.plugin = "q";
  EXPECT_THAT(PluginsOf(*store_, filter), ElementsAre("a/q", "b/q"));
  filter.organisation = "b";
  EXPECT_THAT(PluginsOf(*store_, filter), ElementsAre("b/q"));
  filter = {};
  filter.enabled = false;
  EXPECT_THAT(PluginsOf(*store_, filter), ElementsAre("a/q", "b/q"));
  filter = {};
  filter.fingerprint = "same";
  EXPECT_THAT(PluginsOf(*store_, filter), ElementsAre("a/p", "b/p"));
  filter = {};
  filter.key_id_not = "new";
  EXPECT_THAT(PluginsOf(*store_, filter), ElementsAre("a/p", "a/r"));
  filter.number_above = store_->Config("a", "p")->number;
  EXPECT_THAT(PluginsOf(*store_, filter), ElementsAre("a/r"));
  filter = {};
  filter.number_above = store_->Config("a", "r")->number;
  filter.limit = 2;
  EXPECT_THAT(PluginsOf(*store_, filter), ElementsAre("b/p", "b/q"));
  filter = {};
  filter.offset = UINT64_MAX;
  filter.limit = UINT64_MAX;
  EXPECT_THAT(PluginsOf(*store_, filter), ElementsAre());
  filter = {};
  filter.organisation = "none";
  EXPECT_THAT(PluginsOf(*store_, filter), ElementsAre());
}

TEST_P(CatalogueTest, SettingsAreReplacedOnlyIfNobodyElseDid) {
  AddOrganisations();
  ConfigRow row = MakeConfig("a", "p");
  row.settings = "old";
  row.enabled = true;
  ASSERT_TRUE(store_->PutConfig(row).ok());
  const int64_t number = store_->Config("a", "p")->number;
  ConfigRow replacement = row;
  replacement.enabled = false;
  replacement.settings = "new";
  replacement.key_id = "k2";
  EXPECT_FALSE(*store_->ReplaceSettings(number, "other", replacement));
  EXPECT_FALSE(*store_->ReplaceSettings(number + 1, "old", replacement));
  EXPECT_EQ(store_->Config("a", "p")->settings, "old");
  EXPECT_TRUE(*store_->ReplaceSettings(number, "old", replacement));
  const auto now = store_->Config("a", "p");
  EXPECT_EQ(now->settings, "new");
  EXPECT_EQ(now->key_id, "k2");
  EXPECT_EQ(now->enabled, true);
}

TEST_P(CatalogueTest, AtomicallyIsAllOrNothing) {
  AddOrganisations();
  const absl::Status failed = store_->Atomically([&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(store_->AddOrganisation({"c", "C", true}));
    // Its own writes are seen within, and it may nest.
    EXPECT_TRUE(store_->Organisation("c").ok());
    CUPEL_RETURN_IF_ERROR(
        store_->Atomically([&] { return store_->DeleteOrganisation("a"); }));
    return store_->AddOrganisation({"b", "twice", true});
  });
  EXPECT_EQ(failed.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(store_->Organisations()->size(), 2U);
  EXPECT_TRUE(store_->Organisation("a").ok());
  ASSERT_TRUE(store_
                  ->Atomically(
                      [&] { return store_->AddOrganisation({"c", "C", true}); })
                  .ok());
  EXPECT_TRUE(store_->Organisation("c").ok());
}

TEST_P(CatalogueTest, BoundsNameTheField) {
  AddOrganisations();
  const std::string long_id(257, 'x');
  ConfigRow bad = MakeConfig("a", "p");
  bad.settings = std::string("SECRET\0", 7);
  for (const absl::Status& status :
       {store_->AddOrganisation({"", "", true}),
        store_->AddOrganisation({long_id, "", true}),
        store_->AddOrganisation({"x", std::string(4097, 'x'), true}),
        store_->AddOrganisation({"x\xff", "", true}),
        store_->AddPlugin({"x", "", "", "", true}),
        store_->AddRepository({"a", "", "", ""}), store_->PutConfig(bad)}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_THAT(std::string(MessageOf(status)),
                testing::AnyOf(HasSubstr("id"), HasSubstr("name"),
                               HasSubstr("type"), HasSubstr("settings")));
    EXPECT_THAT(std::string(MessageOf(status)), Not(HasSubstr("SECRET")));
  }
  EXPECT_EQ(store_->Organisations()->size(), 2U);
}

TEST_P(CatalogueTest, HostileTextIsOnlyText) {
  const std::string id = "'; DROP TABLE organisation; --";
  ASSERT_TRUE(store_->AddOrganisation({id, "x", true}).ok());
  EXPECT_EQ(store_->Organisation(id)->id, id);
  ConfigFilter filter;
  filter.organisation = "' OR 1=1 --";
  EXPECT_TRUE(store_->Configs(filter)->empty());
}

TEST(CatalogueFileTest, WhatIsCommittedStays) {
  TempFolder folder;
  const std::string path = TestDatabase(folder / "c.db");
  ASSERT_TRUE(MustOpen(path)->AddOrganisation({"a", "A", true}).ok());
  EXPECT_TRUE(MustOpen(path)->Organisation("a").ok());
}

TEST(CatalogueFileTest, ALockedDatabaseIsUnavailable) {
  TempFolder folder;
  CatalogueStoreOptions options;
  options.busy_timeout_ms = 50;
  const std::string path = TestDatabase(folder / "c.db");
  auto one = OpenCatalogueStore(path, options);
  auto two = OpenCatalogueStore(path, options);
  ASSERT_TRUE(one.ok() && two.ok());
  const absl::Status status = (*one)->Atomically([&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR((*one)->AddOrganisation({"a", "A", true}));
    EXPECT_EQ((*two)->AddOrganisation({"b", "B", true}).code(),
              absl::StatusCode::kUnavailable);
    EXPECT_TRUE((*two)->Organisations()->empty());
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE((*two)->AddOrganisation({"b", "B", true}).ok());
  EXPECT_EQ((*one)->Organisations()->size(), 2U);
}

TEST(CatalogueFileTest, AnotherKindOfStoreIsRefused) {
  TempFolder folder;
  DatabaseOptions other = TestOptions(TestDatabase(folder / "c.db"));
  other.store = "registry";
  ASSERT_TRUE(Database::Open(other).ok());
  EXPECT_EQ(OpenCatalogueStore(other.path).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

// Several threads read, write, replace and run transactions at once; the books
// are right in the end.
TEST_P(CatalogueTest, ManyThreads) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 20;
  AddOrganisations();
  ASSERT_TRUE(store_->PutConfig(MakeConfig("a", "counter")).ok());
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i] {
      for (int k = 0; k < kRounds; ++k) {
        const std::string own = fmt::format("p{}-{}", i, k);
        EXPECT_TRUE(store_->PutConfig(MakeConfig("b", own)).ok());
        EXPECT_TRUE(store_->Config("b", own).ok());
        // Read, add one, write back: right only if nobody comes between.
        const absl::Status added = store_->Atomically([&]() -> absl::Status {
          CUPEL_ASSIGN_OR_RETURN(ConfigRow row, store_->Config("a", "counter"));
          row.settings += "x";
          return store_->PutConfig(row);
        });
        EXPECT_TRUE(added.ok()) << added;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store_->Config("a", "counter")->settings.size(),
            size_t{kThreads * kRounds});
  ConfigFilter filter;
  filter.organisation = "b";
  EXPECT_EQ(store_->Configs(filter)->size(), size_t{kThreads * kRounds});
}

// In a child whose files may not grow: SQLite gives the transaction up by
// itself, and what the body does after that must not be kept either.
[[noreturn]] void FillUp(const std::string& path) {
  signal(SIGXFSZ, SIG_IGN);
  const auto store = OpenCatalogueStore(path);
  if (!store.ok() || !(*store)->AddOrganisation({"a", "A", true}).ok()) {
    _exit(10);
  }
  const rlimit limit{200000, 200000};
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(11);
  bool exhausted = false;
  const absl::Status status = (*store)->Atomically([&]() -> absl::Status {
    for (int i = 0; i < 100; ++i) {
      ConfigRow row = MakeConfig("a", fmt::format("p{}", i));
      row.settings = std::string(100000, 's');
      if (absl::IsResourceExhausted((*store)->PutConfig(row))) exhausted = true;
    }
    return absl::OkStatus();  // as one that looks at nothing
  });
  if (status.ok()) _exit(12);
  _exit(exhausted || absl::IsResourceExhausted(status) ? 0 : 13);
}

TEST(CatalogueFileTest, AFullDiskKeepsNoHalfOfATransaction) {
  TempFolder folder;
  EXPECT_EXIT(FillUp(folder / "c.db"), testing::ExitedWithCode(0), "");
  const auto store = MustOpen(folder / "c.db");
  EXPECT_TRUE(store->Configs({})->empty());
  EXPECT_TRUE(store->PutConfig(MakeConfig("a", "p")).ok());
}

}  // namespace
}  // namespace cupel
