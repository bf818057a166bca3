// What it costs to run a plugin where it can do no harm: one call of the same
// worker as a shared object in this process, in a cupel-runner, and in Python
// in a cupel-runner, on payloads of several sizes; how long such a process
// takes to start, and what it needs while it is idle (Pss_KiB; with the
// supervisor). direct/python is the same Python function called in a loop by
// Python itself. Links the internal libraries.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "need.h"
#include "plugin/table_plugin.h"
#include "runner/process_plugin.h"

namespace {

namespace fs = std::filesystem;
using cupel::CodeKind;
using cupel::Plugin;
using cupel::PluginInstance;
using cupel_bench::Fail;
using cupel_bench::Need;

constexpr const char* kModule = R"(
from cupel.plugin import worker

@worker
def scan(call):
    return {"size": len(call.bytes)}
)";

// The same function, called by Python with nothing between.
constexpr const char* kDirect = R"(
import time
class Call:
    bytes = b"x" * 1024
def scan(call):
    return {"size": len(call.bytes)}
call = Call()
start = time.perf_counter_ns()
for _ in range(1000000):
    scan(call)
print((time.perf_counter_ns() - start) / 1000000)
)";

// A folder that goes with the program.
class PythonFolder {
 public:
  PythonFolder() {
    std::string path = (fs::temp_directory_path() / "cupel-bench-XXXXXX");
    if (mkdtemp(path.data()) == nullptr) Fail("no temporary folder");
    path_ = path;
    std::ofstream(path_ / "plugin.json")
        << R"({"category": "worker", "name": "size", "version": "1.0",
               "module": "size.py"})";
    std::ofstream(path_ / "size.py") << kModule;
  }
  ~PythonFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  std::string path() const { return path_; }

 private:
  fs::path path_;
};

cupel::ProcessOptions OptionsOf(CodeKind kind) {
  static const PythonFolder folder;
  cupel::ProcessOptions options;
  options.runner = CUPEL_RUNNER;
  options.kind = kind;
  options.origin = CUPEL_BENCH_PLUGIN;
  if (kind == CodeKind::kPython) {
    options.origin = folder.path();
    options.python_path = {CUPEL_SOURCE_DIR "/bindings/python"};
  }
  return options;
}

std::shared_ptr<Plugin> InProcess() {
  return Need(cupel::LoadSharedObject(CUPEL_BENCH_PLUGIN)).front();
}

std::shared_ptr<Plugin> InRunner(CodeKind kind) {
  cupel::PluginInfo info;
  info.id = {cupel::PluginCategory::kWorker, "size"};
  return cupel::NewProcessPlugin(info, OptionsOf(kind));
}

void Call(benchmark::State& state, const std::shared_ptr<Plugin>& plugin) {
  const auto instance = Need(plugin->Activate("{}", nullptr));
  const auto payload = std::make_shared<const std::string>(state.range(0), 'x');
  cupel::PluginRequest request;
  request.bytes = *payload;
  request.owner = payload;
  for (auto _ : state) {
    cupel::PluginAnswer answer;
    const absl::Status status = instance->Call(request, &answer);
    if (!status.ok() || answer.results.size() != 1) Fail("a call failed");
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void CallSharedObject(benchmark::State& state) { Call(state, InProcess()); }
void CallRunner(benchmark::State& state) {
  Call(state, InRunner(CodeKind::kSharedObject));
}
void CallPython(benchmark::State& state) {
  Call(state, InRunner(CodeKind::kPython));
}

#define CUPEL_SIZES                   \
  Arg(1 << 10)                        \
      ->Arg(64 << 10)                 \
      ->Arg(1 << 20)                  \
      ->Arg(16 << 20)                 \
      ->Unit(benchmark::kMicrosecond) \
      ->UseRealTime()
BENCHMARK(CallSharedObject)->CUPEL_SIZES;
BENCHMARK(CallRunner)->CUPEL_SIZES;
BENCHMARK(CallPython)->CUPEL_SIZES;

void DirectPython(benchmark::State& state) {
  for (auto _ : state) {
    const std::string command = std::string("python3 -c '") + kDirect + "'";
    FILE* const pipe = popen(command.c_str(), "r");
    char text[64] = "";
    if (pipe == nullptr || fgets(text, sizeof(text), pipe) == nullptr) {
      Fail("python3 does not run");
    }
    pclose(pipe);
    state.SetIterationTime(std::strtod(text, nullptr) / 1e9);
  }
}
BENCHMARK(DirectPython)
    ->Unit(benchmark::kMicrosecond)
    ->UseManualTime()
    ->Iterations(1);

void Start(benchmark::State& state, CodeKind kind) {
  const std::shared_ptr<Plugin> plugin = InRunner(kind);
  for (auto _ : state) Need(plugin->Activate("{}", nullptr));
}
void StartRunner(benchmark::State& state) {
  Start(state, CodeKind::kSharedObject);
}
void StartPython(benchmark::State& state) { Start(state, CodeKind::kPython); }
BENCHMARK(StartRunner)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(StartPython)->Unit(benchmark::kMillisecond)->UseRealTime();

// The supervisor has the folder in its command line, what it supervises runs in
// it.
bool BelongsTo(const fs::path& process, const std::string& folder) {
  std::ifstream command(process / "cmdline", std::ios::binary);
  const std::string words(std::istreambuf_iterator<char>(command), {});
  std::error_code error;
  const fs::path cwd = fs::read_symlink(process / "cwd", error);
  return words.find(folder) != std::string::npos ||
         cwd.string().rfind(folder, 0) == 0;
}

// The sum of a line "name: 12 kB" over the processes of a plugin.
double Sum(const char* file, const std::string& name,
           const std::string& folder) {
  double sum = 0;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    if (!BelongsTo(entry.path(), folder)) continue;
    std::ifstream in(entry.path() / file);
    std::string line;
    while (std::getline(in, line)) {
      if (line.rfind(name + ":", 0) != 0) continue;
      sum += std::strtod(line.c_str() + name.size() + 1, nullptr);
    }
  }
  return sum;
}

void Idle(benchmark::State& state, CodeKind kind) {
  std::string temp = (fs::temp_directory_path() / "cupel-bench-XXXXXX");
  if (mkdtemp(temp.data()) == nullptr) Fail("no temporary folder");
  cupel::ProcessOptions options = OptionsOf(kind);
  options.temp_folder = temp;
  cupel::PluginInfo info;
  info.id = {cupel::PluginCategory::kWorker, "size"};
  {
    const auto instance =
        Need(cupel::NewProcessPlugin(info, options)->Activate("{}", nullptr));
    for (auto _ : state) benchmark::DoNotOptimize(instance);
    state.counters["Pss_KiB"] = Sum("smaps_rollup", "Pss", temp);
    state.counters["VmRSS_KiB"] = Sum("status", "VmRSS", temp);
  }
  fs::remove_all(temp);
}
void IdleRunner(benchmark::State& state) {
  Idle(state, CodeKind::kSharedObject);
}
void IdlePython(benchmark::State& state) { Idle(state, CodeKind::kPython); }
BENCHMARK(IdleRunner)->Iterations(1);
BENCHMARK(IdlePython)->Iterations(1);

}  // namespace

BENCHMARK_MAIN();
