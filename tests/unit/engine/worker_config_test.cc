#include "engine/worker_config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "engine/worker_keys.h"

namespace cupel {
namespace {

Json Read(std::string_view toml, const EnvironmentPairs& environment = {}) {
  ConfigProblems problems;
  Json config = ReadWorkerConfig(toml, "w.toml", environment, &problems);
  EXPECT_EQ(ProblemsText(problems), "");
  return config;
}

std::string Problems(std::string_view toml,
                     const EnvironmentPairs& environment = {}) {
  ConfigProblems problems;
  ReadWorkerConfig(toml, "w.toml", environment, &problems);
  return ProblemsText(problems);
}

TEST(WorkerConfigTest, TimesAndSizesBecomeNumbers) {
  const Json config = Read(R"(
[worker]
time_limit = "2.5 m"
grace = 3
memory = "1.5 GiB"
[queue]
lease = "500 ms"
kinds = "scan"
)");
  EXPECT_EQ(config["worker"]["time_limit"], 150'000u);
  EXPECT_EQ(config["worker"]["grace"], 3'000u);
  EXPECT_EQ(config["worker"]["memory"], uint64_t{3} << 29);
  EXPECT_EQ(config["queue"]["lease"], 500u);
  EXPECT_EQ(config["queue"]["kinds"], Json({"scan"}));
}

TEST(WorkerConfigTest, TheEnvironmentStandsAboveAndTheLastOfItCounts) {
  const Json config = Read("[worker]\npool_size = 2\n",
                           {{"CUPEL_WORKER_POOL_SIZE", "3"},
                            {"CUPEL_WORKER_POOL_SIZE", "4"},
                            {"CUPEL_WORKER_RULES_PATHS", "a, b"},
                            {"CUPEL_WORKER_SCAN_ROOTS", "c,d\ne\n"},
                            {"CUPEL_WORKER_SCAN_LIMITS", R"({"depth":3})"},
                            {"HOME", "/root"}});
  EXPECT_EQ(config["worker"]["pool_size"], 4u);
  EXPECT_EQ(config["rules"]["paths"], Json({"a", "b"}));
  EXPECT_EQ(config["scan"]["roots"], Json({"c,d", "e"}));
  EXPECT_EQ(config["scan"]["limits"]["depth"], 3u);
}

TEST(WorkerConfigTest, AllProblemsAreToldAtOnce) {
  const std::string text = Problems(
      "[worker]\npool_size = 0\nmode = \"proces\"\nlisten = 5\n"
      "[queue]\nurll = \"x\"\n",
      {{"CUPEL_WORKER_MEMORY", "lots"}, {"CUPEL_WORKER_NAM", "x"}});
  for (const char* part :
       {"worker.pool_size must be a number from 1 to 1024",
        "worker.mode must be one of process, thread",
        "worker.listen must be a text",
        "queue.urll is no setting of a worker: Is it 'queue.url'?",
        "CUPEL_WORKER_MEMORY must be a size",
        "CUPEL_WORKER_NAM is no setting of a worker: Is it "
        "'CUPEL_WORKER_NAME'?"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
  }
}

TEST(WorkerConfigTest, BrokenTomlIsToldWithItsPlace) {
  EXPECT_NE(Problems("[worker]\npool_size = \n").find("w.toml:2:"),
            std::string::npos);
}

TEST(WorkerConfigTest, ForeignTablesAreLeftAlone) {
  const Json config = Read("[dragonfly]\nwhat_ever = 1\n");
  EXPECT_EQ(config["dragonfly"]["what_ever"], 1);
}

TEST(WorkerConfigTest, EverySettingIsInTheGuide) {
  std::ifstream file(CUPEL_SOURCE_DIR "/docs/worker.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const WorkerKey& key : WorkerKeys()) {
    EXPECT_NE(text.str().find("`" + FullName(key) + "`"), std::string::npos)
        << FullName(key);
  }
}

}  // namespace
}  // namespace cupel
