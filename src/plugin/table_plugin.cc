#include "plugin/table_plugin.h"

#include <exception>
#include <new>
#include <utility>

#include "base/status.h"
#include "plugin/call.h"
#include "plugin/call_slot.h"
#include "plugin/table_check.h"

namespace cupel {
namespace {

// A plugin is foreign code, C++ perhaps, whatever it promised.
template <typename Body>
absl::Status Enter(Body&& body) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return absl::Status(absl::StatusCode::kResourceExhausted, "out of memory");
  } catch (const std::exception& e) {
    return Internal("the plugin threw an exception: {}", e.what());
  } catch (...) {
    return Internal("the plugin threw an exception");
  }
}

class TableInstance final : public PluginInstance {
 public:
  TableInstance(const cupel_plugin_v1& table, std::shared_ptr<const void> keeps)
      : table_(table), keeps_(std::move(keeps)), state_(table.user_data) {}

  // Before anything else. Unless it is OK, the plugin is not deactivated.
  absl::Status Activate(std::string_view options,
                        const PluginServices* services, Cancel* cancel) {
    if (table_.activate == nullptr) {
      active_ = true;
      return absl::OkStatus();
    }
    PluginRequest request;
    request.options = options;
    request.services = services;
    request.cancel = cancel;
    PluginAnswer answer;
    const CallSlots::Lease slot(&slots_);
    HostCall call(slot.get(), state_, request, &answer, HandsBack::kErrors);
    CUPEL_RETURN_IF_ERROR(Enter(
        [&] { return call.Outcome(table_.activate(call.call(), &state_)); }));
    active_ = true;
    if (services == nullptr || !services->log) return absl::OkStatus();
    // There is no report yet that could say it.
    for (const PluginError& error : answer.errors) {
      services->log(LogLevel::kWarning, error.message);
    }
    return absl::OkStatus();
  }

  ~TableInstance() override {
    if (!active_ || table_.deactivate == nullptr) return;
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
    const CallSlots::Lease slot(&slots_);
    HostCall call(slot.get(), state_, request, answer,
                  request.method == PluginMethod::kHeartbeat
                      ? HandsBack::kErrors
                      : HandsBack::kEverything);
    return Enter([&] { return call.Outcome(method(call.call())); });
  }

 private:
  const cupel_plugin_v1& table_;
  const std::shared_ptr<const void> keeps_;
  void* state_;
  bool active_ = false;
  CallSlots slots_;
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
      std::string_view options, const PluginServices* services,
      Cancel* cancel) override {
    auto instance = std::make_unique<TableInstance>(table_, shared_from_this());
    CUPEL_RETURN_IF_ERROR(instance->Activate(options, services, cancel));
    return instance;
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
