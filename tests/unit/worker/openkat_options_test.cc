#include "worker/openkat_options.h"

#include <algorithm>
#include <string>

#include "gtest/gtest.h"

namespace cupel::worker {
namespace {

VariableList Good() {
  return {{"SCHEDULER_API", "http://mula:8004"},
          {"KATALOGUS_API", "http://katalogus:8003"},
          {"OCTOPOES_API", "http://octopoes:8001"},
          {"BYTES_API", "https://bytes:8002/"},
          {"BYTES_USERNAME", "user"},
          {"BYTES_PASSWORD", "hunter2-is-the-secret"}};
}

struct Read {
  OpenKatOptions options;
  std::vector<VariableProblem> problems;
  std::vector<std::string> ignored;

  explicit Read(const VariableList& variables,
                OpenKatKind kind = OpenKatKind::kBoefje) {
    options = ReadOpenKatVariables(kind, variables, &problems, &ignored);
  }
  bool Ignores(std::string_view name) const {
    return std::any_of(
        ignored.begin(), ignored.end(),
        [&](const std::string& one) { return one.starts_with(name); });
  }
};

VariableList With(VariableList more) {
  VariableList all = Good();
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

TEST(OpenKatOptionsTest, DefaultsAreOpenKats) {
  const Read read(Good());
  EXPECT_TRUE(read.problems.empty());
  EXPECT_EQ(read.options.pool_size, 2u);
  EXPECT_EQ(read.options.poll_interval_ms, 10'000u);
  EXPECT_FALSE(read.options.deduplicate);
  EXPECT_EQ(read.options.request_timeout_ms, 30'000u);
  EXPECT_EQ(read.options.api_host, "0.0.0.0");
  EXPECT_EQ(read.options.api_port, 8000);
  EXPECT_EQ(read.options.bytes_password->view(), "hunter2-is-the-secret");
}

TEST(OpenKatOptionsTest, NamesAreTakenInAnyCaseAndOldOnesToo) {
  const Read read(With({{"boefjes_pool_size", "7"},
                        {"BOEFJES_POLL_INTERVAL", "0.5"},
                        {"Boefjes_Deduplicate", "TRUE"},
                        {"BOEFJES_BOEFJE_API_PORT", "8006"},
                        {"BOEFJE_API", "http://boefje:8000"},
                        {"BOEFJES_PLUGINS", R"(["a","b"])"},
                        {"BOEFJES_LOGGING_FORMAT", "json"},
                        {"BOEFJES_SCAN_PROFILE_WHITELIST", R"({"kat_x":2})"},
                        {"BOEFJES_OUTGOING_REQUEST_TIMEOUT", "60"}}));
  EXPECT_TRUE(read.problems.empty()) << read.problems[0].name;
  EXPECT_EQ(read.options.pool_size, 7u);
  EXPECT_EQ(read.options.poll_interval_ms, 500u);
  EXPECT_TRUE(read.options.deduplicate);
  EXPECT_EQ(read.options.api_port, 8006);
  EXPECT_EQ(read.options.boefjes_api, "http://boefje:8000");
  EXPECT_EQ(read.options.plugins, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(read.options.json_logs);
  EXPECT_EQ(read.options.whitelist.at("kat_x"), 2);
  EXPECT_EQ(read.options.request_timeout_ms, 60'000u);
  EXPECT_TRUE(read.options.system.empty());
}

TEST(OpenKatOptionsTest, TheNewNameStandsBeforeTheOldOne) {
  const Read read(With({{"BOEFJES_BOEFJE_API_PORT", "1"},
                        {"BOEFJES_API_PORT", "2"},
                        {"boefjes_pool_size", "3"},
                        {"BOEFJES_POOL_SIZE", "4"}}));
  EXPECT_EQ(read.options.api_port, 2);
  EXPECT_EQ(read.options.pool_size, 4u);
}

TEST(OpenKatOptionsTest, AllProblemsAreToldAtOnceAndNoValueIsShown) {
  const Read read({{"SCHEDULER_API", "mula:8004"},
                   {"OCTOPOES_API", "http://user:hunter2@octopoes"},
                   {"BYTES_API", "http://bytes?token=hunter2"},
                   {"BYTES_PASSWORD", "hunter2"},
                   {"BOEFJES_POOL_SIZE", "0"},
                   {"BOEFJES_POLL_INTERVAL", "soon"},
                   {"BOEFJES_DEDUPLICATE", "perhaps"},
                   {"BOEFJES_PLUGINS", "a,b"},
                   {"BOEFJES_SCAN_PROFILE_WHITELIST", R"({"kat_x":5})"},
                   {"BOEFJES_ENCRYPTION_MIDDLEWARE", "ROT13"},
                   {"BOEFJES_KATALOGUS_PRIVATE_KEY", "hunter2"},
                   {"BOEFJES_LOGGING_FORMAT", "xml"}});
  std::vector<std::string> names;
  for (const VariableProblem& problem : read.problems) {
    names.push_back(problem.name);
    EXPECT_EQ(problem.message.find("hunter2"), std::string::npos)
        << problem.message;
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names,
            (std::vector<std::string>{
                "BOEFJES_DEDUPLICATE", "BOEFJES_ENCRYPTION_MIDDLEWARE",
                "BOEFJES_KATALOGUS_PRIVATE_KEY", "BOEFJES_LOGGING_FORMAT",
                "BOEFJES_PLUGINS", "BOEFJES_POLL_INTERVAL", "BOEFJES_POOL_SIZE",
                "BOEFJES_SCAN_PROFILE_WHITELIST", "BYTES_API", "BYTES_USERNAME",
                "KATALOGUS_API", "OCTOPOES_API", "SCHEDULER_API"}));
}

TEST(OpenKatOptionsTest, ANormalizerNeedsNoKatalogus) {
  VariableList variables = Good();
  std::erase_if(variables,
                [](const auto& one) { return one.first == "KATALOGUS_API"; });
  EXPECT_EQ(Read(variables).problems.size(), 1u);
  EXPECT_TRUE(Read(variables, OpenKatKind::kNormalizer).problems.empty());
}

TEST(OpenKatOptionsTest, WhatDoesNothingIsSaid) {
  const Read read(With({{"BOEFJES_REMOTE_NS", "1.1.1.1"},
                        {"KATALOGUS_DB_URI", "postgresql://u:p@h/db"},
                        {"BOEFJES_POOLSIZE", "9"},
                        {"BOEFJE_TOP_PORTS", "250"},
                        {"PATH", "/bin"}}));
  EXPECT_TRUE(read.problems.empty());
  EXPECT_TRUE(read.Ignores("BOEFJES_REMOTE_NS"));
  EXPECT_TRUE(read.Ignores("KATALOGUS_DB_URI"));
  EXPECT_TRUE(read.Ignores("BOEFJES_POOLSIZE: is no variable"));
  EXPECT_EQ(read.ignored.size(), 3u);
  EXPECT_EQ(read.options.system, (VariableList{{"BOEFJE_TOP_PORTS", "250"}}));
}

TEST(OpenKatOptionsTest, ThePlanHasNoSecrets) {
  const Read read(With({{"BOEFJE_KEY", "hunter2-is-the-secret"}}));
  std::string plan;
  for (const std::string& line : PlanOf(read.options)) plan += line + "\n";
  EXPECT_NE(plan.find("http://mula:8004"), std::string::npos);
  EXPECT_EQ(plan.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace cupel::worker
