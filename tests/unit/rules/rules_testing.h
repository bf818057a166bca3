// Helpers of the tests of src/rules.
#ifndef CUPEL_TESTS_UNIT_RULES_RULES_TESTING_H_
#define CUPEL_TESTS_UNIT_RULES_RULES_TESTING_H_

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "rules/rule_set.h"
#include "rules/scratch.h"

namespace cupel {

// A folder that is gone with the object.
class TempDir {
 public:
  TempDir() {
    std::string name = testing::TempDir() + "cupel-rules-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~TempDir() { std::filesystem::remove_all(path_); }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const {
    return path_ + "/" + name;
  }

  // Makes folders on the way; gives the whole path.
  std::string Write(const std::string& name, std::string_view bytes) const {
    const std::string path = path_ + "/" + name;
    std::filesystem::create_directories(
        std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    chmod(path.c_str(), 0600);
    return path;
  }

 private:
  std::string path_;
};

inline std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

inline std::string Rule(const std::string& name, const std::string& condition) {
  return "rule " + name + " {\n  condition:\n    " + condition + "\n}\n";
}

using RuleSetPtr = std::shared_ptr<const RuleSet>;

// Compiles and expects that to work.
inline RuleSetPtr MustCompile(const RuleSources& sources,
                              const RuleOptions& options = {}) {
  auto rules = RuleSet::Compile(sources, options, nullptr);
  EXPECT_TRUE(rules.ok()) << rules.status();
  return rules.ok() ? *rules : nullptr;
}

inline RuleSetPtr FromText(const std::string& text,
                           const RuleOptions& options = {}) {
  return MustCompile({{}, {{"t", text}}}, options);
}

// Changes what a random test goes through, for --gtest_shuffle with
// --gtest_repeat or --gtest_random_seed. GoogleTest's own is never twice the
// same.
inline uint32_t RandomSeed() {
  return GTEST_FLAG_GET(shuffle)
             ? static_cast<uint32_t>(
                   testing::UnitTest::GetInstance()->random_seed())
             : 0;
}

inline ScanAnswer ScanWith(const RuleSet& rules, const ScanRequest& request) {
  auto scratch = rules.NewScratch();
  EXPECT_TRUE(scratch.ok()) << scratch.status();
  return (*scratch)->Scan(request);
}

// "ns.rule" of everything that matches.
inline std::vector<std::string> Matching(const RuleSet& rules,
                                         std::string_view bytes,
                                         const FileExternals& externals = {}) {
  ScanRequest request;
  request.bytes = bytes;
  request.externals = externals;
  const ScanAnswer answer = ScanWith(rules, request);
  EXPECT_TRUE(answer.status.ok()) << answer.status;
  std::vector<std::string> out;
  for (const RuleMatch& match : answer.matches) {
    const RuleInfo& rule = rules.rules()[match.rule];
    out.push_back(rule.ns + "." + rule.name);
  }
  return out;
}

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_RULES_RULES_TESTING_H_
