// Taking a request's target apart, strictly.
#include <algorithm>

#include "base/status.h"
#include "format/escape.h"
#include "registry/manifest.h"
#include "registry/rest_call.h"

namespace cupel {
namespace {

std::optional<uint8_t> HexDigit(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<uint8_t>(digit - '0');
  const char lower = static_cast<char>(digit | 0x20);
  if (lower >= 'a' && lower <= 'f') {
    return static_cast<uint8_t>(lower - 'a' + 10);
  }
  return std::nullopt;
}

absl::StatusOr<std::string> Decode(std::string_view text, bool plus_is_blank,
                                   std::string_view part) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const std::string_view digits = text.substr(i + 1, 2);
      const auto high = digits.size() == 2 ? HexDigit(digits[0]) : std::nullopt;
      const auto low = high ? HexDigit(digits[1]) : std::nullopt;
      if (!low) {
        return InvalidArgument(
            "the {}: a '%' without two hexadecimal digits after it", part);
      }
      out += static_cast<char>(*high << 4 | *low);
      i += 2;
    }
  }
  return out;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> DecodePath(std::string_view path) {
  if (path.empty() || path.front() != '/') {
    return InvalidArgument("the path: it begins with no slash");
  }
  path.remove_prefix(1);
  if (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  std::vector<std::string> segments;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    CUPEL_ASSIGN_OR_RETURN(std::string segment,
                           Decode(path.substr(0, end), false, "path"));
    if (segment.find('/') != std::string::npos ||
        HasControlCharacters(segment)) {
      return InvalidArgument(
          "the path: an id has a slash or a control character in it, or is no "
          "UTF-8");
    }
    segments.push_back(std::move(segment));
    if (end + 1 == path.size()) segments.emplace_back();  // a second slash
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return segments;
}

absl::StatusOr<RestQuery> DecodeQuery(std::string_view query) {
  RestQuery out;
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const size_t sign = std::min(pair.find('='), pair.size());
    CUPEL_ASSIGN_OR_RETURN(std::string name,
                           Decode(pair.substr(0, sign), true, "query"));
    CUPEL_ASSIGN_OR_RETURN(
        std::string value,
        Decode(pair.substr(std::min(sign + 1, pair.size())), true, "query"));
    if (HasControlCharacters(name) || HasControlCharacters(value)) {
      return InvalidArgument(
          "the query: a control character, or what is no UTF-8");
    }
    out.emplace_back(std::move(name), std::move(value));
  }
  return out;
}

std::optional<std::string> RestQueryReader::Text(std::string_view name) const {
  std::optional<std::string> found;
  for (const auto& [key, value] : query_) {
    if (key == name) found = value;
  }
  return found;
}

std::vector<std::string> RestQueryReader::Texts(std::string_view name) const {
  std::vector<std::string> found;
  for (const auto& [key, value] : query_) {
    if (key == name) found.push_back(value);
  }
  return found;
}

void RestQueryReader::Issue(std::string_view name, std::string type,
                            std::string message) {
  issues_->Add({std::string(name)}, std::move(type), std::move(message));
}

// The words that pydantic takes.
std::optional<bool> RestQueryReader::Bool(std::string_view name) {
  std::optional<std::string> text = Text(name);
  if (!text) return std::nullopt;
  for (char& c : *text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  for (const std::string_view yes : {"true", "1", "yes", "on", "t", "y"}) {
    if (*text == yes) return true;
  }
  for (const std::string_view no : {"false", "0", "no", "off", "f", "n"}) {
    if (*text == no) return false;
  }
  Issue(name, "bool_parsing", "expected true or false");
  return std::nullopt;
}

std::optional<uint64_t> RestQueryReader::Count(std::string_view name) {
  constexpr size_t kMostDigits = 18;
  const std::optional<std::string> text = Text(name);
  if (!text) return std::nullopt;
  const bool digits = std::all_of(text->begin(), text->end(),
                                  [](char c) { return c >= '0' && c <= '9'; });
  if (text->empty() || !digits || text->size() > kMostDigits) {
    Issue(name, "int_parsing", "expected a whole number, 0 or more");
    return std::nullopt;
  }
  return std::stoull(*text);
}

std::optional<std::string> RestQueryReader::Choice(
    std::string_view name, std::initializer_list<std::string_view> of) {
  std::optional<std::string> text = Text(name);
  if (!text || std::find(of.begin(), of.end(), *text) != of.end()) return text;
  std::string known;
  for (const std::string_view word : of) {
    known += known.empty() ? "" : ", ";
    known += word;
  }
  Issue(name, "enum", "expected one of " + known);
  return std::nullopt;
}

Json ReadBody(const RestCall& call, JsonIssues* issues) {
  if (call.request.body.empty()) {
    issues->Add({}, "missing", "a body is required");
    return {};
  }
  auto body = ParseJson(call.request.body, "body");
  if (body.ok()) return *std::move(body);
  issues->Add({}, "json_invalid", std::string(MessageOf(body.status())));
  return {};
}

}  // namespace cupel
