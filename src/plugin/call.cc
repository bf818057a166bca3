#include "plugin/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <thread>
#include <utility>

#include "base/absl_compat.h"
#include "base/status.h"
#include "format/json.h"

namespace cupel {
namespace {

constexpr size_t kPluginListBytes = 64 * 1024;

// The start of a text: as much as there may be, and one byte more, by which
// what checks it sees that it is too long.
std::string Start(cupel_view view, uint64_t most) {
  const std::string_view text = ViewText(view);
  return std::string(most < text.size() ? text.substr(0, most + 1) : text);
}

std::vector<std::string> Tags(std::string_view text) {
  std::vector<std::string> tags;
  while (!text.empty() && tags.size() <= kMostTags) {
    const size_t space = std::min(text.find(' '), text.size());
    if (space > 0) tags.emplace_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return tags;
}

}  // namespace

absl::Status HostCall::TakeChild(const cupel_child& given) {
  constexpr uint32_t kKnown = CUPEL_CHILD_NO_SCAN | CUPEL_CHILD_SAVE;
  if ((given.flags & ~kKnown) != 0 || given.reserved != 0) {
    return InvalidArgument(
        "a child has flags {:#x} and reserved {}, which nobody here knows",
        given.flags, given.reserved);
  }
  const std::string_view dispatch = ViewText(given.dispatch);
  if (dispatch.size() > kPluginListBytes) {
    return InvalidArgument("a child is to go to a list of {} bytes, above {}",
                           dispatch.size(), kPluginListBytes);
  }
  PluginChild child;
  TakeBytes(given.bytes, &child);
  child.name = Start(given.name, answer_->limits().name_bytes);
  child.metadata = Start(given.metadata, answer_->limits().result_bytes);
  child.scan = (given.flags & CUPEL_CHILD_NO_SCAN) == 0;
  child.save = (given.flags & CUPEL_CHILD_SAVE) != 0;
  std::vector<std::string> bad;
  child.dispatch = ParsePluginList(dispatch, &bad);
  for (const std::string& name : bad) {
    AddError(absl::StatusCode::kInvalidArgument,
             "a child is to go to '" + name + "', which is no category:name");
  }
  return answer_->AddChild(std::move(child));
}

absl::Status HostCall::TakeStatement(const cupel_statement& given) {
  const size_t size = request_.bytes.size();
  if (given.offset > size || given.length > size - given.offset) {
    return InvalidArgument(
        "a statement is about {} bytes at {} of a payload that has {}",
        given.length, given.offset, size);
  }
  const uint64_t most = answer_->limits().result_bytes;
  return answer_->AddStatement({.name = Start(given.name, most),
                                .tags = Tags(ViewText(given.tags)),
                                .meta = Start(given.meta, most),
                                .weight = given.weight,
                                .offset = given.offset,
                                .length = given.length});
}

absl::Status HostCall::TakeItem(const cupel_item& given) {
  if (given.flags != 0 || given.reserved != 0) {
    return InvalidArgument(
        "an item has flags {:#x} and reserved {}, which nobody here knows",
        given.flags, given.reserved);
  }
  const PluginServices* services = request_.services;
  if (services == nullptr || !services->item) {
    return FailedPrecondition("only a source that is asked brings items");
  }
  PluginItem item{
      .name = std::string(ViewText(given.name)),
      .path = std::string(ViewText(given.path)),
      .metadata = Start(given.metadata, answer_->limits().result_bytes),
      .tlp = std::string(ViewText(given.tlp))};
  CUPEL_RETURN_IF_ERROR(CheckItem(item));
  if (item.path.empty()) item.bytes = SharedBytes::Copy(ViewText(given.bytes));
  return services->item(std::move(item));
}

absl::Status HostCall::ReadOptions() {
  if (options_read_) return absl::OkStatus();
  CUPEL_ASSIGN_OR_RETURN(const Json options,
                         ParseJson(request_.options, "options"));
  for (const auto& [key, value] : options.items()) {
    options_[key] =
        value.is_string() ? value.get<std::string>() : PrintJson(value);
  }
  options_read_ = true;
  return absl::OkStatus();
}

absl::Status HostCall::RunNested(std::string_view plugin,
                                 std::string_view bytes,
                                 std::string_view options, cupel_nested_fn take,
                                 void* user_data) {
  const PluginServices* services = request_.services;
  if (services == nullptr || !services->nested) {
    return NotFound("there are no other plugins here");
  }
  CUPEL_ASSIGN_OR_RETURN(const PluginName name, ParsePluginName(plugin));
  PluginAnswer nested(answer_->limits());
  const absl::Status status = services->nested(name, bytes, options, &nested);
  // Nobody else would tell of what went wrong in there.
  for (const PluginError& error : nested.errors) {
    AddError(error.code, PluginNameText(name) + ": " + error.message);
  }
  for (const AnswerLimit& limit : nested.fired) {
    AddError(absl::StatusCode::kResourceExhausted,
             fmt::format("{}: it hands back more than {} of {} allow",
                         PluginNameText(name), limit.value, limit.name));
  }
  if (take == nullptr) return status;
  for (const std::string& result : nested.results) {
    take(user_data, 0, {nullptr, 0}, TextView(result));
  }
  for (const PluginChild& child : nested.children) {
    take(user_data, 1, TextView(child.name), TextView(child.bytes.view));
  }
  return status;
}

void HostCall::AddError(absl::StatusCode code, std::string_view message) {
  answer_->AddError(code, message);
  reason_ = PluginMessage(message);
  reason_is_error_ = true;
}

void HostCall::Note(const absl::Status& status) {
  // Of limits, of a job that ends and of what is not there the report tells by
  // other ways, or there is nothing to tell.
  if (absl::IsResourceExhausted(status) || absl::IsCancelled(status) ||
      absl::IsNotFound(status)) {
    reason_ = PluginMessage(MessageOf(status));
    reason_is_error_ = false;
    return;
  }
  AddError(status.code(), MessageOf(status));
}

void HostCall::TakeBytes(cupel_view bytes, PluginChild* child) const {
  const std::string_view given = ViewText(bytes);
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

HostCall::HostCall(CallSlot* slot, void* state, const PluginRequest& request,
                   PluginAnswer* answer, HandsBack hands_back)
    : slot_(slot), request_(request), answer_(answer), hands_back_(hands_back) {
  cupel_call& call = slot->call;
  call.struct_size = sizeof(call);
  call.host = HostTable();
  call.state = state;
  call.internal = slot;
  call.bytes = TextView(request.bytes);
  call.name = TextView(request.name);
  call.path = TextView(request.path);
  call.type = TextView(request.type);
  call.mime = TextView(request.mime);
  call.sha256 = TextView(request.sha256);
  call.tlp = TextView(request.tlp);
  call.options = TextView(request.options);
  call.document = TextView(request.document);
  call.payload = request.payload;
  call.depth = request.depth;
  slot->thread = std::this_thread::get_id();
  slot->misused = false;
  slot->current = this;
}

HostCall::~HostCall() {
  slot_->current = nullptr;
  slot_->thread = std::thread::id();
  cupel_call& call = slot_->call;
  for (cupel_view* view :
       {&call.bytes, &call.name, &call.path, &call.type, &call.mime,
        &call.sha256, &call.tlp, &call.options, &call.document}) {
    *view = {nullptr, 0};
  }
}

absl::Status HostCall::Outcome(cupel_status code) {
  // Whatever the plugin made of it.
  if (out_of_memory_) {
    return ResourceExhausted("no memory for what the plugin handed back");
  }
  const bool known = code >= 0 && code <= CUPEL_STATUS_UNAUTHENTICATED;
  const auto status_code =
      known ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown;
  std::string message = known ? "the plugin failed without saying why"
                              : "the plugin returned a status that is none";
  if (reason_.has_value() && status_code != absl::StatusCode::kOk) {
    message = *reason_;
    // The reason told last is the reason of the failure, not one more error.
    if (reason_is_error_) answer_->DropLastError();
  }
  if (slot_->misused.exchange(false)) {
    answer_->AddError(absl::StatusCode::kFailedPrecondition,
                      "it used the host on another thread than that of the "
                      "call: what it handed back there is lost");
  }
  return absl::Status(status_code, ToAbsl(message));
}

}  // namespace cupel
