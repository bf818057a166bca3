// Limits of installing a plugin. What is copied and what is not is tested
// through the program.
#include "engine/plugin_install.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/status.h"

namespace cupel {
namespace {

class InstallTest : public testing::Test {
 protected:
  InstallTest() {
    std::string name =
        (std::filesystem::temp_directory_path() / "cupel-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) abort();
    folder_ = name;
    Write("own/plugin.json",
          R"({"category":"worker","name":"own","module":"own.py"})");
    Write("own/own.py", "pass\n");
  }
  ~InstallTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  void Write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  absl::Status Install(const InstallLimits& limits) const {
    return InstallPlugin((folder_ / "own").string(),
                         (folder_ / "into").string(), false, limits)
        .status();
  }
  bool NothingIsThere() const {
    return std::filesystem::is_empty(folder_ / "into");
  }

  std::filesystem::path folder_;
};

TEST_F(InstallTest, EachLimitFiresAndLeavesNothing) {
  Write("own/a/b/c.txt", std::string(1000, 'x'));
  InstallLimits files;
  files.files = 3;
  EXPECT_TRUE(absl::IsResourceExhausted(Install(files))) << Install(files);
  EXPECT_TRUE(NothingIsThere());
  InstallLimits bytes;
  bytes.bytes = 999;
  EXPECT_TRUE(absl::IsResourceExhausted(Install(bytes)));
  EXPECT_TRUE(NothingIsThere());
  InstallLimits depth;
  depth.depth = 2;
  EXPECT_TRUE(absl::IsResourceExhausted(Install(depth)));
  EXPECT_TRUE(NothingIsThere());
  EXPECT_TRUE(Install({}).ok()) << Install({});
  EXPECT_TRUE(absl::IsAlreadyExists(Install({})));
}

TEST_F(InstallTest, APackageWithThePluginInIt) {
  std::filesystem::create_directories(folder_ / "package");
  std::filesystem::rename(folder_ / "own", folder_ / "package/own");
  const auto installed = InstallPlugin((folder_ / "package").string(),
                                       (folder_ / "into").string(), false);
  ASSERT_TRUE(installed.ok()) << installed.status();
  EXPECT_EQ(installed->plugins, std::vector<std::string>{"worker:own"});
  EXPECT_EQ(installed->files, 2u);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "into/own/plugin.json"));
}

}  // namespace
}  // namespace cupel
