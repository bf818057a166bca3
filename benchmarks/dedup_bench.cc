// Keys, comparisons and decisions per second, and shared runs through a
// database in memory and on disk. Links the internal libraries.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "base/status.h"
#include "dedup/coordinator.h"
#include "dedup/job_key.h"
#include "need.h"

namespace {

using cupel::DateTime;
using cupel::DedupCoordinator;
using cupel::DedupRequest;
using cupel::JobIdentity;
using cupel_bench::Need;

constexpr int64_t kNow = 1'700'000'000'000'000;
DateTime Now() { return {kNow, true, 0}; }

// An input object with as many values as the argument says.
JobIdentity SomeJob(int64_t values) {
  JobIdentity job;
  job.plugin = "dns-records";
  job.version = "1.2";
  job.oci_image = "registry.example/dns:1";
  job.oci_arguments = {"kat_dns.main"};
  job.runnable_hash = std::string(64, 'a');
  job.input_ooi = "Hostname|internet|example.com";
  job.input = cupel::Json::object();
  for (int64_t i = 0; i < values; ++i) {
    job.input["key_" + std::to_string(i)] = "value " + std::to_string(i);
  }
  job.environment_fingerprint = std::string(64, '1');
  return job;
}

void Key(benchmark::State& state) {
  const JobIdentity job = SomeJob(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(Need(cupel::JobKey(job)));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Key)->Arg(8)->Arg(1000);

void Compare(benchmark::State& state) {
  const JobIdentity a = SomeJob(state.range(0));
  JobIdentity b = a;
  b.input["key_0"] = "another";
  for (auto _ : state) {
    benchmark::DoNotOptimize(cupel::CompareJobs(a, b));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Compare)->Arg(8)->Arg(1000);

void OpenKatTaskHash(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(cupel::BoefjeTaskHash(
        "Hostname|internet|example.com", "dns-records", "acme"));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(OpenKatTaskHash);

struct OneRun final : cupel::RunIndex {
  absl::StatusOr<std::optional<cupel::KnownRun>> LatestDone(
      std::string_view) override {
    return cupel::KnownRun{1, Now(), Now()};
  }
  absl::StatusOr<std::optional<cupel::KnownRun>> GoingOn(
      std::string_view) override {
    return std::nullopt;
  }
};

DedupRequest RequestOf(int64_t organisation, int64_t key) {
  DedupRequest request;
  request.organisation = "organisation-" + std::to_string(organisation);
  request.job = std::to_string(key);
  request.plugin = "dns-records";
  std::string number = std::to_string(key);
  request.key = std::string(64 - number.size(), '0') + number;
  request.switches.install = true;
  return request;
}

void Decide(benchmark::State& state) {
  OneRun index;
  const DedupRequest request = RequestOf(1, 1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(Need(cupel::Decide(request, index, Now())));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Decide);

// A coordinator, in memory (0) or in a file (1).
class Runs {
 public:
  explicit Runs(bool on_disk) {
    cupel::DedupOptions options;
    if (on_disk) {
      std::string folder =
          std::filesystem::temp_directory_path() / "cupel-bench-XXXXXX";
      if (mkdtemp(folder.data()) == nullptr) std::exit(1);
      folder_ = folder;
      options.path = folder + "/runs";
    }
    dedup_ = Need(DedupCoordinator::Open(options));
  }
  ~Runs() {
    dedup_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }
  DedupCoordinator* operator->() const { return dedup_.get(); }

 private:
  std::string folder_;
  std::shared_ptr<DedupCoordinator> dedup_;
};

// One leads, nine follow, it is completed with 10 KB: ten jobs a round.
void LeadFollowComplete(benchmark::State& state) {
  const Runs runs(state.range(0) == 1);
  std::string bytes(10'000, 'x');
  int64_t round = 0;
  for (auto _ : state) {
    ++round;
    const auto lead = Need(runs->Join(RequestOf(0, round), Now()));
    for (int64_t i = 1; i < 10; ++i) {
      benchmark::DoNotOptimize(Need(runs->Join(RequestOf(i, round), Now())));
    }
    bytes.replace(0, 8, std::to_string(10'000'000 + round));
    const cupel::RawOutput output{bytes, {"text/plain"}};
    benchmark::DoNotOptimize(
        Need(runs->Complete({"organisation-0", std::to_string(round)},
                            lead.lease->token, std::span(&output, 1), Now())));
  }
  state.SetItemsProcessed(state.iterations() * 10);
}
BENCHMARK(LeadFollowComplete)->Arg(0)->Arg(1)->UseRealTime();

// A job that an earlier run serves.
void Reuse(benchmark::State& state) {
  const Runs runs(state.range(0) == 1);
  const auto lead = Need(runs->Join(RequestOf(0, 1), Now()));
  const cupel::RawOutput output{"bytes", {"text/plain"}};
  (void)Need(runs->Complete({"organisation-0", "1"}, lead.lease->token,
                            std::span(&output, 1), Now()));
  int64_t organisation = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Need(runs->Join(RequestOf(++organisation, 1), Now())));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Reuse)->Arg(0)->Arg(1)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
