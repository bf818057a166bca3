// A registry over folders and a store of its own, for the tests of its parts.
#ifndef CUPEL_TESTS_UNIT_REGISTRY_REGISTRY_TESTING_H_
#define CUPEL_TESTS_UNIT_REGISTRY_REGISTRY_TESTING_H_

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "registry/registry.h"
#include "tests/support/test_database.h"
#include "tests/unit/registry/plugin_files.h"

namespace cupel {

// What no message may show.
inline constexpr const char* kSecret = "hunter2-is-the-secret";

inline constexpr const char* kSchema =
    R"({"type":"object","properties":{"API_KEY":{"type":"string"},)"
    R"("TOP_PORTS":{"type":"integer","minimum":1,"maximum":9}},)"
    R"("required":["API_KEY"],"secret":["API_KEY"]})";

inline Json Parsed(std::string_view text) {
  auto json = ParseJson(text, "test");
  EXPECT_TRUE(json.ok()) << json.status();
  return json.ok() ? *std::move(json) : Json();
}

inline std::string NewKeyText() {
  return std::string(SettingsKey::Generate().ToText().view());
}

inline std::string IdOf(const std::string& key) {
  return SettingsKey::FromText(key)->id;
}

inline Keyring RingOf(const std::vector<std::string>& texts) {
  Keyring ring;
  for (const std::string& text : texts) {
    EXPECT_TRUE(ring.Add(*SettingsKey::FromText(text)).ok());
  }
  return ring;
}

inline PluginManifest ManifestOf(std::string_view text) {
  JsonIssues issues;
  PluginManifest manifest = ReadManifest(Parsed(text), std::nullopt, &issues);
  EXPECT_TRUE(issues.empty()) << issues.ToStatus("test");
  return manifest;
}

inline std::vector<std::string> Ids(
    const absl::StatusOr<std::vector<CatalogueEntry>>& entries) {
  EXPECT_TRUE(entries.ok()) << entries.status();
  std::vector<std::string> ids;
  if (!entries.ok()) return ids;
  for (const CatalogueEntry& entry : *entries) ids.push_back(entry.manifest.id);
  return ids;
}

class RegistryTest : public testing::Test {
 protected:
  void SetUp() override {
    auto store = OpenCatalogueStore(TestDatabase(":memory:"));
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  // A boefje with its own name and, if asked for, kSchema.
  void AddFolder(const std::string& id, bool with_schema = false) {
    files_.Write(id + "/boefje.json", R"({"id":")" + id +
                                          R"(","name":"Name of )" + id +
                                          R"(","scan_level":1})");
    if (with_schema) files_.Write(id + "/schema.json", kSchema);
  }

  RegistryOptions Options() {
    RegistryOptions options;
    options.plugin_roots = {files_.path()};
    options.store = store_;
    options.keys = RingOf({key_});
    return options;
  }

  std::shared_ptr<Registry> Make() { return Make(Options()); }
  static std::shared_ptr<Registry> Make(RegistryOptions options) {
    auto registry = Registry::New(std::move(options));
    EXPECT_TRUE(registry.ok()) << registry.status();
    return registry.ok() ? *std::move(registry) : nullptr;
  }
  // The same store, other keys.
  std::shared_ptr<Registry> MakeWith(const std::vector<std::string>& keys) {
    RegistryOptions options = Options();
    options.keys = RingOf(keys);
    return Make(std::move(options));
  }

  void AddOrganisations(std::initializer_list<const char*> ids) {
    for (const char* const id : ids) {
      const absl::Status added = store_->AddOrganisation({id, id, true});
      ASSERT_TRUE(added.ok()) << added;
    }
  }

  PluginFiles files_;
  std::shared_ptr<CatalogueStore> store_;
  const std::string key_ = NewKeyText();
};

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_REGISTRY_REGISTRY_TESTING_H_
