// Asking the REST handler of a registry, for the tests of several of them too.
#ifndef CUPEL_TESTS_UNIT_REGISTRY_REST_CLIENT_H_
#define CUPEL_TESTS_UNIT_REGISTRY_REST_CLIENT_H_

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "registry/rest.h"
#include "tests/unit/registry/registry_testing.h"

namespace cupel {

// `target` is a path, with a query if it has a '?'.
inline RestResponse Ask(Registry& registry, std::string_view method,
                        std::string_view target, std::string_view body = {},
                        const RestLimits& limits = {}) {
  RestRequest request;
  request.method = method;
  const size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  request.body = body;
  return HandleRest(registry, request, limits);
}

// Headers have names in lower case; empty if there is none.
inline std::string HeaderOf(const RestResponse& response,
                            std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

// All that the asker gets to see.
inline std::string TextOf(const RestResponse& response) {
  std::string text = response.body;
  for (const auto& [key, value] : response.headers) {
    text += "\n" + key + ": " + value;
  }
  return text;
}

// Of an error, its one key: "detail" or "message". Empty if it has no such
// shape.
inline std::string ErrorKeyOf(const RestResponse& response) {
  const auto json = ParseJson(response.body, "error");
  if (!json.ok() || !json->is_object() || json->size() != 1) return "";
  return json->begin().key();
}

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_REGISTRY_REST_CLIENT_H_
