// What libyara takes for some of many rules: the constants of
// src/rules/exact_cost.cc. Links the internal libraries, and needs
// CUPEL_BENCH_RULES, rules from their source.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench.h"
#include "need.h"
#include "rules/rule_set_impl.h"
#include "yara/rule_compiler.h"
#include "yara/rule_scanner.h"

namespace {

using cupel_bench::Need;

const std::string& Text() {
  static const auto* text =
      new std::string(cupel_bench::SourceText(1 << 20, 1));
  return *text;
}

const cupel::RuleSetImpl& Rules() {
  static const auto* rules = [] {
    cupel::RuleOptions options;
    options.engine = cupel::RuleEngine::kLibyara;
    return new std::shared_ptr<const cupel::RuleSet>(
        Need(cupel::RuleSet::Compile({{std::getenv("CUPEL_BENCH_RULES")}, {}},
                                     options, nullptr)));
  }();
  return dynamic_cast<const cupel::RuleSetImpl&>(**rules);
}

// `count` rules without modules, from all over the set.
cupel::UnitKey SomeRules(size_t count) {
  const auto texts = Need(Rules().units().TextsOf(0));
  cupel::UnitKey key;
  for (uint32_t i = 0; i < texts->size() && key.rules.size() < count; ++i) {
    if (texts->NeedsOf(i).modules == 0) key.rules.push_back(i);
  }
  return key;
}

void Scan(benchmark::State& state) {
  const auto unit = Need(Rules().units().Get(
      SomeRules(static_cast<size_t>(state.range(0))), false));
  const auto scanner = Need(cupel::YaraScanner::New(unit->rules));
  const auto bytes =
      std::string_view(Text()).substr(0, static_cast<size_t>(state.range(1)));
  for (auto _ : state) {
    Need(scanner->Scan(bytes, UINT64_MAX, 0).status);
  }
  state.SetBytesProcessed(state.iterations() * state.range(1));
}

void Compile(benchmark::State& state) {
  const cupel::UnitKey key = SomeRules(static_cast<size_t>(state.range(0)));
  const auto& part = Rules().compiled().parts[0];
  for (auto _ : state) {
    cupel::UnitStore store({{part.texts, part.defines}}, SIZE_MAX);
    Need(store.Get(key, false));
  }
}

// A rule that imports `module` and asks it nothing.
void Import(benchmark::State& state, const std::string& module,
            std::string_view bytes) {
  const auto compiler =
      Need(cupel::YaraCompiler::New(cupel::YaraCompiler::Rules::kFew));
  const std::string import =
      module.empty() ? "" : "import \"" + module + "\"\n";
  if (!compiler->Add(import + "rule r { condition: filesize == 7 }", "bench",
                     nullptr)) {
    state.SkipWithError("this libyara does not have it");
    return;
  }
  const auto scanner = Need(cupel::YaraScanner::New(
      Need(compiler->Finish()), cupel::YaraScanner::Search::kOnlyConditions));
  for (auto _ : state) {
    Need(scanner->Scan(bytes, UINT64_MAX, 0).status);
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (const char* module : {"", "pe", "elf", "dotnet", "macho", "dex", "hash",
                             "math", "time", "string"}) {
    benchmark::RegisterBenchmark(
        (std::string("Import/") + (*module != '\0' ? module : "none")).c_str(),
        [module](benchmark::State& state) { Import(state, module, Text()); });
  }
  if (std::getenv("CUPEL_BENCH_RULES") != nullptr) {
    benchmark::RegisterBenchmark("Scan", Scan)
        ->ArgsProduct({{1, 2, 4, 8, 16, 64, 256, 1024, 3000},
                       {1, 1000, 100000, 1 << 20}});
    benchmark::RegisterBenchmark("Compile", Compile)
        ->Arg(1)
        ->Arg(4)
        ->Arg(16)
        ->Arg(64)
        ->Arg(256)
        ->Arg(1024);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
