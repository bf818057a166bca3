// Workers that measure: hash, tlsh, filetype, entropy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "builtin/tables.h"
#include "builtin/worker/entropy.h"
#include "tests/support/archive_tools.h"
#include "tests/unit/builtin/plugin_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string FirstWord(const std::string& text) {
  return text.substr(0, text.find_first_of(" \t\n"));
}

TEST(HashWorkerTest, AgreesWithCoreutils) {
  const ToolDir dir;
  const std::string noise = Noise(300'001, 10);
  dir.Write("in", noise);
  const Json result = RunPlugin(kHashWorker, noise).Result();
  EXPECT_THAT(result, SizeIs(4));
  for (const std::string name : {"md5", "sha1", "sha256", "sha512"}) {
    EXPECT_EQ(result[name], FirstWord(dir.Make(name + "sum in > out", "out")));
  }
}

TEST(HashWorkerTest, GivesThoseThatWereAskedFor) {
  EXPECT_THAT(RunPlugin(kHashWorker, "", R"({"algorithms": "md5, md5"})")
                  .answer.results,
              ElementsAre(R"({"md5":"d41d8cd98f00b204e9800998ecf8427e"})"));
  EXPECT_THAT(RunPlugin(kHashWorker, "", R"({"algorithms": "md4"})").Message(),
              HasSubstr("worker:hash: option 'algorithms': it must be some"));
}

TEST(TlshWorkerTest, AgreesWithItsOwnTool) {
  const ToolDir dir;
  const std::string noise = Noise(100'000, 11);
  dir.Write("in", noise);
  std::string expected =
      FirstWord(dir.Make("tlsh_unittest -f in > out", "out"));
  if (!expected.starts_with("T1")) expected = "T1" + expected;
  EXPECT_EQ(RunPlugin(kTlshWorker, noise).Result()["tlsh"], expected);
  EXPECT_EQ(expected.size(), 72u);
}

TEST(TlshWorkerTest, SaysThatThereIsTooLittle) {
  EXPECT_TRUE(RunPlugin(kTlshWorker, "short").Result()["tlsh"].is_null());
  EXPECT_TRUE(RunPlugin(kTlshWorker, std::string(100'000, 'a'))
                  .Result()["tlsh"]
                  .is_null());
}

TEST(FiletypeWorkerTest, AgreesWithFile) {
  const ToolDir dir;
  dir.Run(
      "echo 'plain text' > text; gzip -k text; zip -q text.zip text; "
      "printf '\\0\\1\\2' > odd; : > empty; "
      "echo '#!/usr/bin/python3' > script");
  PluginUnderTest filetype(kFiletypeWorker);
  for (const std::string name :
       {"text", "text.gz", "text.zip", "odd", "empty", "script"}) {
    const Json result = filetype.Call(dir.Read(name)).Result();
    for (const auto& [flag, member] : {std::pair("--mime-type", "mime"),
                                       {"--mime-encoding", "charset"},
                                       {"", "description"}}) {
      // From a pipe it knows no more of these than the bytes.
      std::string told =
          dir.Make("cat " + name + " | file -b " + flag + " - > out", "out");
      told.pop_back();
      EXPECT_EQ(result[member], told) << name;
    }
  }
  EXPECT_EQ(filetype.Call(dir.Read("text.gz")).Result()["type"], "gzip");
  const std::string program = dir.Make("cp /bin/ls out", "out");
  EXPECT_THAT(filetype.Call(program).Result()["description"],
              testing::StartsWith("ELF 64-bit"));
}

TEST(FiletypeWorkerTest, CannotBeUsedWithoutADatabase) {
  const PluginUnderTest filetype(kFiletypeWorker,
                                 R"({"database": "/no/such/magic.mgc"})");
  EXPECT_EQ(filetype.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(MessageOf(filetype.status()),
              HasSubstr("worker:filetype: option 'database': libmagic has no "
                        "database"));
}

TEST(EntropyTest, KnowsTheExtremes) {
  EXPECT_EQ(ProfileEntropy("", 256, 4)->entropy, 0);
  EXPECT_EQ(ProfileEntropy(std::string(5000, 'a'), 256, 4)->entropy, 0);
  std::string all;
  for (int i = 0; i < 2560; ++i) all += static_cast<char>(i);
  EXPECT_EQ(ProfileEntropy(all, 256, 100)->entropy, 8);
  EXPECT_EQ(ProfileEntropy(all, 256, 100)->chi_square, 0);
  EXPECT_THAT(
      ProfileEntropy("aabb" + std::string(252, 'a') + "ab", 256, 4)->blocks,
      SizeIs(2));
}

TEST(EntropyTest, BlocksGrowSoThatThereAreNotTooMany) {
  const auto profile = ProfileEntropy(std::string(1'000'001, 'a'), 1000, 10);
  EXPECT_EQ(profile->block_size, 101'000u);
  EXPECT_THAT(profile->blocks, SizeIs(10));
  EXPECT_THAT(ProfileEntropy(std::string(10'000, 'a'), 1000, 10)->blocks,
              SizeIs(10));
  EXPECT_FALSE(ProfileEntropy("a", 1000, 10, [] { return true; }).ok());
}

TEST(EntropyWorkerTest, AgreesWithPython) {
  const ToolDir dir;
  const std::string program = dir.Make("cp /bin/ls in", "in");
  const std::string expected = dir.Make(
      "python3 -c 'import math, collections; d = open(\"in\", \"rb\").read(); "
      "c = collections.Counter(d); n = len(d); print(\"%.4f %.4f\" % ("
      "-sum(v/n*math.log2(v/n) for v in c.values()), "
      "sum((c.get(i,0)-n/256)**2/(n/256) for i in range(256))))' > out",
      "out");
  const Json result =
      RunPlugin(kEntropyWorker, program, R"({"chi_square": true})").Result();
  EXPECT_EQ(fmt::format("{:.4f} {:.4f}\n", result["entropy"].get<double>(),
                        result["chi_square"].get<double>()),
            expected);
  EXPECT_EQ(result["block_size"], 4096);
  EXPECT_EQ(result["blocks"].size(), (program.size() + 4095) / 4096);
}

}  // namespace
}  // namespace cupel
