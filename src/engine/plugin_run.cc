#include "engine/plugin_run.h"

#include <algorithm>
#include <optional>

#include "base/mutex.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "engine/printable.h"
#include "format/base64.h"
#include "format/escape.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "payload/type.h"

namespace cupel {
namespace {

constexpr size_t kLogLines = 1000;
constexpr size_t kLogLineBytes = 4096;
constexpr uint64_t kItems = 100000;
constexpr int kNestingDepth = 8;

struct LogLine {
  LogLevel level = LogLevel::kInfo;
  std::string text;
};

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      break;
  }
  return "error";
}

absl::Status CheckLabel(const Plugin& plugin, std::string_view label) {
  const std::optional<Tlp>& most = plugin.info().max_tlp;
  if (!most.has_value() || TlpAllows(*most, TlpOrStrictest(label))) {
    return absl::OkStatus();
  }
  return PermissionDenied("{} may see up to TLP:{}, and this is TLP:{}",
                          PluginNameText(plugin.info().id), TlpName(*most),
                          TlpName(TlpOrStrictest(label)));
}

// The run at hand: what stands around its calls.
class Run {
 public:
  Run(const PluginSet& plugins, const PluginRun& run, Cancel* cancel,
      const PluginBytesFn& take)
      : plugins_(plugins), run_(run), cancel_(cancel), take_(take) {
    services_.log = [this](LogLevel level, std::string_view text) {
      Log(level, text);
    };
    services_.item = [this](PluginItem item) { return Item(std::move(item)); };
    services_.nested = [this](const PluginName& name, std::string_view bytes,
                              std::string_view options, PluginAnswer* answer) {
      return Nested(name, bytes, options, answer);
    };
    if (run.timeout_ns != 0) deadline_ = Deadline::After(run.timeout_ns);
  }

  absl::StatusOr<std::string> Do(Plugin& plugin) {
    CUPEL_RETURN_IF_ERROR(CheckLabel(plugin, run_.tlp));
    const PluginInfo& info = plugin.info();
    const PluginMethod method =
        run_.main_method ? MainMethod(info.id.category) : run_.method;
    const std::string options = plugins_.OptionsJson(plugin, run_.options);
    auto instance = plugin.Activate(options, &services_, cancel_);
    if (absl::IsCancelled(instance.status())) {
      return Told(plugin, method, instance.status(), PluginAnswer(run_.limits));
    }
    if (!instance.ok()) {
      return FailedPrecondition("{} can't be activated: {}",
                                PluginNameText(info.id),
                                MessageOf(instance.status()));
    }
    PluginAnswer answer(run_.limits);
    PluginRequest request = Request(run_.bytes, options);
    request.method = method;
    const std::string digest = HexDigest(Sha256(run_.bytes));
    if (!run_.bytes.empty()) request.sha256 = digest;
    const absl::Status status = Call(**instance, info, &request, &answer);
    return Told(plugin, method, status, answer);
  }

 private:
  PluginRequest Request(std::string_view bytes, std::string_view options) {
    PluginRequest request;
    request.bytes = bytes;
    // Borrowed, and alive as long as this run, which its children are not
    // longer than.
    request.owner = std::shared_ptr<const void>(&plugins_, [](const void*) {});
    request.name = run_.name;
    request.path = path_;
    if (!bytes.empty()) {
      const FileType& type = IdentifyType(bytes.substr(0, kTypeProbeBytes));
      request.type = type.name;
      request.mime = type.mime;
    }
    request.tlp = TlpName(TlpOrStrictest(run_.tlp));
    request.options = options;
    request.document = run_.document;
    request.environment = run_.environment;
    request.deadline = deadline_;
    request.cancel = cancel_;
    request.services = &services_;
    return request;
  }

  static absl::Status Call(PluginInstance& instance, const PluginInfo& info,
                           PluginRequest* request, PluginAnswer* answer) {
    if (info.id.category != PluginCategory::kConnector ||
        request->method == PluginMethod::kConnect ||
        request->method == PluginMethod::kDisconnect) {
      return instance.Call(*request, answer);
    }
    const PluginMethod method = request->method;
    request->method = PluginMethod::kConnect;
    CUPEL_RETURN_IF_ERROR(instance.Call(*request, answer));
    request->method = method;
    const absl::Status called = instance.Call(*request, answer);
    request->method = PluginMethod::kDisconnect;
    const absl::Status disconnected = instance.Call(*request, answer);
    return called.ok() ? disconnected : called;
  }

  // From any thread.
  void Log(LogLevel level, std::string_view text) {
    const MutexLock lock(mutex_);
    if (log_.size() >= kLogLines) {
      ++log_left_out_;
      return;
    }
    log_.push_back({level, std::string(text.substr(0, kLogLineBytes))});
  }

  absl::Status Item(PluginItem item) {
    if (cancel_ != nullptr && cancel_->triggered()) {
      return Cancelled("the run was cancelled");
    }
    if (deadline_.passed()) return Cancelled("the run's time is over");
    if (items_.size() >= kItems) {
      return ResourceExhausted("more than {} items", kItems);
    }
    if (item.path.empty() && take_ &&
        !take_(items_.size(), item.name, item.bytes.view)) {
      return Cancelled("nobody takes any more items");
    }
    item_sizes_.push_back(item.bytes.view.size());
    item.bytes = {};
    items_.push_back(std::move(item));
    return absl::OkStatus();
  }

  absl::Status Nested(const PluginName& name, std::string_view bytes,
                      std::string_view options, PluginAnswer* answer) {
    if (depth_ >= kNestingDepth) {
      return ResourceExhausted("plugins call one another {} deep", depth_);
    }
    CUPEL_ASSIGN_OR_RETURN(const std::shared_ptr<Plugin> plugin,
                           plugins_.Get(name));
    CUPEL_RETURN_IF_ERROR(CheckLabel(*plugin, run_.tlp));
    const std::string all = plugins_.OptionsJson(*plugin, options);
    CUPEL_ASSIGN_OR_RETURN(const auto instance,
                           plugin->Activate(all, &services_, cancel_));
    PluginRequest request = Request(bytes, all);
    request.owner = nullptr;
    request.method = MainMethod(name.category);
    request.environment = nullptr;
    ++depth_;
    const absl::Status status = instance->Call(request, answer);
    --depth_;
    return status;
  }

  std::string Told(const Plugin& plugin, PluginMethod method,
                   const absl::Status& status, const PluginAnswer& answer) {
    std::string out;
    JsonWriter json(&out);
    json.BeginObject();
    json.Key("plugin").String(PluginNameText(plugin.info().id));
    json.Key("tier").String(TierName(plugin.tier()));
    json.Key("method").String(MethodName(method));
    json.Key("status").String(absl::StatusCodeToString(status.code()));
    json.Key("message").String(PrintableMessage(MessageOf(status)));
    WriteResults(answer, &json);
    const bool all = WriteChildren(answer, &json);
    WriteItems(&json);
    WriteStatements(answer, &json);
    WriteDispatches(answer.dispatches, &json);
    WriteErrors(answer, &json);
    WriteLog(&json);
    json.Key("complete").Bool(all && status.ok() && answer.fired.empty());
    json.EndObject();
    return out;
  }

  static void WriteResults(const PluginAnswer& answer, JsonWriter* json) {
    json->Key("results").BeginArray();
    for (const std::string& result : answer.results) json->Raw(result);
    json->EndArray();
  }

  void WriteName(std::string_view name, JsonWriter* json) {
    json->Key("name").String(EscapePrintable(name));
    if (!IsUtf8(name)) json->Key("name_base64").String(Base64Encode(name));
  }

  static void WriteDispatches(const std::vector<PluginName>& names,
                              JsonWriter* json) {
    json->Key("dispatches").BeginArray();
    for (const PluginName& name : names) json->String(PluginNameText(name));
    json->EndArray();
  }

  // False if the caller took no more.
  bool WriteChildren(const PluginAnswer& answer, JsonWriter* json) {
    bool going = true;
    json->Key("children").BeginArray();
    for (size_t i = 0; i < answer.children.size(); ++i) {
      const PluginChild& child = answer.children[i];
      const std::string_view bytes = child.bytes.view;
      if (going && take_) going = take_(i, child.name, bytes);
      json->BeginObject();
      WriteName(child.name, json);
      json->Key("size").Number(bytes.size());
      json->Key("sha256").String(HexDigest(Sha256(bytes)));
      if (child.offset.has_value()) json->Key("offset").Number(*child.offset);
      json->Key("metadata")
          .Raw(child.metadata.empty() ? "{}"
                                      : std::string_view(child.metadata));
      WriteDispatches(child.dispatch, json);
      json->Key("scan").Bool(child.scan);
      json->Key("save").Bool(child.save);
      json->Key("cut").Bool(answer.cut[i]);
      if (run_.base64) json->Key("base64").String(Base64Encode(bytes));
      json->EndObject();
    }
    json->EndArray();
    return going;
  }

  void WriteItems(JsonWriter* json) {
    json->Key("items").BeginArray();
    for (size_t i = 0; i < items_.size(); ++i) {
      const PluginItem& item = items_[i];
      json->BeginObject();
      WriteName(item.name, json);
      if (item.path.empty()) {
        json->Key("size").Number(item_sizes_[i]);
      } else {
        json->Key("path").String(EscapePrintable(item.path));
      }
      const auto metadata = ParseJson(
          item.metadata.empty() ? "{}" : std::string_view(item.metadata),
          "metadata");
      json->Key("metadata").Raw(metadata.ok() ? PrintJson(*metadata) : "null");
      json->Key("tlp").String(EscapePrintable(item.tlp));
      json->EndObject();
    }
    json->EndArray();
  }

  static void WriteStatements(const PluginAnswer& answer, JsonWriter* json) {
    json->Key("statements").BeginArray();
    for (const PluginStatement& statement : answer.statements) {
      json->BeginObject();
      json->Key("name").String(EscapePrintable(statement.name));
      json->Key("tags").BeginArray();
      for (const std::string& tag : statement.tags) json->String(tag);
      json->EndArray();
      json->Key("meta").Raw(
          statement.meta.empty() ? "{}" : std::string_view(statement.meta));
      json->Key("weight").Number(statement.weight);
      json->Key("offset").Number(statement.offset);
      json->Key("length").Number(statement.length);
      json->EndObject();
    }
    json->EndArray();
  }

  static void WriteErrors(const PluginAnswer& answer, JsonWriter* json) {
    json->Key("errors").BeginArray();
    for (const PluginError& error : answer.errors) {
      json->BeginObject();
      json->Key("code").String(absl::StatusCodeToString(error.code));
      json->Key("message").String(error.message);
      json->EndObject();
    }
    json->EndArray();
    json->Key("errors_left_out").Number(answer.errors_left_out);
    json->Key("limits").BeginArray();
    for (const AnswerLimit& limit : answer.fired) {
      json->BeginObject();
      json->Key("name").String(limit.name);
      json->Key("value").Number(limit.value);
      json->EndObject();
    }
    json->EndArray();
  }

  void WriteLog(JsonWriter* json) {
    const MutexLock lock(mutex_);
    json->Key("log").BeginArray();
    for (const LogLine& line : log_) {
      json->BeginObject();
      json->Key("level").String(LevelName(line.level));
      json->Key("text").String(line.text);
      json->EndObject();
    }
    json->EndArray();
    json->Key("log_left_out").Number(log_left_out_);
  }

  const PluginSet& plugins_;
  const PluginRun& run_;
  Cancel* const cancel_;
  const PluginBytesFn& take_;
  const std::string path_ = EscapePrintable(run_.name);
  Deadline deadline_;
  PluginServices services_;
  int depth_ = 0;
  std::vector<PluginItem> items_;
  std::vector<uint64_t> item_sizes_;
  Mutex mutex_;
  std::vector<LogLine> log_ ABSL_GUARDED_BY(mutex_);
  uint64_t log_left_out_ ABSL_GUARDED_BY(mutex_) = 0;
};

absl::Status CheckObject(std::string_view json, std::string_view what) {
  if (json.empty()) return absl::OkStatus();
  CUPEL_ASSIGN_OR_RETURN(const Json value, ParseJson(json, what));
  if (value.is_object()) return absl::OkStatus();
  return InvalidArgument("{} must be a JSON object, not {}", what,
                         JsonTypeName(value));
}

}  // namespace

absl::StatusOr<std::string> RunPlugin(
    const std::shared_ptr<const PluginSet>& plugins, const PluginRun& run,
    Cancel* cancel, const PluginBytesFn& take) {
  CUPEL_ASSIGN_OR_RETURN(const PluginName name, ParsePluginName(run.plugin));
  CUPEL_RETURN_IF_ERROR(CheckObject(run.options, "options"));
  if (!run.document.empty()) {
    CUPEL_RETURN_IF_ERROR(ParseJson(run.document, "document").status());
  }
  CUPEL_ASSIGN_OR_RETURN(const std::shared_ptr<Plugin> plugin,
                         plugins->Get(name));
  return Run(*plugins, run, cancel, take).Do(*plugin);
}

}  // namespace cupel
