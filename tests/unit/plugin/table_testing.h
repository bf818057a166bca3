// Plugins made in a test, of functions that a test writes where it needs them.
#ifndef CUPEL_TESTS_UNIT_PLUGIN_TABLE_TESTING_H_
#define CUPEL_TESTS_UNIT_PLUGIN_TABLE_TESTING_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "plugin/table_plugin.h"

namespace cupel {

using Method = std::function<cupel_status(cupel_call*)>;

// What the tables below run.
inline Method& CurrentMethod() {
  static Method method;
  return method;
}
inline cupel_status RunCurrentMethod(cupel_call* call) {
  return CurrentMethod()(call);
}

// A sound worker.
inline cupel_plugin_v1 WorkerTable() {
  return {.struct_size = sizeof(cupel_plugin_v1),
          .abi = CUPEL_PLUGIN_ABI,
          .category = CUPEL_PLUGIN_WORKER,
          .name = "test",
          .version = "1.0",
          .heartbeat = RunCurrentMethod,
          .scan = RunCurrentMethod};
}

struct Called {
  absl::Status status;
  PluginAnswer answer;
};

// One activated plugin whose `scan` is what each call says.
class TestPlugin {
 public:
  explicit TestPlugin(cupel_plugin_v1 table = WorkerTable())
      : table_(table), plugin_(NewTablePlugin(&table_, "test", nullptr)) {
    EXPECT_TRUE(plugin_.ok()) << plugin_.status();
    auto instance = (*plugin_)->Activate("{}", nullptr);
    EXPECT_TRUE(instance.ok()) << instance.status();
    if (instance.ok()) instance_ = *std::move(instance);
  }

  Called Call(Method method, PluginRequest request = {},
              const AnswerLimits& limits = {}) {
    Called called{{}, PluginAnswer(limits)};
    CurrentMethod() = std::move(method);
    called.status = instance_->Call(request, &called.answer);
    return called;
  }
  void Deactivate() { instance_ = nullptr; }

 private:
  const cupel_plugin_v1 table_;
  absl::StatusOr<std::shared_ptr<Plugin>> plugin_;
  std::unique_ptr<PluginInstance> instance_;
};

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_PLUGIN_TABLE_TESTING_H_
