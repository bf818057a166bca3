#include "tests/differential/compare.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rules/exact_choice.h"
#include "tests/differential/temp_folder.h"

namespace cupel::differential {
namespace {

// For small sets all but one of them would never be chosen.
const std::pair<const char*, std::optional<ExactWay>> kWays[] = {
    {"the cheapest way", std::nullopt},
    {"without libyara", ExactWay::kDirect},
    {"one by one", ExactWay::kSingles},
    {"together", ExactWay::kGroup}};

std::string Name(const RuleSet& set, uint32_t rule) {
  if (rule >= set.rules().size()) return absl::StrCat("#", rule);
  return set.rules()[rule].ns + "." + set.rules()[rule].name;
}

bool SameInfo(const RuleInfo& a, const RuleInfo& b) {
  return a.name == b.name && a.ns == b.ns && a.tags == b.tags &&
         a.metas == b.metas && a.global == b.global &&
         a.is_private == b.is_private;
}

std::string Show(const StringMatch& match) {
  std::string out = absl::StrCat(std::string(match.id), " at ", match.offset,
                                 " length ", match.length);
  if (match.xor_key) absl::StrAppend(&out, " key ", int{*match.xor_key});
  return out;
}

// The first difference between the strings of two matches of a rule.
std::string StringsDiffer(const RuleMatch& plain, const RuleMatch& tested) {
  if (plain.total_strings != tested.total_strings) {
    return absl::StrCat(plain.total_strings, " strings, not ",
                        tested.total_strings);
  }
  const size_t most = std::max(plain.strings.size(), tested.strings.size());
  for (size_t i = 0; i < most; ++i) {
    const std::string a =
        i < plain.strings.size() ? Show(plain.strings[i]) : "none";
    const std::string b =
        i < tested.strings.size() ? Show(tested.strings[i]) : "none";
    if (a != b) return a + ", not " + b;
  }
  return "";
}

std::string AnswersDiffer(const RuleSet& set, const ScanAnswer& plain,
                          const ScanAnswer& tested) {
  if (plain.status != tested.status) {
    return absl::StrCat("status ", plain.status.ToString(), ", not ",
                        tested.status.ToString(), "\n");
  }
  std::string out;
  size_t i = 0;
  size_t k = 0;
  while (i < plain.matches.size() || k < tested.matches.size()) {
    const uint32_t a =
        i < plain.matches.size() ? plain.matches[i].rule : UINT32_MAX;
    const uint32_t b =
        k < tested.matches.size() ? tested.matches[k].rule : UINT32_MAX;
    if (a == b) {
      const std::string strings =
          StringsDiffer(plain.matches[i++], tested.matches[k++]);
      if (!strings.empty()) out += Name(set, a) + ": " + strings + "\n";
    } else if (a < b) {
      out += Name(set, plain.matches[i++].rule) + " is missing\n";
    } else {
      out += Name(set, tested.matches[k++].rule) + " is too much\n";
    }
  }
  // Those of rules that were not run are not known.
  for (const std::string& string : tested.overflowing) {
    if (std::find(plain.overflowing.begin(), plain.overflowing.end(), string) ==
        plain.overflowing.end()) {
      out += string + " overflows\n";
    }
  }
  return out;
}

// Gives what `use` returns for the sources.
template <typename Use>
auto WithSources(const MadeSet& set, const Use& use) {
  RuleSources sources;
  const bool files =
      std::any_of(set.sources.begin(), set.sources.end(),
                  [](const MadeSource& source) { return source.includes(); });
  if (!files) {
    for (const MadeSource& source : set.sources) {
      sources.texts.push_back({source.name, source.Text()});
    }
    return use(sources);
  }
  const TempFolder folder;
  for (const MadeSource& source : set.sources) {
    sources.paths.push_back(folder.Write(source.name + ".yar", source.Text()));
    if (source.includes()) {
      folder.Write(source.IncludedName(), source.IncludedText());
    }
  }
  return use(sources);
}

// Takes a rule out; the included ones stay those that they were.
void Remove(MadeSource* source, size_t index) {
  source->rules.erase(source->rules.begin() +
                      static_cast<std::ptrdiff_t>(index));
  if (index < source->included_begin) --source->included_begin;
  if (index < source->included_end) --source->included_end;
}

}  // namespace

absl::StatusOr<std::unique_ptr<EnginePair>> EnginePair::Compile(
    const RuleSources& sources, RuleOptions options) {
  std::unique_ptr<EnginePair> pair(new EnginePair);
  options.engine = RuleEngine::kLibyara;
  CUPEL_ASSIGN_OR_RETURN(pair->plain_,
                         RuleSet::Compile(sources, options, nullptr));
  options.engine = RuleEngine::kCupel;
  CUPEL_ASSIGN_OR_RETURN(pair->tested_,
                         RuleSet::Compile(sources, options, nullptr));
  const auto a = pair->plain_->rules();
  const auto b = pair->tested_->rules();
  if (!std::equal(a.begin(), a.end(), b.begin(), b.end(), SameInfo)) {
    return absl::InternalError("the engines list other rules");
  }
  CUPEL_ASSIGN_OR_RETURN(pair->plan_, PlanCheck::Build(sources, options));
  CUPEL_ASSIGN_OR_RETURN(pair->plain_scratch_, pair->plain_->NewScratch());
  CUPEL_ASSIGN_OR_RETURN(pair->tested_scratch_, pair->tested_->NewScratch());
  return pair;
}

std::string EnginePair::Compare(const MadeFile& file,
                                std::vector<uint32_t>* matched,
                                uint64_t max_strings_per_rule) {
  ScanRequest request;
  request.bytes = file.bytes;
  request.externals = file.externals();
  request.max_strings_per_rule = max_strings_per_rule;
  request.timeout_ns = 3'000'000'000;
  const ScanAnswer plain = plain_scratch_->Scan(request);
  // Out of time, or given up because of one rule, which others need not mind.
  if (!plain.status.ok()) return "";
  // More time: the engine may be slower on a file, but it has to end.
  request.timeout_ns *= 4;
  std::string out;
  for (const auto& [name, way] : kWays) {
    ExactChoice::ForceForTests(way);
    const std::string difference =
        AnswersDiffer(*plain_, plain, tested_scratch_->Scan(request));
    if (!difference.empty()) out += name + (": " + difference);
  }
  ExactChoice::ForceForTests({});
  std::vector<uint32_t> rules;
  for (const RuleMatch& match : plain.matches) rules.push_back(match.rule);
  for (const uint32_t rule : plan_->Missed(file, rules)) {
    out += "the plan keeps " + Name(*plain_, rule) + " from libyara\n";
  }
  if (matched != nullptr) *matched = std::move(rules);
  return out;
}

absl::StatusOr<std::unique_ptr<EnginePair>> CompileMade(const MadeSet& set) {
  RuleOptions options;
  options.defines = set.defines;
  return WithSources(set, [&](const RuleSources& sources) {
    return EnginePair::Compile(sources, options);
  });
}

size_t DropRefused(MadeSet* set) {
  RuleOptions options;
  options.defines = set->defines;
  options.skip_broken = true;
  options.engine = RuleEngine::kLibyara;
  const auto compiled = WithSources(*set, [&](const RuleSources& sources) {
    return RuleSet::Compile(sources, options, nullptr);
  });
  size_t dropped = 0;
  for (MadeSource& source : set->sources) {
    for (size_t i = source.rules.size(); i-- > 0;) {
      const bool there =
          compiled.ok() &&
          std::any_of((*compiled)->rules().begin(), (*compiled)->rules().end(),
                      [&](const RuleInfo& rule) {
                        return rule.ns == source.name &&
                               rule.name == source.rules[i].name;
                      });
      if (there) continue;
      Remove(&source, i);
      ++dropped;
    }
  }
  return dropped;
}

}  // namespace cupel::differential
