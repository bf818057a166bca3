// KATalogus's REST API without a transport: a request in, a response out.
#ifndef CUPEL_REGISTRY_REST_H_
#define CUPEL_REGISTRY_REST_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registry/registry.h"

namespace cupel {

struct RestRequest {
  std::string method;  // "GET"
  std::string path;    // as it came, percent-encoded, without the query
  std::string query;   // as it came, without '?'
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct RestResponse {
  int32_t status = 500;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct RestLimits {
  uint64_t body_bytes = uint64_t{4} << 20;  // 413
  uint64_t target_bytes = 16384;            // path and query; 414
};

// Answers every request, whatever is in it; never throws. Any number of
// threads. Who may ask is the host's business.
RestResponse HandleRest(Registry& registry, const RestRequest& request,
                        const RestLimits& limits = {});

}  // namespace cupel

#endif  // CUPEL_REGISTRY_REST_H_
