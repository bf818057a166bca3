// A schema, and after the first line end a value: compiled, validated, and
// given to a plugin as its settings and as variables.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "environment/environment.h"
#include "format/escape.h"
#include "format/json.h"
#include "format/json_fields.h"
#include "schema/schema.h"

namespace cupel {
namespace {

void Check(bool good) {
  if (!good) abort();
}

void Validate(const Schema& schema, const Json& value) {
  JsonIssues issues;
  schema.Validate(value, &issues);
  Check(issues.count() <= 101);
  JsonIssues again;
  schema.Validate(value, &again);
  Check(issues.count() == again.count());
  for (const JsonIssue& issue : issues.list()) {
    Check(!issue.message.empty() && IsUtf8(PathText(issue.path)));
  }
}

void Build(const Schema& schema, const Json& settings, std::string_view text) {
  EnvironmentRequest request;
  request.schema = &schema;
  request.plugin = "fuzz";
  if (settings.is_object()) request.settings = settings;
  for (const std::string& key : schema.properties()) {
    (void)schema.TypesOf(key);
    if (request.variables.size() < 8) {
      request.variables.emplace_back("BOEFJE_" + key, text.substr(0, 64));
    }
  }
  request.apply_defaults = text.size() % 2 == 0;
  const auto environment = Environment::Build(std::move(request));
  if (!environment.ok()) return;
  for (const EnvironmentEntry& entry : environment->entries()) {
    Check(entry.key.find('=') == std::string::npos);
    Check(entry.value.view().find('\0') == std::string_view::npos);
  }
  Check(environment->Explain().size() == 2);
}

}  // namespace
}  // namespace cupel

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cupel;  // NOLINT
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(text.find('\n'), text.size());
  const auto schema_json = ParseJson(text.substr(0, end), "schema.json");
  if (!schema_json.ok()) return 0;
  const auto schema = Schema::Compile(*schema_json);
  if (!schema.ok()) {
    const auto code = schema.status().code();
    Check(code == absl::StatusCode::kInvalidArgument ||
          code == absl::StatusCode::kUnimplemented ||
          code == absl::StatusCode::kResourceExhausted);
    Check(IsUtf8(MessageOf(schema.status())));
    return 0;
  }
  const std::string_view rest = text.substr(std::min(end + 1, text.size()));
  const auto value = ParseJson(rest, "value");
  if (value.ok()) Validate(**schema, *value);
  Build(**schema, value.ok() ? *value : Json(), rest);
  return 0;
}
