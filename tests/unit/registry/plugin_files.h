// Folders of plugins for the tests of the registry.
#ifndef CUPEL_TESTS_UNIT_REGISTRY_PLUGIN_FILES_H_
#define CUPEL_TESTS_UNIT_REGISTRY_PLUGIN_FILES_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace cupel {

// A folder of its own, gone with what is in it.
class PluginFiles {
 public:
  PluginFiles() {
    std::string path = testing::TempDir() + "cupel-plugins-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) abort();
    path_ = path;
  }
  ~PluginFiles() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  PluginFiles(const PluginFiles&) = delete;

  // With the folders above it.
  void Write(std::string_view name, std::string_view bytes) const {
    const std::filesystem::path path = *this / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
  }
  void Boefje(const std::string& folder, const std::string& id) const {
    Write(folder + "/boefje.json",
          R"({"id":")" + id + R"(","name":"n","scan_level":1})");
  }
  void Normalizer(const std::string& folder, const std::string& id) const {
    Write(folder + "/normalizer.json",
          R"({"id":")" + id +
              R"(","name":"n","consumes":["x/y"],"produces":["Finding"]})");
    Write(folder + "/normalize.py", "def run(a, b): pass\n");
  }
  std::string operator/(std::string_view name) const {
    return path_ + "/" + std::string(name);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_REGISTRY_PLUGIN_FILES_H_
