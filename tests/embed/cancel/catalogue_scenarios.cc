// A registry: boefjes that it knows, and settings that are sealed anew.
#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "cancel/scenario.h"

namespace cancel_host {
namespace {

namespace fs = std::filesystem;

constexpr int kOrganisations = 400;

class Folder {
 public:
  Folder() {
    std::string path = fs::temp_directory_path() / "cupel-cancel-XXXXXX";
    Must(mkdtemp(path.data()) != nullptr, "mkdtemp");
    path_ = path;
    Write("boefje.json", R"({"id":"hang","name":"Hangs"})");
    Write("main.py", "import time\ndef run(meta):\n    time.sleep(1000)\n");
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;

  std::string plugins() const { return path_ / "plugins"; }
  std::string database() const { return path_ / "registry.sqlite"; }

 private:
  void Write(const char* name, std::string_view text) const {
    fs::create_directories(path_ / "plugins" / "hang");
    std::ofstream(path_ / "plugins" / "hang" / name) << text;
  }

  fs::path path_;
};

cupel_keyring* RingOf(const std::string& seals, const std::string& opens) {
  auto* const ring =
      Made<cupel_keyring>("cupel_keyring_new", cupel_keyring_new);
  cupel_keyring_add_key(ring, View(seals), nullptr);
  cupel_keyring_add_key(ring, View(opens), nullptr);
  return ring;
}

std::string NewKey() {
  auto* const made = Made<cupel_buffer>("cupel_keyring_generate_key",
                                        cupel_keyring_generate_key);
  const cupel_view text = cupel_buffer_view(made);
  const std::string key(reinterpret_cast<const char*>(text.data), text.size);
  cupel_buffer_free(made);
  return key;
}

// One database by two registries, each of which seals with a key of its own.
class Catalogue {
 public:
  Catalogue() {
    const std::string keys[] = {NewKey(), NewKey()};
    for (size_t i = 0; i < registries_.size(); ++i) {
      cupel_keyring* const ring = RingOf(keys[i], keys[1 - i]);
      registries_[i] = Open(ring);
      cupel_keyring_free(ring);
    }
    for (int i = 0; i < kOrganisations; ++i) {
      const std::string id = "o" + std::to_string(i);
      Must(cupel_registry_add_organisation(registries_[0], View(id), View(id),
                                           1, nullptr) == CUPEL_STATUS_OK,
           "cupel_registry_add_organisation");
      Must(cupel_registry_put_settings(registries_[0], View(id), View("hang"),
                                       View(R"({"KEY":"a secret"})"),
                                       nullptr) == CUPEL_STATUS_OK,
           "cupel_registry_put_settings");
    }
  }
  ~Catalogue() {
    for (cupel_registry* registry : registries_) cupel_registry_free(registry);
    cupel_raws_free(raws_);
  }
  Catalogue(const Catalogue&) = delete;

  bool Boefje(cupel_cancel* cancel) const {
    cupel_buffer* out = nullptr;
    const cupel_status status =
        cupel_boefje_run(registries_[0], raws_, View("o0"), View("hang"),
                         View(""), nullptr, cancel, &out, nullptr);
    cupel_buffer_free(out);
    return status == CUPEL_STATUS_CANCELLED;
  }

  // To and fro, for as long as it takes.
  bool Rotate(cupel_cancel* cancel) const {
    cupel_status status = CUPEL_STATUS_OK;
    for (size_t i = 0; status == CUPEL_STATUS_OK; i = 1 - i) {
      cupel_buffer* out = nullptr;
      status = cupel_registry_rotate(registries_[i], cancel, nullptr, nullptr,
                                     &out, nullptr);
      cupel_buffer_free(out);
    }
    return status == CUPEL_STATUS_CANCELLED;
  }

 private:
  cupel_registry* Open(const cupel_keyring* ring) const {
    const std::string database = folder_.database();
    const std::string plugins = folder_.plugins();
    const cupel_view folders[] = {View(plugins)};
    cupel_registry_options options = CUPEL_REGISTRY_OPTIONS_INIT;
    options.database = View(database);
    options.plugin_folders = folders;
    options.plugin_folder_count = 1;
    options.keyring = ring;
    return Made<cupel_registry>("cupel_registry_open", cupel_registry_open,
                                &options);
  }

  const Folder folder_;
  std::array<cupel_registry*, 2> registries_{};
  cupel_raws* const raws_ =
      Made<cupel_raws>("cupel_raws_open", cupel_raws_open,
                       static_cast<const cupel_raws_options*>(nullptr));
};

}  // namespace

std::vector<Scenario> CatalogueScenarios() {
  const auto catalogue = std::make_shared<const Catalogue>();
  return {
      {"boefje_run", 1, [catalogue](auto* c) { return catalogue->Boefje(c); }},
      {"rotate", 1, [catalogue](auto* c) { return catalogue->Rotate(c); }},
  };
}

}  // namespace cancel_host
