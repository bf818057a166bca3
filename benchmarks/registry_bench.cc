// The registry with 10,000 plugins and 1,000 organisations: what a look-up and
// a REST request in process cost, and how much memory it all is (VmRSS_MB, the
// program's growth; peaks of single requests are in it). Links the internal
// libraries.
//
// A tenth of the plugins lies in folders, the rest was posted. Each
// organisation has 10 of them enabled and set.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "need.h"
#include "registry/registry.h"
#include "registry/rest.h"

namespace {

using cupel::Registry;
using cupel::RestRequest;
using cupel::RestResponse;
using cupel_bench::Fail;
using cupel_bench::Need;
namespace fs = std::filesystem;

constexpr int kPlugins = 10'000;
constexpr int kFolders = 1'000;
constexpr int kOrganisations = 1'000;
constexpr int kSetByEach = 10;

double ResidentMegabytes() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.rfind("VmRSS:", 0) == 0) {
      return std::strtod(line.c_str() + 6, nullptr) / 1024;
    }
  }
  Fail("/proc/self/status has no VmRSS");
}

// A folder that goes with the program.
class Folder {
 public:
  Folder() {
    std::string path = (fs::temp_directory_path() / "cupel-bench-XXXXXX");
    if (mkdtemp(path.data()) == nullptr) Fail("no temporary folder");
    path_ = path;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string PluginId(int n) { return "plugin-" + std::to_string(n); }
std::string OrganisationId(int n) {
  return "organisation-" + std::to_string(n);
}

std::string PluginText(int n, bool with_schema) {
  std::string text =
      R"({"id":")" + PluginId(n) + R"(","name":"Plugin )" + std::to_string(n) +
      R"(","description":"Looks at hosts, in the way number )" +
      std::to_string(n) +
      R"(","scan_level":2,"consumes":["Hostname","IPAddressV4"],)"
      R"("produces":["boefje/)" +
      PluginId(n) + R"("],"oci_image":"registry/image-)" +
      std::to_string(n % 20) + R"(:latest","oci_arguments":["main"])";
  if (with_schema) {
    text += R"(,"boefje_schema":{"title":"Arguments","type":"object",)"
            R"("properties":{"TOP_PORTS":{"type":"integer","minimum":1,)"
            R"("maximum":65535},"TOKEN":{"type":"string","maxLength":128}},)"
            R"("required":["TOKEN"],"secret":["TOKEN"]})";
  }
  return text + "}";
}

class Catalogue {
 public:
  Catalogue() {
    const double before = ResidentMegabytes();
    WriteFolders();
    cupel::RegistryOptions options;
    options.plugin_roots = {folder_.path() / "plugins"};
    options.store =
        Need(cupel::OpenCatalogueStore(folder_.path() / "catalogue.db"));
    Need(options.keys.Add(cupel::SettingsKey::Generate()));
    registry_ = Need(Registry::New(std::move(options)));
    Need(registry_->store().Atomically([this] { return Fill(); }));
    // Posted plugins are read when they are first asked for.
    Need(registry_->Plugins(OrganisationId(0), {}));
    megabytes_ = ResidentMegabytes() - before;
  }

  Registry& registry() { return *registry_; }
  double megabytes() const { return megabytes_; }

 private:
  void WriteFolders() {
    for (int n = 0; n < kFolders; ++n) {
      const fs::path path = folder_.path() / "plugins" / PluginId(n);
      fs::create_directories(path);
      std::ofstream(path / "boefje.json") << PluginText(n, n % 2 == 0);
    }
  }

  absl::Status Fill() {
    auto& store = registry_->store();
    for (int n = kFolders; n < kPlugins; ++n) {
      CUPEL_RETURN_IF_ERROR(
          store.AddPlugin({PluginId(n), "boefje", "Plugin " + std::to_string(n),
                           PluginText(n, n % 2 == 0), false}));
    }
    for (int n = 0; n < kOrganisations; ++n) {
      CUPEL_RETURN_IF_ERROR(
          store.AddOrganisation({OrganisationId(n), "An organisation", true}));
      CUPEL_RETURN_IF_ERROR(Set(n));
    }
    return absl::OkStatus();
  }

  // Every second one's settings are the same as others'.
  absl::Status Set(int n) {
    const cupel::Json settings = {{"TOP_PORTS", 250},
                                  {"TOKEN", "token-" + std::to_string(n / 2)}};
    for (int i = 0; i < kSetByEach; ++i) {
      const std::string plugin = PluginId(i * (kPlugins / kSetByEach));
      CUPEL_RETURN_IF_ERROR(
          registry_->PutSettings(OrganisationId(n), plugin, settings));
      CUPEL_RETURN_IF_ERROR(
          registry_->SetEnabled(OrganisationId(n), plugin, true));
    }
    return absl::OkStatus();
  }

  Folder folder_;
  std::shared_ptr<Registry> registry_;
  double megabytes_ = 0;
};

Catalogue& Big() {
  static Catalogue catalogue;
  return catalogue;
}

void Count(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations());
  state.counters["VmRSS_MB"] = {Big().megabytes(),
                                benchmark::Counter::kAvgThreads};
}

// Another plugin and organisation each time, and the same ones in every run.
struct Walk {
  int n = 0;
  std::string plugin() const { return PluginId(n * 7919 % kPlugins); }
  std::string organisation() const {
    return OrganisationId(n * 104'729 % kOrganisations);
  }
  void Next() { n = (n + 1) % 10'000; }
};

void LookUp(benchmark::State& state) {
  Registry& registry = Big().registry();
  Walk walk;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Need(registry.Plugin(walk.organisation(), walk.plugin())));
    walk.Next();
  }
  Count(state);
}
BENCHMARK(LookUp);

void OpenSettings(benchmark::State& state) {
  Registry& registry = Big().registry();
  Walk walk;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Need(registry.Settings(walk.organisation(), PluginId(0))));
    walk.Next();
  }
  Count(state);
}
BENCHMARK(OpenSettings);

void ListAll(benchmark::State& state) {
  Registry& registry = Big().registry();
  Walk walk;
  for (auto _ : state) {
    const auto all = Need(registry.Plugins(walk.organisation(), {}));
    if (all.size() != kPlugins) Fail("plugins are missing");
    walk.Next();
  }
  Count(state);
}
BENCHMARK(ListAll)->Unit(benchmark::kMillisecond);

void Rescan(benchmark::State& state) {
  Registry& registry = Big().registry();
  for (auto _ : state) Need(registry.Rescan());
  Count(state);
}
BENCHMARK(Rescan)->Unit(benchmark::kMillisecond);

void Ask(Registry& registry, std::string method, std::string path,
         std::string query, std::string body, int32_t status) {
  RestRequest request;
  request.method = std::move(method);
  request.path = std::move(path);
  request.query = std::move(query);
  request.body = std::move(body);
  const RestResponse response = cupel::HandleRest(registry, request);
  if (response.status != status) Fail("REST: " + response.body);
}

void RestHealth(benchmark::State& state) {
  for (auto _ : state) Ask(Big().registry(), "GET", "/health", "", "", 200);
  Count(state);
}
BENCHMARK(RestHealth)->Threads(1)->Threads(2)->UseRealTime();

void RestPlugin(benchmark::State& state) {
  Walk walk{state.thread_index() * 1000};
  for (auto _ : state) {
    Ask(Big().registry(), "GET",
        "/v1/organisations/" + walk.organisation() + "/plugins/" +
            walk.plugin(),
        "", "", 200);
    walk.Next();
  }
  Count(state);
}
BENCHMARK(RestPlugin)->Threads(1)->Threads(2)->UseRealTime();

void RestPage(benchmark::State& state) {
  Walk walk;
  for (auto _ : state) {
    Ask(Big().registry(), "GET",
        "/v1/organisations/" + walk.organisation() + "/plugins",
        "q=number+7&offset=100&limit=50", "", 200);
    walk.Next();
  }
  Count(state);
}
BENCHMARK(RestPage)->Unit(benchmark::kMillisecond);

void RestGetSettings(benchmark::State& state) {
  Walk walk{state.thread_index() * 1000};
  for (auto _ : state) {
    Ask(Big().registry(), "GET",
        "/v1/organisations/" + walk.organisation() + "/plugin-0/settings", "",
        "", 200);
    walk.Next();
  }
  Count(state);
}
BENCHMARK(RestGetSettings)->Threads(1)->Threads(2)->UseRealTime();

void RestPutSettings(benchmark::State& state) {
  Walk walk;
  for (auto _ : state) {
    Ask(Big().registry(), "PUT",
        "/v1/organisations/" + walk.organisation() + "/plugin-1000/settings",
        "", R"({"TOKEN":"another","TOP_PORTS":25})", 200);
    walk.Next();
  }
  Count(state);
}
BENCHMARK(RestPutSettings)->Unit(benchmark::kMicrosecond);

void RestAllConfigs(benchmark::State& state) {
  for (auto _ : state) {
    Ask(Big().registry(), "GET", "/v1/configs", "", "", 200);
  }
  Count(state);
}
BENCHMARK(RestAllConfigs)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
