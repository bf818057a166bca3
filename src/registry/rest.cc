#include "registry/rest.h"

#include <algorithm>

#include "base/status.h"
#include "registry/rest_call.h"
#include "registry/rest_routes.h"

namespace cupel {
namespace {

// The next segment of a path of the table, which is taken off.
std::string_view TakeSegment(std::string_view* path) {
  path->remove_prefix(std::min<size_t>(path->size(), 1));  // the slash
  const size_t end = std::min(path->find('/'), path->size());
  const std::string_view segment = path->substr(0, end);
  path->remove_prefix(end);
  return segment;
}

// What stands in the place of its parameters, if `segments` is such a path.
std::optional<std::vector<std::string>> Match(
    std::string_view path, const std::vector<std::string>& segments) {
  std::vector<std::string> ids;
  for (const std::string& segment : segments) {
    if (path.empty() || segment.empty()) return std::nullopt;
    const std::string_view expected = TakeSegment(&path);
    if (expected.starts_with('{')) {
      ids.push_back(segment);
    } else if (segment != expected) {
      return std::nullopt;
    }
  }
  if (!path.empty() && path != "/") return std::nullopt;
  return ids;
}

class Dispatch {
 public:
  Dispatch(Registry& registry, const RestRequest& request)
      : call_{registry, request, {}, {}} {}

  RestResponse Run() {
    auto segments = DecodePath(call_.request.path);
    if (!segments.ok()) return DetailReply(400, MessageOf(segments.status()));
    const bool head = call_.request.method == "HEAD";
    const RestRoute* const route =
        Find(*segments, head ? "GET" : call_.request.method);
    if (route == nullptr) return NoRoute();
    auto query = DecodeQuery(call_.request.query);
    if (!query.ok()) return DetailReply(400, MessageOf(query.status()));
    call_.query = *std::move(query);
    return route->handler(call_);
  }

 private:
  const RestRoute* Find(const std::vector<std::string>& segments,
                        std::string_view method) {
    for (const RestRoute& route : RestRoutes()) {
      auto ids = Match(route.path, segments);
      if (!ids) continue;
      if (route.method == method) {
        call_.ids = *std::move(ids);
        return &route;
      }
      if (std::find(allowed_.begin(), allowed_.end(), route.method) ==
          allowed_.end()) {
        allowed_.push_back(route.method);
      }
    }
    return nullptr;
  }

  RestResponse NoRoute() const {
    if (allowed_.empty()) return DetailReply(404, "Not Found");
    const bool options = call_.request.method == "OPTIONS";
    RestResponse response =
        options ? EmptyReply() : DetailReply(405, "Method Not Allowed");
    std::string allow;
    for (const std::string_view method : allowed_) {
      allow += method;
      allow += method == "GET" ? ", HEAD, " : ", ";
    }
    response.headers.emplace_back("allow", allow + "OPTIONS");
    return response;
  }

  RestCall call_;
  std::vector<std::string_view> allowed_;
};

RestResponse Answer(Registry& registry, const RestRequest& request,
                    const RestLimits& limits) {
  if (request.path.size() + request.query.size() > limits.target_bytes) {
    return DetailReply(414,
                       fmt::format("path and query have more than {} bytes",
                                   limits.target_bytes));
  }
  if (request.body.size() > limits.body_bytes) {
    return DetailReply(
        413, fmt::format("the body has more than {} bytes", limits.body_bytes));
  }
  return Dispatch(registry, request).Run();
}

}  // namespace

RestResponse HandleRest(Registry& registry, const RestRequest& request,
                        const RestLimits& limits) {
  RestResponse response = Answer(registry, request, limits);
  // Descriptions and settings come from anybody, and must not be taken for
  // something else or stay in a cache.
  response.headers.emplace_back("x-content-type-options", "nosniff");
  response.headers.emplace_back("cache-control", "no-store");
  if (request.method == "HEAD") response.body.clear();
  return response;
}

}  // namespace cupel
