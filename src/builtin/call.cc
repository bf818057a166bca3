#include "builtin/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <new>
#include <vector>

#include "base/absl_compat.h"
#include "base/status.h"
#include "format/json.h"
#include "plugin/names.h"

namespace cupel {
namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string Listed(const std::vector<std::string_view>& names) {
  std::string out;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
    out += names[i];
  }
  return out;
}

void TakeNested(void* user_data, int32_t is_child, cupel_view name,
                cupel_view bytes) {
  const auto& take = *static_cast<const PluginCall::Take*>(user_data);
  if (take) take(is_child != 0, TextOf(name), TextOf(bytes));
}

}  // namespace

std::string PluginCall::plugin() const {
  const auto category = static_cast<PluginCategory>(table_.category);
  return fmt::format("{}:{}", CategoryName(category), table_.name);
}

absl::Status PluginCall::CheckCancelled() const {
  if (!cancelled()) return absl::OkStatus();
  return Cancelled("{}: stopped before it was done", plugin());
}

// ------------------------------------------------------------------ options

absl::Status PluginCall::Wrong(std::string_view option,
                               std::string_view problem) const {
  return InvalidArgument("{}: option '{}': {}", plugin(), option, problem);
}

absl::StatusOr<std::string> PluginCall::Text(std::string_view option) {
  cupel_view value{};
  const cupel_status code = call_->host->option(call_, ViewOf(option), &value);
  if (code == CUPEL_STATUS_OK) return std::string(TextOf(value));
  if (code != CUPEL_STATUS_NOT_FOUND) {
    return FromHost(code, "the options can't be read");
  }
  // Called by somebody who gave no options at all.
  const std::string_view defaults =
      table_.options == nullptr ? "{}" : table_.options;
  CUPEL_ASSIGN_OR_RETURN(const Json options, ParseJson(defaults, "options"));
  const auto found = options.find(std::string(option));
  if (found == options.end()) {
    return Internal("{}: option '{}' has no default in the plugin's table",
                    plugin(), option);
  }
  return found->is_string() ? found->get<std::string>() : PrintJson(*found);
}

absl::StatusOr<int64_t> PluginCall::Integer(std::string_view option,
                                            int64_t least, int64_t most) {
  CUPEL_ASSIGN_OR_RETURN(const std::string text, Text(option));
  int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stopped != end || value < least || value > most) {
    return Wrong(option, fmt::format("it must be a whole number from {} to {}",
                                     least, most));
  }
  return value;
}

absl::StatusOr<bool> PluginCall::Bool(std::string_view option) {
  CUPEL_ASSIGN_OR_RETURN(const std::string text, Text(option));
  const std::string lower = Lower(text);
  for (const std::string_view yes : {"true", "yes", "on", "1"}) {
    if (lower == yes) return true;
  }
  for (const std::string_view no : {"false", "no", "off", "0"}) {
    if (lower == no) return false;
  }
  return Wrong(option, "it must be true or false");
}

absl::StatusOr<size_t> PluginCall::Choice(
    std::string_view option, std::initializer_list<std::string_view> names) {
  CUPEL_ASSIGN_OR_RETURN(const std::string text, Text(option));
  const std::string lower = Lower(text);
  const auto* found = std::find(names.begin(), names.end(), lower);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  return Wrong(option, fmt::format("it must be {}", Listed(names)));
}

absl::StatusOr<Json> PluginCall::Document(std::string_view option) {
  CUPEL_ASSIGN_OR_RETURN(const std::string text, Text(option));
  absl::StatusOr<Json> value = ParseJson(text, "it");
  if (!value.ok()) return Wrong(option, MessageOf(value.status()));
  if (value->is_array() || value->is_object()) return value;
  return Wrong(option, fmt::format("it must be an array or an object, not {}",
                                   JsonTypeName(*value)));
}

// ----------------------------------------------------- handing things back

absl::Status PluginCall::FromHost(cupel_status code, std::string_view what) {
  if (code == CUPEL_STATUS_OK) return absl::OkStatus();
  if (code == CUPEL_STATUS_RESOURCE_EXHAUSTED) full_ = true;
  const std::string message = fmt::format("{}: {}", plugin(), what);
  return absl::Status(static_cast<absl::StatusCode>(code), ToAbsl(message));
}

absl::Status PluginCall::Child(std::string_view bytes, std::string_view name,
                               const ChildSettings& settings) {
  cupel_child child = CUPEL_CHILD_INIT;
  child.bytes = ViewOf(bytes);
  child.name = ViewOf(name);
  child.metadata = ViewOf(settings.metadata);
  child.dispatch = ViewOf(settings.dispatch);
  if (!settings.scan) child.flags |= CUPEL_CHILD_NO_SCAN;
  if (settings.save) child.flags |= CUPEL_CHILD_SAVE;
  return FromHost(call_->host->child(call_, &child),
                  "the host did not take a child");
}

absl::Status PluginCall::Result(std::string_view json) {
  return FromHost(call_->host->result(call_, ViewOf(json)),
                  "the host did not take a result");
}

absl::Status PluginCall::Statement(const cupel_statement& statement) {
  return FromHost(call_->host->statement(call_, &statement),
                  "the host did not take a statement");
}

absl::Status PluginCall::Dispatch(std::string_view plugin) {
  return FromHost(call_->host->dispatch(call_, ViewOf(plugin)),
                  "the host did not take a dispatch");
}

absl::Status PluginCall::Item(const cupel_item& item) {
  return FromHost(call_->host->item(call_, &item),
                  "the host did not take an item");
}

void PluginCall::Error(const absl::Status& status) {
  call_->host->error(call_, static_cast<cupel_status>(status.code()),
                     ViewOf(MessageOf(status)));
}

absl::Status PluginCall::Nested(std::string_view plugin, std::string_view bytes,
                                std::string_view options, const Take& take) {
  const cupel_status code =
      call_->host->nested(call_, ViewOf(plugin), ViewOf(bytes), ViewOf(options),
                          TakeNested, const_cast<Take*>(&take));
  if (code == CUPEL_STATUS_OK) return absl::OkStatus();
  const std::string message =
      fmt::format("{}: {} failed or is not there", this->plugin(), plugin);
  return absl::Status(static_cast<absl::StatusCode>(code), ToAbsl(message));
}

cupel_status PluginCall::Outcome(const absl::Status& status) {
  // What the host did not take it has noted itself.
  if (status.ok() || (full_ && absl::IsResourceExhausted(status))) {
    return CUPEL_STATUS_OK;
  }
  Error(status);
  return static_cast<cupel_status>(status.code());
}

cupel_status EnterMethod(const cupel_plugin_v1& table, cupel_call* call,
                         absl::Status (*body)(PluginCall&)) noexcept {
  try {
    PluginCall wrapped(table, call);
    return wrapped.Outcome(body(wrapped));
  } catch (const std::bad_alloc&) {
    return cupel_call_fail(call, CUPEL_STATUS_RESOURCE_EXHAUSTED,
                           "out of memory");
  } catch (const std::exception& e) {
    return cupel_call_fail(call, CUPEL_STATUS_INTERNAL, e.what());
  }
}

}  // namespace cupel
