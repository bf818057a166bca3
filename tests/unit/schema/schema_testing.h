// Short ways to schemas and verdicts.
#ifndef TESTS_UNIT_SCHEMA_SCHEMA_TESTING_H_
#define TESTS_UNIT_SCHEMA_SCHEMA_TESTING_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/status.h"
#include "format/json.h"
#include "format/json_fields.h"
#include "schema/schema.h"

namespace cupel {

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

inline absl::Status CompileError(std::string_view text) {
  return Schema::Compile(FromText(text)).status();
}

// "$.a: expected a string, found null", one for each issue.
inline std::vector<std::string> IssuesOf(const Schema& schema,
                                         const Json& value) {
  JsonIssues issues;
  schema.Validate(value, &issues);
  std::vector<std::string> texts;
  for (const JsonIssue& issue : issues.list()) {
    texts.push_back(PathText(issue.path) + ": " + issue.message);
  }
  return texts;
}

inline std::vector<std::string> IssuesOf(std::string_view schema,
                                         std::string_view value) {
  const auto compiled = MakeSchema(schema);
  if (compiled == nullptr) return {"no schema"};
  return IssuesOf(*compiled, FromText(value));
}

inline bool Valid(std::string_view schema, std::string_view value) {
  return IssuesOf(schema, value).empty();
}

}  // namespace cupel

#endif  // TESTS_UNIT_SCHEMA_SCHEMA_TESTING_H_
