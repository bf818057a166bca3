// What it costs to call a plugin in this process, before it does anything, and
// to take back what it found. Links the internal libraries.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "builtin/builtin.h"
#include "need.h"
#include "plugin/plugin.h"
#include "plugin/table_plugin.h"

namespace {

using cupel::PluginAnswer;
using cupel::PluginInstance;
using cupel::PluginMethod;
using cupel::PluginRequest;
using cupel::SharedBytes;
using cupel_bench::Need;

// Says one thing about a payload.
cupel_status Scan(cupel_call* call) {
  return cupel_call_result(call, R"({"seen":true})");
}
constexpr cupel_plugin_v1 kWorker = {.struct_size = sizeof(cupel_plugin_v1),
                                     .abi = CUPEL_PLUGIN_ABI,
                                     .category = CUPEL_PLUGIN_WORKER,
                                     .name = "bench",
                                     .version = "1.0",
                                     .scan = Scan};

// All but the first byte: the next one in a chain.
cupel_status Decode(cupel_call* call) {
  return cupel_call_child(call, "rest",
                          {call->bytes.data + 1, call->bytes.size - 1});
}
constexpr cupel_plugin_v1 kDecoder = {.struct_size = sizeof(cupel_plugin_v1),
                                      .abi = CUPEL_PLUGIN_ABI,
                                      .category = CUPEL_PLUGIN_DECODER,
                                      .name = "bench",
                                      .version = "1.0",
                                      .decode = Decode};

std::unique_ptr<PluginInstance> Activated(const cupel_plugin_v1& table) {
  const auto plugin = Need(cupel::NewTablePlugin(&table, "benchmark", nullptr));
  return Need(plugin->Activate(table.options == nullptr ? "{}" : table.options,
                               nullptr));
}

PluginRequest RequestOf(PluginMethod method, const SharedBytes& payload) {
  PluginRequest request;
  request.method = method;
  request.bytes = payload.view;
  request.owner = payload.owner;
  return request;
}

void BM_Dispatch(benchmark::State& state) {
  const auto instance = Activated(kWorker);
  const SharedBytes payload =
      SharedBytes::Own(std::string(static_cast<size_t>(state.range(0)), 'x'));
  const PluginRequest request = RequestOf(PluginMethod::kScan, payload);
  for (auto _ : state) {
    PluginAnswer answer;
    Need(instance->Call(request, &answer));
    benchmark::DoNotOptimize(answer.results.data());
  }
}
BENCHMARK(BM_Dispatch)->Arg(1 << 10)->Arg(1 << 20);

// A plugin that reads every byte, to compare the call with.
void BM_Base64Decoder(benchmark::State& state) {
  const cupel_plugin_v1* table = nullptr;
  for (const cupel_plugin_v1* one : cupel::BuiltinTables()) {
    if (std::string_view(one->name) == "base64") table = one;
  }
  if (table == nullptr) cupel_bench::Fail("decoder:base64 is not built in");
  const auto instance = Activated(*table);
  const SharedBytes payload =
      SharedBytes::Own(std::string(static_cast<size_t>(state.range(0)), 'A'));
  PluginRequest request = RequestOf(PluginMethod::kDecode, payload);
  request.options = table->options;
  for (auto _ : state) {
    PluginAnswer answer;
    Need(instance->Call(request, &answer));
    benchmark::DoNotOptimize(answer.children.data());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_Base64Decoder)->Arg(1 << 10)->Arg(1 << 20);

// One child, as a slice of the payload (1) or as a copy (0).
void BM_Child(benchmark::State& state) {
  const auto instance = Activated(kDecoder);
  const SharedBytes payload =
      SharedBytes::Own(std::string(static_cast<size_t>(state.range(0)), 'x'));
  PluginRequest request = RequestOf(PluginMethod::kDecode, payload);
  if (state.range(1) == 0) request.owner = nullptr;
  for (auto _ : state) {
    PluginAnswer answer;
    Need(instance->Call(request, &answer));
    benchmark::DoNotOptimize(answer.children.data());
  }
}
BENCHMARK(BM_Child)
    ->ArgNames({"bytes", "slice"})
    ->ArgsProduct({{1 << 10, 1 << 20}, {0, 1}});

// Each child is the payload of the next call.
void BM_ThousandChildren(benchmark::State& state) {
  const auto instance = Activated(kDecoder);
  const SharedBytes payload =
      SharedBytes::Own(std::string(static_cast<size_t>(state.range(0)), 'x'));
  for (auto _ : state) {
    SharedBytes current = payload;
    for (int i = 0; i < 1000; ++i) {
      PluginAnswer answer;
      Need(instance->Call(RequestOf(PluginMethod::kDecode, current), &answer));
      current = std::move(answer.children.front().bytes);
    }
    benchmark::DoNotOptimize(current.view.data());
  }
}
BENCHMARK(BM_ThousandChildren)
    ->Arg(1 << 10)
    ->Arg(1 << 20)
    ->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
