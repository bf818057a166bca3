#include "builtin/ioc/url.h"

#include <algorithm>
#include <charconv>

#include "builtin/ioc/host.h"

namespace cupel {
namespace {

char OpeningOf(char closing) {
  if (closing == ')') return '(';
  return closing == ']' ? '[' : '\0';
}

// Without the marks that end a sentence or close brackets that were opened
// before it.
std::string_view TrimEnd(std::string_view text) {
  for (; !text.empty(); text.remove_suffix(1)) {
    const char last = text.back();
    if (std::string_view(".,;:!?*~'").find(last) != std::string_view::npos) {
      continue;
    }
    const char opening = OpeningOf(last);
    if (opening == '\0' || std::count(text.begin(), text.end(), opening) >=
                               std::count(text.begin(), text.end(), last)) {
      break;
    }
  }
  return text;
}

// "hxxps" -> "https".
std::string CleanScheme(std::string_view text) {
  std::string scheme = LowerAscii(text);
  if (scheme.starts_with("h") || scheme.starts_with("f")) {
    std::replace(scheme.begin(), scheme.end(), 'x', 't');
    std::replace(scheme.begin(), scheme.end(), '*', 't');
  }
  return scheme;
}

bool IsPort(std::string_view text) {
  unsigned port = 0;
  const auto [stopped, error] =
      std::from_chars(text.data(), text.data() + text.size(), port);
  return text.empty() ||
         (error == std::errc() && stopped == text.data() + text.size() &&
          port <= 65535);
}

// Where the path begins: behind the host, which may hold "[/]" and "[:]".
size_t AuthorityEnd(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && text[at] != '/' && text[at] != '?' &&
         text[at] != '#') {
    ++at;
  }
  return at;
}

}  // namespace

std::optional<FoundUrl> ParseFoundUrl(std::string_view text) {
  if (text.size() > 2 * kMaxUrl) return std::nullopt;
  text = TrimEnd(text);
  const size_t scheme_end = text.find_first_of(":[");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const std::string scheme = CleanScheme(text.substr(0, scheme_end));
  // "://", "[://]", "[:]//", ":[//]".
  const size_t slashes = text.find("//", scheme_end);
  if (slashes == std::string_view::npos) return std::nullopt;
  size_t start = slashes + 2;
  if (start < text.size() && text[start] == ']' &&
      text.substr(scheme_end, slashes - scheme_end).find(']') ==
          std::string_view::npos) {
    ++start;
  }
  text.remove_prefix(start);
  const size_t authority_end = AuthorityEnd(text);
  const std::string authority = Refang(text.substr(0, authority_end));
  const std::string_view rest = text.substr(authority_end);
  const size_t at = authority.rfind('@');
  const std::string user =
      at == std::string::npos ? "" : authority.substr(0, at + 1);
  std::string_view host_port = authority;
  host_port.remove_prefix(user.size());
  size_t colon = host_port.rfind(':');
  // Not the colons of an IPv6 address.
  const size_t bracket = host_port.rfind(']');
  if (bracket != std::string_view::npos && colon != std::string_view::npos &&
      colon < bracket) {
    colon = std::string_view::npos;
  }
  colon = std::min(colon, host_port.size());
  FoundUrl out;
  out.host = LowerAscii(host_port.substr(0, colon));
  const std::string_view port = host_port.substr(colon);
  if (!IsHost(out.host) || !IsPort(port.substr(port.empty() ? 0 : 1))) {
    return std::nullopt;
  }
  out.url =
      scheme + "://" + user + out.host + std::string(port) + std::string(rest);
  if (out.url.size() > kMaxUrl) return std::nullopt;
  return out;
}

}  // namespace cupel
