#include "report/package_name.h"

#include <gtest/gtest.h>

namespace cupel {
namespace {

void Expect(std::string_view file, std::string_view name,
            std::string_view version) {
  const PackageName found = PackageNameOf(file);
  EXPECT_EQ(found.name, name) << file;
  EXPECT_EQ(found.version, version) << file;
}

TEST(PackageName, Wheels) {
  Expect("acme_colors-0.2.0-py3-none-any.whl", "acme-colors", "0.2.0");
  Expect("dir/Acme.Colors-0.2.0-1-cp311-cp311-linux.whl", "acme-colors",
         "0.2.0");
  Expect("odd.whl", "odd.whl", "");
}

TEST(PackageName, SourceDistributions) {
  Expect("acme_colors-0.2.0.tar.gz", "acme-colors", "0.2.0");
  Expect("acme-colors-0.2.0.zip", "acme-colors", "0.2.0");
}

TEST(PackageName, Npm) {
  Expect("left-pad-1.3.0-beta.2.tgz", "left-pad", "1.3.0-beta.2");
  Expect("/tmp/@scope-name-2.0.0.tgz", "@scope-name", "2.0.0");
  Expect("base-64-1.0.0.tgz", "base", "64-1.0.0");  // can't be told
}

TEST(PackageName, AnythingElseIsItsOwnName) {
  Expect("some/folder", "folder", "");
  Expect("archive.7z", "archive.7z", "");
  Expect("", "", "");
  Expect("-1.tar.gz", "-1.tar.gz", "");
}

}  // namespace
}  // namespace cupel
