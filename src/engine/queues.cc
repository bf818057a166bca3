#include "engine/queues.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/datetime.h"
#include "base/status.h"
#include "engine/queue_documents.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

using queue::Attempt;
using queue::JobRecord;

void Time(JsonWriter* json, std::string_view key, int64_t micros) {
  json->Key(key);
  if (micros == 0) {
    json->Null();
  } else {
    json->String(DateTime{micros, true, 0}.ToString());
  }
}

void WriteResult(const JobRecord& record, JsonWriter* json) {
  json->Key("result");
  if (record.result_type.empty()) {
    json->Null();
    return;
  }
  json->BeginObject();
  json->Key("type").String(record.result_type);
  json->Key("size").Number(record.result_size);
  json->EndObject();
}

void WriteHistory(const std::vector<Attempt>& history, JsonWriter* json) {
  json->Key("history").BeginArray();
  for (const Attempt& attempt : history) {
    json->BeginObject();
    json->Key("number").Number(attempt.number);
    json->Key("worker").String(attempt.worker);
    Time(json, "started", attempt.started_micros);
    Time(json, "ended", attempt.ended_micros);
    json->Key("outcome").String(attempt.outcome);
    json->Key("reason").String(attempt.reason);
    json->Key("signal").Number(attempt.signal);
    json->Key("max_rss_bytes").Number(attempt.max_rss_bytes);
    json->Key("last_step").String(attempt.last_step);
    json->EndObject();
  }
  json->EndArray();
}

// With its body and its history where there are such.
void WriteRecord(const JobRecord& record, const std::vector<Attempt>* history,
                 JsonWriter* json) {
  const queue::NewJob& job = record.job;
  json->BeginObject();
  json->Key("id").String(job.id);
  json->Key("kind").String(job.kind);
  json->Key("state").String(JobStateName(record.state));
  json->Key("organisation").String(job.organisation);
  json->Key("dedup_key").String(job.dedup_key);
  json->Key("priority").Number(job.priority);
  json->Key("attempts").Number(record.attempts);
  json->Key("max_attempts").Number(job.max_attempts);
  json->Key("token").Number(record.token);
  json->Key("worker").String(record.worker);
  json->Key("cancel_wanted").Bool(record.cancel_wanted);
  Time(json, "submitted", record.submitted_micros);
  Time(json, "not_before", job.not_before_micros);
  Time(json, "deadline", job.deadline_micros);
  Time(json, "ready", record.ready_micros);
  Time(json, "lease_expires", record.lease_expires_micros);
  Time(json, "finished", record.finished_micros);
  json->Key("reason").String(record.reason);
  WriteResult(record, json);
  if (!job.body.empty()) json->Key("body").Raw(job.body);
  if (history != nullptr) WriteHistory(*history, json);
  json->EndObject();
}

}  // namespace

absl::StatusOr<std::shared_ptr<QueueAccess>> OpenQueueAccess(
    std::string_view url, const queue::QueueOptions& options) {
  auto access = std::make_shared<QueueAccess>();
  access->max_body_bytes = options.max_body_bytes;
  CUPEL_ASSIGN_OR_RETURN(access->queue, queue::OpenQueue(url, options));
  return access;
}

absl::StatusOr<std::string> SubmitJson(QueueAccess& access,
                                       std::string_view documents) {
  CUPEL_ASSIGN_OR_RETURN(const std::vector<queue::NewJob> jobs,
                         ParseQueueDocuments(documents, access.max_body_bytes));
  CUPEL_ASSIGN_OR_RETURN(const std::vector<queue::Submitted> submitted,
                         access.queue->Submit(jobs));
  std::string out;
  JsonWriter json(&out);
  json.BeginObject().Key("jobs").BeginArray();
  for (const queue::Submitted& one : submitted) {
    json.BeginObject();
    json.Key("id").String(one.id);
    json.Key("existed").Bool(one.existed);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return out;
}

absl::StatusOr<std::string> LeaseJson(QueueAccess& access,
                                      const queue::LeaseRequest& request) {
  CUPEL_ASSIGN_OR_RETURN(const std::vector<queue::LeasedJob> leased,
                         access.queue->Lease(request));
  std::string out;
  JsonWriter json(&out);
  json.BeginObject().Key("jobs").BeginArray();
  for (const queue::LeasedJob& job : leased) {
    WriteRecord(job.record, nullptr, &json);
  }
  json.EndArray().EndObject();
  return out;
}

absl::StatusOr<std::string> RenewJson(QueueAccess& access, std::string_view id,
                                      uint64_t token, int64_t lease_micros) {
  CUPEL_ASSIGN_OR_RETURN(const queue::Renewal renewal,
                         access.queue->Renew(id, token, lease_micros));
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  Time(&json, "expires", renewal.expires_micros);
  json.Key("cancel_wanted").Bool(renewal.cancel_wanted);
  json.EndObject();
  return out;
}

absl::StatusOr<std::string> JobJson(QueueAccess& access, std::string_view id) {
  CUPEL_ASSIGN_OR_RETURN(const JobRecord record, access.queue->Get(id));
  CUPEL_ASSIGN_OR_RETURN(const std::vector<Attempt> history,
                         access.queue->History(id));
  std::string out;
  JsonWriter json(&out);
  WriteRecord(record, &history, &json);
  return out;
}

absl::StatusOr<std::string> ListJson(QueueAccess& access,
                                     const queue::ListRequest& request) {
  CUPEL_ASSIGN_OR_RETURN(const std::vector<JobRecord> records,
                         access.queue->List(request));
  std::string out;
  JsonWriter json(&out);
  json.BeginObject().Key("jobs").BeginArray();
  for (const JobRecord& record : records) WriteRecord(record, nullptr, &json);
  json.EndArray().EndObject();
  return out;
}

absl::StatusOr<std::string> StatsJson(QueueAccess& access) {
  CUPEL_ASSIGN_OR_RETURN(const queue::QueueStats stats, access.queue->Stats());
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("waiting").Number(stats.waiting);
  json.Key("delayed").Number(stats.delayed);
  json.Key("leased").Number(stats.leased);
  json.Key("completed").Number(stats.completed);
  json.Key("dead").Number(stats.dead);
  json.Key("cancelled").Number(stats.cancelled);
  Time(&json, "oldest_waiting", stats.oldest_waiting_micros);
  json.EndObject();
  return out;
}

}  // namespace cupel
