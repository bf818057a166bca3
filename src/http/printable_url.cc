#include <algorithm>

#include "format/escape.h"
#include "http/client.h"

namespace cupel::http {
namespace {

constexpr size_t kMost = 300;

// "host", "host:80", "[::1]:80". What looks otherwise may be a password with a
// slash in it, which cuts the authority short.
bool PlausibleHost(std::string_view host) {
  if (!host.empty() && host.front() == '[') {
    size_t end = host.find(']');
    if (end == std::string_view::npos) return false;
    host.remove_prefix(end + 1);
  } else {
    host.remove_prefix(std::min(host.find(':'), host.size()));
  }
  if (host.empty()) return true;
  return host.front() == ':' &&
         host.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

}  // namespace

std::string PrintableUrl(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  std::string_view scheme;
  if (size_t at = url.find("://"); at != std::string_view::npos) {
    scheme = url.substr(0, at + 3);
    url.remove_prefix(at + 3);
  }
  size_t end = std::min(url.find_first_of("/\\"), url.size());
  std::string_view authority = url.substr(0, end);
  std::string_view path = url.substr(end);
  if (size_t at = authority.rfind('@'); at != std::string_view::npos) {
    authority.remove_prefix(at + 1);
  }
  std::string text(scheme);
  if (PlausibleHost(authority)) {
    text.append(authority).append(path);
  } else {
    text += "(no valid host)";
  }
  bool cut = text.size() > kMost;
  if (cut) text.resize(kMost);
  text = EscapePrintable(text);
  return cut ? text + "…" : text;
}

}  // namespace cupel::http
