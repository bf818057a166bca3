// A host that ends calls from another thread, at moments of no special kind,
// and measures how long each takes to return: base.h says about 50 ms.
//
//   cancel_host [ROUNDS]
//
// Prints the distribution. What is asserted is generous, so that a machine that
// does much else meanwhile does not fail it: two seconds, and no call that goes
// on to its end.
#include <cupel/cupel.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "host.h"

namespace {

using Clock = std::chrono::steady_clock;
using Millis = std::chrono::duration<double, std::milli>;

constexpr Millis kMost{2000};

cupel_view View(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// A call that takes `cancel` and would go on for long without it. True if it
// was ended by that.
struct Scenario {
  const char* name;
  std::function<bool(cupel_cancel*)> call;
};

// -- scans

constexpr size_t kManyBytes = size_t{64} << 10;

// Rules of which libyara needs long for each byte.
constexpr std::string_view kSlowRules =
    "rule Regex { strings: $a = /x.{1,200}y.{1,200}z/s condition: $a }\n"
    "rule Loop { condition: for any i in (0..filesize): "
    "(uint32(i) == 0x31337 and uint8(i + 1) == 7) }\n";

struct Scans {
  cupel_engine* engine = nullptr;
  cupel_ruleset* slow = nullptr;
  cupel_ruleset* quick = nullptr;
  std::string large;  // bytes in which those rules often begin to match
  std::vector<std::string> names;
  cupel_inputs* many = nullptr;

  Scans() {
    HostExpect(cupel_engine_new(nullptr, &engine, nullptr) == CUPEL_STATUS_OK,
               "cupel_engine_new");
    slow = Compile(kSlowRules);
    quick = HostRules(engine);
    std::minstd_rand random(1);
    large.resize(size_t{24} << 20);
    for (char& c : large) c = "xyabcdefghijklm\n"[random() % 16];
    cupel_inputs_new(&many, nullptr);
    for (int i = 0; i < 10000; ++i) {
      names.push_back("needle " + std::to_string(i));
    }
    size_t at = 0;
    for (const std::string& name : names) {
      // Different ones, and long enough that all together take seconds.
      at = (at + 1021) % (large.size() - kManyBytes);
      cupel_inputs_add_memory(
          many, View(name),
          View(std::string_view(large).substr(at, kManyBytes)), nullptr);
    }
  }
  ~Scans() {
    cupel_inputs_free(many);
    cupel_ruleset_free(quick);
    cupel_ruleset_free(slow);
    cupel_engine_free(engine);
  }

  cupel_ruleset* Compile(std::string_view text) const {
    cupel_rule_sources* sources = nullptr;
    cupel_ruleset* rules = nullptr;
    cupel_rule_sources_new(&sources, nullptr);
    cupel_rule_sources_add_text(sources, View("rules"), View(text), nullptr);
    HostExpect(cupel_ruleset_compile(engine, sources, nullptr, &rules,
                                     nullptr) == CUPEL_STATUS_OK,
               "cupel_ruleset_compile");
    cupel_rule_sources_free(sources);
    return rules;
  }

  bool Scan(const cupel_ruleset* rules, uint32_t threads,
            const cupel_inputs* inputs, cupel_cancel* cancel) const {
    cupel_limits limits = CUPEL_LIMITS_INIT;
    limits.file_time_ns = CUPEL_UNLIMITED;
    cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
    options.threads = threads;
    options.limits = &limits;
    cupel_scanner* scanner = nullptr;
    cupel_report* report = nullptr;
    cupel_scanner_new(engine, rules, &options, &scanner, nullptr);
    const cupel_status status =
        cupel_scanner_scan(scanner, inputs, cancel, &report, nullptr);
    const bool ended = status == CUPEL_STATUS_OK &&
                       cupel_report_coverage(report) != CUPEL_COVERAGE_COMPLETE;
    cupel_report_free(report);
    cupel_scanner_free(scanner);
    return ended;
  }

  bool ScanLarge(uint32_t threads, cupel_cancel* cancel) const {
    cupel_inputs* inputs = nullptr;
    cupel_inputs_new(&inputs, nullptr);
    for (uint32_t i = 0; i < threads; ++i) {
      // Different bytes, or the second would be the same as the first.
      const std::string_view bytes = std::string_view(large).substr(i);
      cupel_inputs_add_memory(inputs, View("large"), View(bytes), nullptr);
    }
    const bool ended = Scan(slow, threads, inputs, cancel);
    cupel_inputs_free(inputs);
    return ended;
  }

  bool Profile(cupel_cancel* cancel) const {
    cupel_inputs* inputs = nullptr;
    cupel_buffer* out = nullptr;
    cupel_inputs_new(&inputs, nullptr);
    cupel_inputs_add_memory(inputs, View("large"), View(large), nullptr);
    const cupel_status status = cupel_ruleset_profile(
        engine, slow, inputs, cancel, nullptr, nullptr, &out, nullptr);
    cupel_inputs_free(inputs);
    cupel_buffer_free(out);
    return status == CUPEL_STATUS_CANCELLED;
  }
};

// -- plugins

cupel_status ScanForever(cupel_call* call) {
  while (!cupel_call_cancelled(call)) std::this_thread::yield();
  return CUPEL_STATUS_CANCELLED;
}

cupel_status IngestForever(cupel_call* call) {
  cupel_status status = CUPEL_STATUS_OK;
  while (status == CUPEL_STATUS_OK && !cupel_call_cancelled(call)) {
    cupel_item item = CUPEL_ITEM_INIT;
    item.name = View("item");
    item.bytes = View("a needle");
    status = call->host->item(call, &item);
  }
  return status;
}

int32_t TakeReport(void*, cupel_report* report) {
  cupel_report_free(report);
  return 0;
}

struct Plugins {
  cupel_plugin_v1 worker{};
  cupel_plugin_v1 source{};
  cupel_plugins* plugins = nullptr;

  Plugins() {
    for (cupel_plugin_v1* table : {&worker, &source}) {
      table->struct_size = sizeof(*table);
      table->abi = CUPEL_PLUGIN_ABI;
      table->name = "forever";
    }
    worker.category = CUPEL_PLUGIN_WORKER;
    worker.scan = ScanForever;
    source.category = CUPEL_PLUGIN_SOURCE;
    source.ingest = IngestForever;
    cupel_plugins_new(nullptr, &plugins, nullptr);
    cupel_plugins_register(plugins, &worker, nullptr);
    cupel_plugins_register(plugins, &source, nullptr);
  }
  ~Plugins() { cupel_plugins_free(plugins); }

  bool Run(cupel_cancel* cancel) const {
    cupel_plugin_input input = CUPEL_PLUGIN_INPUT_INIT;
    input.bytes = View("hay");
    cupel_buffer* out = nullptr;
    const cupel_status status =
        cupel_plugins_run(plugins, View("worker:forever"), &input, nullptr,
                          nullptr, cancel, &out, nullptr);
    cupel_buffer_free(out);
    // It is the plugin's answer that is told; without the trigger there is
    // none.
    return status != CUPEL_STATUS_INVALID_ARGUMENT;
  }

  bool Ingest(const cupel_engine* engine, cupel_cancel* cancel) const {
    cupel_plugin_use use = CUPEL_PLUGIN_USE_INIT;
    use.plugins = plugins;
    cupel_scanner* scanner = nullptr;
    cupel_scanner_new(engine, nullptr, nullptr, &scanner, nullptr);
    cupel_scanner_use_plugins(scanner, &use, nullptr);
    const cupel_status status =
        cupel_scanner_ingest(scanner, View("source:forever"), View(""),
                             TakeReport, nullptr, cancel, nullptr);
    cupel_scanner_free(scanner);
    return status == CUPEL_STATUS_CANCELLED;
  }
};

// -- what waits

bool Wait(cupel_cancel* cancel) {
  cupel_queue* queue = nullptr;
  cupel_queue_open(View("memory:"), nullptr, &queue, nullptr);
  // A queue that was never asked for a job says that there may be one.
  const cupel_queue_lease_options lease = CUPEL_QUEUE_LEASE_OPTIONS_INIT;
  cupel_buffer* none = nullptr;
  cupel_queue_lease(queue, &lease, &none, nullptr);
  cupel_buffer_free(none);
  cupel_status status = CUPEL_STATUS_OK;  // a wait may return early
  while (status == CUPEL_STATUS_OK) {
    status = cupel_queue_wait(queue, nullptr, 0, 600000, cancel, nullptr);
  }
  cupel_queue_free(queue);
  return status == CUPEL_STATUS_CANCELLED;
}

bool Work(cupel_cancel* cancel) {
  cupel_worker_options options = CUPEL_WORKER_OPTIONS_INIT;
  options.config = View(
      "[worker]\nmode = \"thread\"\npool_size = 2\n"
      "[queue]\nurl = \"memory:\"\n");
  cupel_worker* worker = nullptr;
  HostExpect(cupel_worker_new(&options, &worker, nullptr) == CUPEL_STATUS_OK,
             "cupel_worker_new");
  cupel_worker_run(worker, cancel, nullptr);
  cupel_worker_free(worker);
  return true;  // it would have run for ever
}

// -- measuring

// From the trigger to the return of the call.
Millis Measure(const Scenario& scenario, std::chrono::microseconds before) {
  cupel_cancel* cancel = nullptr;
  cupel_cancel_new(&cancel, nullptr);
  std::atomic<bool> ended{false};
  Clock::time_point returned;
  std::thread caller([&] {
    ended = scenario.call(cancel);
    returned = Clock::now();
  });
  // Not to wait for anything: a moment is chosen.
  std::this_thread::sleep_for(before);
  const Clock::time_point triggered = Clock::now();
  cupel_cancel_trigger(cancel);
  caller.join();
  cupel_cancel_free(cancel);
  HostExpect(ended, scenario.name);
  return std::max(Millis(0), Millis(returned - triggered));
}

void Print(const char* name, std::vector<Millis> took) {
  std::sort(took.begin(), took.end());
  const auto at = [&](size_t percent) {
    return took[(took.size() - 1) * percent / 100].count();
  };
  std::printf(
      "%-16s %3zu rounds: median %7.2f ms, 95 %% %7.2f ms, "
      "most %7.2f ms\n",
      name, took.size(), at(50), at(95), at(100));
  HostExpect(took.back() < kMost, "a call took two seconds to end");
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 8;
  const Scans scans;
  const Plugins plugins;
  const std::vector<Scenario> scenarios = {
      {"slow_rules", [&](auto* c) { return scans.ScanLarge(1, c); }},
      {"three_threads", [&](auto* c) { return scans.ScanLarge(3, c); }},
      {"many_inputs",
       [&](auto* c) { return scans.Scan(scans.quick, 1, scans.many, c); }},
      {"profile", [&](auto* c) { return scans.Profile(c); }},
      {"plugins_run", [&](auto* c) { return plugins.Run(c); }},
      {"ingest", [&](auto* c) { return plugins.Ingest(scans.engine, c); }},
      {"queue_wait", Wait},
      {"worker_run", Work},
  };
  std::minstd_rand random(7);
  for (const Scenario& scenario : scenarios) {
    std::vector<Millis> took;
    for (int i = 0; i < rounds; ++i) {
      took.push_back(Measure(
          scenario, std::chrono::microseconds(2000 + random() % 60000)));
    }
    Print(scenario.name, took);
  }
  return HostResult("cancel_host");
}
