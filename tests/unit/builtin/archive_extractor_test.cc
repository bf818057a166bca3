#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "builtin/tables.h"
#include "tests/support/archive_tools.h"
#include "tests/unit/builtin/plugin_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::map<std::string, std::string> Named(const PluginRun& run) {
  std::map<std::string, std::string> all;
  for (const PluginChild& child : run.answer.children) {
    all[child.name] = child.bytes.view;
  }
  return all;
}

Json MetadataOf(const PluginRun& run, const std::string& name) {
  for (const PluginChild& child : run.answer.children) {
    if (child.name == name) return ParseJson(child.metadata, "m").value();
  }
  ADD_FAILURE() << "no child " << name;
  return Json::object();
}

TEST(ArchiveExtractorTest, TakesApartWhatOtherToolsMake) {
  const ToolDir dir;
  dir.Write("d/a.txt", Prose(5000));
  dir.Write("d/b.bin", Noise(3000, 1));
  dir.Run(
      "chmod 755 d/b.bin; touch -d '2021-02-03 04:05:06 UTC' d/b.bin; "
      "ln -s a.txt d/link");
  for (const char* command :
       {"tar czf out d", "zip -qry out.zip d && mv out.zip out",
        "bsdtar cf out --format=7zip d",
        "find d | cpio --quiet -o -H newc > "
        "out"}) {
    SCOPED_TRACE(command);
    const PluginRun run =
        RunPlugin(kArchiveExtractor, dir.Make(command, "out"));
    ASSERT_TRUE(run.status.ok()) << run.Message();
    const std::map<std::string, std::string> files = Named(run);
    EXPECT_EQ(files.at("d/a.txt"), Prose(5000));
    EXPECT_EQ(files.at("d/b.bin"), Noise(3000, 1));
    EXPECT_EQ(files.size(), 3u) << "folders are no children";
    const Json metadata = MetadataOf(run, "d/b.bin");
    EXPECT_EQ(metadata.at("mode"), 0755);
    EXPECT_EQ(metadata.at("mtime"), 1612325106);
    EXPECT_EQ(metadata.at("encrypted"), false);
    EXPECT_EQ(MetadataOf(run, "d/link").at("link"), "a.txt");
    EXPECT_EQ(MetadataOf(run, "d/link").at("kind"), "symlink");
    dir.Run("rm out");
  }
}

TEST(ArchiveExtractorTest, TriesPasswordsAndTellsWhereNoneFits) {
  const ToolDir dir;
  dir.Write("a.txt", "hello");
  const std::string known =
      dir.Make("zip -q -P infected known.zip a.txt", "known.zip");
  EXPECT_EQ(RunPlugin(kArchiveExtractor, known).Only(), "hello");
  EXPECT_EQ(RunPlugin(kDecompressExtractor, known).Only(), "hello");
  const std::string other = dir.Make(
      "7z a -bd -tzip -mem=AES256 -psesame other.zip a.txt > log", "other.zip");
  EXPECT_EQ(RunPlugin(kArchiveExtractor, other,
                      R"({"archive_passwords": "-,x,sesame"})")
                .Only(),
            "hello");
  const PluginRun locked = RunPlugin(kArchiveExtractor, other);
  EXPECT_TRUE(locked.status.ok());
  EXPECT_EQ(MetadataOf(locked, "a.txt").at("encrypted"), true);
  ASSERT_EQ(locked.answer.errors.size(), 1u);
  EXPECT_EQ(locked.answer.errors[0].code, absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(locked.answer.errors[0].message, HasSubstr("'a.txt'"));
  EXPECT_THAT(locked.answer.errors[0].message, Not(HasSubstr("infected")));
}

TEST(ArchiveExtractorTest, EachLimitFires) {
  const ToolDir dir;
  dir.Write("a.txt", Prose(5000));
  dir.Write("b.txt", "b");
  dir.Run("truncate -s 40M zeros");
  for (const char* tool : {"zip -q out a.txt b.txt && mv out.zip out",
                           "tar czf out a.txt b.txt"}) {
    const std::string archive = dir.Make(tool, "out");
    const PluginRun cut =
        RunPlugin(kArchiveExtractor, archive, R"({"max_bytes": 100})");
    EXPECT_EQ(Named(cut).at("a.txt"), Prose(5000).substr(0, 100));
    EXPECT_EQ(Named(cut).at("b.txt"), "b") << "the next one is not lost";
    ASSERT_EQ(cut.answer.errors.size(), 1u);
    EXPECT_THAT(cut.answer.errors[0].message,
                HasSubstr("'a.txt': cut off after 100 bytes"));
    const PluginRun few =
        RunPlugin(kArchiveExtractor, archive, R"({"max_children": 1})");
    EXPECT_EQ(few.answer.children.size(), 1u);
    EXPECT_THAT(few.Message(), HasSubstr("max_children"));
    AnswerLimits limits;
    limits.bytes = 200;
    const PluginRun poor = RunPlugin(kArchiveExtractor, archive, "{}", limits);
    EXPECT_EQ(Named(poor).at("a.txt"), Prose(5000).substr(0, 200));
    EXPECT_THAT(poor.answer.errors[0].message, HasSubstr("limit on answers"));
    dir.Run("rm out");
  }
  const PluginRun bomb =
      RunPlugin(kArchiveExtractor, dir.Make("tar czf bomb zeros", "bomb"));
  EXPECT_TRUE(absl::IsResourceExhausted(bomb.status));
  EXPECT_THAT(bomb.Message(), HasSubstr("200 times as many"));
  EXPECT_GE(bomb.answer.children.at(0).bytes.view.size(), 8u << 20);
}

TEST(ArchiveExtractorTest, KeepsWhatCameBeforeTheDamage) {
  const ToolDir dir;
  dir.Write("a.txt", Prose(5000));
  dir.Write("b.bin", Noise(90'000, 2));
  const std::string tar = dir.Make("tar cf out a.txt b.bin", "out");
  const PluginRun run =
      RunPlugin(kArchiveExtractor, tar.substr(0, tar.size() / 2));
  EXPECT_EQ(Named(run).at("a.txt"), Prose(5000));
  EXPECT_GT(Named(run).at("b.bin").size(), 10'000u);
  EXPECT_FALSE(run.answer.errors.empty() && run.status.ok());
}

TEST(ArchiveExtractorTest, RefusesWhatIsNoArchive) {
  EXPECT_THAT(RunPlugin(kArchiveExtractor, "%PDF-1.4").Message(),
              HasSubstr("extractor:archive: this is no archive"));
}

TEST(StreamExtractorTest, DecompressesWhatOtherToolsMake) {
  const ToolDir dir;
  dir.Write("a", Prose(100'000));
  for (const char* tool : {"gzip -c", "xz -c", "zstd -qc", "bzip2 -c",
                           "lz4 -qc", "xz --format=lzma -c"}) {
    SCOPED_TRACE(tool);
    const std::string packed = dir.Make(std::string(tool) + " a > out", "out");
    EXPECT_EQ(RunPlugin(kStreamExtractor, packed).Only(), Prose(100'000));
    EXPECT_EQ(
        RunPlugin(kStreamExtractor, "four" + packed, R"({"offset": 4})").Only(),
        Prose(100'000));
    const PluginRun cut =
        RunPlugin(kStreamExtractor, packed.substr(0, packed.size() / 2));
    EXPECT_FALSE(cut.status.ok());
    EXPECT_THAT(cut.Message(), HasSubstr("bytes in clear"));
  }
}

TEST(StreamExtractorTest, BareStreamsAreNamed) {
  const ToolDir dir;
  dir.Write("a", Prose(100'000));
  dir.Write("z.py",
            "import zlib\nb = open('a', 'rb').read()\n"
            "open('z', 'wb').write(zlib.compress(b))\n"
            "c = zlib.compressobj(9, zlib.DEFLATED, -15)\n"
            "open('d', 'wb').write(c.compress(b) + c.flush() + b'behind')\n");
  const std::string zlib = dir.Make("/usr/bin/python3 z.py", "z");
  EXPECT_EQ(RunPlugin(kStreamExtractor, zlib).Only(), Prose(100'000));
  const PluginRun deflate =
      RunPlugin(kStreamExtractor, dir.Read("d"), R"({"format": "deflate"})");
  EXPECT_THAT(deflate.Children(), ElementsAre(Prose(100'000), "behind"));
  EXPECT_THAT(RunPlugin(kStreamExtractor, dir.Read("a")).Message(),
              HasSubstr("set the option format"));
  EXPECT_THAT(RunPlugin(kStreamExtractor, "x", R"({"offset": 9})").Message(),
              HasSubstr("has only 1 bytes"));
}

TEST(StreamExtractorTest, IsBoundedAndKeepsWhatItHas) {
  const ToolDir dir;
  dir.Write("a", Prose(100'000));
  const std::string packed = dir.Make("gzip -c a > out", "out");
  const PluginRun run =
      RunPlugin(kStreamExtractor, packed, R"({"max_bytes": 5000})");
  EXPECT_EQ(run.Only(), Prose(100'000).substr(0, 5000));
  ASSERT_EQ(run.answer.errors.size(), 1u);
  EXPECT_THAT(run.answer.errors[0].message, HasSubstr("option max_bytes"));
}

}  // namespace
}  // namespace cupel
