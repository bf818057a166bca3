// cupel_registry: the catalogue, from the folders to the settings.
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "catalogue_testing.h"

namespace cupel_test {
namespace {

class RegistryTest : public testing::Test {
 protected:
  nlohmann::json List(std::string_view query = {},
                      std::string_view organisation = "acme") {
    return Parse(Make<Buffer>(cupel_registry_plugins_json, registry_.get(),
                              View(organisation), View(query)))["plugins"];
  }
  std::vector<std::string> Ids(std::string_view query = {}) {
    std::vector<std::string> ids;
    for (const auto& entry : List(query)) ids.push_back(entry["plugin"]["id"]);
    return ids;
  }
  void Put(std::string_view organisation, std::string_view plugin,
           std::string_view settings) {
    MustBeOk(cupel_registry_put_settings, registry_.get(), View(organisation),
             View(plugin), View(settings));
  }
  nlohmann::json Rotate(const Registry& registry) {
    return Parse(Make<Buffer>(cupel_registry_rotate, registry.get(), nullptr,
                              nullptr, nullptr));
  }

  const Plugins plugins_;
  const Keyring ring_ = RingOf({NewKey()});
  Registry registry_ = OpenRegistry(plugins_, ring_);
};

using Strings = std::vector<std::string>;

TEST_F(RegistryTest, FoldersWithoutAStore) {
  plugins_.Write("plugins/broken/boefje.json", "{\n\"id\":}");
  const auto found = Parse(
      Make<Buffer>(cupel_plugins_discover, View(plugins_.folder())))["plugins"];
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[0]["state"], "broken");
  EXPECT_TRUE(Contains(std::string(found[0]["problem"]), "line 2"));
  EXPECT_TRUE(found[0]["plugin"].is_null());
  EXPECT_EQ(found[1]["id"], "dns");
  EXPECT_EQ(found[1]["state"], "sound");
  EXPECT_EQ(found[1]["plugin"]["boefje_schema"]["required"][0], "API_KEY");
  const std::string folder = plugins_ / "plugins/dns";
  const auto hash = Parse(Make<Buffer>(cupel_plugin_hash, View(folder)));
  EXPECT_EQ(hash["runnable_hash"], found[1]["plugin"]["runnable_hash"]);
  EXPECT_EQ(hash["content_hash"], found[1]["content_hash"]);
  const std::string nowhere = plugins_ / "nowhere";
  cupel_buffer* out = nullptr;
  EXPECT_EQ(cupel_plugins_discover(View(nowhere), &out, nullptr),
            CUPEL_STATUS_NOT_FOUND);
  EXPECT_EQ(cupel_plugin_hash(View(nowhere), &out, nullptr),
            CUPEL_STATUS_NOT_FOUND);
  EXPECT_EQ(out, nullptr);
}

TEST_F(RegistryTest, Organisations) {
  MustBeOk(cupel_registry_update_organisation, registry_.get(), View("other"),
           View("The Others"), 0);
  const auto all =
      Parse(Make<Buffer>(cupel_registry_organisations_json, registry_.get()));
  EXPECT_EQ(all, nlohmann::json::parse(
                     R"([{"id":"acme","name":"acme","deduplicate":true},)"
                     R"({"id":"other","name":"The Others",)"
                     R"("deduplicate":false}])"));
  EXPECT_EQ(cupel_registry_add_organisation(registry_.get(), View("acme"),
                                            View("x"), 1, nullptr),
            CUPEL_STATUS_ALREADY_EXISTS);
  EXPECT_EQ(cupel_registry_update_organisation(registry_.get(), View("none"),
                                               View("x"), 1, nullptr),
            CUPEL_STATUS_NOT_FOUND);
  MustBeOk(cupel_registry_delete_organisation, registry_.get(), View("other"));
  EXPECT_EQ(cupel_registry_delete_organisation(registry_.get(), View("other"),
                                               nullptr),
            CUPEL_STATUS_NOT_FOUND);
}

TEST_F(RegistryTest, PluginsAndQueries) {
  EXPECT_EQ(Ids(), (Strings{"dns", "free", "norm"}));
  EXPECT_EQ(Ids(R"({"q":"DNS"})"), Strings{"dns"});
  EXPECT_EQ(Ids(R"({"type":"normalizer"})"), Strings{"norm"});
  EXPECT_EQ(Ids(R"({"ids":["norm","dns"]})"), (Strings{"norm", "dns"}));
  EXPECT_EQ(Ids(R"({"offset":1,"limit":1})"), Strings{"free"});
  EXPECT_EQ(Ids(R"({"state":false,"limit":9})"), (Strings{"dns", "free"}));
  MustBeOk(cupel_registry_set_enabled, registry_.get(), View("acme"),
           View("dns"), 1);
  // Those with a row come first.
  EXPECT_EQ(Ids(R"({"state":true})"), (Strings{"dns", "norm"}));
  const auto plugin = Parse(Make<Buffer>(
      cupel_registry_plugin_json, registry_.get(), View("acme"), View("dns")));
  EXPECT_EQ(plugin["plugin"]["enabled"], true);
  EXPECT_EQ(plugin["local"], true);
  EXPECT_EQ(plugin["directory"], plugins_ / "plugins/dns");
  cupel_buffer* out = nullptr;
  EXPECT_EQ(cupel_registry_plugin_json(registry_.get(), View("acme"),
                                       View("none"), &out, nullptr),
            CUPEL_STATUS_NOT_FOUND);
  for (const char* const bad :
       {"[]", "{", R"({"what":1})", R"({"limit":-1})", R"({"q":1})",
        R"({"type":"thing"})", R"({"offset":"x"})"}) {
    EXPECT_EQ(cupel_registry_plugins_json(registry_.get(), View("acme"),
                                          View(bad), &out, nullptr),
              CUPEL_STATUS_INVALID_ARGUMENT)
        << bad;
  }
}

TEST_F(RegistryTest, BrokenOnesAreListedIfAskedFor) {
  plugins_.Write("plugins/broken/boefje.json", "{");
  MustBeOk(cupel_registry_rescan, registry_.get());
  EXPECT_EQ(Ids().size(), 3u);
  const auto all = List(R"({"include_broken":true})");
  ASSERT_EQ(all.size(), 4u);
  EXPECT_FALSE(std::string(all[3]["problem"]).empty());
  EXPECT_EQ(
      Parse(Make<Buffer>(cupel_registry_found_json, registry_.get()))["plugins"]
          .size(),
      4u);
}

TEST_F(RegistryTest, RescanThatFailsKeepsAll) {
  std::filesystem::rename(plugins_.folder(), plugins_ / "away");
  EXPECT_EQ(cupel_registry_rescan(registry_.get(), nullptr),
            CUPEL_STATUS_NOT_FOUND);
  EXPECT_EQ(Ids().size(), 3u);
}

TEST_F(RegistryTest, SettingsAreMaskedUnlessAskedFor) {
  EXPECT_EQ(SettingsOf(registry_, "acme", "dns"), "{}");
  Put("acme", "dns", kSettings);
  EXPECT_EQ(SettingsOf(registry_, "acme", "dns"), kSettings);
  EXPECT_EQ(SettingsOf(registry_, "acme", "dns", 0),
            R"({"API_KEY":"***","TOP_PORTS":7})");
  Put("acme", "free", R"({"A":"hunter2","B":1})");
  EXPECT_EQ(SettingsOf(registry_, "acme", "free", 0),
            R"({"A":"***","B":"***"})");
  // Its folder is gone, and its schema with it: all of it is a secret.
  std::filesystem::remove_all(plugins_ / "plugins/dns");
  MustBeOk(cupel_registry_rescan, registry_.get());
  EXPECT_EQ(SettingsOf(registry_, "acme", "dns", 0),
            R"({"API_KEY":"***","TOP_PORTS":"***"})");
  MustBeOk(cupel_registry_delete_settings, registry_.get(), View("acme"),
           View("free"));
  EXPECT_EQ(SettingsOf(registry_, "acme", "free"), "{}");
  EXPECT_EQ(cupel_registry_delete_settings(registry_.get(), View("acme"),
                                           View("free"), nullptr),
            CUPEL_STATUS_NOT_FOUND);
}

TEST_F(RegistryTest, BadSettingsAreRefusedWithoutTheirValues) {
  for (const std::string_view bad :
       {R"({"API_KEY":"k","TOP_PORTS":"hunter2"})", R"(["hunter2"])",
        R"({"API_KEY":"hunter2)", R"("hunter2")", R"({"hunter":2})"}) {
    const std::string message =
        MessageOf(CUPEL_STATUS_INVALID_ARGUMENT, cupel_registry_put_settings,
                  registry_.get(), View("acme"), View("dns"), View(bad));
    EXPECT_FALSE(Contains(message, "hunter2")) << message;
  }
  EXPECT_EQ(cupel_registry_put_settings(registry_.get(), View("none"),
                                        View("dns"), View(kSettings), nullptr),
            CUPEL_STATUS_NOT_FOUND);
  EXPECT_EQ(SettingsOf(registry_, "acme", "dns"), "{}");
}

TEST_F(RegistryTest, CloneAndEnvironment) {
  Put("acme", "dns", kSettings);
  MustBeOk(cupel_registry_clone_settings, registry_.get(), View("acme"),
           View("other"));
  EXPECT_EQ(SettingsOf(registry_, "other", "dns"), kSettings);
  const cupel_field variables[] = {Field("BOEFJE_TOP_PORTS", "9")};
  const auto built = Make<Environment>(
      cupel_registry_environment, registry_.get(), View("other"), View("dns"),
      variables, size_t{1}, uint32_t{0});
  EXPECT_EQ(Parse(Make<Buffer>(cupel_environment_values_json, built.get(),
                               uint32_t{0})),
            nlohmann::json::parse(R"({"API_KEY":"***","TOP_PORTS":"7"})"));
  cupel_environment* out = nullptr;
  EXPECT_EQ(
      cupel_registry_environment(registry_.get(), View("none"), View("dns"),
                                 nullptr, 0, 0, &out, nullptr),
      CUPEL_STATUS_NOT_FOUND);
}

TEST_F(RegistryTest, TheKeyringIsCopied) {
  Keyring ring = RingOf({NewKey()});
  registry_ = OpenRegistry(plugins_, ring);
  ring.reset();
  Put("acme", "dns", kSettings);
  EXPECT_EQ(SettingsOf(registry_, "acme", "dns"), kSettings);
}

// On disk, with keys that come and go.
class RegistryFileTest : public RegistryTest {
 protected:
  Registry Open(const std::vector<std::string>& keys) {
    return OpenRegistry(plugins_, RingOf(keys), database_);
  }
  const std::string database_ = plugins_ / "registry.db";
  const std::string old_key_ = NewKey();
  const std::string new_key_ = NewKey();
};

TEST_F(RegistryFileTest, KeepsAllAndNamesALostKey) {
  registry_ = Open({old_key_});
  Put("acme", "dns", kSettings);
  registry_ = Open({new_key_});
  cupel_buffer* out = nullptr;
  const std::string message =
      MessageOf(CUPEL_STATUS_FAILED_PRECONDITION, cupel_registry_get_settings,
                registry_.get(), View("acme"), View("dns"), uint32_t{0}, &out);
  EXPECT_TRUE(Contains(message, SealingId(RingOf({old_key_})))) << message;
  EXPECT_EQ(Ids().size(), 3u);
  const auto result = Rotate(registry_);
  EXPECT_EQ(result["resealed"], 0);
  ASSERT_EQ(result["failed"].size(), 1u);
  EXPECT_TRUE(Contains(std::string(result["failed"][0]), "acme/dns"));
}

TEST_F(RegistryFileTest, RotationIsToldOfAndCanBeEnded) {
  registry_ = Open({old_key_});
  for (const char* const plugin : {"dns", "free"}) {
    Put("acme", plugin, kSettings);
    Put("other", plugin, kSettings);
  }
  registry_ = Open({new_key_, old_key_});
  std::vector<std::pair<uint64_t, uint64_t>> told;
  const cupel_rotation_fn two = [](void* data, uint64_t done, uint64_t total) {
    auto* list = static_cast<std::vector<std::pair<uint64_t, uint64_t>>*>(data);
    list->emplace_back(done, total);
    return int32_t{done == 2};
  };
  cupel_buffer* out = nullptr;
  EXPECT_EQ(cupel_registry_rotate(registry_.get(), nullptr, two, &told, &out,
                                  nullptr),
            CUPEL_STATUS_CANCELLED);
  EXPECT_EQ(out, nullptr);
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[2], std::make_pair(uint64_t{2}, uint64_t{4}));
  const auto cancel = Make<Cancel>(cupel_cancel_new);
  cupel_cancel_trigger(cancel.get());
  EXPECT_EQ(cupel_registry_rotate(registry_.get(), cancel.get(), nullptr,
                                  nullptr, &out, nullptr),
            CUPEL_STATUS_CANCELLED);
  const auto rest = Rotate(registry_);
  EXPECT_EQ(rest["resealed"], 2);
  EXPECT_EQ(rest["already"], 2);
  EXPECT_EQ(SettingsOf(Open({new_key_}), "other", "free"), kSettings);
}

// The callback may free every handle.
TEST_F(RegistryFileTest, RotationOutlivesItsHandles) {
  registry_ = Open({old_key_});
  Put("acme", "dns", kSettings);
  struct Handles {
    cupel_registry* registry;
    cupel_cancel* cancel;
  } handles{Open({new_key_, old_key_}).release(),
            Make<Cancel>(cupel_cancel_new).release()};
  const cupel_rotation_fn free_all = [](void* data, uint64_t, uint64_t) {
    auto* all = static_cast<Handles*>(data);
    cupel_registry_free(std::exchange(all->registry, nullptr));
    cupel_cancel_free(std::exchange(all->cancel, nullptr));
    return int32_t{0};
  };
  EXPECT_EQ(Parse(Make<Buffer>(cupel_registry_rotate, handles.registry,
                               handles.cancel, free_all, &handles))["resealed"],
            1);
}

TEST_F(RegistryFileTest, ExportAndImport) {
  registry_ = Open({old_key_});
  Put("acme", "dns", kSettings);
  const std::string document =
      Text(Make<Buffer>(cupel_registry_export, registry_.get()));
  EXPECT_FALSE(Contains(document, kSecret));
  EXPECT_EQ(cupel_registry_import(registry_.get(), View(document), nullptr),
            CUPEL_STATUS_ALREADY_EXISTS);
  cupel_registry_options options = CUPEL_REGISTRY_OPTIONS_INIT;
  const Keyring ring = RingOf({old_key_});
  options.keyring = ring.get();
  const auto empty = Make<Registry>(cupel_registry_open, &options);
  EXPECT_EQ(cupel_registry_import(empty.get(), View("{}"), nullptr),
            CUPEL_STATUS_INVALID_ARGUMENT);
  MustBeOk(cupel_registry_import, empty.get(), View(document));
  EXPECT_EQ(SettingsOf(empty, "acme", "dns"), kSettings);
  EXPECT_EQ(Text(Make<Buffer>(cupel_registry_export, empty.get())), document);
}

TEST_F(RegistryFileTest, BadDatabasesAreNamed) {
  const auto open = [this](std::string_view path) {
    const std::string database = plugins_ / path;
    cupel_registry_options options = CUPEL_REGISTRY_OPTIONS_INIT;
    options.database = View(database);
    cupel_registry* out = nullptr;
    cupel_error* error = nullptr;
    const auto status = cupel_registry_open(&options, &out, &error);
    const Error owned(error);
    EXPECT_EQ(out, nullptr);
    EXPECT_TRUE(Contains(Text(cupel_error_message(error)), path));
    return status;
  };
  plugins_.Write("text.db", std::string(8192, 'x'));
  EXPECT_NE(open("text.db"), CUPEL_STATUS_OK);
  EXPECT_NE(open("no/such/folder.db"), CUPEL_STATUS_OK);
  EXPECT_NE(open("plugins"), CUPEL_STATUS_OK);
}

}  // namespace
}  // namespace cupel_test
