#include "tests/differential/make_rules.h"

#include <algorithm>

#include "tests/differential/make_conditions.h"
#include "tests/differential/make_strings.h"

namespace cupel::differential {
namespace {

MadeString MakeString(Draw* draw) {
  switch (draw->Weighted({60, 20, 20})) {
    case 1:
      return MakeHexString(draw);
    case 2:
      return MakeRegexString(draw);
    default:
      return MakeTextString(draw);
  }
}

// Ids are "$a1", "$a2", "$b1" …, so that "$a*" is some of them.
void MakeStringsOf(Draw* draw, MadeRule* rule, Names* names) {
  const size_t count =
      draw->Weighted({8, 20, 25, 20, 12, 0, 5, 0, 3, 0, 0, 0, 2});
  names->anonymous = count != 0 && draw->Chance(6);
  std::vector<size_t> of_group = {0, 0, 0};
  for (size_t i = 0; i < count; ++i) {
    MadeString string = MakeString(draw);
    if (names->anonymous && draw->Chance(50)) {
      string.id = "$";
    } else {
      const uint32_t group = draw->Below(3);
      string.id =
          std::string("$") + "abc"[group] + std::to_string(++of_group[group]);
      names->strings.push_back(string.id);
    }
    rule->strings.push_back(std::move(string));
  }
}

// libyara refuses a string that no condition speaks of.
void SpeakOfAll(Draw* draw, const Names& names, MadeRule* rule) {
  if (rule->strings.empty()) return;
  const std::string text = rule->condition.Text();
  if (text.find("them") != std::string::npos ||
      text.find("$*") != std::string::npos) {
    return;
  }
  if (names.anonymous) {
    rule->condition = Join("(@@) and any of them", {rule->condition});
    return;
  }
  std::string rest;
  for (const std::string& id : names.strings) {
    const std::string bare = id.substr(1);
    bool spoken_of =
        text.find("($" + bare.substr(0, 1) + "*)") != std::string::npos;
    for (const char* mark : {"$", "#", "@", "!"}) {
      // "$a1" is not "$a12": the next character decides.
      for (size_t at = text.find(mark + bare); at != std::string::npos;
           at = text.find(mark + bare, at + 1)) {
        const size_t end = at + 1 + bare.size();
        spoken_of |= end >= text.size() || text[end] < '0' || text[end] > '9';
      }
    }
    if (!spoken_of) rest += (rest.empty() ? "" : ", ") + id;
  }
  if (rest.empty()) return;
  const std::string of = draw->Pick({"any", "all", "1", "2"});
  rule->condition =
      Join(draw->Chance(60) ? "(@@) or " + of + " of (" + rest + ")"
                            : "(@@) and " + of + " of (" + rest + ")",
           {rule->condition});
}

MadeRule MakeRule(Draw* draw, const MadeSet& set, const MadeSource& source,
                  std::vector<int64_t>* numbers) {
  MadeRule rule;
  rule.name = draw->Pick({"p", "q", "long"}) + "_" +
              std::to_string(source.rules.size());
  rule.global = draw->Chance(4);
  rule.is_private = draw->Chance(10);
  if (draw->Chance(20)) rule.tags = draw->Pick({" : t1", " : t1 t2", ": x"});
  if (draw->Chance(20)) {
    rule.metas = draw->Pick({"  meta:\n    weight = 3\n",
                             "  meta:\n    note = \"{ $a }\"\n",
                             "  meta:\n    b = true\n    n = -1\n"});
  }
  Names names;
  names.modules = source.imports;
  names.defines = &set.defines;
  for (const MadeRule& earlier : source.rules) {
    // libyara lets a global rule speak of global ones only.
    if (!rule.global || earlier.global) names.rules.push_back(earlier.name);
  }
  MakeStringsOf(draw, &rule, &names);
  ConditionMaker maker(draw, &names, numbers);
  rule.condition = rule.global
                       ? maker.Lenient()
                       : maker.Boolean(draw->Weighted({20, 35, 30, 15}));
  SpeakOfAll(draw, names, &rule);
  return rule;
}

void MakeDefines(Draw* draw, MadeSet* set) {
  if (!draw->Chance(40)) return;
  set->defines.emplace_back("ext_number", draw->Between(0, 3));
  set->defines.emplace_back("ext_bool", draw->Chance(50));
  set->defines.emplace_back("ext_text", SomeFileName(draw));
  set->defines.emplace_back("ext_real", draw->Chance(50) ? 1.5 : 0.0);
}

}  // namespace

MadeSet MakeRules(Draw* draw) {
  static const std::vector<std::string> kModules = {
      "pe", "elf", "math", "hash", "string", "time", "console", "dotnet"};
  MadeSet set;
  MakeDefines(draw, &set);
  const size_t sources = 1 + draw->Weighted({60, 30, 10});
  for (size_t i = 0; i < sources; ++i) {
    MadeSource& source = set.sources.emplace_back();
    source.name = "ns" + std::to_string(i);
    for (const std::string& module : kModules) {
      if (draw->Chance(module == "pe" ? 40 : 15)) {
        source.imports.push_back(module);
      }
    }
    const int64_t rules = draw->Between(1, draw->Chance(10) ? 40 : 8);
    for (int64_t n = 0; n < rules; ++n) {
      source.rules.push_back(MakeRule(draw, set, source, &set.numbers));
    }
    if (rules > 1 && draw->Chance(15)) {
      source.included_begin = draw->Below(static_cast<uint32_t>(rules));
      source.included_end = source.included_begin + 1 + draw->Below(3);
      source.included_end =
          std::min(source.included_end, static_cast<size_t>(rules));
    }
  }
  return set;
}

}  // namespace cupel::differential
