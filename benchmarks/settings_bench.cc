// Settings sealed, opened and fingerprinted per second. Links the internal
// libraries.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "need.h"
#include "settings/sealed.h"

namespace {

using cupel::Json;
using cupel::Keyring;
using cupel::SealFormat;
using cupel_bench::Need;

const cupel::SettingsOwner& Owner() {
  static const auto* owner = new cupel::SettingsOwner{"acme", "dns-records"};
  return *owner;
}

Keyring Ring() {
  Keyring ring = Need(Keyring::FromVariables(
      {{"BOEFJES_KATALOGUS_PRIVATE_KEY",
        "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="},
       {"BOEFJES_KATALOGUS_PUBLIC_KEY",
        "B6N8vBQgk8i3VdwbEOhstCY3StFqqFPtC9/AsrhtHHw="}}));
  if (!ring.Add(cupel::SettingsKey::Generate()).ok()) std::exit(1);
  return ring;
}

// About as many bytes of JSON as the argument says: 8 values.
Json SettingsOf(int64_t bytes) {
  Json settings = Json::object();
  settings["TOP_PORTS"] = 250;
  settings["ENABLED"] = true;
  for (int i = 0; i < 6; ++i) {
    settings["TOKEN_" + std::to_string(i)] =
        std::string(static_cast<size_t>(bytes) / 6, 'x');
  }
  return settings;
}

void Seal(benchmark::State& state, SealFormat format) {
  const Keyring ring = Ring();
  const Json settings = SettingsOf(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Need(SealSettings(settings, Owner(), format, ring)));
  }
  state.SetItemsProcessed(state.iterations());
}

void Open(benchmark::State& state, SealFormat format) {
  const Keyring ring = Ring();
  const std::string row =
      Need(SealSettings(SettingsOf(state.range(0)), Owner(), format, ring));
  for (auto _ : state) {
    benchmark::DoNotOptimize(Need(OpenSettings(row, Owner(), ring, true)));
  }
  state.SetItemsProcessed(state.iterations());
}

#define SETTINGS_BENCHMARK(function, name, format) \
  BENCHMARK_CAPTURE(function, name, SealFormat::format)->Arg(300)->Arg(100'000)
SETTINGS_BENCHMARK(Seal, cupel, kCupel);
SETTINGS_BENCHMARK(Open, cupel, kCupel);
SETTINGS_BENCHMARK(Seal, openkat, kOpenKatNaclSealbox);
SETTINGS_BENCHMARK(Open, openkat, kOpenKatNaclSealbox);
SETTINGS_BENCHMARK(Seal, identity, kOpenKatIdentity);
SETTINGS_BENCHMARK(Open, identity, kOpenKatIdentity);

void Reseal(benchmark::State& state) {
  const Keyring ring = Ring();
  const std::string row = Need(SealSettings(SettingsOf(state.range(0)), Owner(),
                                            SealFormat::kCupel, ring));
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Need(ResealSettings(row, Owner(), SealFormat::kCupel, ring, false)));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Reseal)->Arg(300);

void Fingerprint(benchmark::State& state) {
  const Keyring ring = Ring();
  const Json settings = SettingsOf(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Need(SettingsFingerprint(settings, "dns-records", ring)));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Fingerprint)->Arg(300)->Arg(100'000);

}  // namespace

BENCHMARK_MAIN();
