#include "store/database_url.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr size_t kUrlBytes = 8192;
constexpr size_t kPrefixBytes = 32;
constexpr std::string_view kPrefixParameter = "cupel_prefix=";

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = Lower(c);
  return lower;
}

// "postgresql" of "PostgreSQL://…", or empty for what names no driver.
std::string SchemeOf(std::string_view url) {
  std::string scheme = Lower(url.substr(0, url.find("://")));
  const auto fits = [](char c) { return IsLower(c) || IsDigit(c) || c == '-'; };
  return !scheme.empty() && scheme.size() < url.size() && IsLower(scheme[0]) &&
                 std::all_of(scheme.begin(), scheme.end(), fits)
             ? scheme
             : "";
}

// What was meant as a URL must not become a file that has the password in its
// name. A path that begins as one may have anything in it.
bool IsMeantAsUrl(std::string_view text) {
  if (text.empty() || text[0] == '/' || text[0] == '.') return false;
  const std::string scheme = Lower(text.substr(0, text.find(':')));
  return text.find("://") != std::string_view::npos ||
         (scheme.size() < text.size() &&
          (scheme == "postgresql" || scheme == "postgres"));
}

absl::Status NoSuchScheme(std::string_view url) {
  const size_t end = url.find("://");
  // What has an '@' before it is no scheme, but may be a password.
  const bool shown = end != std::string_view::npos && url.size() <= kUrlBytes &&
                     url.substr(0, end).find('@') == std::string_view::npos;
  return InvalidArgument(
      "the database's URL '{}' has no scheme that is known: write "
      "postgresql://USER@HOST/NAME, or sqlite:PATH for a file",
      shown ? PrintableUrl(url) : "(not shown)");
}

std::vector<std::string_view> SplitParameters(std::string_view query) {
  std::vector<std::string_view> parts;
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    parts.push_back(query.substr(0, end));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return parts;
}

// Also what is written in a way that hides it.
bool MayBeSecret(std::string_view key) {
  const std::string lower = Lower(key);
  return lower.find("pass") != std::string::npos ||
         lower.find('%') != std::string::npos;
}

absl::Status CheckPrefix(std::string_view prefix) {
  const auto fits = [](char c) { return IsLower(c) || IsDigit(c) || c == '_'; };
  if (prefix.empty() || prefix.size() > kPrefixBytes || !IsLower(prefix[0]) ||
      !std::all_of(prefix.begin(), prefix.end(), fits) ||
      prefix.substr(0, 3) == "pg_") {
    return InvalidArgument(
        "cupel_prefix '{}' of a database's URL: expected a lower-case letter, "
        "then up to {} of letters, digits and '_'; not pg_",
        EscapePrintable(prefix), kPrefixBytes - 1);
  }
  return absl::OkStatus();
}

// Takes our own parameter out of the URL: drivers don't know it.
absl::Status TakePrefix(DatabaseUrl* url) {
  const size_t question = url->target.find('?');
  if (question == std::string::npos) return absl::OkStatus();
  const std::string query = url->target.substr(question + 1);
  std::string left;
  for (const std::string_view part : SplitParameters(query)) {
    if (part.substr(0, kPrefixParameter.size()) == kPrefixParameter) {
      url->prefix = part.substr(kPrefixParameter.size());
      CUPEL_RETURN_IF_ERROR(CheckPrefix(url->prefix));
    } else {
      left += left.empty() ? '?' : '&';
      left += part;
    }
  }
  url->target = url->target.substr(0, question) + left;
  return absl::OkStatus();
}

}  // namespace

std::string PrintableUrl(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return EscapePrintable(url);
  std::string shown(url.substr(0, scheme + 3));
  url.remove_prefix(scheme + 3);
  // A password may hold '/', '?' or '@' although it must not: all up to the
  // last '@' counts as the user's part.
  const size_t at = url.rfind('@');
  if (at != std::string_view::npos) {
    shown += url.substr(0, std::min(url.find(':'), at));
    url.remove_prefix(at);
  } else if (const size_t colon = url.find(':');
             colon < url.find_first_of("/?[")) {
    // No user, so this is to be a port; what is none may be a password.
    const size_t end = std::min(url.find_first_of("/?", colon), url.size());
    const std::string_view port = url.substr(colon + 1, end - colon - 1);
    const bool shown_whole = std::all_of(port.begin(), port.end(), [](char c) {
      return IsDigit(c) || c == ',' || c == ':';
    });
    shown += url.substr(0, shown_whole ? end : colon);
    url.remove_prefix(end);
  }
  const size_t question = std::min(url.find('?'), url.size());
  shown += url.substr(0, question);
  url.remove_prefix(std::min(question + 1, url.size()));
  char before = '?';
  for (const std::string_view part : SplitParameters(url)) {
    const size_t equals = std::min(part.find('='), part.size());
    const std::string_view key = part.substr(0, equals);
    shown += std::exchange(before, '&');
    shown += key;
    if (equals == part.size()) continue;
    shown += MayBeSecret(key) ? "=***" : part.substr(equals);
  }
  return EscapePrintable(shown);
}

absl::StatusOr<DatabaseUrl> ParseDatabaseUrl(std::string_view url) {
  DatabaseUrl parsed;
  constexpr std::string_view kSqlite = "sqlite:";
  if (Lower(url.substr(0, kSqlite.size())) == kSqlite) {
    parsed.target = url.substr(kSqlite.size());
    // sqlite:///path has no host.
    if (parsed.target.substr(0, 3) == "///") parsed.target.erase(0, 2);
    parsed.printable = EscapePrintable(parsed.target);
    return parsed;
  }
  const std::string scheme = SchemeOf(url);
  parsed.target = url;
  if (scheme.empty()) {
    if (IsMeantAsUrl(url)) return NoSuchScheme(url);
    parsed.printable = EscapePrintable(url);
    return parsed;
  }
  // Drivers know theirs in lower case only.
  parsed.target.replace(0, scheme.size(), scheme);
  parsed.driver = scheme;
  if (parsed.driver == "postgres") parsed.driver = "postgresql";
  parsed.printable = PrintableUrl(url);
  parsed.prefix = "cupel";
  if (url.size() > kUrlBytes || url.find('\0') != std::string_view::npos) {
    return InvalidArgument(
        "the database's URL has a NUL byte or more than {} bytes", kUrlBytes);
  }
  CUPEL_RETURN_IF_ERROR(TakePrefix(&parsed));
  return parsed;
}

}  // namespace cupel
