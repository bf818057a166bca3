#include <gtest/gtest.h>

#include "pipeline/links.h"
#include "pipeline/scan_item.h"
#include "scan_fixture.h"

namespace cupel {
namespace {

TEST(NamesOf, SplitsLikeThor) {
  const NameExternals names = NamesOf("p.tgz!/package/Index.JS", "root");
  EXPECT_EQ(names.filename, "Index.JS");
  EXPECT_EQ(names.filepath, "p.tgz!/package");
  EXPECT_EQ(names.extension, ".js");
  EXPECT_EQ(names.owner, "root");
}

TEST(NamesOf, OddNames) {
  EXPECT_EQ(NamesOf("plain", "").filename, "plain");
  EXPECT_EQ(NamesOf("plain", "").filepath, "");
  EXPECT_EQ(NamesOf("plain", "").extension, "");
  EXPECT_EQ(NamesOf("d/.bashrc", "").extension, "");
  EXPECT_EQ(NamesOf("d/a.tar.gz", "").extension, ".gz");
}

TEST(NormalizeLink, StaysInside) {
  EXPECT_EQ(NormalizeLink("a/b", "../c"), "a/c");
  EXPECT_EQ(NormalizeLink("a", "./b//c/."), "a/b/c");
  EXPECT_EQ(NormalizeLink("", "x"), "x");
  EXPECT_EQ(NormalizeLink("a", "../../x"), std::nullopt);
  EXPECT_EQ(NormalizeLink("a", "/etc/passwd"), std::nullopt);
}

using ExternalsTest = ScanTest;

TEST_F(ExternalsTest, AreSetPerFile) {
  rules = Rules(
      "rule js { condition: extension == \".js\" and filename == \"a.js\" and "
      "filepath == \"x.tar!/d\" }"
      "rule zip { condition: filetype == \"TAR\" }");
  options.containers = ContainerMode::kAlways;
  const auto report =
      Scan(TarEntry("d/a.js", "same") + TarEntry("d/b.js", "same") + TarEnd(),
           "x.tar");
  auto paths = ByPath(*report);
  EXPECT_EQ(paths["x.tar!/d/a.js"].findings, 1u);
  EXPECT_EQ(paths["x.tar!/d/b.js"].findings, 0u);
  EXPECT_EQ(paths["x.tar"].findings, 1u);
}

TEST_F(ExternalsTest, OwnerIsThatOfTheFile) {
  rules = Rules("rule mine { condition: owner != \"\" }");
  TempDir dir;
  const std::string file = dir.Write("f", "x");
  const auto report = Scan({{.name = file}});
  EXPECT_EQ(report->findings, 1u);
  const auto memory = Scan("x");
  EXPECT_EQ(memory->findings, 0u);
}

}  // namespace
}  // namespace cupel
