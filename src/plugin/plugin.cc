#include "plugin/plugin.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"

namespace cupel {
namespace {

constexpr size_t kMessageBytes = 4096;

// What is too deep is wrong: there is no limit of an answer that fires for it.
absl::StatusOr<Json> ParseHandedBack(std::string_view json,
                                     std::string_view what) {
  absl::StatusOr<Json> value = ParseJson(json, what);
  if (!absl::IsResourceExhausted(value.status())) return value;
  return InvalidArgument("{}", MessageOf(value.status()));
}

absl::Status CheckObject(std::string_view json, std::string_view what) {
  if (json.empty()) return absl::OkStatus();
  CUPEL_ASSIGN_OR_RETURN(const Json value, ParseHandedBack(json, what));
  if (!value.is_object()) {
    return InvalidArgument("{} must be a JSON object, not {}", what,
                           JsonTypeName(value));
  }
  return absl::OkStatus();
}

}  // namespace

std::string PluginMessage(std::string_view text) {
  std::string printable = EscapePrintable(text.substr(0, kMessageBytes));
  if (text.size() > kMessageBytes) printable += "...";
  return printable;
}

absl::Status CheckItem(const PluginItem& item) {
  if (item.path.find('\0') != item.path.npos) {
    return InvalidArgument("the path of an item has a zero byte");
  }
  return CheckObject(item.metadata, "metadata of an item");
}

PluginMethod MainMethod(PluginCategory category) {
  // The first nine are in the order of the categories.
  return static_cast<PluginMethod>(category);
}

std::string_view MethodName(PluginMethod method) {
  constexpr std::array<std::string_view, 13> kNames = {
      "ingest",     "read",     "scan",     "extract",   "carve",
      "decode",     "decorate", "save",     "normalize", "connect",
      "disconnect", "get_file", "heartbeat"};
  const auto index = static_cast<size_t>(method) - 1;
  return index < kNames.size() ? kNames[index] : "unknown";
}

SharedBytes SharedBytes::Copy(std::string_view bytes) {
  // Not a std::string, which would write zeros before the copy.
  std::shared_ptr<char[]> copy(new char[std::max<size_t>(bytes.size(), 1)]);
  if (!bytes.empty()) std::memcpy(copy.get(), bytes.data(), bytes.size());
  const char* data = copy.get();
  return {std::move(copy), {data, bytes.size()}};
}

SharedBytes SharedBytes::Own(std::string bytes) {
  auto owned = std::make_shared<const std::string>(std::move(bytes));
  const std::string_view view = *owned;
  return {std::move(owned), view};
}

absl::Status PluginAnswer::Fire(std::string_view name, uint64_t value) {
  const bool known =
      std::any_of(fired.begin(), fired.end(),
                  [&](const AnswerLimit& limit) { return limit.name == name; });
  if (!known) {
    fired.push_back({std::string(name), value});
    if (sink_ != nullptr) sink_->Limit(name);
  }
  return ResourceExhausted(
      "the plugin hands back more than {} of {} allow: what comes after is "
      "dropped",
      value, name);
}

bool PluginAnswer::NoteLimit(std::string_view name) {
  const std::pair<std::string_view, uint64_t> known[] = {
      {"bytes", limits_.bytes},
      {"children", limits_.children},
      {"result_bytes", limits_.result_bytes},
      {"results", limits_.results},
      {"child_bytes", limits_.child_bytes},
      {"name_bytes", limits_.name_bytes}};
  for (const auto& [limit, value] : known) {
    if (limit != name) continue;
    (void)Fire(limit, value);
    return name != "child_bytes" && name != "name_bytes";
  }
  return false;
}

absl::Status PluginAnswer::AddChild(PluginChild child) {
  if (children_ >= limits_.children) {
    return Fire("children", limits_.children);
  }
  const bool too_long = child.bytes.view.size() > limits_.child_bytes;
  if (too_long) {
    child.bytes.view = child.bytes.view.substr(0, limits_.child_bytes);
  }
  const uint64_t counted =
      (child.offset.has_value() ? 0 : child.bytes.view.size());
  if (counted > limits_.bytes - bytes_) return Fire("bytes", limits_.bytes);
  const uint64_t text = child.metadata.size() + child.name.size();
  if (text > limits_.result_bytes - result_bytes_) {
    return Fire("result_bytes", limits_.result_bytes);
  }
  CUPEL_RETURN_IF_ERROR(CheckObject(child.metadata, "metadata of a child"));
  bytes_ += counted;
  result_bytes_ += text;
  if (child.name.size() > limits_.name_bytes) {
    child.name.resize(limits_.name_bytes);
    (void)Fire("name_bytes", limits_.name_bytes);
  }
  ++children_;
  if (sink_ != nullptr) {
    CUPEL_RETURN_IF_ERROR(sink_->Child(std::move(child), too_long));
  } else {
    cut.push_back(too_long);
    // One for each, whatever fails.
    absl::Cleanup forget = [this] { cut.pop_back(); };
    children.push_back(std::move(child));
    std::move(forget).Cancel();
  }
  // What comes after it may be taken whole.
  if (too_long) (void)Fire("child_bytes", limits_.child_bytes);
  return absl::OkStatus();
}

absl::Status PluginAnswer::AddResult(std::string_view json) {
  if (results_ >= limits_.results) return Fire("results", limits_.results);
  if (json.size() > limits_.result_bytes - result_bytes_) {
    return Fire("result_bytes", limits_.result_bytes);
  }
  CUPEL_RETURN_IF_ERROR(ParseHandedBack(json, "result").status());
  result_bytes_ += json.size();
  ++results_;
  if (sink_ != nullptr) return sink_->Result(json);
  results.emplace_back(json);
  return absl::OkStatus();
}

absl::Status PluginAnswer::AddStatement(PluginStatement statement) {
  if (statements_ >= limits_.results) {
    return Fire("results", limits_.results);
  }
  if (statement.name.empty() || statement.name.size() > 256 ||
      !IsUtf8(statement.name)) {
    return InvalidArgument(
        "the name of a statement must be 1 to 256 bytes of UTF-8");
  }
  if (statement.tags.size() > kMostTags) {
    return InvalidArgument("a statement has more than {} tags", kMostTags);
  }
  uint64_t size = statement.name.size() + statement.meta.size();
  for (const std::string& tag : statement.tags) size += tag.size();
  if (size > limits_.result_bytes - result_bytes_) {
    return Fire("result_bytes", limits_.result_bytes);
  }
  CUPEL_RETURN_IF_ERROR(CheckObject(statement.meta, "meta of a statement"));
  for (std::string& tag : statement.tags) tag = ReplaceInvalidUtf8(tag);
  result_bytes_ += size;
  ++statements_;
  if (sink_ != nullptr) return sink_->Statement(std::move(statement));
  statements.push_back(std::move(statement));
  return absl::OkStatus();
}

absl::Status PluginAnswer::AddDispatch(std::string_view plugin) {
  CUPEL_ASSIGN_OR_RETURN(PluginName name, ParsePluginName(plugin));
  if (dispatches_ >= limits_.results) {
    return Fire("results", limits_.results);
  }
  ++dispatches_;
  if (sink_ != nullptr) return sink_->Dispatch(std::move(name));
  dispatches.push_back(std::move(name));
  return absl::OkStatus();
}

void PluginAnswer::AddError(absl::StatusCode code, std::string_view message) {
  if (errors.size() >= limits_.errors) {
    ++errors_left_out;
    return;
  }
  errors.push_back({code, PluginMessage(message)});
}

void PluginAnswer::DropLastError() {
  if (errors_left_out > 0) {
    --errors_left_out;
  } else if (!errors.empty()) {
    errors.pop_back();
  }
}

}  // namespace cupel
