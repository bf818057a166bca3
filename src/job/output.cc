#include "job/output.h"

#include "job/fields.h"

namespace cupel::job {

File ParseFile(const Json& json, const JsonPath& path, JsonIssues* issues) {
  JsonFields in(json, path, issues);
  File file;
  file.name = in.String("name");
  file.content = in.String("content");
  file.tags = in.OptionalStringSet("tags");
  return file;
}

BoefjeOutput ParseBoefjeOutput(const Json& json, const JsonPath& path,
                               JsonIssues* issues) {
  JsonFields in(json, path, issues);
  BoefjeOutput output;
  output.status =
      static_cast<StatusEnum>(in.Choice("status", {"COMPLETED", "FAILED"}));
  const Json* const files = in.Find("files");
  if (files != nullptr && !files->is_null()) {
    output.files =
        ParseModels(&in, "files", /*required=*/false, issues, &ParseFile);
  }
  return output;
}

BoefjeInput ParseBoefjeInput(const Json& json, const JsonPath& path,
                             JsonIssues* issues) {
  JsonFields in(json, path, issues);
  BoefjeInput input;
  input.output_url = in.String("output_url");
  input.task = ParseField(&in, "task", issues, &ParseTask);
  in.ForbidOthers({"output_url", "task"});
  return input;
}

void Write(const File& file, JsonWriter* out) {
  out->BeginObject().Key("name").String(file.name);
  out->Key("content").String(file.content);
  out->Key("tags");
  if (file.tags.has_value()) {
    out->BeginArray();
    for (const std::string& tag : *file.tags) out->String(tag);
    out->EndArray();
  } else {
    out->Null();
  }
  out->EndObject();
}

void Write(const BoefjeOutput& output, JsonWriter* out) {
  out->BeginObject().Key("status").String(Name(output.status));
  if (output.files.has_value()) {
    WriteModels("files", *output.files, out);
  } else {
    out->Key("files").Null();
  }
  out->EndObject();
}

void Write(const BoefjeInput& input, JsonWriter* out) {
  out->BeginObject().Key("output_url").String(input.output_url);
  out->Key("task");
  Write(input.task, out);
  out->EndObject();
}

}  // namespace cupel::job
