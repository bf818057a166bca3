// Keys, plugins and registries for the tests of the C interface.
#ifndef CUPEL_TESTS_CAPI_CATALOGUE_TESTING_H_
#define CUPEL_TESTS_CAPI_CATALOGUE_TESTING_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "capi_test.h"

namespace cupel_test {

// What no error and no explanation may show.
inline constexpr std::string_view kSecret = "hunter2-is-the-secret";

inline constexpr std::string_view kPluginSchema =
    R"({"type":"object","properties":{"API_KEY":{"type":"string"},)"
    R"("TOP_PORTS":{"type":"integer","maximum":999,"default":250}},)"
    R"("required":["API_KEY"],"secret":["API_KEY"]})";

inline constexpr std::string_view kSettings =
    R"({"API_KEY":"hunter2-is-the-secret","TOP_PORTS":7})";

inline cupel_field Field(std::string_view name, std::string_view value) {
  return {View(name), View(value)};
}

// The seed of bytes 1 to 32.
inline constexpr std::string_view kCountingKey =
    "cupel-key-1:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

inline Keyring RingOf(const std::vector<std::string>& keys) {
  auto ring = Make<Keyring>(cupel_keyring_new);
  for (const std::string& key : keys) {
    MustBeOk(cupel_keyring_add_key, ring.get(), View(key));
  }
  return ring;
}

inline std::string NewKey() {
  return Text(Make<Buffer>(cupel_keyring_generate_key));
}

inline std::string SealingId(const Keyring& ring) {
  return Parse(Make<Buffer>(cupel_keyring_json, ring.get()))["sealing"];
}

// A folder of plugins: "dns" with kPluginSchema, "free" without a schema, and
// the normalizer "norm".
class Plugins {
 public:
  Plugins() {
    std::string path = testing::TempDir() + "cupel-capi-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) abort();
    path_ = path;
    Write("plugins/dns/boefje.json", R"({"id":"dns","name":"DNS records"})");
    Write("plugins/dns/schema.json", kPluginSchema);
    Write("plugins/free/boefje.json", R"({"id":"free","name":"Free"})");
    Write("plugins/norm/normalizer.json",
          R"({"id":"norm","name":"N","consumes":["a/b"],"produces":[]})");
    Write("plugins/norm/normalize.py", "");
  }
  ~Plugins() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Plugins(const Plugins&) = delete;

  void Write(std::string_view name, std::string_view bytes) const {
    const std::filesystem::path path = *this / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
  }
  std::string operator/(std::string_view name) const {
    return path_ + "/" + std::string(name);
  }
  std::string folder() const { return *this / "plugins"; }

 private:
  std::string path_;
};

// With the organisations "acme" and "other", in memory unless `database`.
inline Registry OpenRegistry(const Plugins& plugins, const Keyring& ring,
                             std::string_view database = {}) {
  const std::string folder = plugins.folder();
  const cupel_view folders[] = {View(folder)};
  cupel_registry_options options = CUPEL_REGISTRY_OPTIONS_INIT;
  options.database = View(database);
  options.plugin_folders = folders;
  options.plugin_folder_count = 1;
  options.keyring = ring.get();
  auto registry = Make<Registry>(cupel_registry_open, &options);
  const auto there =
      Parse(Make<Buffer>(cupel_registry_organisations_json, registry.get()));
  if (!there.empty()) return registry;
  for (const char* const id : {"acme", "other"}) {
    MustBeOk(cupel_registry_add_organisation, registry.get(), View(id),
             View(id), 1);
  }
  return registry;
}

inline std::string SettingsOf(const Registry& registry,
                              std::string_view organisation,
                              std::string_view plugin,
                              uint32_t flags = CUPEL_SETTINGS_REVEAL) {
  return Text(Make<Buffer>(cupel_registry_get_settings, registry.get(),
                           View(organisation), View(plugin), flags));
}

// Metas and tasks of OpenKAT.
inline constexpr std::string_view kMeta =
    R"({"id":"3f0c2f0e-5b7a-4c5e-9d01-82f1a3b4c5d6","started_at":null,)"
    R"("ended_at":null,"boefje":{"id":"dns","version":"1","oci_image":null},)"
    R"("input_ooi":"Hostname|internet|acme.example","arguments":{"input":)"
    R"({"name":"acme.example","port":443}},"organization":"acme",)"
    R"("runnable_hash":"aa","environment":{"API_KEY":)"
    R"("hunter2-is-the-secret","TOP_PORTS":"7"}})";

inline std::string TaskText(std::string_view status = "queued") {
  return R"({"id":"3f0c2f0e-5b7a-4c5e-9d01-82f1a3b4c5d6",)"
         R"("scheduler_id":"boefje","schedule_id":null,"organisation":"acme",)"
         R"("priority":7,"status":")" +
         std::string(status) + R"(","type":"boefje","hash":null,"data":)" +
         std::string(kMeta) +
         R"(,"created_at":"2024-05-06T07:08:09",)"
         R"("modified_at":"2024-05-06T07:08:09"})";
}

inline Job ParseJob(std::string_view text, cupel_job_kind kind = 0) {
  return Make<Job>(cupel_job_parse, View(text), kind);
}

}  // namespace cupel_test

#endif  // CUPEL_TESTS_CAPI_CATALOGUE_TESTING_H_
