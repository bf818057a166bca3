#include "pipeline/plugin_thread.h"

#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/clock.h"
#include "base/status.h"

namespace cupel {
namespace {

constexpr uint32_t kMostNesting = 16;

}  // namespace

SharedPlugins::SharedPlugins(const PluginRoster& roster)
    : roster_(roster),
      reentrant_(roster.size()),
      failures_(roster.size(), absl::OkStatus()) {
  for (uint32_t i = 0; i < roster.size(); ++i) {
    auto services = std::make_unique<PluginServices>();
    if (roster.use().log) {
      services->log =
          [&log = roster.use().log, &id = roster.entry(i).plugin->info().id](
              LogLevel level, std::string_view text) { log(id, level, text); };
    }
    services_.push_back(std::move(services));
  }
}

absl::StatusOr<std::shared_ptr<ActivePlugin>> SharedPlugins::Get(
    uint32_t index, Cancel* cancel) {
  MutexLock lock(mutex_);
  if (reentrant_[index] != nullptr) return reentrant_[index];
  // Once is enough: it would fail for every payload, and say so each time.
  CUPEL_RETURN_IF_ERROR(failures_[index]);
  absl::StatusOr<std::shared_ptr<ActivePlugin>> made = Activate(index, cancel);
  if (!made.ok() && !absl::IsCancelled(made.status())) {
    failures_[index] = made.status();
  }
  return made;
}

absl::StatusOr<std::shared_ptr<ActivePlugin>> SharedPlugins::Activate(
    uint32_t index, Cancel* cancel) {
  const PluginRoster::Entry& entry = roster_.entry(index);
  absl::StatusOr<std::unique_ptr<PluginInstance>> activated =
      entry.plugin->Activate(entry.options, services_[index].get(), cancel);
  if (!activated.ok()) {
    return MakeStatus(activated.status().code(),
                      "it could not be activated: {}",
                      MessageOf(activated.status()));
  }
  const auto active = std::make_shared<ActivePlugin>();
  active->instance = *std::move(activated);
  const PluginInfo& info = entry.plugin->info();
  if (info.reentrant) reentrant_[index] = active;
  made_.push_back({index, active->instance});
  if (heartbeats_ != nullptr) {
    heartbeats_->Add(info.id, active->instance, info.heartbeat_ns);
  }
  return active;
}

void SharedPlugins::SetHeartbeats(Heartbeats* heartbeats) {
  MutexLock lock(mutex_);
  heartbeats_ = heartbeats;
  if (heartbeats == nullptr) return;
  for (const Made& made : made_) {
    const PluginInfo& info = roster_.entry(made.index).plugin->info();
    heartbeats->Add(info.id, made.instance, info.heartbeat_ns);
  }
}

PluginThread::PluginThread(const PluginRoster& roster, SharedPlugins& shared,
                           std::unique_ptr<Scratch> dispatch)
    : roster_(roster),
      shared_(shared),
      dispatch_(std::move(dispatch)),
      active_(roster.size()),
      entered_(roster.size()),
      nanos_(roster.size()) {}

std::vector<uint64_t> PluginThread::TakeNanos() {
  return std::exchange(nanos_, std::vector<uint64_t>(nanos_.size()));
}

absl::Status PluginThread::CheckLabel(uint32_t index,
                                      std::string_view tlp) const {
  const PluginInfo& info = roster_.entry(index).plugin->info();
  const Tlp label = TlpOrStrictest(tlp);
  if (!info.max_tlp.has_value() || TlpAllows(*info.max_tlp, label)) {
    return absl::OkStatus();
  }
  return PermissionDenied("it may see {} at most, and this is {}",
                          TlpName(*info.max_tlp), TlpName(label));
}

absl::StatusOr<ActivePlugin*> PluginThread::Active(uint32_t index,
                                                   Cancel* cancel) {
  if (active_[index] == nullptr) {
    CUPEL_ASSIGN_OR_RETURN(active_[index], shared_.Get(index, cancel));
  }
  return active_[index].get();
}

absl::Status PluginThread::Connect(uint32_t index, const PluginRequest& request,
                                   PluginAnswer* answer) {
  CUPEL_RETURN_IF_ERROR(CheckLabel(index, request.tlp));
  CUPEL_ASSIGN_OR_RETURN(ActivePlugin* const active,
                         Active(index, request.cancel));
  const MutexLock lock(active->connecting);
  if (active->connected) return absl::OkStatus();
  PluginRequest connect;
  connect.method = PluginMethod::kConnect;
  connect.tlp = request.tlp;
  connect.options = {};
  connect.deadline = request.deadline;
  connect.cancel = request.cancel;
  CUPEL_RETURN_IF_ERROR(Call(index, connect, answer));
  active->connected = true;
  return absl::OkStatus();
}

void PluginThread::Disconnect() {
  for (uint32_t index = 0; index < active_.size(); ++index) {
    if (active_[index] == nullptr) continue;
    const MutexLock lock(active_[index]->connecting);
    if (!std::exchange(active_[index]->connected, false)) continue;
    PluginRequest request;
    request.method = PluginMethod::kDisconnect;
    request.options = {};
    PluginAnswer answer;
    const absl::Status status = Call(index, request, &answer);
    if (status.ok() || !roster_.use().log) continue;
    roster_.use().log(roster_.entry(index).plugin->info().id,
                      LogLevel::kWarning, MessageOf(status));
  }
}

absl::Status PluginThread::Call(uint32_t index, PluginRequest request,
                                PluginAnswer* answer) {
  const PluginRoster::Entry& entry = roster_.entry(index);
  const PluginInfo& info = entry.plugin->info();
  CUPEL_RETURN_IF_ERROR(CheckLabel(index, request.tlp));
  if (entered_[index] && !info.reentrant) {
    return FailedPrecondition(
        "it is running already: a plugin can't be called from inside itself");
  }
  CUPEL_ASSIGN_OR_RETURN(const ActivePlugin* const active,
                         Active(index, request.cancel));
  CUPEL_RETURN_IF_ERROR(roster_.use().rates->Acquire(
      entry.name, info.rate_limit, request.cancel, request.deadline));
  PluginServices services;
  if (roster_.use().log) {
    services.log = [this, &info](LogLevel level, std::string_view text) {
      roster_.use().log(info.id, level, text);
    };
  }
  services.nested = [&](const PluginName& name, std::string_view bytes,
                        std::string_view options, PluginAnswer* nested) {
    return Nested(request, name, bytes, options, nested);
  };
  request.services = &services;
  if (request.options.empty()) request.options = entry.options;
  if (nesting_ >= kMostNesting) {
    return ResourceExhausted("{} plugins that call one another are enough",
                             kMostNesting);
  }
  ++nesting_;
  const bool outermost = !entered_[index];
  entered_[index] = true;
  const int64_t began = MonotonicNanos();
  const absl::Cleanup leave = [&] {
    --nesting_;
    if (!outermost) return;
    entered_[index] = false;
    nanos_[index] += static_cast<uint64_t>(MonotonicNanos() - began);
  };
  return active->instance->Call(request, answer);
}

absl::Status PluginThread::Nested(const PluginRequest& outer,
                                  const PluginName& name,
                                  std::string_view bytes,
                                  std::string_view options,
                                  PluginAnswer* answer) {
  const std::optional<uint32_t> index = roster_.Find(name);
  if (!index.has_value()) return NotFound("{}", roster_.WhyNot(name));
  if (!roster_.entry(*index).on_payloads) {
    return InvalidArgument("{}", roster_.WhyNot(name));
  }
  PluginRequest request;
  request.method = MainMethod(name.category);
  request.bytes = bytes;
  request.name = outer.name;
  request.path = outer.path;
  request.tlp = outer.tlp;
  request.payload = outer.payload;
  request.depth = outer.depth;
  request.deadline = outer.deadline;
  request.cancel = outer.cancel;
  const std::string merged =
      roster_.use().set->OptionsJson(*roster_.entry(*index).plugin, options);
  request.options = merged;
  return Call(*index, request, answer);
}

}  // namespace cupel
