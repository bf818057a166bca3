// Running a table as the host does, for tests of built-in plugins.
#ifndef CUPEL_TESTS_UNIT_BUILTIN_PLUGIN_TESTING_H_
#define CUPEL_TESTS_UNIT_BUILTIN_PLUGIN_TESTING_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "cupel/plugin.h"
#include "format/json.h"
#include "plugin/plugin.h"
#include "plugin/plugin_set.h"
#include "plugin/table_plugin.h"

namespace cupel {

struct PluginRun {
  absl::Status status;  // of activating it, or of the call
  PluginAnswer answer;

  std::vector<std::string> Children() const {
    std::vector<std::string> all;
    for (const PluginChild& child : answer.children) {
      all.emplace_back(child.bytes.view);
    }
    return all;
  }
  // The bytes of the only child.
  std::string Only() const {
    EXPECT_TRUE(status.ok()) << MessageOf(status);
    EXPECT_EQ(answer.children.size(), 1u);
    return answer.children.size() == 1
               ? std::string(answer.children[0].bytes.view)
               : std::string();
  }
  // The only result.
  Json Result() const {
    EXPECT_TRUE(status.ok()) << MessageOf(status);
    EXPECT_EQ(answer.results.size(), 1u);
    if (answer.results.size() != 1) return Json::object();
    const absl::StatusOr<Json> json = ParseJson(answer.results[0], "result");
    EXPECT_TRUE(json.ok());
    return json.value_or(Json::object());
  }
  std::string Message() const { return std::string(MessageOf(status)); }
};

// An activated plugin. `options` (a JSON object) are over its defaults.
class PluginUnderTest {
 public:
  explicit PluginUnderTest(const cupel_plugin_v1& table,
                           std::string_view options = "{}",
                           const PluginServices* services = nullptr)
      : services_(services) {
    auto plugin = NewTablePlugin(&table, "built in", nullptr);
    status_ = plugin.status();
    if (!status_.ok()) return;
    plugin_ = *plugin;
    status_ = set_.Add(plugin_);
    options_ = set_.OptionsJson(*plugin_, options);
    auto instance = plugin_->Activate(options_, services);
    if (status_.ok()) status_ = instance.status();
    if (status_.ok()) instance_ = *std::move(instance);
  }

  const absl::Status& status() const { return status_; }
  const std::string& options() const { return options_; }

  // `request` gives what matters to the test; bytes are kept alive for slices.
  PluginRun Call(std::string_view bytes, PluginRequest request,
                 const AnswerLimits& limits = {}) {
    PluginRun run{status_, PluginAnswer(limits)};
    if (instance_ == nullptr) return run;
    const SharedBytes payload = SharedBytes::Copy(bytes);
    request.bytes = payload.view;
    request.owner = payload.owner;
    if (request.options == "{}") request.options = options_;
    if (request.services == nullptr) request.services = services_;
    run.status = instance_->Call(request, &run.answer);
    return run;
  }

  // The method of its category.
  PluginRun Call(std::string_view bytes, const AnswerLimits& limits = {}) {
    PluginRequest request;
    if (plugin_ != nullptr) {
      request.method = MainMethod(plugin_->info().id.category);
    }
    return Call(bytes, std::move(request), limits);
  }

 private:
  const PluginServices* services_;
  PluginSet set_;
  std::shared_ptr<Plugin> plugin_;
  std::string options_;
  absl::Status status_;
  std::unique_ptr<PluginInstance> instance_;
};

// The method of the plugin's category, once.
inline PluginRun RunPlugin(const cupel_plugin_v1& table, std::string_view bytes,
                           std::string_view options = "{}",
                           const AnswerLimits& limits = {}) {
  return PluginUnderTest(table, options).Call(bytes, limits);
}

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_BUILTIN_PLUGIN_TESTING_H_
