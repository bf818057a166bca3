// What a call costs before anything is scanned.
#include <benchmark/benchmark.h>

#include "bench.h"

namespace cupel_bench {
namespace {

void BM_Version(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(cupel_version());
}
BENCHMARK(BM_Version);

void BM_EngineNewFree(benchmark::State& state) {
  TheEngine();  // libyara is started once
  for (auto _ : state) Make<Engine>(cupel_engine_new, nullptr);
}
BENCHMARK(BM_EngineNewFree);

void BM_ErrorOfABadArgument(benchmark::State& state) {
  for (auto _ : state) {
    cupel_error* error = nullptr;
    cupel_engine_new(nullptr, nullptr, &error);
    cupel_error_free(error);
  }
}
BENCHMARK(BM_ErrorOfABadArgument);

void BM_StatusOfABadArgument(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(cupel_engine_new(nullptr, nullptr, nullptr));
  }
}
BENCHMARK(BM_StatusOfABadArgument);

void BM_ScannerNewFree(benchmark::State& state) {
  for (auto _ : state) NewScanner(nullptr);
}
BENCHMARK(BM_ScannerNewFree);

// The whole way of one call: job, hash, report.
void BM_ScanEmptyWithoutRules(benchmark::State& state) {
  const auto scanner = NewScanner(nullptr);
  for (auto _ : state) Scan(scanner, "");
}
BENCHMARK(BM_ScanEmptyWithoutRules);

void BM_Verdict(benchmark::State& state) {
  const auto report = Scan(NewScanner(nullptr), "text");
  for (auto _ : state) {
    benchmark::DoNotOptimize(cupel_report_verdict(report.get()));
  }
}
BENCHMARK(BM_Verdict);

void BM_RenderJson(benchmark::State& state) {
  const auto report = Scan(NewScanner(nullptr), "text");
  for (auto _ : state) {
    Make<Buffer>(cupel_report_render, report.get(), CUPEL_REPORT_JSON,
                 uint32_t{0});
  }
}
BENCHMARK(BM_RenderJson);

}  // namespace
}  // namespace cupel_bench

BENCHMARK_MAIN();
