// Would a mistake in the plan be noticed? Two of a thousand of the literals
// that it searches for are made wrong, and the files of the other tests must
// show it.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/differential/plan_check.h"
#include "tests/differential/real_rules.h"
#include "tests/differential/temp_folder.h"

namespace cupel::differential {
namespace {

// 500 rules of the generated set of benchmarks/compare.
std::vector<std::string> GeneratedRules(const TempFolder& folder) {
  const std::string command =
      std::string("cd ") + CUPEL_SOURCE_DIR +
      "/benchmarks/compare && PYTHONDONTWRITEBYTECODE=1 python3 -c 'import sys;"
      " from generator import generate; generate.generate(sys.argv[1])' " +
      folder.path();
  EXPECT_EQ(std::system(command.c_str()), 0);
  std::vector<std::string> paths;
  for (int i = 0; i < 10; ++i) {
    paths.push_back(folder.path() + "/family_00" + std::to_string(i) + ".yar");
  }
  return paths;
}

TEST(MutationTest, WrongLiteralsAreNoticed) {
  const TempFolder folder;
  RuleSources sources;
  sources.paths = GeneratedRules(folder);
  auto rules = RealRules::Load(sources.paths, 1);
  ASSERT_TRUE(rules.ok()) << rules.status();
  std::atomic<uint32_t> seen{0};
  std::atomic<uint32_t> changed{0};
  plan::PlanOptions options;
  options.mutate_literal = [&](std::string* literal) {
    if (seen++ % 500 != 250) return;
    for (char& c : *literal) c = static_cast<char>(c ^ 0x80);
    ++changed;
  };
  auto wrong = PlanCheck::Build(sources, {}, options);
  ASSERT_TRUE(wrong.ok()) << wrong.status();
  ASSERT_GT(changed.load(), 0u);

  const std::vector<std::string> heads = SmallHeads();
  Draw draw(1);
  size_t missed = 0;
  for (size_t i = 0; i < 20 * (*rules)->rules() && missed == 0; ++i) {
    const MadeFile file = (*rules)->File(&draw, i, heads);
    missed += (*wrong)->Missed(file, (*rules)->Matching(file)).size();
  }
  EXPECT_GT(missed, 0u) << changed << " of " << seen << " literals are wrong";
}

}  // namespace
}  // namespace cupel::differential
