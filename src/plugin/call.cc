#include "plugin/call.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

#include "base/absl_compat.h"
#include "base/status.h"
#include "cupel/version.h"
#include "format/json.h"

namespace cupel {
namespace {

std::string_view TextOf(cupel_view view) {
  return {reinterpret_cast<const char*>(view.data), view.size};
}

cupel_view ViewOf(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// A struct that a plugin hands in, of an older or newer header than ours.
template <typename Struct>
bool CopyIn(const Struct* from, Struct* to) {
  if (from == nullptr || from->struct_size < sizeof(size_t)) return false;
  std::memcpy(to, from, std::min(from->struct_size, sizeof(Struct)));
  return true;
}

bool Sound(cupel_view view) { return view.data != nullptr || view.size == 0; }

std::vector<std::string> Tags(std::string_view text) {
  std::vector<std::string> tags;
  while (!text.empty()) {
    const size_t space = std::min(text.find(' '), text.size());
    if (space > 0) tags.emplace_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return tags;
}

// Nothing may be thrown into a plugin. What was refused is told to the plugin
// and kept, so that the report says it even if the plugin does not care.
template <typename Body>
cupel_status Guarded(PluginAnswer* answer, Body&& body) noexcept {
  try {
    const absl::Status status = body();
    if (!status.ok() && !absl::IsResourceExhausted(status) &&
        !absl::IsCancelled(status) && !absl::IsNotFound(status)) {
      answer->AddError(status.code(), MessageOf(status));
    }
    return static_cast<cupel_status>(status.code());
  } catch (const std::bad_alloc&) {
    return CUPEL_STATUS_RESOURCE_EXHAUSTED;
  } catch (const std::exception&) {
    return CUPEL_STATUS_INTERNAL;
  }
}

}  // namespace

// Static functions with access to a call's insides, for the table below.
struct HostFunctions {
  static HostCall* Of(const cupel_call* call) {
    return static_cast<HostCall*>(call->internal);
  }

  static void Log(const cupel_call* call, cupel_log_level level,
                  cupel_view text) {
    const PluginServices* services = Of(call)->request_.services;
    if (services == nullptr || !services->log || !Sound(text)) return;
    const int32_t bounded = std::clamp<int32_t>(level, 0, CUPEL_LOG_ERROR);
    try {
      services->log(static_cast<LogLevel>(bounded), TextOf(text));
    } catch (const std::exception&) {
      // A line of a log is no reason to end a call.
    }
  }

  static int32_t Cancelled(const cupel_call* call) {
    const PluginRequest& request = Of(call)->request_;
    return (request.cancel != nullptr && request.cancel->triggered()) ||
                   request.deadline.passed()
               ? 1
               : 0;
  }

  static uint64_t Budget(const cupel_call* call) {
    return Of(call)->answer_->budget();
  }

  static cupel_status Option(const cupel_call* call, cupel_view name,
                             cupel_view* out) {
    if (out == nullptr || !Sound(name)) return CUPEL_STATUS_INVALID_ARGUMENT;
    *out = {nullptr, 0};
    HostCall* self = Of(call);
    return Guarded(self->answer_, [&]() -> absl::Status {
      if (!self->options_read_) {
        CUPEL_ASSIGN_OR_RETURN(const Json options,
                               ParseJson(self->request_.options, "options"));
        for (const auto& [key, value] : options.items()) {
          self->options_[key] =
              value.is_string() ? value.get<std::string>() : PrintJson(value);
        }
        self->options_read_ = true;
      }
      const auto found = self->options_.find(TextOf(name));
      if (found == self->options_.end()) return NotFound("no such option");
      *out = ViewOf(found->second);
      return absl::OkStatus();
    });
  }

  static cupel_status Child(cupel_call* call, const cupel_child* child) {
    HostCall* self = Of(call);
    return Guarded(self->answer_, [&]() -> absl::Status {
      cupel_child given = CUPEL_CHILD_INIT;
      if (!CopyIn(child, &given) || !Sound(given.bytes) || !Sound(given.name) ||
          !Sound(given.metadata) || !Sound(given.dispatch)) {
        return InvalidArgument(
            "a child that is no cupel_child was handed back");
      }
      PluginChild out;
      self->TakeBytes(given.bytes, &out);
      out.name = TextOf(given.name);
      out.metadata = TextOf(given.metadata);
      out.scan = (given.flags & CUPEL_CHILD_NO_SCAN) == 0;
      out.save = (given.flags & CUPEL_CHILD_SAVE) != 0;
      std::vector<std::string> bad;
      out.dispatch = ParsePluginList(TextOf(given.dispatch), &bad);
      for (const std::string& name : bad) {
        self->answer_->AddError(
            absl::StatusCode::kInvalidArgument,
            "a child is to go to '" + name + "', which is no category:name");
      }
      return self->answer_->AddChild(std::move(out));
    });
  }

  static cupel_status Result(cupel_call* call, cupel_view json) {
    PluginAnswer* answer = Of(call)->answer_;
    return Guarded(answer, [&]() -> absl::Status {
      if (!Sound(json)) return InvalidArgument("a result is NULL");
      return answer->AddResult(TextOf(json));
    });
  }

  static cupel_status Statement(cupel_call* call,
                                const cupel_statement* statement) {
    PluginAnswer* answer = Of(call)->answer_;
    return Guarded(answer, [&]() -> absl::Status {
      cupel_statement given = CUPEL_STATEMENT_INIT;
      if (!CopyIn(statement, &given) || !Sound(given.name) ||
          !Sound(given.tags) || !Sound(given.meta)) {
        return InvalidArgument("a statement is no cupel_statement");
      }
      return answer->AddStatement({.name = std::string(TextOf(given.name)),
                                   .tags = Tags(TextOf(given.tags)),
                                   .meta = std::string(TextOf(given.meta)),
                                   .weight = given.weight,
                                   .offset = given.offset,
                                   .length = given.length});
    });
  }

  static cupel_status Dispatch(cupel_call* call, cupel_view plugin) {
    PluginAnswer* answer = Of(call)->answer_;
    return Guarded(answer, [&]() -> absl::Status {
      if (!Sound(plugin)) return InvalidArgument("a dispatch is NULL");
      return answer->AddDispatch(TextOf(plugin));
    });
  }

  static void Error(cupel_call* call, cupel_status code, cupel_view message) {
    PluginAnswer* answer = Of(call)->answer_;
    (void)Guarded(answer, [&]() -> absl::Status {
      const bool known = code > 0 && code <= CUPEL_STATUS_UNAUTHENTICATED;
      answer->AddError(known ? static_cast<absl::StatusCode>(code)
                             : absl::StatusCode::kUnknown,
                       Sound(message) ? TextOf(message) : std::string_view());
      return absl::OkStatus();
    });
  }

  static cupel_status Item(cupel_call* call, const cupel_item* item) {
    HostCall* self = Of(call);
    return Guarded(self->answer_, [&]() -> absl::Status {
      cupel_item given = CUPEL_ITEM_INIT;
      if (!CopyIn(item, &given) || !Sound(given.name) || !Sound(given.path) ||
          !Sound(given.bytes) || !Sound(given.metadata) || !Sound(given.tlp)) {
        return InvalidArgument("an item is no cupel_item");
      }
      const PluginServices* services = self->request_.services;
      if (services == nullptr || !services->item) {
        return FailedPrecondition("only a source that is asked brings items");
      }
      PluginItem out{.name = std::string(TextOf(given.name)),
                     .path = std::string(TextOf(given.path)),
                     .metadata = std::string(TextOf(given.metadata)),
                     .tlp = std::string(TextOf(given.tlp))};
      if (out.path.empty()) out.bytes = SharedBytes::Copy(TextOf(given.bytes));
      return services->item(std::move(out));
    });
  }

  static cupel_status Nested(cupel_call* call, cupel_view plugin,
                             cupel_view bytes, cupel_view options,
                             cupel_nested_fn take, void* user_data) {
    HostCall* self = Of(call);
    return Guarded(self->answer_, [&]() -> absl::Status {
      if (!Sound(plugin) || !Sound(bytes) || !Sound(options)) {
        return InvalidArgument("a nested call has a NULL");
      }
      const PluginServices* services = self->request_.services;
      if (services == nullptr || !services->nested) {
        return NotFound("there are no other plugins here");
      }
      CUPEL_ASSIGN_OR_RETURN(const PluginName name,
                             ParsePluginName(TextOf(plugin)));
      PluginAnswer nested(self->answer_->limits());
      const absl::Status status =
          services->nested(name, TextOf(bytes), TextOf(options), &nested);
      if (take == nullptr) return status;
      for (const std::string& result : nested.results) {
        take(user_data, 0, {nullptr, 0}, ViewOf(result));
      }
      for (const PluginChild& child : nested.children) {
        take(user_data, 1, ViewOf(child.name), ViewOf(child.bytes.view));
      }
      return status;
    });
  }

  static constexpr cupel_host_v1 kTable = {
      .struct_size = sizeof(cupel_host_v1),
      .abi = CUPEL_PLUGIN_ABI,
      .version = (CUPEL_VERSION_MAJOR << 16) | (CUPEL_VERSION_MINOR << 8) |
                 CUPEL_VERSION_PATCH,
      .log = Log,
      .cancelled = Cancelled,
      .budget = Budget,
      .option = Option,
      .child = Child,
      .result = Result,
      .statement = Statement,
      .dispatch = Dispatch,
      .error = Error,
      .item = Item,
      .nested = Nested,
  };
};

void HostCall::TakeBytes(cupel_view bytes, PluginChild* child) {
  const std::string_view given = TextOf(bytes);
  const std::string_view payload = request_.bytes;
  // By address: std::less orders pointers of any objects.
  const std::less_equal<> before;
  if (!given.empty() && !payload.empty() &&
      before(payload.data(), given.data()) &&
      before(given.data() + given.size(), payload.data() + payload.size())) {
    child->offset = static_cast<uint64_t>(given.data() - payload.data());
    if (request_.owner != nullptr) {
      child->bytes = {request_.owner, given};
      return;
    }
    child->offset.reset();
  }
  // Over the limit it is cut anyhow: no need to copy what is dropped.
  const uint64_t most = answer_->limits().child_bytes;
  const std::string_view kept =
      given.size() > most ? given.substr(0, most + 1) : given;
  if (kept.size() > answer_->budget()) {
    child->bytes = {nullptr, kept};  // AddChild refuses it by its size
    return;
  }
  child->bytes = SharedBytes::Copy(kept);
}

HostCall::HostCall(void* state, const PluginRequest& request,
                   PluginAnswer* answer)
    : request_(request), answer_(answer) {
  call_.struct_size = sizeof(call_);
  call_.host = &HostFunctions::kTable;
  call_.state = state;
  call_.internal = this;
  call_.bytes = ViewOf(request.bytes);
  call_.name = ViewOf(request.name);
  call_.path = ViewOf(request.path);
  call_.type = ViewOf(request.type);
  call_.mime = ViewOf(request.mime);
  call_.sha256 = ViewOf(request.sha256);
  call_.tlp = ViewOf(request.tlp);
  call_.options = ViewOf(request.options);
  call_.document = ViewOf(request.document);
  call_.payload = request.payload;
  call_.depth = request.depth;
}

absl::Status HostCall::Outcome(cupel_status code) const {
  if (code == CUPEL_STATUS_OK) return absl::OkStatus();
  const bool known = code > 0 && code <= CUPEL_STATUS_UNAUTHENTICATED;
  const auto status_code =
      known ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown;
  // The reason told last is the reason of the failure, not one more error.
  std::string message = known ? "the plugin failed without saying why"
                              : "the plugin returned a status that is none";
  if (!answer_->errors.empty()) {
    message = answer_->errors.back().message;
    answer_->errors.pop_back();
  }
  return absl::Status(status_code, ToAbsl(message));
}

}  // namespace cupel
