#include "format/json_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "base/status.h"
#include "format/escape.h"
#include "format/json_coerce.h"

namespace cupel {
namespace {

// A document of a million mistakes needs no million messages.
constexpr size_t kMaxIssues = 1000;
constexpr size_t kMaxKeyShown = 100;

bool IsIdentifier(std::string_view key) {
  if (key.empty() || key.size() > kMaxKeyShown) return false;
  if (key.front() >= '0' && key.front() <= '9') return false;
  return std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
  });
}

void AppendQuotedKey(std::string_view key, std::string* out) {
  const bool cut = key.size() > kMaxKeyShown;
  std::string shown = ReplaceInvalidUtf8(key);
  if (cut) {
    size_t end = kMaxKeyShown;
    while (end > 0 && (static_cast<uint8_t>(shown[end]) & 0xc0) == 0x80) --end;
    shown.resize(end);
  }
  *out += "[\"";
  for (const char c : EscapePrintable(shown)) {
    if (c == '"') *out += '\\';
    *out += c;
  }
  *out += cut ? "\"...]" : "\"]";
}

size_t CountCharacters(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(),
      [](char c) { return (static_cast<uint8_t>(c) & 0xc0) != 0x80; }));
}

}  // namespace

std::string PathText(const JsonPath& path) {
  std::string text = "$";
  for (const JsonStep& step : path) {
    if (const auto* index = std::get_if<size_t>(&step)) {
      fmt::format_to(std::back_inserter(text), "[{}]", *index);
      continue;
    }
    const std::string& key = std::get<std::string>(step);
    if (IsIdentifier(key)) {
      text += '.';
      text += key;
    } else {
      AppendQuotedKey(key, &text);
    }
  }
  return text;
}

void JsonIssues::Add(JsonPath path, std::string type, std::string message) {
  if (list_.size() >= kMaxIssues) {
    ++unlisted_;
    return;
  }
  list_.push_back({std::move(path), std::move(type), std::move(message)});
}

absl::Status JsonIssues::ToStatus(std::string_view what) const {
  if (list_.empty()) return absl::OkStatus();
  const JsonIssue& first = list_.front();
  const size_t more = list_.size() - 1 + unlisted_;
  return InvalidArgument("{}: {}: {}{}", what, PathText(first.path),
                         first.message,
                         more == 0 ? "" : fmt::format(" (and {} more)", more));
}

JsonFields::JsonFields(const Json& value, JsonPath path, JsonIssues* issues)
    : path_(std::move(path)), issues_(issues) {
  if (value.is_object()) {
    object_ = &value;
    return;
  }
  const JsonProblem problem = Expected("dict_type", "an object", value);
  issues_->Add(path_, problem.type, problem.message);
}

bool JsonFields::Has(std::string_view key) const {
  return Find(key) != nullptr;
}

const Json* JsonFields::Find(std::string_view key) const {
  if (object_ == nullptr) return nullptr;
  for (const auto& [name, value] : object_->get_ref<const Json::object_t&>()) {
    if (name == key) return &value;
  }
  return nullptr;
}

JsonPath JsonFields::PathOf(std::string_view key) const {
  JsonPath path = path_;
  path.emplace_back(std::string(key));
  return path;
}

void JsonFields::Issue(std::string_view key, std::string type,
                       std::string message) {
  issues_->Add(PathOf(key), std::move(type), std::move(message));
}

const Json* JsonFields::Required(std::string_view key) {
  const Json* const value = Find(key);
  if (value == nullptr && object_ != nullptr) {
    Issue(key, "missing", "required, but it is not there");
  }
  return value;
}

const Json* JsonFields::NotNull(std::string_view key) const {
  const Json* const value = Find(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string JsonFields::StringOf(std::string_view key, const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  const JsonProblem problem = Expected("string_type", "a string", value);
  Issue(key, problem.type, problem.message);
  return {};
}

std::string JsonFields::String(std::string_view key, size_t min_length) {
  const Json* const value = Required(key);
  if (value == nullptr) return {};
  std::string text = StringOf(key, *value);
  if (value->is_string() && CountCharacters(text) < min_length) {
    Issue(key, "string_too_short",
          fmt::format("expected at least {} character{}", min_length,
                      min_length == 1 ? "" : "s"));
  }
  return text;
}

std::optional<std::string> JsonFields::OptionalString(std::string_view key,
                                                      bool required_key) {
  if (required_key) Required(key);
  const Json* const value = NotNull(key);
  if (value == nullptr) return std::nullopt;
  return StringOf(key, *value);
}

int64_t JsonFields::IntegerFrom(std::string_view key, const Json& value) {
  int64_t number = 0;
  const JsonProblem problem = IntegerOf(value, &number);
  if (problem.ok()) return number;
  Issue(key, problem.type, problem.message);
  return 0;
}

int64_t JsonFields::Integer(std::string_view key) {
  const Json* const value = Required(key);
  return value == nullptr ? 0 : IntegerFrom(key, *value);
}

std::optional<int64_t> JsonFields::OptionalInteger(std::string_view key) {
  const Json* const value = NotNull(key);
  if (value == nullptr) return std::nullopt;
  return IntegerFrom(key, *value);
}

int64_t JsonFields::IntegerOr(std::string_view key, int64_t absent) {
  const Json* const value = Find(key);
  return value == nullptr ? absent : IntegerFrom(key, *value);
}

bool JsonFields::BoolOr(std::string_view key, bool absent) {
  const Json* const value = Find(key);
  if (value == nullptr) return absent;
  bool result = false;
  const JsonProblem problem = BoolOf(*value, &result);
  if (problem.ok()) return result;
  Issue(key, problem.type, problem.message);
  return absent;
}

Uuid JsonFields::Id(std::string_view key) {
  const Json* const value = Required(key);
  if (value == nullptr) return {};
  if (!value->is_string()) {
    const JsonProblem problem = Expected("uuid_type", "a UUID", *value);
    Issue(key, problem.type, problem.message);
    return {};
  }
  const absl::StatusOr<Uuid> id =
      Uuid::Parse(value->get_ref<const std::string&>());
  if (id.ok()) return *id;
  Issue(key, "uuid_parsing", std::string(MessageOf(id.status())));
  return {};
}

std::optional<DateTime> JsonFields::OptionalDateTime(std::string_view key,
                                                     bool must_be_aware) {
  const Json* const value = NotNull(key);
  if (value == nullptr) return std::nullopt;
  DateTime result;
  const JsonProblem problem = DateTimeOf(*value, &result);
  if (!problem.ok()) {
    Issue(key, problem.type, problem.message);
    return std::nullopt;
  }
  if (must_be_aware && !result.aware) {
    Issue(key, "timezone_aware",
          "expected a time with Z or an offset, found one without");
    return std::nullopt;
  }
  return result;
}

DateTime JsonFields::AnyDateTime(std::string_view key) {
  const Json* const value = Required(key);
  DateTime result;
  if (value == nullptr) return result;
  const JsonProblem problem = DateTimeOf(*value, &result);
  if (!problem.ok()) Issue(key, problem.type, problem.message);
  return result;
}

std::vector<std::string> JsonFields::Strings(std::string_view key) {
  const Json* const value = Find(key);
  return value == nullptr ? std::vector<std::string>()
                          : StringsOf(key, *value, "list_type");
}

std::optional<std::vector<std::string>> JsonFields::OptionalStrings(
    std::string_view key) {
  const Json* const value = NotNull(key);
  if (value == nullptr) return std::nullopt;
  return StringsOf(key, *value, "list_type");
}

std::optional<std::set<std::string>> JsonFields::OptionalStringSet(
    std::string_view key) {
  const Json* const value = NotNull(key);
  if (value == nullptr) return std::nullopt;
  const std::vector<std::string> list = StringsOf(key, *value, "set_type");
  return std::set<std::string>(list.begin(), list.end());
}

std::vector<std::string> JsonFields::StringsOf(std::string_view key,
                                               const Json& value,
                                               std::string_view type) {
  std::vector<std::string> strings;
  if (!value.is_array()) {
    const JsonProblem problem = Expected(type, "an array", value);
    Issue(key, problem.type, problem.message);
    return strings;
  }
  strings.reserve(value.size());
  for (const Json& element : value) {
    if (element.is_string()) {
      strings.push_back(element.get<std::string>());
      continue;
    }
    JsonPath path = PathOf(key);
    path.emplace_back(static_cast<size_t>(&element - &value.front()));
    const JsonProblem problem = Expected("string_type", "a string", element);
    issues_->Add(std::move(path), problem.type, problem.message);
  }
  return strings;
}

StringMap JsonFields::StringMapOf(const Json& value, const JsonPath& path) {
  StringMap map;
  if (!value.is_object()) {
    const JsonProblem problem = Expected("dict_type", "an object", value);
    issues_->Add(path, problem.type, problem.message);
    return map;
  }
  map.reserve(value.size());
  for (const auto& [name, element] : value.get_ref<const Json::object_t&>()) {
    if (element.is_string()) {
      map.emplace_back(name, element.get<std::string>());
      continue;
    }
    JsonPath place = path;
    place.emplace_back(name);
    const JsonProblem problem = Expected("string_type", "a string", element);
    issues_->Add(std::move(place), problem.type, problem.message);
  }
  return map;
}

std::optional<StringMap> JsonFields::OptionalStringMap(std::string_view key) {
  const Json* const value = NotNull(key);
  if (value == nullptr) return std::nullopt;
  return StringMapOf(*value, PathOf(key));
}

const Json* JsonFields::Array(std::string_view key, bool required) {
  const Json* const value = required ? Required(key) : Find(key);
  if (value == nullptr || value->is_array()) return value;
  const JsonProblem problem = Expected("list_type", "an array", *value);
  Issue(key, problem.type, problem.message);
  return nullptr;
}

Json JsonFields::ObjectOrEmpty(std::string_view key) {
  const Json* const value = Find(key);
  if (value == nullptr) return Json::object();
  if (value->is_object()) return *value;
  const JsonProblem problem = Expected("dict_type", "an object", *value);
  Issue(key, problem.type, problem.message);
  return Json::object();
}

size_t JsonFields::Choice(std::string_view key,
                          std::initializer_list<std::string_view> names) {
  const Json* const value = Required(key);
  if (value == nullptr) return 0;
  if (value->is_string()) {
    const auto* const found = std::find(names.begin(), names.end(),
                                        value->get_ref<const std::string&>());
    if (found != names.end()) return static_cast<size_t>(found - names.begin());
  }
  Issue(key, "enum",
        fmt::format(
            "expected one of {}, found {}", fmt::join(names, ", "),
            value->is_string() ? "another string" : JsonTypeName(*value)));
  return 0;
}

void JsonFields::ForbidOthers(std::initializer_list<std::string_view> known) {
  if (object_ == nullptr) return;
  for (const auto& [name, value] : object_->get_ref<const Json::object_t&>()) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      Issue(name, "extra_forbidden", "no such key is allowed here");
    }
  }
}

}  // namespace cupel
