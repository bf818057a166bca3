// A host that ends calls from another thread, at moments of no special kind,
// and measures how long each takes to return: base.h says about 50 ms.
//
//   cancel_host [ROUNDS [SCENARIO]]
//
// Prints the distribution, and the processor time that the process used
// meanwhile, which shows whether it was the call that took long or the machine:
// that is what is asserted. Of the former only that no call goes on to its end,
// since much else may want the processor, too.
#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>
#include <string>
#include <thread>

#include "cancel/scenario.h"

namespace cancel_host {
namespace {

using Clock = std::chrono::steady_clock;
using Millis = std::chrono::duration<double, std::milli>;

constexpr Millis kMost{30000};
// Per thread, and three times what is promised: a processor that is shared is
// slower, too. Sanitizers make everything several times as long.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr Millis kMostWork{1500};
#else
constexpr Millis kMostWork{150};
#endif

struct Sample {
  Millis took;    // from the trigger to the return of the call
  Millis worked;  // processor time of all threads, meanwhile
};

Millis ProcessorTime() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) +
         std::chrono::nanoseconds(now.tv_nsec);
}

Sample Measure(const Scenario& scenario, std::chrono::microseconds before) {
  auto* const cancel = Made<cupel_cancel>("cupel_cancel_new", cupel_cancel_new);
  std::atomic<bool> ended{false};
  Clock::time_point returned;
  Millis worked_then{};
  std::thread caller([&] {
    ended = scenario.call(cancel);
    returned = Clock::now();
    worked_then = ProcessorTime();
  });
  // Not to wait for anything: a moment is chosen.
  std::this_thread::sleep_for(before);
  const Clock::time_point triggered = Clock::now();
  const Millis worked_before = ProcessorTime();
  cupel_cancel_trigger(cancel);
  caller.join();
  cupel_cancel_free(cancel);
  Must(ended, scenario.name);
  return {std::max(Millis(0), Millis(returned - triggered)),
          std::max(Millis(0), worked_then - worked_before)};
}

bool Print(const Scenario& scenario, std::vector<Sample> samples) {
  std::sort(samples.begin(), samples.end(),
            [](const Sample& a, const Sample& b) { return a.took < b.took; });
  const auto at = [&](size_t percent) {
    return samples[(samples.size() - 1) * percent / 100].took.count();
  };
  Millis worked{};
  for (const Sample& sample : samples) worked = std::max(worked, sample.worked);
  std::printf(
      "%-16s %3zu rounds: median %7.2f ms, 95 %% %7.2f ms, most %7.2f ms; "
      "at most %7.2f ms of work\n",
      scenario.name, samples.size(), at(50), at(95), at(100), worked.count());
  if (at(100) < kMost.count() && worked < kMostWork * scenario.threads) {
    return true;
  }
  std::fprintf(stderr, "cancel_host: %s took too long to end\n", scenario.name);
  return false;
}

std::vector<Scenario> AllScenarios() {
  std::vector<Scenario> all;
  for (auto* const some :
       {ScanScenarios, PluginScenarios, CatalogueScenarios, WaitScenarios}) {
    for (Scenario& scenario : some()) all.push_back(std::move(scenario));
  }
  return all;
}

bool Run(int rounds, const std::string& only) {
  std::minstd_rand random(7);
  bool good = true;
  for (const Scenario& scenario : AllScenarios()) {
    if (!only.empty() && only != scenario.name) continue;
    std::vector<Sample> samples;
    for (int i = 0; i < rounds; ++i) {
      samples.push_back(Measure(
          scenario, std::chrono::microseconds(2000 + random() % 60000)));
    }
    good &= Print(scenario, std::move(samples));
  }
  return good;
}

}  // namespace
}  // namespace cancel_host

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 8;
  return cancel_host::Run(rounds, argc > 2 ? argv[2] : "") ? 0 : 1;
}
