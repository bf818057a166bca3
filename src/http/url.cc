#include "http/url.h"

#include <curl/curl.h>

#include <memory>
#include <utility>

#include "base/status.h"
#include "http/client.h"

namespace cupel::http {
namespace {

struct Freed {
  void operator()(CURLU* handle) const { curl_url_cleanup(handle); }
  void operator()(char* text) const { curl_free(text); }
};
using Handle = std::unique_ptr<CURLU, Freed>;

// As browsers and reqwest do, instead of refusing a file name with a space.
constexpr unsigned kLenient = CURLU_ALLOW_SPACE | CURLU_URLENCODE;

absl::StatusOr<std::string> Part(CURLU* handle, CURLUPart part,
                                 unsigned flags = 0) {
  char* text = nullptr;
  CURLUcode code = curl_url_get(handle, part, &text, flags);
  std::unique_ptr<char, Freed> owned(text);
  if (code != CURLUE_OK) return InvalidArgument("{}", curl_url_strerror(code));
  return std::string(text);
}

absl::Status Refused(std::string_view text, std::string_view why) {
  return InvalidArgument("URL '{}': {}", PrintableUrl(text), why);
}

absl::StatusOr<Url> UrlOf(CURLU* handle, std::string_view text) {
  Url url;
  auto scheme = Part(handle, CURLUPART_SCHEME);
  if (!scheme.ok()) return Refused(text, "it has no scheme; say http or https");
  url.scheme = *std::move(scheme);
  if (url.scheme != "http" && url.scheme != "https") {
    return Refused(text, "only http and https are spoken");
  }
  auto host = Part(handle, CURLUPART_HOST);
  auto port = Part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  auto whole = Part(handle, CURLUPART_URL);
  if (!host.ok() || host->empty()) return Refused(text, "it has no host");
  if (!port.ok() || !whole.ok()) return Refused(text, "it is not well-formed");
  for (char& c : *host) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  url.origin = url.scheme + "://" + *host + ":" + *port;
  url.text = *std::move(whole);
  return url;
}

absl::StatusOr<Url> Parse(CURLU* handle, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    return Refused(text, "it has a NUL in it");
  }
  CURLUcode code =
      curl_url_set(handle, CURLUPART_URL, std::string(text).c_str(), kLenient);
  if (code == CURLUE_OUT_OF_MEMORY) return ResourceExhausted("out of memory");
  if (code == CURLUE_UNSUPPORTED_SCHEME) {
    return Refused(text, "only http and https are spoken");
  }
  if (code != CURLUE_OK) return Refused(text, curl_url_strerror(code));
  return UrlOf(handle, text);
}

}  // namespace

absl::StatusOr<Url> ParseUrl(std::string_view text) {
  Handle handle(curl_url());
  if (handle == nullptr) return ResourceExhausted("out of memory");
  return Parse(handle.get(), text);
}

absl::StatusOr<Url> ResolveUrl(const Url& base, std::string_view location) {
  Handle handle(curl_url());
  if (handle == nullptr) return ResourceExhausted("out of memory");
  CUPEL_RETURN_IF_ERROR(Parse(handle.get(), base.text).status());
  return Parse(handle.get(), location);
}

}  // namespace cupel::http
