#include "runner/process_plugin.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/absl_compat.h"
#include "base/status.h"
#include "cupel/version.h"
#include "format/escape.h"
#include "runner/backoff.h"
#include "runner/call_frames.h"
#include "runner/conversation.h"
#include "runner/info_wire.h"
#include "runner/turnstile.h"

namespace cupel {
namespace {

constexpr uint64_t kMillisecond = 1'000'000;
constexpr uint64_t kMostGraceMillis = 40;
constexpr size_t kMostDying = 4;
// For what a plugin does when it is deactivated.
constexpr uint64_t kShutdownNanos = 1'000 * kMillisecond;

Deadline AfterMillis(uint64_t millis) {
  return millis == 0 ? Deadline() : Deadline::After(millis * kMillisecond);
}

Deadline Nearer(const Deadline& one, const Deadline& other) {
  return one.remaining() <= other.remaining() ? one : other;
}

wire::Load LoadOf(const ProcessOptions& options) {
  std::error_code error;
  // The process's current folder is another.
  const std::string origin =
      options.origin.empty()
          ? std::string()
          : std::filesystem::absolute(options.origin, error).string();
  return {.origin = error ? options.origin : origin,
          .host_version = CUPEL_VERSION_STRING,
          .answer_bytes = options.answer.bytes,
          .children = options.answer.children,
          .child_bytes = options.answer.child_bytes,
          .result_bytes = options.answer.result_bytes,
          .manifest = options.manifest};
}

// Sends Load and waits for what it leads to, a status that is not OK included.
absl::StatusOr<wire::Loaded> LoadPlugin(ProcessState* state,
                                        const Wakeup& wakeup,
                                        const wire::Load& load,
                                        ConversationOptions conversation) {
  CUPEL_ASSIGN_OR_RETURN(std::string frame, wire::Encode(load));
  state->process->channel().Queue(std::move(frame));
  wire::Loaded loaded;
  const FrameHandler handle = [&](wire::ToHost message,
                                  const UniqueFd&) -> absl::StatusOr<Reaction> {
    if (const auto* log = std::get_if<wire::Log>(&message)) {
      const PluginServices* services = conversation.services;
      if (services != nullptr && services->log) {
        services->log(static_cast<LogLevel>(log->level),
                      EscapePrintable(log->text));
      }
      return Reaction{};
    }
    auto* const answer = std::get_if<wire::Loaded>(&message);
    if (answer == nullptr) return DataLoss("something else than Loaded");
    loaded = std::move(*answer);
    return Reaction{.done = true};
  };
  CUPEL_RETURN_IF_ERROR(Converse(state, wakeup, conversation, handle));
  if (loaded.status != 0) {
    return absl::Status(static_cast<absl::StatusCode>(loaded.status),
                        ToAbsl(EscapePrintable(loaded.message)));
  }
  return loaded;
}

class ProcessInstance final : public PluginInstance {
 public:
  ProcessInstance(const PluginInfo& info, const ProcessOptions& options,
                  std::string plugin_options, Wakeup wakeup)
      : info_(info),
        options_(options),
        plugin_options_(std::move(plugin_options)),
        wakeup_(std::move(wakeup)) {}

  ~ProcessInstance() override {
    if (state_.process == nullptr || lost_) return;
    absl::StatusOr<std::string> frame = wire::Encode(wire::Shutdown());
    if (!frame.ok()) return;
    Channel& channel = state_.process->channel();
    channel.Queue(*std::move(frame));
    if (channel.Flush().ok() && !channel.wants_write()) {
      state_.process->WaitEnded(Deadline::After(kShutdownNanos));
    }
  }

  // Starts the first process.
  absl::Status Start(const PluginServices* services, Cancel* cancel) {
    const Cancel::Listener listener(cancel, [this] { wakeup_.Wake(); });
    PluginRequest request;
    request.services = services;
    request.cancel = cancel;
    return StartProcess(request, Deadline());
  }

  absl::Status Call(const PluginRequest& request,
                    PluginAnswer* answer) override {
    const Deadline deadline =
        Nearer(request.deadline, AfterMillis(options_.limits.call_timeout_ms));
    CUPEL_RETURN_IF_ERROR(turns_.Enter(request.cancel, deadline));
    const auto leaves = absl::MakeCleanup([this] { turns_.Leave(); });
    const Cancel::Listener listener(request.cancel, [this] { wakeup_.Wake(); });
    CUPEL_RETURN_IF_ERROR(HaveProcess(request, deadline));
    const absl::Status status = Invoke(request, deadline, answer);
    if (request.method == PluginMethod::kConnect && status.ok()) {
      connected_ =
          Connection{std::string(request.options), std::string(request.tlp)};
    } else if (request.method == PluginMethod::kDisconnect) {
      connected_.reset();
    }
    return status;
  }

 private:
  struct Connection {
    std::string options;
    std::string tlp;
  };

  ConversationOptions Conversation(const PluginRequest& request,
                                   const Deadline& deadline) const {
    return {.deadline = deadline,
            .cancel = request.cancel,
            .cancel_grace_ms =
                std::min(options_.limits.cancel_grace_ms, kMostGraceMillis),
            .output_bytes = options_.limits.output_bytes,
            .services = request.services};
  }

  // A process that is up, a new one if need be.
  absl::Status HaveProcess(const PluginRequest& request,
                           const Deadline& deadline) {
    std::erase_if(dying_, [](const auto& process) { return process->Gone(); });
    if (state_.process != nullptr && !lost_) {
      if (!state_.process->Ended()) return absl::OkStatus();
      if (request.services != nullptr && request.services->log) {
        request.services->log(
            LogLevel::kWarning,
            fmt::format("the process of {} {} between two calls",
                        PluginNameText(info_.id),
                        state_.process->HowItEnded()));
      }
      backoff_.Died(MonotonicNanos());
    }
    Bury();
    const int64_t now = MonotonicNanos();
    if (backoff_.Refuses(now)) {
      return MakeStatus(
          absl::StatusCode::kUnavailable,
          "its process did not come up {} times in a row, at last because: "
          "{}; it is tried again after half a minute",
          backoff_.failed_starts(), why_not_);
    }
    CUPEL_RETURN_IF_ERROR(
        turns_.Sleep(backoff_.Wait(now), request.cancel, deadline));
    CUPEL_RETURN_IF_ERROR(StartProcess(request, deadline));
    return Reconnect(request, deadline);
  }

  // Its folder may take time to remove, which is not the next call's.
  void Bury() {
    if (state_.process != nullptr) dying_.push_back(std::move(state_.process));
    if (dying_.size() > kMostDying) dying_.erase(dying_.begin());
  }

  absl::Status StartProcess(const PluginRequest& request,
                            const Deadline& deadline) {
    absl::Status status = TryStart(request, deadline);
    if (status.ok()) {
      backoff_.Started();
      return status;
    }
    // Half of a start is none.
    if (state_.process != nullptr) state_.process->Kill();
    Bury();
    if (!absl::IsCancelled(status)) {
      backoff_.StartFailed(MonotonicNanos());
      why_not_ = std::string(MessageOf(status));
    }
    return status;
  }

  absl::Status TryStart(const PluginRequest& request,
                        const Deadline& deadline) {
    CUPEL_ASSIGN_OR_RETURN(state_.process,
                           ChildProcess::Start(options_, info_.needs));
    lost_ = false;
    wire::Load load = LoadOf(options_);
    load.category = static_cast<int32_t>(info_.id.category);
    load.name = info_.id.name;
    load.options = plugin_options_;
    ConversationOptions conversation = Conversation(
        request,
        Nearer(deadline, AfterMillis(options_.limits.start_timeout_ms)));
    conversation.what = "activate";
    return LoadPlugin(&state_, wakeup_, load, conversation).status();
  }

  // What a connector has set up in a process that is gone.
  absl::Status Reconnect(const PluginRequest& request,
                         const Deadline& deadline) {
    if (!connected_.has_value() || request.method == PluginMethod::kConnect ||
        request.method == PluginMethod::kDisconnect) {
      return absl::OkStatus();
    }
    PluginRequest connect;
    connect.method = PluginMethod::kConnect;
    connect.options = connected_->options;
    connect.tlp = connected_->tlp;
    connect.environment = request.environment;
    connect.cancel = request.cancel;
    connect.services = request.services;
    PluginAnswer ignored;
    return Invoke(connect, deadline, &ignored);
  }

  absl::Status Invoke(const PluginRequest& request, const Deadline& deadline,
                      PluginAnswer* answer) {
    const uint64_t id = ++calls_;
    Channel& channel = state_.process->channel();
    CUPEL_RETURN_IF_ERROR(QueueInvoke(id, request, deadline, &channel));
    CallFrames frames(id, request, &channel, answer);
    ConversationOptions conversation = Conversation(request, deadline);
    conversation.call = id;
    conversation.what = MethodName(request.method);
    absl::Status stopped;
    conversation.stopped = &stopped;
    const FrameHandler handle = [&](wire::ToHost message, const UniqueFd& fd) {
      return frames.Take(std::move(message), fd);
    };
    const absl::Status status =
        Converse(&state_, wakeup_, conversation, handle);
    if (status.ok()) {
      backoff_.Succeeded();
      // It knows only that it was to stop, not why.
      const bool told = !stopped.ok() && absl::IsCancelled(frames.status());
      return told ? stopped : frames.status();
    }
    // Its end is waited for by the next call: this one may be over its time.
    lost_ = true;
    if (!absl::IsCancelled(status)) backoff_.Died(MonotonicNanos());
    return status;
  }

  const PluginInfo& info_;
  const ProcessOptions& options_;
  const std::string plugin_options_;
  const Wakeup wakeup_;
  Turnstile turns_;
  // Of whose turn it is:
  ProcessState state_;
  bool lost_ = false;  // its process, in a call
  std::vector<std::unique_ptr<ChildProcess>> dying_;
  Backoff backoff_;
  std::string why_not_;
  uint64_t calls_ = 0;
  std::optional<Connection> connected_;
};

// An instance with what it refers to.
class OwnedInstance final : public PluginInstance {
 public:
  OwnedInstance(std::shared_ptr<Plugin> plugin,
                std::unique_ptr<PluginInstance> instance)
      : plugin_(std::move(plugin)), instance_(std::move(instance)) {}

  absl::Status Call(const PluginRequest& request,
                    PluginAnswer* answer) override {
    return instance_->Call(request, answer);
  }

 private:
  const std::shared_ptr<Plugin> plugin_;
  const std::unique_ptr<PluginInstance> instance_;
};

PluginInfo NotReentrant(PluginInfo info) {
  info.reentrant = false;
  return info;
}

class ProcessPlugin final : public Plugin,
                            public std::enable_shared_from_this<ProcessPlugin> {
 public:
  ProcessPlugin(PluginInfo plugin_info, ProcessOptions options)
      : Plugin(NotReentrant(std::move(plugin_info))),
        options_(std::move(options)) {}

  Tier tier() const override { return Tier::kProcess; }

  absl::StatusOr<std::unique_ptr<PluginInstance>> Activate(
      std::string_view options, const PluginServices* services,
      Cancel* cancel) override {
    CUPEL_ASSIGN_OR_RETURN(Wakeup wakeup, Wakeup::Make());
    auto instance = std::make_unique<ProcessInstance>(
        info(), options_, std::string(options), std::move(wakeup));
    CUPEL_RETURN_IF_ERROR(instance->Start(services, cancel));
    return std::make_unique<OwnedInstance>(shared_from_this(),
                                           std::move(instance));
  }

 private:
  const ProcessOptions options_;
};

}  // namespace

std::shared_ptr<Plugin> NewProcessPlugin(PluginInfo info,
                                         ProcessOptions options) {
  return std::make_shared<ProcessPlugin>(std::move(info), std::move(options));
}

absl::StatusOr<std::vector<PluginInfo>> DescribePlugins(
    const ProcessOptions& options) {
  CUPEL_ASSIGN_OR_RETURN(const Wakeup wakeup, Wakeup::Make());
  ProcessState state;
  CUPEL_ASSIGN_OR_RETURN(state.process, ChildProcess::Start(options, 0));
  ConversationOptions conversation{
      .deadline = AfterMillis(options.limits.start_timeout_ms), .what = "load"};
  CUPEL_ASSIGN_OR_RETURN(
      const wire::Loaded loaded,
      LoadPlugin(&state, wakeup, LoadOf(options), conversation));
  std::vector<PluginInfo> plugins;
  for (const wire::Description& description : loaded.plugins) {
    CUPEL_ASSIGN_OR_RETURN(PluginInfo info, InfoOf(description));
    info.origin = options.origin;
    plugins.push_back(std::move(info));
  }
  return plugins;
}

}  // namespace cupel
