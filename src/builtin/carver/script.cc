#include "builtin/carver/script.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/status.h"
#include "builtin/carver/ascii_text.h"
#include "builtin/json_text.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

constexpr size_t kMostTag = size_t{64} << 10;
constexpr size_t kMostValue = 256;

// The end of a tag that begins before `at`: behind its '>', quoted ones aside.
// Where a quote has no end, the first '>' has to do. Nothing without any.
std::optional<size_t> TagEnd(std::string_view text, size_t at) {
  const std::string_view tag = text.substr(at, kMostTag);
  char quote = 0;
  for (size_t i = 0; i < tag.size(); ++i) {
    const char c = tag[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return at + i + 1;
    }
  }
  const size_t plain = tag.find('>');
  if (plain == std::string_view::npos) return std::nullopt;
  return at + plain + 1;
}

// The value of an attribute, or an empty text.
std::string_view Attribute(std::string_view tag, std::string_view name) {
  for (size_t at = FindIgnoringCase(tag, name, name.size() - 1, 0);
       at != std::string_view::npos;
       at = FindIgnoringCase(tag, name, name.size() - 1, at + 1)) {
    std::string_view rest = tag.substr(at + name.size());
    if (rest.empty() || (at > 0 && !IsAsciiSpace(tag[at - 1]))) continue;
    if (rest[0] == '"' || rest[0] == '\'') {
      const char quote = rest[0];
      rest.remove_prefix(1);
      return rest.substr(0, std::min(rest.find(quote), kMostValue));
    }
    return rest.substr(0, std::min(rest.find_first_of(" \t\r\n>"), kMostValue));
  }
  return {};
}

bool IsBlank(std::string_view text) {
  return std::all_of(text.begin(), text.end(), IsAsciiSpace);
}

std::string Metadata(std::string_view tag) {
  std::string_view type = Attribute(tag, "type=");
  if (type.empty()) type = Attribute(tag, "language=");
  std::string value;
  JsonWriter(&value).String(JsonText(type));
  return R"("kind":"element","type":)" + value;
}

// Where a URL in an attribute, a style sheet or a text ends.
size_t UrlEnd(std::string_view text, size_t scheme, size_t from) {
  const char before = scheme > 0 ? text[scheme - 1] : '\0';
  if (before == '"' || before == '\'' || before == '`') {
    return std::min(text.find(before, from), text.size());
  }
  return std::min(text.find_first_of(" \t\r\n\"'<>)`", from), text.size());
}

}  // namespace

std::string PercentDecode(std::string_view text) {
  const auto digit = [](char c) {
    const char lower = AsciiLower(c);
    if (lower >= '0' && lower <= '9') return lower - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  };
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
        digit(text[i + 2]) >= 0) {
      out.push_back(
          static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

absl::Status CarveScriptElements(std::string_view bytes, const TakeFound& take,
                                 const StopFn& stop) {
  constexpr std::string_view kOpen = "<script";
  constexpr std::string_view kClose = "</script";
  for (size_t at = FindIgnoringCase(bytes, kOpen, 0, 0);
       at != std::string_view::npos;) {
    CUPEL_RETURN_IF_ERROR(CheckStop(stop));
    const size_t name_end = at + kOpen.size();
    const char next = name_end < bytes.size() ? bytes[name_end] : '\0';
    if (!IsAsciiSpace(next) && next != '>' && next != '/') {
      at = FindIgnoringCase(bytes, kOpen, 0, name_end);
      continue;
    }
    const std::optional<size_t> begin = TagEnd(bytes, name_end);
    if (!begin.has_value()) {
      // No tag ends in what was looked at, so none begins there either, but
      // for one at its very end.
      const size_t seen = std::min(bytes.size(), name_end + kMostTag);
      at = FindIgnoringCase(bytes, kOpen, 0,
                            std::max(name_end, seen - kMostTag / 64));
      continue;
    }
    const std::string_view tag = bytes.substr(at, *begin - at);
    if (tag.ends_with("/>")) {  // empty, in XML
      at = FindIgnoringCase(bytes, kOpen, 0, *begin);
      continue;
    }
    const size_t close = FindIgnoringCase(bytes, kClose, 0, *begin);
    const size_t end = std::min(close, bytes.size());
    const std::string_view body = bytes.substr(*begin, end - *begin);
    if (!IsBlank(body)) {
      Found found{.offset = *begin,
                  .size = body.size(),
                  .bytes = body,
                  .kind = "script",
                  .metadata = Metadata(tag)};
      if (close == std::string_view::npos) {
        found.damage = DataLoss("the script element at byte {} has no end", at);
      }
      CUPEL_RETURN_IF_ERROR(take(found));
    }
    at = FindIgnoringCase(bytes, kOpen, 0, end);
  }
  return absl::OkStatus();
}

absl::Status CarveScriptUrls(std::string_view bytes, size_t min_length,
                             const TakeFound& take, const StopFn& stop) {
  constexpr std::string_view kScheme = "javascript:";
  for (size_t at = FindIgnoringCase(bytes, kScheme, kScheme.size() - 1, 0);
       at != std::string_view::npos;) {
    CUPEL_RETURN_IF_ERROR(CheckStop(stop));
    const size_t begin = at + kScheme.size();
    const size_t end = UrlEnd(bytes, at, begin);
    const std::string_view url = bytes.substr(begin, end - begin);
    if (url.size() >= min_length) {
      const std::string decoded =
          url.find('%') != std::string_view::npos ? PercentDecode(url) : "";
      CUPEL_RETURN_IF_ERROR(
          take(Found{.offset = begin,
                     .size = url.size(),
                     .bytes = decoded.empty() ? url : std::string_view(decoded),
                     .kind = "javascript",
                     .metadata = R"("kind":"javascript")"}));
    }
    at = FindIgnoringCase(bytes, kScheme, kScheme.size() - 1, end);
  }
  return absl::OkStatus();
}

absl::Status CarveScripts(std::string_view bytes, const ScriptCarving& options,
                          const TakeFound& take, const StopFn& stop) {
  CUPEL_RETURN_IF_ERROR(CarveScriptElements(bytes, take, stop));
  CUPEL_RETURN_IF_ERROR(CarveScriptUrls(bytes, options.min_length, take, stop));
  CUPEL_RETURN_IF_ERROR(CarveDataUrls(bytes, options.min_length, take, stop));
  return CarveEncodedCommands(bytes, options.min_length, take, stop);
}

}  // namespace cupel
