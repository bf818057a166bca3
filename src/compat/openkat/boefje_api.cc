#include "compat/openkat/boefje_api.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/datetime.h"
#include "base/uuid.h"
#include "crypto/box.h"
#include "crypto/secret.h"
#include "fmt/core.h"
#include "format/base64.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "job/any_job.h"

namespace cupel::openkat {
namespace {

constexpr std::string_view kTasks = "/api/v0/tasks/";

std::string NewUrlToken() {
  std::array<char, 32> random{};
  RandomBytes(random.data(), random.size());
  return HexEncode({random.data(), random.size()});
}

// As FastAPI tells what is wrong with a body.
ApiReply Unprocessable(const JsonIssues& issues) {
  ApiReply reply{422, ""};
  JsonWriter json(&reply.body);
  json.BeginObject().Key("detail").BeginArray();
  for (const JsonIssue& issue : issues.list()) {
    json.BeginObject();
    json.Key("type").String(issue.type);
    json.Key("loc").BeginArray().String("body");
    for (const JsonStep& step : issue.path) {
      if (const auto* const index = std::get_if<size_t>(&step)) {
        json.Number(*index);
      } else {
        json.String(std::get<std::string>(step));
      }
    }
    json.EndArray();
    json.Key("msg").String(issue.message);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return reply;
}

// What comes before the rest of a path: everything up to the next slash.
std::string_view TakeSegment(std::string_view* path) {
  if (path->starts_with('/')) path->remove_prefix(1);
  const size_t end = std::min(path->find('/'), path->size());
  const std::string_view segment = path->substr(0, end);
  path->remove_prefix(end);
  return segment;
}

// Python, which OpenKAT decodes with, passes over line ends.
std::string WithoutBlanks(std::string text) {
  std::erase_if(text, [](char c) {
    return c == '\n' || c == '\r' || c == ' ' || c == '\t';
  });
  return text;
}

// OpenKAT's own adapter for Node leaves the names out; they are only what the
// answer calls the files by.
void NameFiles(Json* body) {
  if (!body->is_object()) return;
  const auto files = body->find("files");
  if (files == body->end() || !files->is_array()) return;
  size_t index = 0;
  for (Json& file : *files) {
    if (file.is_object() && !file.contains("name")) {
      file["name"] = std::to_string(index);
    }
    ++index;
  }
}

}  // namespace

ApiReply ApiDetail(int status, std::string_view detail) {
  ApiReply reply{status, ""};
  JsonWriter json(&reply.body);
  json.BeginObject();
  json.Key("detail").String(detail);
  json.EndObject();
  return reply;
}

BoefjeApi::BoefjeApi(job::BoefjeMeta meta, std::string_view base_url)
    : meta_(std::move(meta)), token_(NewUrlToken()) {
  input_url_ =
      fmt::format("{}/{}{}{}", base_url, token_, kTasks, meta_.id.ToString());
}

ApiReply BoefjeApi::Handle(std::string_view method, std::string_view target,
                           std::string_view body) {
  std::string_view path = target.substr(0, target.find('?'));
  if (!ConstantTimeEqual(TakeSegment(&path), token_)) {
    return ApiDetail(404, "Not Found");
  }
  const bool reads = method == "GET" || method == "HEAD";
  if (path == "/healthz") {
    return reads ? ApiReply{200, "\"OK\""}
                 : ApiDetail(405, "Method Not Allowed");
  }
  if (!path.starts_with(kTasks)) return ApiDetail(404, "Not Found");
  path.remove_prefix(kTasks.size());
  if (!reads && method != "POST") return ApiDetail(405, "Method Not Allowed");
  const auto id = Uuid::Parse(path);
  if (!id.ok()) return ApiDetail(422, "the id of a task is a UUID");
  if (*id != meta_.id) return ApiDetail(404, "Task not found");
  asked_ = true;
  if (output_.has_value()) {
    return ApiDetail(403, "Task does not have status running");
  }
  return reads ? Get() : Post(body);
}

ApiReply BoefjeApi::Get() const {
  job::BoefjeInput input;
  input.output_url = input_url_;
  input.task.id = meta_.id;
  input.task.scheduler_id = "boefje";
  input.task.organisation = meta_.organization;
  input.task.priority = 1;
  input.task.status = job::TaskStatus::kRunning;
  input.task.type = "boefje";
  input.task.data = meta_;
  input.task.created_at = meta_.started_at.value_or(DateTime::Now());
  input.task.modified_at = input.task.created_at;
  return {200, job::PrintModel(input)};
}

ApiReply BoefjeApi::Post(std::string_view body) {
  ApiReply reply;
  std::optional<job::BoefjeOutput> parsed = ReadPostedOutput(body, &reply);
  if (!parsed.has_value()) return reply;
  PostedOutput output;
  output.status = parsed->status;
  JsonWriter ids(&reply.body);
  ids.BeginObject();
  for (job::File& file : parsed->files.value_or(std::vector<job::File>())) {
    PostedFile posted;
    posted.id = Uuid::Random().ToString();
    posted.bytes = Base64Decode(file.content).value_or("");
    ids.Key(file.name).String(posted.id);
    posted.name = std::move(file.name);
    if (file.tags.has_value()) {
      posted.mime_types.assign(file.tags->begin(), file.tags->end());
    }
    output.files.push_back(std::move(posted));
  }
  ids.EndObject();
  output_ = std::move(output);
  return reply;
}

std::optional<job::BoefjeOutput> ReadPostedOutput(std::string_view body,
                                                  ApiReply* refusal) {
  JsonLimits limits;
  limits.bytes = body.size();  // which the transport has bounded
  auto json = ParseJson(body, "body", limits);
  JsonIssues issues;
  if (!json.ok()) {
    issues.Add({}, "json_invalid", std::string(json.status().message()));
    *refusal = Unprocessable(issues);
    return std::nullopt;
  }
  NameFiles(&*json);
  job::BoefjeOutput parsed = job::ParseBoefjeOutput(*json, {}, &issues);
  size_t index = 0;
  if (parsed.files.has_value()) {
    for (job::File& file : *parsed.files) {
      file.content = WithoutBlanks(std::move(file.content));
      if (!Base64Decode(file.content).has_value()) {
        issues.Add({std::string("files"), index, std::string("content")},
                   "value_error", "expected base64");
      }
      ++index;
    }
  }
  if (issues.empty()) return parsed;
  *refusal = Unprocessable(issues);
  return std::nullopt;
}

}  // namespace cupel::openkat
