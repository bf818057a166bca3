// participant.cc: the cases of participant.c through cupel.hpp.
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <cupel/cupel.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace {

std::string ReadFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(std::string("can't read ") + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Inputs {
  std::string small, large, package;

  const std::string& Of(const std::string& what) const {
    return what == "small" ? small : what == "large" ? large : package;
  }
};

void Run(cupel::Scanner& scanner, const Inputs& inputs, const std::string& what,
         int64_t times) {
  if (what == "entry") {
    for (int64_t i = 0; i < times; ++i) {
      if (cupel::VersionString().empty()) std::abort();
    }
    return;
  }
  const std::string& bytes = inputs.Of(what);
  for (int64_t i = 0; i < times; ++i) {
    const cupel::Report report = scanner.ScanMemory("input", bytes);
    if (report.verdict() != cupel::Verdict::kClean) std::abort();
    if (what == "report") {
      const cupel::Buffer json = report.Render(cupel::ReportFormat::kJson);
      if (json.view().empty()) std::abort();
    }
  }
}

int64_t Now(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return int64_t{time.tv_sec} * 1000000000 + time.tv_nsec;
}

void Serve(char** argv) {
  constexpr int kMostThreads = 16;
  const cupel::Engine engine;
  cupel::RuleSources sources;
  sources.AddPath(argv[1]);
  const cupel::Ruleset rules(engine, sources);
  const Inputs inputs{ReadFile(argv[2]), ReadFile(argv[3]), ReadFile(argv[4])};
  std::vector<cupel::Scanner> scanners;
  scanners.reserve(kMostThreads);
  for (int i = 0; i < kMostThreads; ++i) scanners.emplace_back(engine, rules);
  std::string what;
  int64_t times;
  int threads;
  while (std::cin >> what >> times >> threads && threads <= kMostThreads) {
    const int64_t wall = Now(CLOCK_MONOTONIC);
    const int64_t cpu = Now(CLOCK_PROCESS_CPUTIME_ID);
    std::vector<std::thread> running;
    running.reserve(threads);
    if (threads == 1) Run(scanners[0], inputs, what, times);
    for (int i = 0; threads > 1 && i < threads; ++i) {
      running.emplace_back([&, i] { Run(scanners[i], inputs, what, times); });
    }
    for (std::thread& thread : running) thread.join();
    std::cout << Now(CLOCK_MONOTONIC) - wall << ' '
              << Now(CLOCK_PROCESS_CPUTIME_ID) - cpu << std::endl;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  try {
    Serve(argv);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench_bindings_cpp: " << error.what() << '\n';
    return 1;
  }
}
