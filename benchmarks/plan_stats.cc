// What a plan is like, and how well it works on files.
//
//   plan_stats RULES [TREE]
//
// Makes a plan of a file or folder of rules and prints how long that took, and
// for each class how many rules are killed, always on, gated and searched for
// by how many literals and expressions; then searches every file below TREE and
// prints the time for a file, how many candidates there were, and which rules
// are candidates most often, with what they were searched by.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "need.h"
#include "prefilter/prefilter.h"
#include "rules/ast/parser.h"
#include "rules/plan/image.h"
#include "rules/plan/plan.h"
#include "rules/source.h"
#include "rules/unit.h"

namespace {

namespace fs = std::filesystem;
using cupel::plan::FileClass;
using cupel::plan::kFileClasses;
using cupel::plan::Plan;
using cupel_bench::Need;

constexpr const char* kClassNames[] = {"text", "MZ", "other"};
constexpr size_t kMostFrequent = 15;

double Seconds() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

struct Rules {
  cupel::RuleUnits units;
  std::vector<cupel::ast::Source> sources;
  cupel::plan::PlanInput input;
};

void Load(const char* path, Rules* rules) {
  cupel::RuleSources sources;
  sources.paths.push_back(path);
  cupel::LoadedSources loaded = Need(cupel::LoadSources(sources, {}));
  rules->units = cupel::ResolveIncludes(&loaded);
  rules->sources.reserve(rules->units.units.size());
  uint32_t ns = 0;
  for (const cupel::RuleUnit& unit : rules->units.units) {
    rules->sources.push_back(cupel::ast::Parse(unit));
    for (const cupel::ast::Rule& rule : rules->sources.back().rules) {
      rules->input.rules.push_back({&rule, ns});
    }
    ++ns;
  }
}

void PrintClasses(const Plan& plan, size_t rules) {
  const auto view = Need(cupel::plan::ReadImage(plan.image(), nullptr, rules));
  for (size_t i = 0; i < kFileClasses; ++i) {
    const auto& of = view.classes[i];
    size_t killed = 0;
    size_t with_gate = 0;
    for (const uint32_t at : of.gate_of) {
      killed += at == cupel::plan::kKilledRule ? 1 : 0;
      with_gate += at < of.gates.size() ? 1 : 0;
    }
    size_t regexes = 0;
    for (const uint32_t atom : of.atoms) {
      const size_t begin = atom == 0 ? 0 : view.text_ends[atom - 1];
      regexes += view.texts[begin] == cupel::plan::kRegexText ? 1 : 0;
    }
    std::printf(
        "%-6s killed %5zu  always %4zu  gated %4zu  literals %6zu  regexes "
        "%4zu  postings %6zu  with gate %5zu  words of gates %7zu\n",
        kClassNames[i], killed, of.always.size(), of.gated.size(),
        of.atoms.size() - regexes, regexes, of.rules.size(), with_gate,
        of.gates.size());
  }
}

void Search(const Plan& plan, const Rules& rules, const char* tree) {
  std::vector<std::string> files;
  size_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(tree)) {
    if (!entry.is_regular_file() || entry.is_symlink()) continue;
    files.push_back(ReadFile(entry.path()));
    bytes += files.back().size();
  }
  const auto scratch = Need(plan.NewScratch());
  const cupel::FileExternals externals;
  std::vector<size_t> counts;
  std::vector<size_t> by_rule[kFileClasses];
  for (auto& of : by_rule) of.resize(rules.input.rules.size());
  cupel::plan::Candidates found;
  double seconds = 0;
  for (int round = 0; round < 2; ++round) {
    counts.clear();
    const double start = Seconds();
    for (const std::string& file : files) {
      plan.Find({file, &externals}, scratch.get(), &found);
      counts.push_back(found.rules.size());
      if (round > 0) continue;
      for (const uint32_t rule : found.rules) {
        ++by_rule[static_cast<size_t>(found.file_class)][rule];
      }
    }
    seconds = Seconds() - start;
  }
  std::sort(counts.begin(), counts.end());
  size_t sum = 0;
  for (const size_t count : counts) sum += count;
  const size_t none = static_cast<size_t>(
      std::upper_bound(counts.begin(), counts.end(), size_t{0}) -
      counts.begin());
  std::printf(
      "%zu files, %zu bytes: %.2f us for a file, %.0f MB/s; candidates %.3f "
      "for a file, none for %.2f %%, p99 %zu, most %zu\n",
      files.size(), bytes, seconds / static_cast<double>(files.size()) * 1e6,
      static_cast<double>(bytes) / seconds / 1e6,
      static_cast<double>(sum) / static_cast<double>(files.size()),
      100.0 * static_cast<double>(none) / static_cast<double>(files.size()),
      counts[counts.size() * 99 / 100], counts.back());
  for (size_t i = 0; i < kFileClasses; ++i) {
    std::vector<uint32_t> order(by_rule[i].size());
    for (uint32_t rule = 0; rule < order.size(); ++rule) order[rule] = rule;
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      return by_rule[i][a] > by_rule[i][b];
    });
    for (size_t n = 0; n < std::min(order.size(), kMostFrequent); ++n) {
      const uint32_t rule = order[n];
      if (by_rule[i][rule] == 0) break;
      std::printf("  %s %5zu %s: %.300s\n", kClassNames[i], by_rule[i][rule],
                  rules.input.rules[rule].rule->name.c_str(),
                  plan.Explain(rule, static_cast<FileClass>(i)).cover.c_str());
    }
  }
}

// Time of one small file, always the same.
void SearchSmall(const Plan& plan) {
  std::string file;
  while (file.size() < 1024) file += "const x = require('./lib'); // text\n";
  file.resize(1024);
  const auto scratch = Need(plan.NewScratch());
  const cupel::FileExternals externals;
  cupel::plan::Candidates found;
  constexpr int kTimes = 20000;
  const double start = Seconds();
  for (int i = 0; i < kTimes; ++i) {
    plan.Find({file, &externals}, scratch.get(), &found);
  }
  std::printf("1 KB file: %.2f us\n", (Seconds() - start) / kTimes * 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "usage: plan_stats RULES [TREE]\n");
    return 2;
  }
  Rules rules;
  double start = Seconds();
  Load(argv[1], &rules);
  const size_t count = rules.input.rules.size();
  std::printf("%zu rules, parsed in %.3f s; %s%s\n", count, Seconds() - start,
              std::string(cupel::PrefilterInstructionSet()).c_str(),
              cupel::PrefilterHasRegexes() ? ", regexes" : "");
  start = Seconds();
  const auto plan = Need(Plan::Build(rules.input, {}));
  std::printf("plan made in %.3f s, %zu bytes\n", Seconds() - start,
              plan->image().size());
  start = Seconds();
  const auto opened = Need(Plan::Open(plan->image(), plan, count));
  std::printf("opened in %.1f ms\n", (Seconds() - start) * 1e3);
  PrintClasses(*opened, count);
  SearchSmall(*opened);
  if (argc > 2) Search(*opened, rules, argv[2]);
  return 0;
}
