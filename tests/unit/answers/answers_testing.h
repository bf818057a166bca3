// Folders, keys and rules for the tests of src/answers.
#ifndef CUPEL_TESTS_UNIT_ANSWERS_ANSWERS_TESTING_H_
#define CUPEL_TESTS_UNIT_ANSWERS_ANSWERS_TESTING_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "answers/answer_index.h"
#include "crypto/digest.h"
#include "rules/rule_set.h"

namespace cupel {

// An empty folder of its own, gone with what is in it.
class TempFolder {
 public:
  TempFolder() {
    std::string path = testing::TempDir() + "cupel-answers-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) abort();
    path_ = path;
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string operator/(std::string_view name) const {
    return path_ + "/" + std::string(name);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::string ReadBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void WriteBytes(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

inline Digest Key(std::string_view text) { return Sha256(text); }
inline Digest Key(int number) { return Sha256(std::to_string(number)); }

inline std::shared_ptr<const RuleDigests> SomeRules(std::string_view seed) {
  return std::make_shared<const RuleDigests>(
      std::vector<Digest>{Key(std::string(seed) + "1"), Key(seed)});
}

inline std::unique_ptr<AnswerIndex> OpenIndex(const std::string& folder,
                                              uint64_t max_bytes = 64 << 20) {
  auto index = AnswerIndex::Open({folder, max_bytes, 2000});
  EXPECT_TRUE(index.ok()) << index.status();
  return index.ok() ? *std::move(index) : nullptr;
}

// The answer under a key, or "-" if there is none that these rules gave.
inline std::string AnswerOf(AnswerIndex& index, const Digest& key,
                            const RuleDigests& rules) {
  const auto row = index.Find(key);
  if (!row.has_value()) return "-";
  const auto of_row = index.RulesOf(row->rule_set);
  if (of_row == nullptr || of_row->digest != rules.digest) return "-";
  return AnswerIndex::Proves(*row, key, rules.digest) ? row->answer : "-";
}

inline std::shared_ptr<const RuleSet> CompileText(std::string text,
                                                  RuleOptions options = {}) {
  RuleSources sources;
  sources.texts.push_back({"test", std::move(text)});
  auto rules = RuleSet::Compile(sources, options, nullptr);
  EXPECT_TRUE(rules.ok()) << rules.status();
  return rules.ok() ? *rules : nullptr;
}

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_ANSWERS_ANSWERS_TESTING_H_
