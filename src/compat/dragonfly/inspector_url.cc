#include "compat/dragonfly/inspector_url.h"

#include <vector>

#include "base/status.h"
#include "format/escape.h"

namespace cupel::dragonfly {
namespace {

constexpr std::string_view kHost = "inspector.pypi.io";

void AppendEncoded(unsigned char c, std::string* out) {
  constexpr char kHex[] = "0123456789ABCDEF";
  *out += '%';
  *out += kHex[c >> 4];
  *out += kHex[c & 15];
}

// Bytes that URLs, as browsers read them, have as %XX; what is %XX stays.
std::string Encoded(std::string_view text, std::string_view also) {
  std::string out;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f ||
        also.find(c) != std::string_view::npos) {
      AppendEncoded(byte, &out);
    } else {
      out += c;
    }
  }
  return out;
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// "." (1), ".." (2), also as %2e, or anything else (0).
int Dots(std::string_view segment) {
  std::string plain;
  for (size_t i = 0; i < segment.size(); ++i) {
    if (LowerCase(segment.substr(i, 3)) == "%2e") {
      plain += '.';
      i += 2;
    } else {
      plain += segment[i];
    }
  }
  return plain == "." ? 1 : plain == ".." ? 2 : 0;
}

// A path as it stands in a URL: absolute, without "." and "..".
std::string NormalPath(std::string_view path) {
  if (!path.empty() && (path.front() == '/' || path.front() == '\\')) {
    path.remove_prefix(1);
  }
  std::vector<std::string> segments;
  while (true) {
    size_t end = path.find_first_of("/\\");
    bool last = end == std::string_view::npos;
    std::string_view segment = path.substr(0, end);
    int dots = Dots(segment);
    if (dots == 2 && !segments.empty()) segments.pop_back();
    if (dots == 0) segments.push_back(Encoded(segment, "\"#<>?`{}"));
    if (dots != 0 && last) segments.emplace_back();
    if (last) break;
    path.remove_prefix(end + 1);
  }
  std::string normal;
  for (const std::string& segment : segments) normal += '/' + segment;
  return normal;
}

struct Parts {
  std::string scheme;
  std::string port;  // with its colon; empty for the scheme's own
  std::string path;
  std::string rest;  // query and fragment, with their marks
};

absl::StatusOr<Parts> Split(std::string_view given) {
  // As browsers do: blanks around it, and line ends within, are not there.
  std::string url;
  for (char c : given) {
    if (c != '\t' && c != '\n' && c != '\r') url += c;
  }
  url.erase(0, std::min(url.find_first_not_of(' '), url.size()));
  url.erase(url.find_last_not_of(' ') + 1);
  Parts parts;
  size_t colon = url.find(':');
  if (colon != std::string::npos)
    parts.scheme = LowerCase(url.substr(0, colon));
  if (parts.scheme != "http" && parts.scheme != "https") {
    return InvalidArgument("a distribution's URL is neither http nor https");
  }
  size_t begin = std::min(url.find_first_not_of("/\\", colon + 1), url.size());
  size_t end = std::min(url.find_first_of("/\\?#", begin), url.size());
  std::string_view host = std::string_view(url).substr(begin, end - begin);
  host.remove_prefix(host.rfind('@') + 1);  // npos + 1 is 0
  if (size_t at = host.find(':', host.rfind(']') + 1);
      at != std::string_view::npos) {
    std::string_view port = host.substr(at + 1);
    if (port.find_first_not_of("0123456789") != std::string_view::npos) {
      return InvalidArgument("a distribution's URL has no valid port");
    }
    port.remove_prefix(std::min(port.find_first_not_of('0'), port.size()));
    bool own = port == (parts.scheme == "http" ? "80" : "443");
    if (!own && !port.empty()) parts.port = ":" + std::string(port);
    host = host.substr(0, at);
  }
  if (host.empty()) return InvalidArgument("a distribution's URL has no host");
  size_t rest = std::min(url.find_first_of("?#", end), url.size());
  parts.path = NormalPath(std::string_view(url).substr(end, rest - end));
  parts.rest = Encoded(std::string_view(url).substr(rest), "\"<>");
  return parts;
}

// Without "./" and "/" before it, and with U+FFFD for what is no UTF-8.
std::string FileText(std::string_view file) {
  while (file.starts_with("./") || file.starts_with("/")) {
    file.remove_prefix(file.front() == '/' ? 1 : 2);
  }
  return ReplaceInvalidUtf8(file);
}

}  // namespace

absl::StatusOr<std::string> InspectorUrl(std::string_view download_url,
                                         std::string_view name,
                                         std::string_view version,
                                         std::string_view file) {
  CUPEL_ASSIGN_OR_RETURN(Parts parts, Split(download_url));
  std::string path = "/project/";
  path.append(name).append("/").append(version).append(parts.path).append("/");
  std::string url = parts.scheme + "://";
  url.append(kHost).append(parts.port).append(NormalPath(path));
  url.append(parts.rest).append(FileText(file));
  return url;
}

}  // namespace cupel::dragonfly
