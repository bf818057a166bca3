#include "tests/differential/round.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/differential/compare.h"
#include "tests/differential/make_files.h"
#include "tests/differential/make_rules.h"
#include "tests/differential/shrink.h"

namespace cupel::differential {
namespace {

// What differs, or nothing; a case that does not compile does not differ.
std::string DifferenceOf(const Case& c) {
  auto pair = CompileMade(c.set);
  return pair.ok() ? (*pair)->Compare(c.file, nullptr) : "";
}

std::string Report(Case failing, const std::string& first_seen) {
  // What differs after many files with one scratch may need all of them.
  if (DifferenceOf(failing).empty()) {
    return "// only after other files of the round: " + first_seen +
           AsTest(failing, first_seen);
  }
  const Case small = Shrink(std::move(failing), [](const Case& c) {
    return !DifferenceOf(c).empty();
  });
  return AsTest(small, DifferenceOf(small));
}

}  // namespace

std::string ToText(const Tally& tally) {
  return absl::StrCat(
      tally.rounds, " sets, ", tally.rules, " rules (", tally.refused,
      " more refused), ", tally.files, " files, ", tally.matches, " matches, ",
      tally.rules_matched, " rules matched at least once; the ",
      "plan kept back ",
      100 * tally.kept_back / std::max<size_t>(tally.asked, 1), " %");
}

std::string RunRound(Draw* draw, size_t files,
                     const std::vector<std::string>& heads, Tally* tally) {
  MadeSet set = MakeRules(draw);
  ++tally->rounds;
  tally->refused += DropRefused(&set);
  if (set.rules() == 0) return "";
  auto pair = CompileMade(set);
  if (!pair.ok()) {
    return absl::StrCat("// ", pair.status().ToString(), "\n", ToText(set));
  }
  tally->rules += set.rules();
  const std::vector<StringGroup> groups = GroupsOf(set);
  std::set<uint32_t> matched_once;
  for (size_t i = 0; i < files; ++i) {
    const MadeFile file = MakeFile(draw, groups, set.numbers, heads);
    std::vector<uint32_t> matched;
    const uint64_t most = draw->Chance(90) ? 1000 : draw->Below(3);
    const std::string difference = (*pair)->Compare(file, &matched, most);
    ++tally->files;
    tally->matches += matched.size();
    matched_once.insert(matched.begin(), matched.end());
    if (!difference.empty()) return Report({set, file}, difference);
  }
  tally->rules_matched += matched_once.size();
  tally->asked += (*pair)->plan().asked();
  tally->kept_back += (*pair)->plan().kept_back();
  return "";
}

}  // namespace cupel::differential
