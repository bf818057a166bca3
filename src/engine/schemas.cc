#include "engine/schemas.h"

#include "base/status.h"
#include "engine/issue_json.h"
#include "engine/secret_json.h"

namespace cupel {
namespace {

absl::StatusOr<JsonIssues> IssuesOf(const Schema& schema,
                                    std::string_view text) {
  CUPEL_ASSIGN_OR_RETURN(Json value, ParseJson(text, "value"));
  const WipeJsonAtEnd wipe(&value);
  JsonIssues issues;
  schema.Validate(value, &issues);
  return issues;
}

void WriteProperty(const Schema& schema, const std::string& name,
                   JsonWriter* json) {
  json->BeginObject();
  json->Key("name").String(name);
  json->Key("types").BeginArray();
  for (const std::string& type : schema.TypesOf(name)) json->String(type);
  json->EndArray();
  json->Key("secret").Bool(schema.IsSecret(name));
  if (const Json* value = schema.DefaultOf(name)) {
    json->Key("default").Raw(PrintJson(*value));
  }
  json->EndObject();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Schema>> CompileSchemaText(
    std::string_view text) {
  CUPEL_ASSIGN_OR_RETURN(const Json document, ParseJson(text, "schema"));
  return Schema::Compile(document);
}

absl::Status ValidateText(const Schema& schema, std::string_view value) {
  CUPEL_ASSIGN_OR_RETURN(const JsonIssues issues, IssuesOf(schema, value));
  return issues.ToStatus("value");
}

absl::StatusOr<std::string> CheckTextJson(const Schema& schema,
                                          std::string_view value) {
  CUPEL_ASSIGN_OR_RETURN(const JsonIssues issues, IssuesOf(schema, value));
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("valid").Bool(issues.empty());
  WriteIssues("issues", issues, &json);
  json.EndObject();
  return out;
}

std::string SchemaJson(const Schema& schema) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("properties").BeginArray();
  for (const std::string& name : schema.properties()) {
    WriteProperty(schema, name, &json);
  }
  json.EndArray();
  json.Key("warnings").BeginArray();
  for (const std::string& warning : schema.warnings()) {
    json.String(PrintableMessage(warning));
  }
  json.EndArray();
  json.Key("document").Raw(PrintJson(schema.document()));
  json.EndObject();
  return out;
}

}  // namespace cupel
