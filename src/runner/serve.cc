#include "runner/serve.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <variant>

#include "base/status.h"
#include "cupel/version.h"
#include "format/escape.h"
#include "proto/runner_codec.h"
#include "runner/info_wire.h"
#include "runner/process_environment.h"
#include "runner/runner_link.h"
#include "runner/sealed_memory.h"

namespace cupel {
namespace {

constexpr size_t kMessageBytes = size_t{16} * 1024;

std::string Text(std::string_view text) {
  return ReplaceInvalidUtf8(text.substr(0, kMessageBytes));
}

// Bytes as they travel: in the frame or beside it.
absl::StatusOr<UniqueFd> Pack(std::string_view bytes, wire::Blob* blob) {
  if (bytes.size() <= wire::kMaxInlineBytes) {
    blob->bytes = bytes;
    return UniqueFd();
  }
  blob->in_memfd = bytes.size();
  return SealedMemfd(bytes);
}

// A payload or document that came, kept as long as somebody has a slice of it.
absl::StatusOr<SharedBytes> Unpack(wire::Blob* blob, const UniqueFd& memfd) {
  if (!blob->in_memfd.has_value()) {
    return SharedBytes::Own(std::move(blob->bytes));
  }
  return MapSealed(memfd, *blob->in_memfd, *blob->in_memfd);
}

// Sends what a call hands back as soon as it does.
class Sender final : public AnswerSink {
 public:
  Sender(RunnerLink* link, uint64_t call) : link_(link), call_(call) {}

  absl::Status Child(PluginChild child, bool cut) override {
    wire::Child out{.call = call_,
                    .name = std::move(child.name),
                    .metadata = std::move(child.metadata),
                    .no_scan = !child.scan,
                    .save = child.save,
                    .cut = cut};
    for (const PluginName& name : child.dispatch) {
      if (!out.dispatch.empty()) out.dispatch += ", ";
      out.dispatch += PluginNameText(name);
    }
    UniqueFd memfd;
    if (child.offset.has_value()) {
      out.slice = wire::Slice{*child.offset, child.bytes.view.size()};
    } else {
      CUPEL_ASSIGN_OR_RETURN(memfd, Pack(child.bytes.view, &out.bytes));
    }
    return link_->Send(out, std::move(memfd));
  }

  absl::Status Result(std::string_view json) override {
    wire::Result out{.call = call_};
    CUPEL_ASSIGN_OR_RETURN(UniqueFd memfd, Pack(json, &out.json));
    return link_->Send(out, std::move(memfd));
  }

  absl::Status Statement(PluginStatement statement) override {
    wire::Statement out{.call = call_,
                        .name = std::move(statement.name),
                        .meta = std::move(statement.meta),
                        .weight = statement.weight,
                        .offset = statement.offset,
                        .length = statement.length};
    for (const std::string& tag : statement.tags) {
      if (!out.tags.empty()) out.tags += ' ';
      out.tags += tag;
    }
    return link_->Send(out);
  }

  absl::Status Dispatch(PluginName plugin) override {
    return link_->Send(wire::Dispatch{call_, PluginNameText(plugin)});
  }

  void Limit(std::string_view name) override {
    (void)link_->Send(wire::Limit{call_, std::string(name)});
  }

 private:
  RunnerLink* const link_;
  const uint64_t call_;
};

class Server {
 public:
  explicit Server(std::unique_ptr<RunnerLink> link) : link_(std::move(link)) {
    services_.log = [this](LogLevel level, std::string_view text) {
      (void)link_->Send(wire::Log{static_cast<int32_t>(level), Text(text)});
    };
    services_.item = [this](PluginItem item) { return Item(std::move(item)); };
    services_.nested = [this](const PluginName& name, std::string_view bytes,
                              std::string_view options, PluginAnswer* answer) {
      return Nested(name, bytes, options, answer);
    };
  }

  absl::Status Run(const PluginLoader& load) {
    CUPEL_ASSIGN_OR_RETURN(Incoming first, link_->Receive());
    const auto* const message = std::get_if<wire::Load>(&first.message);
    if (message == nullptr) return DataLoss("the first message is no Load");
    wire::Loaded loaded;
    const absl::Status status = Load(*message, load, &loaded);
    loaded.status = static_cast<int32_t>(status.code());
    loaded.message = Text(MessageOf(status));
    CUPEL_RETURN_IF_ERROR(link_->Send(loaded));
    link_->StartReader();
    for (;;) {
      Incoming next = link_->NextCall();
      auto* const invoke = std::get_if<wire::Invoke>(&next.message);
      if (invoke == nullptr) break;
      CUPEL_RETURN_IF_ERROR(Invoke(invoke, next.memfd));
    }
    instance_.reset();
    return absl::OkStatus();
  }

 private:
  absl::Status Load(const wire::Load& message, const PluginLoader& load,
                    wire::Loaded* loaded) {
    limits_.bytes = message.answer_bytes;
    limits_.children = message.children;
    limits_.child_bytes = message.child_bytes;
    limits_.result_bytes = message.result_bytes;
    CUPEL_ASSIGN_OR_RETURN(std::vector<std::shared_ptr<Plugin>> plugins,
                           load(message.origin));
    for (const std::shared_ptr<Plugin>& plugin : plugins) {
      const PluginName& id = plugin->info().id;
      const bool wanted =
          static_cast<int32_t>(id.category) == message.category &&
          id.name == message.name;
      if (message.category != 0 && !wanted) continue;
      loaded->plugins.push_back(DescriptionOf(plugin->info()));
      if (message.category == 0) continue;
      CUPEL_ASSIGN_OR_RETURN(instance_,
                             plugin->Activate(message.options, &services_));
      return absl::OkStatus();
    }
    if (message.category == 0) return absl::OkStatus();
    return NotFound("'{}' has no {}:{}", EscapePrintable(message.origin),
                    CategoryName(static_cast<PluginCategory>(message.category)),
                    EscapePrintable(message.name));
  }

  absl::Status Invoke(wire::Invoke* invoke, const UniqueFd& memfd) {
    Cancel cancel;
    cancel_ = &cancel;
    call_ = invoke->id;
    link_->BeginCall(invoke->id, &cancel);
    Sender sender(link_.get(), invoke->id);
    PluginAnswer answer(limits_, &sender);
    absl::Status status = Call(invoke, memfd, &answer);
    link_->EndCall();
    cancel_ = nullptr;
    for (const PluginError& error : answer.errors) {
      CUPEL_RETURN_IF_ERROR(link_->Send(wire::Error{
          invoke->id, static_cast<int32_t>(error.code), Text(error.message)}));
    }
    if (answer.errors_left_out > 0) {
      CUPEL_RETURN_IF_ERROR(link_->Send(wire::Error{
          invoke->id,
          static_cast<int32_t>(absl::StatusCode::kResourceExhausted),
          fmt::format("{} more errors are left out", answer.errors_left_out)}));
    }
    return link_->Send(wire::Done{invoke->id,
                                  static_cast<int32_t>(status.code()),
                                  Text(MessageOf(status))});
  }

  absl::Status Call(wire::Invoke* invoke, const UniqueFd& memfd,
                    PluginAnswer* answer) {
    if (instance_ == nullptr) return FailedPrecondition("nothing is activated");
    CUPEL_ASSIGN_OR_RETURN(const SharedBytes payload,
                           Unpack(&invoke->payload, memfd));
    CUPEL_ASSIGN_OR_RETURN(const SharedBytes document,
                           Unpack(&invoke->document, memfd));
    PluginRequest request;
    request.method = static_cast<PluginMethod>(invoke->method);
    request.bytes = payload.view;
    request.owner = payload.owner;
    request.name = invoke->name;
    request.path = invoke->path;
    request.type = invoke->type;
    request.mime = invoke->mime;
    request.sha256 = invoke->sha256;
    request.tlp = invoke->tlp;
    request.options = invoke->options;
    request.document = document.view;
    request.payload = invoke->payload_id;
    request.depth = invoke->depth;
    if (invoke->deadline_ms != 0) {
      request.deadline = Deadline::After(invoke->deadline_ms * 1'000'000);
    }
    request.cancel = cancel_;
    request.services = &services_;
    const ProcessEnvironment environment(invoke->environment,
                                         invoke->replace_environment);
    wire::WipeSecrets(invoke);
    return instance_->Call(request, answer);
  }

  absl::Status Item(PluginItem item) {
    wire::Item out{.call = call_,
                   .name = std::move(item.name),
                   .path = std::move(item.path),
                   .metadata = std::move(item.metadata),
                   .tlp = std::move(item.tlp)};
    if (!IsUtf8(out.metadata) || !IsUtf8(out.tlp)) {
      return InvalidArgument("an item whose metadata or TLP is no UTF-8");
    }
    if (cancel_ == nullptr) return FailedPrecondition("no call is at hand");
    CUPEL_ASSIGN_OR_RETURN(UniqueFd memfd, Pack(item.bytes.view, &out.bytes));
    CUPEL_RETURN_IF_ERROR(link_->Send(out, std::move(memfd)));
    const std::optional<wire::ToRunner> answer = link_->Answer(call_, *cancel_);
    const auto* const taken =
        answer.has_value() ? std::get_if<wire::ItemTaken>(&*answer) : nullptr;
    if (taken == nullptr || taken->stop) return Cancelled("there is enough");
    return absl::OkStatus();
  }

  absl::Status Nested(const PluginName& name, std::string_view bytes,
                      std::string_view options, PluginAnswer* answer) {
    wire::Nested out{.call = call_,
                     .id = ++nested_,
                     .plugin = PluginNameText(name),
                     .options = std::string(options)};
    if (!IsUtf8(options)) {
      return InvalidArgument("options of a nested call that are no UTF-8");
    }
    if (cancel_ == nullptr) return FailedPrecondition("no call is at hand");
    CUPEL_ASSIGN_OR_RETURN(UniqueFd memfd, Pack(bytes, &out.bytes));
    CUPEL_RETURN_IF_ERROR(link_->Send(out, std::move(memfd)));
    std::optional<wire::ToRunner> given = link_->Answer(out.id, *cancel_);
    auto* const nested =
        given.has_value() ? std::get_if<wire::NestedAnswer>(&*given) : nullptr;
    if (nested == nullptr) return Cancelled("the call is cancelled");
    for (const std::string& result : nested->results) {
      CUPEL_RETURN_IF_ERROR(answer->AddResult(result));
    }
    for (auto& [child_name, child] : nested->children) {
      CUPEL_RETURN_IF_ERROR(
          answer->AddChild({.bytes = SharedBytes::Own(std::move(child)),
                            .name = std::move(child_name)}));
    }
    return MakeStatus(static_cast<absl::StatusCode>(nested->status), "{}",
                      nested->message);
  }

  const std::unique_ptr<RunnerLink> link_;
  PluginServices services_;
  AnswerLimits limits_;
  std::unique_ptr<PluginInstance> instance_;
  // Of the call at hand.
  uint64_t call_ = 0;
  Cancel* cancel_ = nullptr;
  uint64_t nested_ = 0;
};

}  // namespace

absl::Status ServePlugins(UniqueFd channel, const PluginLoader& load) {
  CUPEL_ASSIGN_OR_RETURN(std::unique_ptr<RunnerLink> link,
                         RunnerLink::Open(std::move(channel)));
  // Lives as long as the process, as the thread that reads does.
  auto* const server = new Server(std::move(link));
  return server->Run(load);
}

void ServeFailure(UniqueFd channel, const absl::Status& status) {
  absl::StatusOr<std::unique_ptr<RunnerLink>> link =
      RunnerLink::Open(std::move(channel));
  if (!link.ok()) return;
  // Whatever Load says; if the host is gone, nobody wants to know.
  if (!(*link)->Receive().ok()) return;
  (void)(*link)->Send(
      wire::Loaded{.status = static_cast<int32_t>(status.code()),
                   .message = Text(MessageOf(status))});
}

}  // namespace cupel
