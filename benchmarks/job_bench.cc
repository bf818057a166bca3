// Job JSON and its protocol buffer bytes per second. Links the internal
// libraries.
//
//   job_bench [--benchmark_filter=...]
//   job_bench --files FILE...   parses and prints each file for a second of
//                               processor time, for compare/jobs.py: a line of
//                               JSON for each
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/status.h"
#include "job/any_job.h"
#include "proto/job_codec.h"

namespace {

using cupel::job::AnyJob;

constexpr std::string_view kPop = R"({"results":[{
  "id":"3f0c2f0e-5b7a-4c5e-9d01-82f1a3b4c5d6","scheduler_id":"boefje",
  "schedule_id":"11111111-2222-4333-8444-555555555555","organisation":"acme",
  "priority":1715000000,"status":"queued","type":"boefje",
  "hash":"00112233445566778899aabbccddeeff",
  "data":{"id":"3f0c2f0e-5b7a-4c5e-9d01-82f1a3b4c5d6",
    "boefje":{"id":"port-knock","name":"Port knocker","version":null,
              "oci_image":null},
    "input_ooi":"Hostname|internet|acme.example","dispatches":[],
    "organization":"acme",
    "deduplication_key":"3f0c2f0e-5b7a-4c5e-9d01-82f1a3b4c5d6"},
  "created_at":"2024-05-06T07:08:09.129953Z",
  "modified_at":"2024-05-06T07:08:10.516836Z"}]})";

[[noreturn]] void Die(std::string_view what, const absl::Status& status) {
  const std::string_view why = cupel::MessageOf(status);
  std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(what.size()),
               what.data(), static_cast<int>(why.size()), why.data());
  std::exit(1);
}

AnyJob Parsed(std::string_view text, std::string_view what) {
  auto job = cupel::job::ParseJob(text, what);
  if (!job.ok()) Die(what, job.status());
  return *std::move(job);
}

void BM_ParsePrint(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(cupel::job::Print(Parsed(kPop, "pop")));
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(
      static_cast<int64_t>(state.iterations() * kPop.size()));
}
BENCHMARK(BM_ParsePrint);

void BM_Parse(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Parsed(kPop, "pop"));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Parse);

void BM_Print(benchmark::State& state) {
  const AnyJob job = Parsed(kPop, "pop");
  for (auto _ : state) benchmark::DoNotOptimize(cupel::job::Print(job));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Print);

void BM_Encode(benchmark::State& state) {
  const AnyJob job = Parsed(kPop, "pop");
  for (auto _ : state) benchmark::DoNotOptimize(cupel::Encode(job));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Encode);

void BM_Decode(benchmark::State& state) {
  const auto bytes = cupel::Encode(Parsed(kPop, "pop"));
  if (!bytes.ok()) Die("encode", bytes.status());
  for (auto _ : state) {
    auto job = cupel::Decode(*bytes);
    if (!job.ok()) Die("decode", job.status());
    benchmark::DoNotOptimize(job);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Decode);

// {"file":...,"kind":...,"rounds":...,"seconds":...,"printed":...}
void MeasureFile(const char* path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const AnyJob job = Parsed(text, path);
  // Processor time: what else the machine does is none of ours.
  const int64_t start = cupel::ThreadCpuNanos();
  size_t rounds = 0;
  double seconds = 0;
  while (seconds < 1) {
    for (int i = 0; i < 100; ++i, ++rounds) {
      benchmark::DoNotOptimize(cupel::job::Print(Parsed(text, path)));
    }
    seconds = static_cast<double>(cupel::ThreadCpuNanos() - start) / 1e9;
  }
  std::printf("%s\n", cupel::PrintJson(
                          {{"file", path},
                           {"kind", cupel::job::Name(cupel::job::KindOf(job))},
                           {"rounds", rounds},
                           {"seconds", seconds},
                           {"printed", cupel::job::Print(job)}})
                          .c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "--files") {
    for (int i = 2; i < argc; ++i) MeasureFile(argv[i]);
    return 0;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
