#include "format/toml.h"

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <cmath>
#include <sstream>
#include <string>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

Json JsonOf(const toml::node& node);

Json ObjectOf(const toml::table& table) {
  Json object = Json::object();
  for (const auto& [key, value] : table) {
    object[std::string(key.str())] = JsonOf(value);
  }
  return object;
}

Json JsonOf(const toml::node& node) {
  if (const auto* table = node.as_table()) return ObjectOf(*table);
  if (const auto* array = node.as_array()) {
    Json list = Json::array();
    for (const toml::node& item : *array) list.push_back(JsonOf(item));
    return list;
  }
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) {
    const int64_t value = number->get();
    // So that what can't be negative is told by its type, as in ParseJson.
    return value < 0 ? Json(value) : Json(static_cast<uint64_t>(value));
  }
  if (const auto* flag = node.as_boolean()) return flag->get();
  if (const auto* number = node.as_floating_point()) {
    return std::isfinite(number->get()) ? Json(number->get()) : Json();
  }
  std::ostringstream text;
  if (const auto* date = node.as_date()) text << date->get();
  if (const auto* time = node.as_time()) text << time->get();
  if (const auto* both = node.as_date_time()) text << both->get();
  return text.str();
}

// toml++ quotes what it was reading; only what it expected is shown.
std::string Harmless(std::string_view description) {
  for (std::string_view mark : {"; saw ", " saw ", "'", "\""}) {
    description = description.substr(0, description.find(mark));
  }
  return EscapePrintable(description);
}

}  // namespace

absl::StatusOr<Json> ParseToml(std::string_view text, std::string_view what) {
  if (text.size() > kMaxTomlBytes) {
    return ResourceExhausted("{}: longer than {} bytes", what, kMaxTomlBytes);
  }
  toml::parse_result result = toml::parse(text);
  if (!result) {
    const toml::parse_error& error = result.error();
    return InvalidArgument("{}:{}:{}: {}", what, error.source().begin.line,
                           error.source().begin.column,
                           Harmless(error.description()));
  }
  return ObjectOf(result.table());
}

}  // namespace cupel
