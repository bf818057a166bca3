#include "rules/cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "rules/container.h"
#include "rules/file_io.h"
#include "tests/unit/rules/rules_testing.h"
#include "yara/compiled_rules.h"
#include "yara/library.h"
#include "yara/rule_compiler.h"

namespace cupel {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> FilesIn(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    out.push_back(entry.path());
  }
  return out;
}

std::string ErrorOf(const std::string& path, const RuleOptions& options = {}) {
  const auto rules = RuleSet::Compile({{path}, {}}, options, nullptr);
  EXPECT_FALSE(rules.ok());
  return std::string(MessageOf(rules.status()));
}

class CacheTest : public testing::Test {
 protected:
  CacheTest() {
    options_.cache_dir = dir_ / "cache";
    dir_.Write("rules/a.yar", "import \"pe\"\ninclude \"sub/i.inc\"\n" +
                                  Rule("a", "filename == \"x\" and i"));
    dir_.Write("rules/sub/i.inc", Rule("i", "true"));
    dir_.Write("rules/b.yar",
               "import \"pe\"\nrule b : tag { meta: weight = 3 "
               "condition: pe.number_of_sections > 1 }\n"
               "rule slow { strings: $a = /.*q.*/ condition: $a }");
  }
  RuleSetPtr Compile() { return MustCompile({{dir_ / "rules"}, {}}, options_); }
  std::string CacheFile() {
    const auto files = FilesIn(options_.cache_dir);
    EXPECT_EQ(files.size(), 1U);
    return files.at(0);
  }

  const TempDir dir_;
  RuleOptions options_;
};

TEST_F(CacheTest, SecondTimeComesFromTheCacheAndIsTheSame) {
  const auto first = Compile();
  ASSERT_NE(first, nullptr);
  EXPECT_FALSE(first->from_cache());
  const auto second = Compile();
  ASSERT_NE(second, nullptr);
  EXPECT_TRUE(second->from_cache());
  EXPECT_EQ(first->digest(), second->digest());
  EXPECT_EQ(first->partition_size(), second->partition_size());
  EXPECT_LT(second->partition_size(), second->rules().size());
  EXPECT_TRUE(second->depends_on_names());
  ASSERT_EQ(first->warnings().size(), second->warnings().size());
  ASSERT_GE(second->warnings().size(), 1U);
  EXPECT_EQ(first->warnings()[0].message, second->warnings()[0].message);
  ASSERT_EQ(second->rules().size(), first->rules().size());
  for (size_t i = 0; i < first->rules().size(); ++i) {
    EXPECT_EQ(first->rules()[i].name, second->rules()[i].name);
    EXPECT_EQ(first->rules()[i].file, second->rules()[i].file);
    EXPECT_EQ(first->rules()[i].line, second->rules()[i].line);
    EXPECT_EQ(first->rules()[i].weight, second->rules()[i].weight);
  }
  FileExternals externals;
  externals.filename = "x";
  EXPECT_EQ(Matching(*first, "q", externals),
            Matching(*second, "q", externals));
  EXPECT_THAT(Matching(*second, "q", externals),
              ElementsAre("a.i", "a.a", "b.slow"));

  struct stat info;
  ASSERT_EQ(stat(options_.cache_dir.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700U);
  ASSERT_EQ(stat(CacheFile().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_F(CacheTest, ChangedSourcesIncludesAndOptionsAreCompiledAnew) {
  Compile();
  dir_.Write("rules/b.yar", Rule("c", "true"));
  EXPECT_FALSE(Compile()->from_cache());
  EXPECT_TRUE(Compile()->from_cache());
  dir_.Write("rules/sub/i.inc", Rule("i", "false"));
  EXPECT_FALSE(Compile()->from_cache());
  EXPECT_TRUE(Compile()->from_cache());
  // The same bytes by another link are not the same include.
  dir_.Write("rules/sub/j.inc", Rule("i", "false"));
  std::filesystem::remove(dir_ / "rules/sub/i.inc");
  ASSERT_EQ(symlink("j.inc", (dir_ / "rules/sub/i.inc").c_str()), 0);
  EXPECT_FALSE(Compile()->from_cache());
  options_.defines = {{"x", true}};
  EXPECT_FALSE(Compile()->from_cache());
  options_.engine = RuleEngine::kLibyara;
  EXPECT_FALSE(Compile()->from_cache());
  EXPECT_TRUE(Compile()->from_cache());
  dir_.Write("rules/new.yar", Rule("n", "true"));
  EXPECT_FALSE(Compile()->from_cache());
}

TEST_F(CacheTest, DamageIsIgnoredAndRepaired) {
  Compile();
  const std::string path = CacheFile();
  const std::string good = ReadAll(path);
  ASSERT_GT(good.size(), 1000U);
  for (size_t size = 0; size < good.size(); size += 97) {
    ASSERT_FALSE(DecodeContainer(good.substr(0, size), YaraVersion()).ok())
        << size;
  }
  for (size_t at = 0; at < good.size(); at += 61) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
    ASSERT_FALSE(DecodeContainer(bad, YaraVersion()).ok()) << at;
  }
  EXPECT_TRUE(DecodeContainer(good, YaraVersion()).ok());
  EXPECT_FALSE(DecodeContainer(good + "x", YaraVersion()).ok());
  for (const std::string& bad :
       {std::string(), good.substr(0, good.size() / 2), good + "x"}) {
    dir_.Write("cache/" + path.substr(path.rfind('/') + 1), bad);
    EXPECT_FALSE(Compile()->from_cache());
    EXPECT_TRUE(Compile()->from_cache());
  }
}

TEST_F(CacheTest, DamageThatIsFoundLateIsToldAndRepairedByTheNextStart) {
  dir_.Write("rules/pe.yar", Rule("dos", "uint16(0) == 0x5a4d"));
  Compile();
  std::string bytes = ReadAll(CacheFile());
  const auto container = DecodeContainer(bytes, YaraVersion());
  ASSERT_TRUE(container.ok());
  ASSERT_NE(container->parts.at(0).plan.size, 0U);
  const BlobPlace place = container->parts.at(0).texts;
  bytes[place.offset + place.size / 2] ^= 1;
  const std::string path = CacheFile();
  dir_.Write("cache/" + path.substr(path.rfind('/') + 1), bytes);
  ScanRequest request;
  request.bytes = "MZ";
  const auto damaged = Compile();
  EXPECT_TRUE(damaged->from_cache());
  EXPECT_TRUE(absl::IsDataLoss(ScanWith(*damaged, request).status));
  const auto repaired = Compile();
  EXPECT_FALSE(repaired->from_cache());
  EXPECT_TRUE(ScanWith(*repaired, request).status.ok());
  EXPECT_TRUE(Compile()->from_cache());
}

TEST_F(CacheTest, FilesThatOthersCanWriteAreNotTrusted) {
  Compile();
  for (const mode_t mode : {0620, 0602, 0666}) {
    ASSERT_EQ(chmod(CacheFile().c_str(), mode), 0);
    EXPECT_FALSE(Compile()->from_cache()) << mode;
    EXPECT_TRUE(Compile()->from_cache());
  }
  if (geteuid() == 0) {
    ASSERT_EQ(chown(CacheFile().c_str(), 65534, 65534), 0);
    EXPECT_FALSE(Compile()->from_cache());
  }
}

TEST_F(CacheTest, AnotherEngineIsIgnored) {
  Compile();
  const auto other = DecodeContainer(ReadAll(CacheFile()), "9.9.9");
  ASSERT_FALSE(other.ok());
  EXPECT_THAT(std::string(MessageOf(other.status())),
              AllOf(HasSubstr(std::string(YaraVersion())), HasSubstr("9.9.9"),
                    HasSubstr("compile them anew")));
}

TEST_F(CacheTest, AFolderThatCannotBeMadeIsAWarning) {
  options_.cache_dir = dir_.Write("file", "x") + "/cache";
  const auto rules = Compile();
  ASSERT_NE(rules, nullptr);
  ASSERT_GE(rules->warnings().size(), 1U);
  EXPECT_THAT(rules->warnings().back().message, HasSubstr("not cached"));
}

TEST_F(CacheTest, SkippedRulesAreRemembered) {
  options_.skip_broken = true;
  dir_.Write("rules/b.yar", Rule("bad", "nope") + Rule("good", "true"));
  EXPECT_EQ(Compile()->skipped().size(), 1U);
  const auto rules = Compile();
  EXPECT_TRUE(rules->from_cache());
  ASSERT_EQ(rules->skipped().size(), 1U);
  EXPECT_EQ(rules->skipped()[0].rule, "bad");
}

TEST_F(CacheTest, SavedFilesCanBeGivenAsAPath) {
  const auto rules = Compile();
  const std::string path = dir_ / "out.bin";
  ASSERT_TRUE(rules->Save(path).ok());
  const auto loaded = MustCompile({{path}, {}});
  ASSERT_NE(loaded, nullptr);
  EXPECT_EQ(loaded->digest(), rules->digest());
  EXPECT_EQ(loaded->rules().size(), rules->rules().size());
  EXPECT_EQ(Matching(*loaded, "q"), Matching(*rules, "q"));
  EXPECT_EQ(loaded->partition_size(), rules->partition_size());

  // Together with sources whose namespaces clash.
  const auto both = MustCompile({{path}, {{"b", Rule("b", "true")}}});
  ASSERT_NE(both, nullptr);
  EXPECT_EQ(both->rules()[0].ns, "b");
  EXPECT_EQ(both->rules()[3].ns, "b~2");
  EXPECT_NE(both->digest(), rules->digest());
}

TEST_F(CacheTest, FaultsOfANamedFileAreTold) {
  const std::string path = dir_ / "out.bin";
  ASSERT_TRUE(Compile()->Save(path).ok());
  const std::string good = ReadAll(path);
  dir_.Write("out.bin", good.substr(0, good.size() - 40));
  EXPECT_THAT(ErrorOf(path), AllOf(HasSubstr(path), HasSubstr("damaged")));
  dir_.Write("out.bin", good.substr(0, 20));
  ErrorOf(path);
  std::string other = good;
  other[8] = 99;
  dir_.Write("out.bin", other);
  EXPECT_THAT(ErrorOf(path), HasSubstr("format 99"));
  std::string swapped = good;
  std::swap(swapped[12], swapped[15]);
  std::swap(swapped[13], swapped[14]);
  dir_.Write("out.bin", swapped);
  EXPECT_THAT(ErrorOf(path), HasSubstr("byte order"));
  CompiledSet empty;
  const auto foreign = EncodeContainer(empty, Digest{}, "3.11.0");
  ASSERT_TRUE(foreign.ok());
  dir_.Write("out.bin", *foreign);
  EXPECT_THAT(ErrorOf(path), HasSubstr("libyara 3.11.0"));
  dir_.Write("out.bin", good);
  chmod(path.c_str(), 0622);
  EXPECT_THAT(ErrorOf(path), HasSubstr("chmod go-w"));
}

TEST_F(CacheTest, FilesOfYaracOnlyWhenAllowed) {
  auto compiler = YaraCompiler::New();
  ASSERT_TRUE(compiler.ok());
  ASSERT_TRUE((*compiler)->Define("filename", std::string("q")).ok());
  std::vector<YaraMessage> messages;
  ASSERT_TRUE((*compiler)->Add(Rule("foreign", "filename == \"n\""), "default",
                               &messages));
  std::string blob;
  ASSERT_TRUE((*(*compiler)->Finish())->Save(&blob).ok());
  const std::string path = dir_.Write("f.yarc", blob);

  EXPECT_THAT(ErrorOf(path), AllOf(HasSubstr("can run code"),
                                   HasSubstr("allow_foreign_compiled")));
  RuleOptions options;
  options.allow_foreign_compiled = true;
  const auto rules = MustCompile({{path}, {}}, options);
  ASSERT_NE(rules, nullptr);
  EXPECT_TRUE(rules->depends_on_names());
  FileExternals externals;
  externals.filename = "n";
  EXPECT_THAT(Matching(*rules, "", externals), ElementsAre("default.foreign"));
  EXPECT_EQ(rules->rules()[0].file, path);

  dir_.Write("f.yarc", blob.substr(0, blob.size() / 2));
  EXPECT_THAT(ErrorOf(path, options), HasSubstr(path));
  dir_.Write("f.yarc", "YARA\xFF");
  EXPECT_THAT(ErrorOf(path, options), HasSubstr(path));
  dir_.Write("f.yarc", blob);
  chmod(path.c_str(), 0622);
  EXPECT_THAT(ErrorOf(path, options), HasSubstr("chmod go-w"));
}

TEST(FileTest, ReplaceLeavesTheOldFileWhenItFails) {
  const TempDir dir;
  EXPECT_FALSE(ReplaceFile(dir / "none/x", "new").ok());
  std::filesystem::create_directory(dir / "d");
  dir.Write("d/keep", "old");
  EXPECT_FALSE(ReplaceFile(dir / "d", "new").ok());
  EXPECT_EQ(FilesIn(dir.path()).size(), 1U) << "no temporary file stays";
  ASSERT_TRUE(ReplaceFile(dir / "d/keep", "new").ok());
  EXPECT_EQ(ReadAll(dir / "d/keep"), "new");
}

}  // namespace
}  // namespace cupel
