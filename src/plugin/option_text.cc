#include "plugin/option_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

#include "base/status.h"
#include "format/json.h"

namespace cupel {
namespace {

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return lower;
}

std::optional<bool> Boolean(std::string_view text, bool digits) {
  const std::string lower = LowerCase(Trim(text));
  if (lower == "true" || lower == "yes" || lower == "on") return true;
  if (lower == "false" || lower == "no" || lower == "off") return false;
  if (digits && lower == "1") return true;
  if (digits && lower == "0") return false;
  return std::nullopt;
}

std::optional<int64_t> Integer(std::string_view text) {
  text = Trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || next != end) return std::nullopt;
  return value;
}

// Decimal digits: "inf", "nan" and hexadecimal ones are text.
std::optional<double> Decimal(std::string_view text) {
  text = Trim(text);
  if (text.empty() ||
      text.find_first_not_of("0123456789.+-eE") != std::string_view::npos) {
    return std::nullopt;
  }
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || next != end || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

Json CommaList(std::string_view text) {
  Json list = Json::array();
  while (!Trim(text).empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string_view item = Trim(text.substr(0, comma));
    if (!item.empty()) list.push_back(std::string(item));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return list;
}

absl::Status Expected(std::string_view what) {
  return InvalidArgument("expected {}", what);
}

absl::StatusOr<Json> List(std::string_view text) {
  if (!Trim(text).starts_with('[')) return CommaList(text);
  absl::StatusOr<Json> json = ParseJson(text, "the value");
  if (json.ok() && json->is_array()) return json;
  return Expected("a list, as JSON or separated by commas");
}

absl::StatusOr<Json> Object(std::string_view text) {
  absl::StatusOr<Json> json = ParseJson(text, "the value");
  if (json.ok() && json->is_object()) return json;
  return Expected("a JSON object");
}

absl::StatusOr<Json> OfType(std::string_view text, const Json& known) {
  if (known.is_string()) return Json(std::string(text));
  if (known.is_array()) return List(text);
  if (known.is_object()) return Object(text);
  if (known.is_boolean()) {
    const auto value = Boolean(text, true);
    return value ? absl::StatusOr<Json>(Json(*value))
                 : Expected("true or false");
  }
  if (const auto value = Integer(text)) return Json(*value);
  if (known.is_number_float()) {
    const auto value = Decimal(text);
    return value ? absl::StatusOr<Json>(Json(*value)) : Expected("a number");
  }
  return Expected("an integer");
}

// Nothing if the name does not say what it is.
std::optional<absl::StatusOr<Json>> OfSuffix(std::string_view name,
                                             std::string_view text) {
  const std::string lower = LowerCase(name);
  if (lower.ends_with("_list") || lower.ends_with("_tuple")) return List(text);
  if (lower.ends_with("_dict")) return Object(text);
  if (lower.ends_with("_int")) {
    const auto value = Integer(text);
    return value ? absl::StatusOr<Json>(Json(*value)) : Expected("an integer");
  }
  return std::nullopt;
}

absl::StatusOr<Json> OfName(std::string_view name, std::string_view text) {
  if (auto value = OfSuffix(name, text)) return *std::move(value);
  if (const auto value = Boolean(text, false)) return Json(*value);
  if (const auto value = Integer(text)) return Json(*value);
  if (const auto value = Decimal(text)) return Json(*value);
  return Json(std::string(text));
}

absl::StatusOr<Json> OfStoq(std::string_view name, std::string_view text) {
  if (auto value = OfSuffix(name, text)) return *std::move(value);
  if (const auto value = Boolean(text, false)) return Json(*value);
  if (text == "1" || text == "0") return Json(text == "1" ? 1 : 0);
  return Json(std::string(text));
}

}  // namespace

absl::StatusOr<std::string> OptionJson(std::string_view name,
                                       std::string_view text,
                                       const Json* known) {
  const bool typed = known != nullptr && !known->is_null();
  CUPEL_ASSIGN_OR_RETURN(const Json value,
                         typed ? OfType(text, *known) : OfName(name, text));
  return PrintJson(value);
}

absl::StatusOr<std::string> StoqOptionJson(std::string_view name,
                                           std::string_view text) {
  CUPEL_ASSIGN_OR_RETURN(const Json value, OfStoq(name, text));
  return PrintJson(value);
}

absl::Status CheckOptionType(const Json& json, const Json& known) {
  if (json.is_null() || known.is_null()) return absl::OkStatus();
  if (known.is_number_float()
          ? json.is_number()
          : (known.is_number() ? json.is_number_integer()
                               : json.type() == known.type())) {
    return absl::OkStatus();
  }
  return InvalidArgument("expected {}, found {}", JsonTypeName(known),
                         JsonTypeName(json));
}

bool IsSecretOption(std::string_view name) {
  const std::string lower = LowerCase(name);
  constexpr std::array<std::string_view, 5> kWords = {"pass", "secret", "token",
                                                      "key", "credential"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
    return lower.find(word) != std::string::npos;
  });
}

}  // namespace cupel
