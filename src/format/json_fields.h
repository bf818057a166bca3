// Reading typed fields out of a JSON object, the way pydantic 2 does in its lax
// mode, with every problem collected under its path.
#ifndef CUPEL_FORMAT_JSON_FIELDS_H_
#define CUPEL_FORMAT_JSON_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "base/datetime.h"
#include "base/uuid.h"
#include "format/json.h"

namespace cupel {

// One step into a document: a key or an index.
using JsonStep = std::variant<std::string, size_t>;
using JsonPath = std::vector<JsonStep>;

// "$.results[0].data"; keys that are no identifiers as ["a b"].
std::string PathText(const JsonPath& path);

// One thing wrong with a document. `type` is pydantic's name for it where it
// has one: missing, string_type, string_too_short, int_type, int_parsing,
// int_from_float, bool_parsing, dict_type, list_type, uuid_parsing,
// datetime_parsing, timezone_aware, enum, extra_forbidden, value_error, ...
// `message` says what was expected and what kind of value was found, and never
// shows the value.
struct JsonIssue {
  JsonPath path;
  std::string type;
  std::string message;
};

class JsonIssues {
 public:
  void Add(JsonPath path, std::string type, std::string message);
  bool empty() const { return list_.empty(); }
  size_t count() const { return list_.size() + unlisted_; }
  // The first thousand; the rest is only counted.
  const std::vector<JsonIssue>& list() const { return list_; }
  // "what: $.a.b: expected a string, found an integer (and 2 more)": OK if
  // there is none, else INVALID_ARGUMENT.
  absl::Status ToStatus(std::string_view what) const;

 private:
  std::vector<JsonIssue> list_;
  size_t unlisted_ = 0;
};

// An object of strings in the order of the document.
using StringMap = std::vector<std::pair<std::string, std::string>>;

// Reads one object. Whatever is wrong goes into `issues`, and the reader gives
// a neutral value back, so that all problems of a document are told at once.
// The value and the issues must outlive the reader.
class JsonFields {
 public:
  // If `value` is no object this is an issue (dict_type), and every field
  // reads as absent without being reported as missing.
  JsonFields(const Json& value, JsonPath path, JsonIssues* issues);

  bool Has(std::string_view key) const;          // present, null included
  const Json* Find(std::string_view key) const;  // null pointer if absent
  JsonPath PathOf(std::string_view key) const;

  // Required. `min_length` counts characters.
  std::string String(std::string_view key, size_t min_length = 0);
  int64_t Integer(std::string_view key);  // numeric text and 3.0 are taken
  Uuid Id(std::string_view key);
  // Absent or null is nothing. With `required_key`, absent is an issue.
  std::optional<std::string> OptionalString(std::string_view key,
                                            bool required_key = false);
  std::optional<int64_t> OptionalInteger(std::string_view key);
  std::optional<DateTime> OptionalDateTime(std::string_view key,
                                           bool must_be_aware);
  DateTime AnyDateTime(std::string_view key);  // required, naive or aware
  // Absent is the default; null is an issue.
  bool BoolOr(std::string_view key, bool absent);
  int64_t IntegerOr(std::string_view key, int64_t absent);
  std::vector<std::string> Strings(std::string_view key);  // absent: empty
  std::optional<std::vector<std::string>> OptionalStrings(std::string_view key);
  std::optional<StringMap> OptionalStringMap(std::string_view key);
  std::optional<std::set<std::string>> OptionalStringSet(std::string_view key);
  // Null pointer if it is absent or, which is an issue, no array.
  const Json* Array(std::string_view key, bool required = false);
  // A copy of the object; absent: {}. Null is an issue.
  Json ObjectOrEmpty(std::string_view key);
  // Absent is an issue; gives the null pointer then.
  const Json* Required(std::string_view key);
  // An object of strings that is no field, such as an array's element.
  StringMap StringMapOf(const Json& value, const JsonPath& path);
  // One of `names`; the index of it.
  size_t Choice(std::string_view key,
                std::initializer_list<std::string_view> names);
  // extra_forbidden for every key that is not in `known`.
  void ForbidOthers(std::initializer_list<std::string_view> known);

  void Issue(std::string_view key, std::string type, std::string message);

 private:
  const Json* NotNull(std::string_view key) const;
  std::string StringOf(std::string_view key, const Json& value);
  int64_t IntegerFrom(std::string_view key, const Json& value);
  std::vector<std::string> StringsOf(std::string_view key, const Json& value,
                                     std::string_view type);

  const Json* object_ = nullptr;
  JsonPath path_;
  JsonIssues* issues_;
};

}  // namespace cupel

#endif  // CUPEL_FORMAT_JSON_FIELDS_H_
