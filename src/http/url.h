// URLs as a client needs them: what we speak, whose they are, and where a
// redirect leads.
#ifndef CUPEL_HTTP_URL_H_
#define CUPEL_HTTP_URL_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cupel::http {

struct Url {
  std::string text;    // whole, normalised
  std::string scheme;  // "http" or "https"
  // "https://host:443": who may see what was meant for it.
  std::string origin;
};

// kInvalidArgument, which does not show user, password and query, for what is
// no URL, has no host, or is neither http nor https. Spaces and bytes beyond
// ASCII in path and query are encoded.
absl::StatusOr<Url> ParseUrl(std::string_view text);

// Where `location`, the value of that header, leads from `base`.
absl::StatusOr<Url> ResolveUrl(const Url& base, std::string_view location);

}  // namespace cupel::http

#endif  // CUPEL_HTTP_URL_H_
