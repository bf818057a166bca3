// Plugins, compiled in and of the host's own, alone and in a scan.
#include "no_memory/sweep.h"

namespace no_memory {
namespace {

cupel_status ScanOwn(cupel_call* call) {
  const cupel_status status = cupel_call_result(call, R"({"large":true})");
  if (status != CUPEL_STATUS_OK) return status;
  return cupel_call_child(call, "child", call->bytes);
}

cupel_plugin_v1 Own() {
  cupel_plugin_v1 table{};
  table.struct_size = sizeof(table);
  table.abi = CUPEL_PLUGIN_ABI;
  table.category = CUPEL_PLUGIN_WORKER;
  table.name = "own";
  table.version = "1.0";
  table.scan = ScanOwn;
  return table;
}
const cupel_plugin_v1 kOwn = Own();

cupel_plugins* WithOwn(Steps* steps) {
  auto* plugins = steps->Make<cupel_plugins_free>(cupel_plugins_new, nullptr);
  steps->Do(cupel_plugins_register, plugins, &kOwn);
  return plugins;
}

cupel_status Plugins(cupel_error** error) {
  Steps steps(error);
  auto* plugins = WithOwn(&steps);
  steps.Do(cupel_plugins_set_option_text, plugins,
           View("decoder:xor:max_keys=3"));
  return steps.status();
}

cupel_status Json(cupel_error** error) {
  Steps steps(error);
  auto* plugins = WithOwn(&steps);
  steps.Make<cupel_buffer_free>(cupel_plugins_json, plugins);
  steps.Make<cupel_buffer_free>(cupel_plugins_config_json, plugins);
  steps.Make<cupel_buffer_free>(cupel_plugins_warnings_json, plugins);
  return steps.status();
}

cupel_status Run(std::string_view plugin, cupel_error** error) {
  static cupel_plugins* const plugins = [] {
    cupel_plugins* made = nullptr;
    cupel_plugins_new(nullptr, &made, nullptr);
    cupel_plugins_register(made, &kOwn, nullptr);
    return made;
  }();
  cupel_plugin_input input = CUPEL_PLUGIN_INPUT_INIT;
  input.bytes = View("a needle at http://example.com/ in some hay");
  Steps steps(error);
  steps.Make<cupel_buffer_free>(cupel_plugins_run, plugins, View(plugin),
                                &input, nullptr, nullptr, nullptr);
  return steps.status();
}

cupel_status ScanWith(cupel_error** error) {
  static cupel_engine* const engine = [] {
    cupel_engine* made = nullptr;
    cupel_engine_new(nullptr, &made, nullptr);
    return made;
  }();
  Steps steps(error);
  auto* plugins = WithOwn(&steps);
  cupel_plugin_use use = CUPEL_PLUGIN_USE_INIT;
  use.plugins = plugins;
  use.run = View("worker:own, worker:iocextract");
  auto* scanner = steps.Make<cupel_scanner_free>(cupel_scanner_new, engine,
                                                 nullptr, nullptr);
  steps.Do(cupel_scanner_use_plugins, scanner, &use);
  steps.Make<cupel_report_free>(cupel_scanner_scan_memory, scanner,
                                View("x.txt"), View("http://example.com/ hay"),
                                nullptr);
  return steps.status();
}

}  // namespace

std::vector<Scenario> PluginScenarios() {
  return {
      {"plugins", Plugins, 200},
      {"plugins_json", Json, 200},
      {"run_own", [](auto error) { return Run("worker:own", error); }, 300},
      {"run_builtin",
       [](auto error) { return Run("worker:iocextract", error); }, 300},
      {"scan_plugins", ScanWith, 300},
  };
}

}  // namespace no_memory
