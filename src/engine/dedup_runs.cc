#include "engine/dedup_runs.h"

#include <utility>
#include <vector>

#include "base/status.h"
#include "engine/printable.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;

std::string TimeText(int64_t micros) {
  return DateTime{micros, true, 0}.ToString();
}

void WriteRaws(const std::vector<RawRow>& raws, JsonWriter* json) {
  json->BeginArray();
  for (const RawRow& raw : raws) {
    json->BeginObject();
    json->Key("id").String(raw.id);
    json->Key("job").String(raw.owner.job);
    json->Key("mime_types").BeginArray();
    for (const std::string& type : raw.mime_types) json->String(type);
    json->EndArray();
    json->Key("created").String(TimeText(raw.created_micros));
    json->Key("sha256").String(HexDigest(raw.sha256));
    json->Key("size").Number(raw.size);
    json->EndObject();
  }
  json->EndArray();
}

void WriteLease(const std::optional<RunLease>& lease, JsonWriter* json) {
  if (lease.has_value()) {
    json->Key("token").Number(lease->token);
    json->Key("expires").String(lease->expires.ToString());
  } else {
    json->Key("token").Null();
    json->Key("expires").Null();
  }
}

absl::StatusOr<std::string> ReleasedJson(
    const absl::StatusOr<std::vector<ReleasedJob>>& released) {
  if (!released.ok()) return released.status();
  std::string out;
  JsonWriter json(&out);
  json.BeginArray();
  for (const ReleasedJob& job : *released) {
    json.BeginObject();
    json.Key("organisation").String(job.owner.organisation);
    json.Key("job").String(job.owner.job);
    json.Key("led").Bool(job.led);
    json.EndObject();
  }
  json.EndArray();
  return out;
}

}  // namespace

DateTime DedupRuns::Now() const {
  const int64_t set = set_micros.load(std::memory_order_relaxed);
  return set == 0 ? DateTime::Now() : DateTime{set, true, 0};
}

absl::StatusOr<std::shared_ptr<DedupRuns>> OpenDedupRuns(
    const DedupOptions& options) {
  auto runs = std::make_shared<DedupRuns>();
  CUPEL_ASSIGN_OR_RETURN(runs->coordinator, DedupCoordinator::Open(options));
  return runs;
}

absl::StatusOr<std::string> JoinJson(DedupRuns& runs,
                                     const DedupRequest& request) {
  CUPEL_ASSIGN_OR_RETURN(const JoinResult joined,
                         runs.coordinator->Join(request, runs.Now()));
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("action").String(ActionName(joined.action));
  json.Key("reason").String(PrintableMessage(joined.reason));
  json.Key("hands_organisation")
      .Bool(HandsOrganisation(request.switches.plugin));
  WriteLease(joined.lease, &json);
  json.Key("raws");
  WriteRaws(joined.raws, &json);
  json.EndObject();
  return out;
}

absl::StatusOr<std::string> RenewJson(DedupRuns& runs, const RawOwner& leader,
                                      int64_t token) {
  CUPEL_ASSIGN_OR_RETURN(const RunLease lease,
                         runs.coordinator->Renew(leader, token, runs.Now()));
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  WriteLease(lease, &json);
  json.EndObject();
  return out;
}

absl::StatusOr<std::string> CompleteJson(DedupRuns& runs,
                                         const RawOwner& leader, int64_t token,
                                         std::span<const RawOutput> outputs) {
  CUPEL_ASSIGN_OR_RETURN(
      const std::vector<Granted> granted,
      runs.coordinator->Complete(leader, token, outputs, runs.Now()));
  std::string out;
  JsonWriter json(&out);
  json.BeginArray();
  for (const Granted& each : granted) {
    json.BeginObject();
    json.Key("organisation").String(each.owner.organisation);
    json.Key("job").String(each.owner.job);
    json.Key("raws");
    WriteRaws(each.raws, &json);
    json.EndObject();
  }
  json.EndArray();
  return out;
}

absl::StatusOr<std::string> FailJson(DedupRuns& runs, const RawOwner& leader,
                                     int64_t token) {
  return ReleasedJson(runs.coordinator->Fail(leader, token));
}

absl::StatusOr<std::string> LeaveJson(DedupRuns& runs, const RawOwner& job) {
  return ReleasedJson(runs.coordinator->Leave(job));
}

absl::StatusOr<std::string> ReleaseExpiredJson(DedupRuns& runs) {
  return ReleasedJson(runs.coordinator->ReleaseExpired(runs.Now()));
}

absl::StatusOr<std::string> ForgetJson(DedupRuns& runs,
                                       std::string_view organisation) {
  return ReleasedJson(runs.coordinator->Forget(organisation));
}

absl::StatusOr<uint64_t> PruneOlderThan(DedupRuns& runs, int64_t seconds) {
  DateTime before = runs.Now();
  if (seconds < 0) return InvalidArgument("older_than_seconds is negative");
  // More than there is of time: nothing is as old.
  if (seconds > before.micros / kMicrosPerSecond) return uint64_t{0};
  before.micros -= seconds * kMicrosPerSecond;
  return runs.coordinator->Prune(before);
}

absl::StatusOr<std::string> RawsJson(DedupRuns& runs,
                                     std::string_view organisation,
                                     std::string_view job) {
  RawFilter filter;
  filter.organisation = organisation;
  if (!job.empty()) filter.job = job;
  CUPEL_ASSIGN_OR_RETURN(const std::vector<RawRow> raws,
                         runs.coordinator->raws().List(filter));
  std::string out;
  JsonWriter json(&out);
  WriteRaws(raws, &json);
  return out;
}

}  // namespace cupel
