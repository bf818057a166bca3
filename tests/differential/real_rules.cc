#include "tests/differential/real_rules.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rules/ast/parser.h"
#include "rules/source.h"
#include "rules/unit.h"
#include "tests/differential/encode.h"
#include "tests/differential/heads.h"
#include "tests/differential/pattern_sample.h"

namespace cupel::differential {

absl::StatusOr<std::unique_ptr<RealRules>> RealRules::Load(
    const std::vector<std::string>& paths, uint64_t seed) {
  auto out = std::make_unique<RealRules>();
  RuleSources sources;
  sources.paths = paths;
  CUPEL_ASSIGN_OR_RETURN(out->pair_, EnginePair::Compile(sources, {}));
  CUPEL_ASSIGN_OR_RETURN(LoadedSources loaded, LoadSources(sources, {}));
  Draw draw(seed);
  for (const RuleUnit& unit : ResolveIncludes(&loaded).units) {
    for (const ast::Rule& rule : ast::Parse(unit).rules) {
      std::vector<MadeString>& strings = out->strings_.emplace_back();
      for (const ast::String& string : rule.strings) {
        strings.push_back(FromTree(&draw, string));
      }
    }
  }
  for (const std::vector<MadeString>& strings : out->strings_) {
    StringGroup& group = out->groups_.emplace_back();
    for (const MadeString& string : strings) group.push_back(&string);
  }
  out->matched_.resize(out->pair_->plain().rules().size());
  return out;
}

namespace {

// What rules ask to stand at offset 0, besides whole heads.
std::string Magic(Draw* draw) {
  static const std::vector<std::string> kMagics = {"MZ",
                                                   "\x7f"
                                                   "ELF",
                                                   "PK\3\4",
                                                   "%PDF-1.4\n",
                                                   "\xd0\xcf\x11\xe0",
                                                   std::string("L\0\0\0", 4),
                                                   "{\\rtf1",
                                                   "#!/bin/sh\n"};
  return draw->Pick(kMagics);
}

// Some of the strings, as they are, after what the rule may ask for: a plain
// file, in which little but one rule can match.
std::string PlainFile(Draw* draw, const StringGroup& group,
                      const std::vector<std::string>& heads) {
  std::string bytes;
  switch (draw->Weighted({30, 35, 25, 10})) {
    case 1:
      bytes = "MZ";
      break;
    case 2:
      bytes = Magic(draw);
      break;
    case 3:
      bytes = draw->Pick(heads);
      break;
    default:
      break;
  }
  const auto share = static_cast<uint32_t>(
      std::vector<int>{100, 100, 70, 40, 15}[draw->Below(5)]);
  for (const MadeString* string : group) {
    if (!draw->Chance(share)) continue;
    bytes += draw->Pick({"\n", " ", "....", ""});
    bytes += Occurrence(draw, *string);
  }
  return bytes;
}

}  // namespace

MadeFile RealRules::File(Draw* draw, size_t rule,
                         const std::vector<std::string>& heads) const {
  const StringGroup& group = groups_[rule % groups_.size()];
  if (draw->Chance(60)) {
    MadeFile file;
    file.bytes = PlainFile(draw, group, heads);
    return file;
  }
  std::vector<StringGroup> groups(3, group);
  if (draw->Chance(30)) groups.push_back(draw->Pick(groups_));
  return MakeFile(draw, groups, {}, heads);
}

std::string RealRules::Compare(const MadeFile& file) {
  std::vector<uint32_t> matched;
  const std::string difference = pair_->Compare(file, &matched);
  for (const uint32_t rule : matched) matched_[rule] = true;
  if (difference.empty()) return "";
  MadeFile small = file;
  int tries = 400;
  for (size_t size = small.bytes.size() / 2; size > 0 && tries > 0; size /= 2) {
    for (size_t at = 0; at < small.bytes.size() && tries-- > 0;) {
      MadeFile next = small;
      next.bytes.erase(at, size);
      if (pair_->Compare(next, nullptr).empty()) {
        at += size;
      } else {
        small = std::move(next);
      }
    }
  }
  return absl::StrCat("// ", difference, "// file of ", small.bytes.size(),
                      " bytes, called ", small.filepath, "/", small.filename,
                      ":\n\"", absl::CHexEscape(small.bytes.substr(0, 4000)),
                      "\"\n// differs by: ", pair_->Compare(small, nullptr));
}

std::vector<uint32_t> RealRules::Matching(const MadeFile& file) {
  std::vector<uint32_t> matched;
  (void)pair_->Compare(file, &matched);
  return matched;
}

size_t RealRules::matched() const {
  return static_cast<size_t>(
      std::count(matched_.begin(), matched_.end(), true));
}

size_t RealRules::reported() const {
  const auto rules = pair_->plain().rules();
  return static_cast<size_t>(
      std::count_if(rules.begin(), rules.end(),
                    [](const RuleInfo& rule) { return !rule.is_private; }));
}

namespace {

using Clock = std::chrono::steady_clock;

// Gives false when it is enough.
bool Check(RealRules* rules, const MadeFile& file, const std::string& name,
           int* differences) {
  const std::string difference = rules->Compare(file);
  if (difference.empty()) return true;
  std::printf("// %s\n%s\n", name.c_str(), difference.c_str());
  std::fflush(stdout);
  return ++*differences < 10;
}

void CheckFolder(RealRules* rules, const std::string& folder, size_t* files,
                 int* differences) {
  namespace fs = std::filesystem;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.is_symlink()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    MadeFile file;
    file.bytes.assign(std::istreambuf_iterator<char>(in), {});
    file.filename = entry.path().filename();
    file.filepath = entry.path().parent_path();
    file.extension = entry.path().extension();
    ++*files;
    if (!Check(rules, file, entry.path(), differences)) return;
  }
}

}  // namespace

int RunRealRules(const std::vector<std::string>& paths,
                 const std::vector<std::string>& folders, uint64_t seed,
                 uint64_t seconds) {
  auto rules = RealRules::Load(paths, seed);
  if (!rules.ok()) {
    std::fprintf(stderr, "%s\n", rules.status().ToString().c_str());
    return 2;
  }
  int differences = 0;
  size_t files = 0;
  for (const std::string& folder : folders) {
    CheckFolder(rules->get(), folder, &files, &differences);
  }
  const size_t there = files;
  const std::vector<std::string> heads = HeadsAtHand();
  const auto end = Clock::now() + std::chrono::seconds(seconds);
  Draw draw(seed);
  for (size_t i = 0; Clock::now() < end; ++i) {
    const MadeFile file = (*rules)->File(&draw, i, heads);
    ++files;
    if (!Check(rules->get(), file, "made", &differences)) break;
  }
  std::fprintf(
      stderr,
      "%zu files that are there, %zu made; %zu of %zu rules matched at "
      "least once; %d differences\n",
      there, files - there, (*rules)->matched(), (*rules)->reported(),
      differences);
  return differences == 0 ? 0 : 1;
}

}  // namespace cupel::differential
