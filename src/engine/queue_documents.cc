#include "engine/queue_documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "base/status.h"
#include "format/json.h"
#include "format/json_fields.h"
#include "plugin/nearest.h"

namespace cupel {
namespace {

using queue::NewJob;

// What a document has besides its body.
constexpr uint64_t kFrameBytes = 64 * 1024;

struct BodyKeys {
  std::string_view kind;
  std::vector<std::string> keys;
};

const std::vector<std::string>& DocumentKeys() {
  static const auto* const keys = new std::vector<std::string>{
      "kind",     "id",        "organisation", "priority", "not_before",
      "deadline", "dedup_key", "max_attempts", "body"};
  return *keys;
}

// Of the kinds that Cupel's own workers do; what a host does itself has the
// body that the host wants.
const std::vector<std::string>* KnownBody(std::string_view kind) {
  static const auto* const bodies = new std::vector<BodyKeys>{
      {"scan", {"inputs", "rules", "options"}},
      {"boefje", {"boefje", "input", "task"}},
      {"normalizer", {"task"}},
      {"package", {"name", "version", "distributions"}},
  };
  for (const BodyKeys& body : *bodies) {
    if (body.kind == kind) return &body.keys;
  }
  return nullptr;
}

void CheckKeys(const Json& object, const JsonPath& path,
               const std::vector<std::string>& known, JsonIssues* issues) {
  if (!object.is_object()) return;
  for (const auto& [name, value] : object.get_ref<const Json::object_t&>()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    JsonPath where = path;
    where.emplace_back(name);
    issues->Add(std::move(where), "extra_forbidden",
                "there is no such key." + IsItNearest(name, known));
  }
}

int64_t TimeOf(JsonFields* fields, std::string_view key) {
  const auto time = fields->OptionalDateTime(key, /*must_be_aware=*/true);
  if (!time.has_value()) return 0;
  if (time->micros <= 0) {
    fields->Issue(key, "value_error", "has to be after 1970");
  }
  return time->micros;
}

int64_t NumberOf(JsonFields* fields, std::string_view key, int64_t least,
                 int64_t most) {
  const int64_t number = fields->OptionalInteger(key).value_or(0);
  if (fields->Has(key) && (number < least || number > most)) {
    fields->Issue(key, "value_error",
                  fmt::format("has to be from {} to {}", least, most));
    return 0;
  }
  return number;
}

NewJob ReadDocument(const Json& json, const JsonPath& path,
                    JsonIssues* issues) {
  JsonFields fields(json, path, issues);
  CheckKeys(json, path, DocumentKeys(), issues);
  NewJob job;
  job.kind = fields.String("kind", 1);
  job.id = fields.OptionalString("id").value_or("");
  job.organisation = fields.OptionalString("organisation").value_or("");
  job.dedup_key = fields.OptionalString("dedup_key").value_or("");
  job.priority = static_cast<int32_t>(
      NumberOf(&fields, "priority", std::numeric_limits<int32_t>::min(),
               std::numeric_limits<int32_t>::max()));
  job.not_before_micros = TimeOf(&fields, "not_before");
  job.deadline_micros = TimeOf(&fields, "deadline");
  job.max_attempts =
      static_cast<uint32_t>(NumberOf(&fields, "max_attempts", 1, 1000));
  const Json* const body = fields.Required("body");
  if (body == nullptr) return job;
  JsonPath inner = path;
  inner.emplace_back("body");
  if (!body->is_object()) {
    issues->Add(
        std::move(inner), "dict_type",
        fmt::format("expected an object, found {}", JsonTypeName(*body)));
    return job;
  }
  if (const auto* const known = KnownBody(job.kind)) {
    CheckKeys(*body, inner, *known, issues);
  }
  job.body = PrintJson(*body);
  return job;
}

absl::StatusOr<NewJob> ReadOne(const Json& json, std::string_view what) {
  JsonIssues issues;
  NewJob job = ReadDocument(json, {}, &issues);
  CUPEL_RETURN_IF_ERROR(issues.ToStatus(what));
  return job;
}

absl::StatusOr<std::vector<NewJob>> ReadAll(const Json& json) {
  std::vector<NewJob> jobs;
  if (!json.is_array()) {
    CUPEL_ASSIGN_OR_RETURN(NewJob job, ReadOne(json, "the job"));
    jobs.push_back(std::move(job));
    return jobs;
  }
  for (const Json& each : json) {
    CUPEL_ASSIGN_OR_RETURN(
        NewJob job,
        ReadOne(each, fmt::format("job {} of the array", jobs.size() + 1)));
    jobs.push_back(std::move(job));
  }
  return jobs;
}

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

absl::Status TooMany() {
  return ResourceExhausted(
      "more than {} jobs at once; submit them in several parts",
      kMostQueueDocuments);
}

absl::StatusOr<std::vector<NewJob>> ReadLines(std::string_view text,
                                              const JsonLimits& limits) {
  std::vector<NewJob> jobs;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (IsBlank(line)) continue;
    if (jobs.size() >= kMostQueueDocuments) return TooMany();
    const std::string what = fmt::format("the job on line {}", number);
    CUPEL_ASSIGN_OR_RETURN(const Json json, ParseJson(line, what, limits));
    CUPEL_ASSIGN_OR_RETURN(NewJob job, ReadOne(json, what));
    jobs.push_back(std::move(job));
  }
  return jobs;
}

// Whether the first line is a whole document, and there are more.
bool HasLines(std::string_view text, const JsonLimits& limits) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (IsBlank(line)) continue;
    return !IsBlank(text) && ParseJson(line, "a line", limits).ok();
  }
  return false;
}

}  // namespace

absl::StatusOr<std::vector<NewJob>> ParseQueueDocuments(
    std::string_view text, uint64_t max_body_bytes) {
  JsonLimits limits;
  limits.bytes = max_body_bytes + kFrameBytes;
  if (IsBlank(text)) return InvalidArgument("there is no job in it");
  if (HasLines(text, limits)) return ReadLines(text, limits);
  CUPEL_ASSIGN_OR_RETURN(const Json json, ParseJson(text, "the job", limits));
  if (json.is_array() && json.size() > kMostQueueDocuments) return TooMany();
  return ReadAll(json);
}

}  // namespace cupel
