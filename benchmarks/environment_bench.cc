// What a worker does for every job of a plugin: which variables it gets. Beside
// that, what is done once for each plugin: compiling its schema.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "environment/environment.h"
#include "format/json.h"
#include "schema/schema.h"

namespace {

using cupel::Environment;
using cupel::EnvironmentRequest;
using cupel::Json;
using cupel::Schema;

// As large as the largest that plugins of OpenKAT come with.
constexpr std::string_view kSchema = R"json({
    "title": "Arguments", "type": "object",
    "properties": {
      "TOP_PORTS": {"title": "TOP_PORTS", "type": "integer", "minimum": 1,
                    "maximum": 65535, "default": 250},
      "MIN_PREFIX": {"type": "integer", "minimum": 0, "maximum": 32},
      "RESOLVER": {"type": "string", "maxLength": 45},
      "PORTS": {"type": "string", "pattern": "^(\\d{1,5}(-\\d{1,5})?,?)+$"},
      "API_KEY": {"type": "string", "maxLength": 128}},
    "required": ["API_KEY"], "secret": ["API_KEY"]})json";

std::shared_ptr<const Schema> MakeSchema(benchmark::State& state) {
  const auto json = cupel::ParseJson(kSchema, "schema");
  if (json.ok()) {
    auto schema = Schema::Compile(*json);
    if (schema.ok()) return *schema;
  }
  state.SkipWithError("the schema does not compile");
  return nullptr;
}

EnvironmentRequest MakeRequest(const Schema* schema) {
  EnvironmentRequest request;
  request.schema = schema;
  request.plugin = "ports";
  request.settings = Json::object();
  request.settings["API_KEY"] = "not really a secret";
  request.settings["PORTS"] = "22,80,443,8000-8100";
  request.variables = {{"PATH", "/usr/bin"},
                       {"HOME", "/nonexistent"},
                       {"BOEFJE_TOP_PORTS", "250"},
                       {"BOEFJE_RESOLVER", "192.0.2.1"},
                       {"BOEFJE_OTHER", "x"}};
  return request;
}

void BM_EnvironmentBuild(benchmark::State& state) {
  const auto schema = MakeSchema(state);
  for (auto _ : state) {
    auto environment = Environment::Build(MakeRequest(schema.get()));
    if (!environment.ok() || environment->entries().size() != 4) {
      state.SkipWithError("not the environment that was wanted");
      break;
    }
    benchmark::DoNotOptimize(environment);
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}
BENCHMARK(BM_EnvironmentBuild);

void BM_EnvironmentFingerprint(benchmark::State& state) {
  const auto schema = MakeSchema(state);
  const auto environment = Environment::Build(MakeRequest(schema.get()));
  if (!environment.ok()) {
    state.SkipWithError("no environment");
    return;
  }
  const cupel::Secret key(std::string(32, 'k'));
  for (auto _ : state) {
    benchmark::DoNotOptimize(environment->Fingerprint(key));
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}
BENCHMARK(BM_EnvironmentFingerprint);

void BM_SchemaValidate(benchmark::State& state) {
  const auto schema = MakeSchema(state);
  const Json settings = MakeRequest(schema.get()).settings;
  for (auto _ : state) {
    cupel::JsonIssues issues;
    schema->Validate(settings, &issues);
    if (!issues.empty()) state.SkipWithError("the settings do not fit");
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}
BENCHMARK(BM_SchemaValidate);

void BM_SchemaCompile(benchmark::State& state) {
  const auto json = cupel::ParseJson(kSchema, "schema");
  for (auto _ : state) {
    auto schema = Schema::Compile(*json);
    if (!schema.ok()) state.SkipWithError("the schema does not compile");
    benchmark::DoNotOptimize(schema);
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}
BENCHMARK(BM_SchemaCompile);

}  // namespace

BENCHMARK_MAIN();
