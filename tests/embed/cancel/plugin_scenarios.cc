// Plugins: of the host's own, and a source.
#include <memory>
#include <thread>

#include "cancel/scenario.h"

namespace cancel_host {
namespace {

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

class Plugins {
 public:
  Plugins() {
    for (cupel_plugin_v1* table : {&worker_, &source_}) {
      table->struct_size = sizeof(*table);
      table->abi = CUPEL_PLUGIN_ABI;
      table->name = "forever";
    }
    worker_.category = CUPEL_PLUGIN_WORKER;
    worker_.scan = ScanForever;
    source_.category = CUPEL_PLUGIN_SOURCE;
    source_.ingest = IngestForever;
    for (const cupel_plugin_v1* table : {&worker_, &source_}) {
      Must(cupel_plugins_register(plugins_, table, nullptr) == CUPEL_STATUS_OK,
           "cupel_plugins_register");
    }
  }
  ~Plugins() {
    cupel_plugins_free(plugins_);
    cupel_engine_free(engine_);
  }
  Plugins(const Plugins&) = delete;

  bool Run(cupel_cancel* cancel) const {
    cupel_plugin_input input = CUPEL_PLUGIN_INPUT_INIT;
    input.bytes = View("hay");
    cupel_buffer* out = nullptr;
    const cupel_status status =
        cupel_plugins_run(plugins_, View("worker:forever"), &input, nullptr,
                          nullptr, cancel, &out, nullptr);
    cupel_buffer_free(out);
    // It is the plugin's answer that is told; without the trigger there is
    // none.
    return status != CUPEL_STATUS_INVALID_ARGUMENT;
  }

  bool Ingest(cupel_cancel* cancel) const {
    cupel_plugin_use use = CUPEL_PLUGIN_USE_INIT;
    use.plugins = plugins_;
    cupel_scanner* scanner = nullptr;
    cupel_scanner_new(engine_, nullptr, nullptr, &scanner, nullptr);
    cupel_scanner_use_plugins(scanner, &use, nullptr);
    const cupel_status status =
        cupel_scanner_ingest(scanner, View("source:forever"), View(""),
                             TakeReport, nullptr, cancel, nullptr);
    cupel_scanner_free(scanner);
    return status == CUPEL_STATUS_CANCELLED;
  }

 private:
  cupel_plugin_v1 worker_{};
  cupel_plugin_v1 source_{};
  cupel_plugins* const plugins_ =
      Made<cupel_plugins>("cupel_plugins_new", cupel_plugins_new,
                          static_cast<const cupel_plugins_options*>(nullptr));
  cupel_engine* const engine_ =
      Made<cupel_engine>("cupel_engine_new", cupel_engine_new,
                         static_cast<const cupel_engine_options*>(nullptr));
};

}  // namespace

std::vector<Scenario> PluginScenarios() {
  const auto plugins = std::make_shared<const Plugins>();
  return {
      {"plugins_run", 1, [plugins](auto* c) { return plugins->Run(c); }},
      {"ingest", 1, [plugins](auto* c) { return plugins->Ingest(c); }},
  };
}

}  // namespace cancel_host
