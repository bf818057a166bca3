#include "compat/dragonfly/wire.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/status.h"
#include "base/uuid.h"
#include "format/escape.h"
#include "format/json.h"
#include "format/json_fields.h"
#include "format/json_writer.h"

namespace cupel::dragonfly {
namespace {

constexpr size_t kMostOfReason = 1000;

// The server's database takes no NUL in a text.
std::string Storable(std::string_view text) {
  std::string clean = ReplaceInvalidUtf8(text);
  for (size_t at = 0; (at = clean.find('\0', at)) != std::string::npos;) {
    clean.replace(at, 1, "\xEF\xBF\xBD");
  }
  return clean;
}

absl::StatusOr<std::vector<std::string>> Strings(const Json* value) {
  if (value == nullptr || !value->is_array()) {
    return InvalidArgument("distributions: expected a list of URLs");
  }
  std::vector<std::string> strings;
  for (const Json& item : *value) {
    if (!item.is_string()) {
      return InvalidArgument("distributions[{}]: expected a URL, found {}",
                             strings.size(), JsonTypeName(item));
    }
    strings.push_back(item.get<std::string>());
  }
  return strings;
}

absl::StatusOr<std::optional<Lease>> LeaseOf(const JsonFields& fields,
                                             bool required) {
  const Json* attempt = fields.Find("attempt");
  const Json* id = fields.Find("assignment_id");
  bool absent = (attempt == nullptr || attempt->is_null()) &&
                (id == nullptr || id->is_null());
  if (absent && !required) return std::optional<Lease>();
  if (absent) {
    return InvalidArgument(
        "it has no attempt and assignment_id, without which its result would "
        "be refused; a server without leases is said by lease = false");
  }
  if (attempt == nullptr || !attempt->is_number_integer() || *attempt < 1 ||
      *attempt > std::numeric_limits<int32_t>::max()) {
    return InvalidArgument("attempt: expected a number from 1");
  }
  if (id == nullptr || !id->is_string() ||
      !Uuid::Parse(id->get_ref<const std::string&>()).ok()) {
    return InvalidArgument("assignment_id: expected a UUID");
  }
  Lease lease;
  lease.attempt = attempt->get<uint32_t>();
  lease.assignment_id = id->get<std::string>();
  return std::optional<Lease>(std::move(lease));
}

absl::StatusOr<PackageJob> JobOf(const Json& value, size_t index,
                                 bool lease_required) {
  JsonIssues issues;
  JsonFields fields(value, {index}, &issues);
  PackageJob job;
  job.name = fields.String("name", 1);
  job.version = fields.String("version");
  job.hash = fields.String("hash", 1);
  CUPEL_RETURN_IF_ERROR(issues.ToStatus("job"));
  auto refused = [&](const absl::Status& why) {
    return InvalidArgument("job {} {}: {}", EscapePrintable(job.name),
                           EscapePrintable(job.version), MessageOf(why));
  };
  auto distributions = Strings(fields.Find("distributions"));
  if (!distributions.ok()) return refused(distributions.status());
  job.distributions = *std::move(distributions);
  auto lease = LeaseOf(fields, lease_required);
  if (!lease.ok()) return refused(lease.status());
  job.lease = *std::move(lease);
  return job;
}

void WriteHead(JsonWriter& json, const PackageJob& job) {
  json.BeginObject();
  json.Key("name").String(Storable(job.name));
  json.Key("version").String(Storable(job.version));
  if (!job.lease) return;
  json.Key("attempt").Number(job.lease->attempt);
  json.Key("assignment_id").String(job.lease->assignment_id);
}

}  // namespace

absl::StatusOr<LeasedJobs> ParseLeasedJobs(std::string_view text,
                                           bool lease_required) {
  CUPEL_ASSIGN_OR_RETURN(Json document,
                         ParseJson(text, "answer to POST /jobs"));
  if (!document.is_array()) {
    return InvalidArgument("answer to POST /jobs: expected a list, found {}",
                           JsonTypeName(document));
  }
  LeasedJobs leased;
  size_t index = 0;
  for (const Json& value : document) {
    absl::StatusOr<PackageJob> job = JobOf(value, index++, lease_required);
    if (job.ok()) {
      leased.jobs.push_back(*std::move(job));
    } else {
      leased.refused.push_back(job.status());
    }
  }
  return leased;
}

std::string SuccessBody(const PackageJob& job, const PackageSuccess& success) {
  std::string body;
  JsonWriter json(&body);
  WriteHead(json, job);
  json.Key("score").Number(
      std::clamp<int64_t>(success.score, std::numeric_limits<int32_t>::min(),
                          std::numeric_limits<int32_t>::max()));
  json.Key("inspector_url");
  if (success.inspector_url) {
    json.String(Storable(*success.inspector_url));
  } else {
    json.Null();
  }
  json.Key("rules_matched").BeginArray();
  for (const std::string& rule : success.rules_matched) {
    json.String(Storable(rule));
  }
  json.EndArray();
  json.Key("commit").String(Storable(success.commit));
  json.EndObject();
  return body;
}

std::string FailureBody(const PackageJob& job, std::string_view reason) {
  std::string line(reason.substr(0, kMostOfReason));
  for (char& c : line) {
    if ((c >= 0 && c < ' ') || c == '\x7f') c = ' ';
  }
  std::string body;
  JsonWriter json(&body);
  WriteHead(json, job);
  json.Key("reason").String(Storable(line));
  json.EndObject();
  return body;
}

}  // namespace cupel::dragonfly
