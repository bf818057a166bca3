// What the handlers of the REST API are given, and what they answer with.
#ifndef CUPEL_REGISTRY_REST_CALL_H_
#define CUPEL_REGISTRY_REST_CALL_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "format/json.h"
#include "format/json_fields.h"
#include "registry/registry.h"
#include "registry/rest.h"

namespace cupel {

// Names and values in the order of the query, decoded.
using RestQuery = std::vector<std::pair<std::string, std::string>>;

struct RestCall {
  Registry& registry;
  const RestRequest& request;
  RestQuery query;
  // What stands in the place of the path's parameters, decoded, in order.
  std::vector<std::string> ids;
};

// ------------------------------------------------------------------ reading

// The segments of a path, decoded; a slash at the end is none. INVALID_ARGUMENT
// for a wrong escape, and for what can be no part of an id: a slash or control
// character that was escaped, and what is no UTF-8.
absl::StatusOr<std::vector<std::string>> DecodePath(std::string_view path);
absl::StatusOr<RestQuery> DecodeQuery(std::string_view query);

// Typed parameters of a query as FastAPI reads them: of several with one name
// the last counts, unknown ones are ignored. What is wrong goes to `issues`.
class RestQueryReader {
 public:
  RestQueryReader(const RestQuery& query, JsonIssues* issues)
      : query_(query), issues_(issues) {}

  std::optional<std::string> Text(std::string_view name) const;
  std::vector<std::string> Texts(std::string_view name) const;
  std::optional<bool> Bool(std::string_view name);
  std::optional<uint64_t> Count(std::string_view name);  // 0 or more
  std::optional<std::string> Choice(std::string_view name,
                                    std::initializer_list<std::string_view> of);

 private:
  void Issue(std::string_view name, std::string type, std::string message);

  const RestQuery& query_;
  JsonIssues* const issues_;
};

// The body as JSON, whatever its content type. What is wrong goes to `issues`,
// and null is given back.
Json ReadBody(const RestCall& call, JsonIssues* issues);

// ---------------------------------------------------------------- answering

RestResponse JsonReply(int32_t status, const Json& body);
RestResponse NullReply(int32_t status);  // JSON's null
RestResponse EmptyReply();               // 204
// {"detail": text}
RestResponse DetailReply(int32_t status, std::string_view text);
// {"message": text}
RestResponse MessageReply(int32_t status, std::string_view text);
// FastAPI's 422: {"detail":[{"type","loc","msg"}]}, of which `loc` begins with
// `part` ("body", "query"). Values are not in it: they may be secrets.
RestResponse InvalidReply(std::string_view part, const JsonIssues& issues);
// {"message"} as OpenKAT's handlers of storage errors, with a status that says
// whose mistake it was.
RestResponse ErrorReply(const absl::Status& status);

}  // namespace cupel

#endif  // CUPEL_REGISTRY_REST_CALL_H_
