// A host whose memory runs out at every single request that the library makes,
// one run for each: what it calls fails with RESOURCE_EXHAUSTED, leaves nothing
// behind, and works as ever when there is memory again.
//
//   no_memory_host                      everything
//   no_memory_host SCENARIO [REQUEST]   one, or one request of it
#include <execinfo.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "no_memory/faults.h"
#include "no_memory/sweep.h"

namespace {

// Says where a crash came from: no test framework is there to do so.
void OnCrash(int signal) {
  no_memory::Disarm();
  const char* const where = no_memory::Where();
  (void)!write(STDERR_FILENO, where, strlen(where));
  (void)!write(STDERR_FILENO, ": crashed\n", 10);
  void* frames[64];
  backtrace_symbols_fd(frames, backtrace(frames, 64), STDERR_FILENO);
  std::signal(signal, SIG_DFL);
  raise(signal);
}

void WatchForCrashes() {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  void* frame;
  backtrace(&frame, 1);  // loads what it needs while there is memory
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    std::signal(signal, OnCrash);
  }
#endif
}

std::vector<no_memory::Scenario> All() {
  std::vector<no_memory::Scenario> all;
  for (const auto& some :
       {no_memory::EngineScenarios(), no_memory::ReportScenarios(),
        no_memory::JobScenarios(), no_memory::RegistryScenarios(),
        no_memory::QueueScenarios(), no_memory::PluginScenarios()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  const uint64_t only = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  WatchForCrashes();
  int found = 0;
  int bad = 0;
  for (const no_memory::Scenario& scenario : All()) {
    if (!name.empty() && name != scenario.name) continue;
    ++found;
    if (!no_memory::Sweep(scenario, only)) ++bad;
  }
  if (found == 0) {
    std::fprintf(stderr, "no_memory_host: no scenario of that name\n");
    return 2;
  }
  return bad == 0 ? 0 : 1;
}
