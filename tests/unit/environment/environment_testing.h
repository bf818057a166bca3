// Requests in few words.
#ifndef TESTS_UNIT_ENVIRONMENT_ENVIRONMENT_TESTING_H_
#define TESTS_UNIT_ENVIRONMENT_ENVIRONMENT_TESTING_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "environment/environment.h"
#include "format/json.h"
#include "schema/schema.h"

namespace cupel {

using Variables = std::vector<std::pair<std::string, std::string>>;

inline Json FromText(std::string_view text) {
  auto json = ParseJson(text, "test");
  EXPECT_TRUE(json.ok()) << text << ": " << json.status();
  return json.ok() ? *std::move(json) : Json();
}

inline std::shared_ptr<const Schema> MakeSchema(std::string_view text) {
  auto schema = Schema::Compile(FromText(text));
  EXPECT_TRUE(schema.ok()) << text << ": " << schema.status();
  return schema.ok() ? *schema : nullptr;
}

inline EnvironmentRequest MakeRequest(const Schema* schema,
                                      std::string_view settings = "null",
                                      Variables variables = {}) {
  EnvironmentRequest request;
  request.schema = schema;
  request.settings = FromText(settings);
  request.variables = std::move(variables);
  request.plugin = "ports";
  return request;
}

}  // namespace cupel

#endif  // TESTS_UNIT_ENVIRONMENT_ENVIRONMENT_TESTING_H_
