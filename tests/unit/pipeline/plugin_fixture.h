// Scans with plugins that are made up in a test.
#ifndef CUPEL_TESTS_UNIT_PIPELINE_PLUGIN_FIXTURE_H_
#define CUPEL_TESTS_UNIT_PIPELINE_PLUGIN_FIXTURE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "plugin/plugin_set.h"
#include "scan_fixture.h"

namespace cupel {

class FakePlugin final : public Plugin {
 public:
  using Body = std::function<absl::Status(const PluginRequest&, PluginAnswer*)>;

  FakePlugin(PluginInfo info, Body body)
      : Plugin(std::move(info)), body_(std::move(body)) {}

  Tier tier() const override { return Tier::kBuiltin; }
  absl::StatusOr<std::unique_ptr<PluginInstance>> Activate(
      std::string_view, const PluginServices*, Cancel*) override {
    ++activated;
    if (!activation.ok()) return activation;
    return std::make_unique<Instance>(*this);
  }

  absl::Status activation;
  std::atomic<int> activated{0};
  std::atomic<int> calls{0};

 private:
  class Instance final : public PluginInstance {
   public:
    explicit Instance(FakePlugin& plugin) : plugin_(plugin) {}
    absl::Status Call(const PluginRequest& request,
                      PluginAnswer* answer) override {
      EXPECT_FALSE(inside_.exchange(true) && !plugin_.info().reentrant)
          << "entered twice at once";
      ++plugin_.calls;
      const absl::Status status = plugin_.body_(request, answer);
      inside_ = false;
      return status;
    }

   private:
    FakePlugin& plugin_;
    std::atomic<bool> inside_{false};
  };

  const Body body_;
};

class PluginScanTest : public ScanTest {
 protected:
  PluginScanTest() : set_(std::make_shared<PluginSet>()) { plugins.set = set_; }

  // "decoder:hex"
  std::shared_ptr<FakePlugin> Add(std::string_view name, FakePlugin::Body body,
                                  PluginInfo info = {}) {
    info.id = *ParsePluginName(name);
    info.version = "1";
    if (info.origin.empty()) info.origin = "built in";
    auto plugin =
        std::make_shared<FakePlugin>(std::move(info), std::move(body));
    EXPECT_TRUE(set_->Add(plugin).ok());
    return plugin;
  }

  // Runs on everything.
  std::shared_ptr<FakePlugin> AddEager(std::string_view name,
                                       FakePlugin::Body body,
                                       PluginInfo info = {}) {
    auto plugin = Add(name, std::move(body), std::move(info));
    plugins.run.push_back(plugin->info().id);
    return plugin;
  }

  void Dispatch(std::string text) {
    plugins.dispatch_rules = Rules(std::move(text));
  }

  static absl::Status Nothing(const PluginRequest&, PluginAnswer*) {
    return absl::OkStatus();
  }

  // Hands back what comes after the first byte.
  static absl::Status Tail(const PluginRequest& request, PluginAnswer* answer) {
    if (request.bytes.size() < 2) return absl::OkStatus();
    PluginChild child;
    child.bytes = {request.owner, request.bytes.substr(1)};
    child.offset = 1;
    return answer->AddChild(std::move(child));
  }

  static absl::Status Copy(PluginAnswer* answer, std::string bytes,
                           std::string name = "") {
    PluginChild child;
    child.bytes = SharedBytes::Own(std::move(bytes));
    child.name = std::move(name);
    return answer->AddChild(std::move(child));
  }

  // "detail" of the first incident of a plugin.
  static std::string Detail(const Report& report, std::string_view name) {
    for (const Incident& incident : report.incidents) {
      if (incident.name == name) return incident.detail;
    }
    return "";
  }

  const std::shared_ptr<PluginSet> set_;
};

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_PIPELINE_PLUGIN_FIXTURE_H_
