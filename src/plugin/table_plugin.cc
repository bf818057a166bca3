#include "plugin/table_plugin.h"

#include <exception>
#include <utility>

#include "base/status.h"
#include "plugin/call.h"
#include "plugin/table_check.h"

namespace cupel {
namespace {

// A plugin is foreign code, C++ perhaps, whatever it promised.
template <typename Body>
absl::Status Enter(Body&& body) {
  try {
    return body();
  } catch (const std::exception& e) {
    return Internal("the plugin threw an exception: {}", e.what());
  } catch (...) {
    return Internal("the plugin threw an exception");
  }
}

class TableInstance final : public PluginInstance {
 public:
  TableInstance(const cupel_plugin_v1& table, void* state,
                std::shared_ptr<const void> keeps)
      : table_(table), state_(state), keeps_(std::move(keeps)) {}

  ~TableInstance() override {
    if (table_.deactivate == nullptr) return;
    (void)Enter([this] {
      table_.deactivate(state_);
      return absl::OkStatus();
    });
  }

  absl::Status Call(const PluginRequest& request,
                    PluginAnswer* answer) override {
    const cupel_method_fn method = MethodOf(table_, request.method);
    if (method == nullptr) {
      // connect, disconnect and heartbeat may be left out.
      if (request.method == PluginMethod::kConnect ||
          request.method == PluginMethod::kDisconnect ||
          request.method == PluginMethod::kHeartbeat) {
        return absl::OkStatus();
      }
      return Unimplemented("the plugin has no `{}`",
                           MethodName(request.method));
    }
    HostCall call(state_, request, answer);
    return Enter([&] { return call.Outcome(method(call.call())); });
  }

 private:
  const cupel_plugin_v1& table_;
  void* const state_;
  const std::shared_ptr<const void> keeps_;
};

class TablePlugin final : public Plugin,
                          public std::enable_shared_from_this<TablePlugin> {
 public:
  TablePlugin(CheckedTable checked, std::shared_ptr<const void> keeps)
      : Plugin(std::move(checked.info)),
        table_(checked.table),
        keeps_(std::move(keeps)) {}

  Tier tier() const override { return Tier::kBuiltin; }

  absl::StatusOr<std::unique_ptr<PluginInstance>> Activate(
      std::string_view options, const PluginServices* services) override {
    void* state = nullptr;
    if (table_.activate != nullptr) {
      PluginRequest request;
      request.options = options;
      request.services = services;
      PluginAnswer answer;
      HostCall call(nullptr, request, &answer);
      CUPEL_RETURN_IF_ERROR(Enter(
          [&] { return call.Outcome(table_.activate(call.call(), &state)); }));
    }
    return std::make_unique<TableInstance>(table_, state, shared_from_this());
  }

 private:
  const cupel_plugin_v1 table_;
  const std::shared_ptr<const void> keeps_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<Plugin>> NewTablePlugin(
    const cupel_plugin_v1* table, const std::string& origin,
    std::shared_ptr<const void> keeps,
    const std::function<void(PluginInfo*)>& adjust) {
  CUPEL_ASSIGN_OR_RETURN(CheckedTable checked, CheckTable(table, origin));
  if (adjust) adjust(&checked.info);
  return std::make_shared<TablePlugin>(std::move(checked), std::move(keeps));
}

}  // namespace cupel
