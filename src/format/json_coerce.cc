#include "format/json_coerce.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>
#include <system_error>

#include "base/status.h"

namespace cupel {
namespace {

JsonProblem NoInteger() {
  return {"int_parsing",
          "expected an integer, found a string that is no number without a "
          "fraction"};
}

JsonProblem TooLarge() {
  return {"int_parsing_size", "expected an integer of at most 64 bits"};
}

// Python's isspace(), as far as ASCII goes.
std::string_view Stripped(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\n\r\f\v";
  const size_t first = text.find_first_not_of(kSpaces);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

// Digits with single underscores between them, as Python's int() takes them.
bool TakeDigits(std::string_view text, std::string* digits) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      *digits += c;
    } else if (c != '_' || i == 0 || i + 1 == text.size() ||
               text[i - 1] == '_') {
      return false;
    }
  }
  return !digits->empty();
}

JsonProblem IntegerOfText(std::string_view text, int64_t* value) {
  text = Stripped(text);
  std::string digits;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    if (text.front() == '-') digits = "-";
    text.remove_prefix(1);
  }
  const size_t point = text.find('.');
  if (point != text.npos) {
    // "5.0", but not "5." and not "5.5".
    const std::string_view fraction = text.substr(point + 1);
    if (fraction.empty() || fraction.find_first_not_of('0') != fraction.npos) {
      return NoInteger();
    }
    text = text.substr(0, point);
  }
  if (!TakeDigits(text, &digits) || digits == "-") return NoInteger();
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), *value);
  if (error != std::errc()) {
    return TooLarge();
  }
  return {};
}

}  // namespace

JsonProblem Expected(std::string_view type, std::string_view expected,
                     const Json& found) {
  return {std::string(type),
          fmt::format("expected {}, found {}", expected, JsonTypeName(found))};
}

JsonProblem IntegerOf(const Json& json, int64_t* value) {
  if (json.is_boolean()) {
    *value = json.get<bool>() ? 1 : 0;
    return {};
  }
  if (json.is_number_unsigned()) {
    const auto number = json.get<uint64_t>();
    if (number > uint64_t{std::numeric_limits<int64_t>::max()}) {
      return TooLarge();
    }
    *value = static_cast<int64_t>(number);
    return {};
  }
  if (json.is_number_integer()) {
    *value = json.get<int64_t>();
    return {};
  }
  if (json.is_number_float()) {
    const auto number = json.get<double>();
    if (std::trunc(number) != number) {
      return {"int_from_float",
              "expected an integer, found a number with a fraction"};
    }
    constexpr double kTwoTo63 = 9223372036854775808.0;
    if (number < -kTwoTo63 || number >= kTwoTo63) return TooLarge();
    *value = static_cast<int64_t>(number);
    return {};
  }
  if (json.is_string()) {
    return IntegerOfText(json.get_ref<const std::string&>(), value);
  }
  return Expected("int_type", "an integer", json);
}

JsonProblem BoolOf(const Json& json, bool* value) {
  if (json.is_boolean()) {
    *value = json.get<bool>();
    return {};
  }
  if (json.is_number()) {
    const auto number = json.get<double>();
    *value = number == 1;
    if (number == 0 || number == 1) return {};
    return {"bool_parsing", "expected true or false, found another number"};
  }
  if (json.is_string()) {
    std::string text = json.get<std::string>();
    for (char& c : text) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    for (const std::string_view yes : {"true", "t", "yes", "y", "on", "1"}) {
      *value = text == yes;
      if (*value) return {};
    }
    for (const std::string_view no : {"false", "f", "no", "n", "off", "0"}) {
      if (text == no) return {};
    }
    return {"bool_parsing", "expected true or false, found another string"};
  }
  return Expected("bool_type", "true or false", json);
}

JsonProblem DateTimeOf(const Json& json, DateTime* value) {
  absl::StatusOr<DateTime> result = DateTime{};
  if (json.is_string()) {
    result = DateTime::Parse(json.get_ref<const std::string&>());
  } else if (json.is_number_float()) {
    result = DateTime::FromNumber(json.get<double>());
  } else if (json.is_number_unsigned() &&
             json.get<uint64_t>() >
                 uint64_t{std::numeric_limits<int64_t>::max()}) {
    result = DateTime::FromNumber(std::numeric_limits<int64_t>::max());
  } else if (json.is_number_integer()) {
    result = DateTime::FromNumber(json.get<int64_t>());
  } else {
    return Expected("datetime_type", "a date and time", json);
  }
  if (!result.ok()) {
    return {"datetime_parsing",
            fmt::format("{}, found {}", MessageOf(result.status()),
                        json.is_string() ? "another string" : "a number")};
  }
  *value = *result;
  return {};
}

}  // namespace cupel
