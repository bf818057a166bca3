// Rules that people wrote: nothing of them may be beyond us. More folders than
// our own examples can be given in CUPEL_TEST_RULES, with colons between.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "ast_testing.h"
#include "rules/source.h"

namespace cupel::ast {
namespace {

struct Counts {
  size_t rules = 0;
  size_t strings = 0;
};

void CheckUnit(const RuleUnit& unit, Counts* counts) {
  const Source source = Parse(unit);
  EXPECT_TRUE(source.understood) << unit.files[0].label;
  for (const Rule& rule : source.rules) {
    ++counts->rules;
    EXPECT_TRUE(Understood(*rule.condition))
        << unit.files[rule.file].label << ":" << rule.name_line << ": "
        << ToSource(*rule.condition);
    EXPECT_EQ(Condition(ToSource(*rule.condition)), ToSource(*rule.condition));
    for (const String& string : rule.strings) {
      ++counts->strings;
      EXPECT_TRUE(string.understood)
          << unit.files[rule.file].label << ":" << string.span.line;
    }
  }
}

Counts CheckFolder(const std::string& folder) {
  Counts counts;
  RuleSources sources;
  sources.paths = {folder};
  auto loaded = LoadSources(sources, {});
  if (!loaded.ok()) {
    ADD_FAILURE() << folder << ": " << loaded.status();
    return counts;
  }
  EXPECT_TRUE(loaded->errors.empty());
  const RuleUnits units = ResolveIncludes(&*loaded);
  EXPECT_TRUE(units.errors.empty());
  for (const RuleUnit& unit : units.units) CheckUnit(unit, &counts);
  return counts;
}

TEST(RealRulesTest, AreUnderstoodToTheLast) {
  std::string folders = CUPEL_SOURCE_DIR "/examples/rules";
  if (const char* more = getenv("CUPEL_TEST_RULES")) {
    folders.append(":").append(more);
  }
  for (size_t at = 0; at < folders.size();) {
    const size_t end = std::min(folders.find(':', at), folders.size());
    const std::string folder = folders.substr(at, end - at);
    const Counts counts = CheckFolder(folder);
    EXPECT_GT(counts.rules, 10U) << folder;
    EXPECT_GT(counts.strings, 10U) << folder;
    at = end + 1;
  }
}

}  // namespace
}  // namespace cupel::ast
