// The functions of cupel_host_v1: what comes from a plugin is checked as far as
// the C interface goes, and handed to its HostCall.
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>
#include <thread>

#include "base/status.h"
#include "cupel/version.h"
#include "format/escape.h"
#include "plugin/call.h"

namespace cupel {
namespace {

constexpr size_t kLogBytes = 16 * 1024;

// What the structs had in the first version of the header.
constexpr size_t kChildBytes =
    offsetof(cupel_child, dispatch) + sizeof(cupel_child::dispatch);
constexpr size_t kStatementBytes =
    offsetof(cupel_statement, length) + sizeof(cupel_statement::length);
constexpr size_t kItemBytes =
    offsetof(cupel_item, tlp) + sizeof(cupel_item::tlp);

// A struct that a plugin hands in, which may be of a newer header than ours:
// what is more in it is not looked at.
template <typename Struct>
bool CopyIn(const Struct* from, size_t least, Struct* to) {
  if (from == nullptr || from->struct_size < least) return false;
  std::memcpy(to, from, std::min(from->struct_size, sizeof(Struct)));
  return true;
}

bool Sound(cupel_view view) { return view.data != nullptr || view.size == 0; }

}  // namespace

// Static functions with access to a call's insides, for the table below.
struct HostFunctions {
  static CallSlot* SlotOf(const cupel_call* call) {
    return call == nullptr ? nullptr : static_cast<CallSlot*>(call->internal);
  }

  // Null for what is no call, or one that is over.
  static HostCall* Current(const cupel_call* call) {
    CallSlot* slot = SlotOf(call);
    return slot == nullptr ? nullptr : slot->current.load();
  }

  // Null too on another thread than the call's.
  static HostCall* OnItsThread(const cupel_call* call) {
    HostCall* self = Current(call);
    if (self == nullptr) return nullptr;
    CallSlot* slot = SlotOf(call);
    if (slot->thread.load() == std::this_thread::get_id()) return self;
    slot->misused = true;
    return nullptr;
  }

  // Nothing may be thrown into a plugin. What was refused is told to the plugin
  // and kept, so that the report says it even if the plugin does not care.
  template <typename Body>
  static cupel_status Serve(const cupel_call* call, Body&& body) noexcept {
    HostCall* self = OnItsThread(call);
    if (self == nullptr) return CUPEL_STATUS_FAILED_PRECONDITION;
    try {
      const absl::Status status = body(*self);
      if (!status.ok()) self->Note(status);
      return static_cast<cupel_status>(status.code());
    } catch (const std::bad_alloc&) {
      self->out_of_memory_ = true;
      return CUPEL_STATUS_RESOURCE_EXHAUSTED;
    } catch (...) {
      return CUPEL_STATUS_INTERNAL;
    }
  }

  static absl::Status MayHandBack(const HostCall& self) {
    if (self.hands_back_ == HandsBack::kEverything) return absl::OkStatus();
    return FailedPrecondition(
        "there is nothing that it could be about: `activate` and `heartbeat` "
        "hand back errors only");
  }

  static void Log(const cupel_call* call, cupel_log_level level,
                  cupel_view text) noexcept {
    const HostCall* self = Current(call);
    if (self == nullptr || !Sound(text)) return;
    const PluginServices* services = self->request_.services;
    if (services == nullptr || !services->log) return;
    const int32_t bounded = std::clamp<int32_t>(level, 0, CUPEL_LOG_ERROR);
    try {
      services->log(static_cast<LogLevel>(bounded),
                    EscapePrintable(ViewText(text).substr(0, kLogBytes)));
    } catch (...) {
      // A line of a log is no reason to end a call.
    }
  }

  static int32_t Cancelled(const cupel_call* call) noexcept {
    const HostCall* self = Current(call);
    if (self == nullptr) return 1;
    const PluginRequest& request = self->request_;
    return (request.cancel != nullptr && request.cancel->triggered()) ||
                   request.deadline.passed()
               ? 1
               : 0;
  }

  static uint64_t Budget(const cupel_call* call) noexcept {
    const HostCall* self = OnItsThread(call);
    return self == nullptr ? 0 : self->answer_->budget();
  }

  static cupel_status Option(const cupel_call* call, cupel_view name,
                             cupel_view* out) noexcept {
    if (out == nullptr) return CUPEL_STATUS_INVALID_ARGUMENT;
    *out = {nullptr, 0};
    // Not by Serve: that there is no such option is no reason for anything.
    HostCall* self = OnItsThread(call);
    if (self == nullptr) return CUPEL_STATUS_FAILED_PRECONDITION;
    if (!Sound(name)) return CUPEL_STATUS_INVALID_ARGUMENT;
    const cupel_status read =
        Serve(call, [](HostCall& it) { return it.ReadOptions(); });
    if (read != CUPEL_STATUS_OK) return read;
    const auto found = self->options_.find(ViewText(name));
    if (found == self->options_.end()) return CUPEL_STATUS_NOT_FOUND;
    *out = TextView(found->second);
    return CUPEL_STATUS_OK;
  }

  static cupel_status Child(cupel_call* call,
                            const cupel_child* child) noexcept {
    return Serve(call, [&](HostCall& self) -> absl::Status {
      CUPEL_RETURN_IF_ERROR(MayHandBack(self));
      cupel_child given = CUPEL_CHILD_INIT;
      if (!CopyIn(child, kChildBytes, &given) || !Sound(given.bytes) ||
          !Sound(given.name) || !Sound(given.metadata) ||
          !Sound(given.dispatch)) {
        return InvalidArgument(
            "a child that is no cupel_child was handed back");
      }
      return self.TakeChild(given);
    });
  }

  static cupel_status Result(cupel_call* call, cupel_view json) noexcept {
    return Serve(call, [&](HostCall& self) -> absl::Status {
      CUPEL_RETURN_IF_ERROR(MayHandBack(self));
      if (!Sound(json)) return InvalidArgument("a result is NULL");
      return self.answer_->AddResult(ViewText(json));
    });
  }

  static cupel_status Statement(cupel_call* call,
                                const cupel_statement* statement) noexcept {
    return Serve(call, [&](HostCall& self) -> absl::Status {
      CUPEL_RETURN_IF_ERROR(MayHandBack(self));
      cupel_statement given = CUPEL_STATEMENT_INIT;
      if (!CopyIn(statement, kStatementBytes, &given) || !Sound(given.name) ||
          !Sound(given.tags) || !Sound(given.meta)) {
        return InvalidArgument("a statement is no cupel_statement");
      }
      return self.TakeStatement(given);
    });
  }

  static cupel_status Dispatch(cupel_call* call, cupel_view plugin) noexcept {
    return Serve(call, [&](HostCall& self) -> absl::Status {
      CUPEL_RETURN_IF_ERROR(MayHandBack(self));
      if (!Sound(plugin)) return InvalidArgument("a dispatch is NULL");
      return self.answer_->AddDispatch(ViewText(plugin));
    });
  }

  static void Error(cupel_call* call, cupel_status code,
                    cupel_view message) noexcept {
    const bool known = code > 0 && code <= CUPEL_STATUS_UNAUTHENTICATED;
    (void)Serve(call, [&](HostCall& self) -> absl::Status {
      const std::string_view text =
          Sound(message) ? ViewText(message) : std::string_view();
      const auto kind = known ? static_cast<absl::StatusCode>(code)
                              : absl::StatusCode::kUnknown;
      self.AddError(kind, text);
      return absl::OkStatus();
    });
  }

  static cupel_status Item(cupel_call* call, const cupel_item* item) noexcept {
    return Serve(call, [&](HostCall& self) -> absl::Status {
      cupel_item given = CUPEL_ITEM_INIT;
      if (!CopyIn(item, kItemBytes, &given) || !Sound(given.name) ||
          !Sound(given.path) || !Sound(given.bytes) || !Sound(given.metadata) ||
          !Sound(given.tlp)) {
        return InvalidArgument("an item is no cupel_item");
      }
      return self.TakeItem(given);
    });
  }

  static cupel_status Nested(cupel_call* call, cupel_view plugin,
                             cupel_view bytes, cupel_view options,
                             cupel_nested_fn take, void* user_data) noexcept {
    return Serve(call, [&](HostCall& self) -> absl::Status {
      if (!Sound(plugin) || !Sound(bytes) || !Sound(options)) {
        return InvalidArgument("a nested call has a NULL");
      }
      return self.RunNested(ViewText(plugin), ViewText(bytes),
                            ViewText(options), take, user_data);
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

const cupel_host_v1* HostTable() { return &HostFunctions::kTable; }

}  // namespace cupel
