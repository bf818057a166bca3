// What a worker tells those who ask by HTTP.
#include <string>
#include <utility>

#include "base/datetime.h"
#include "engine/worker.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

constexpr std::string_view kText = "text/plain; charset=utf-8";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kHtml = "text/html; charset=utf-8";
constexpr std::string_view kPrometheus =
    "text/plain; version=0.0.4; charset=utf-8";

RestResponse Answer(int status, std::string_view type, std::string body) {
  RestResponse response;
  response.status = status;
  response.headers = {
      {"content-type", std::string(type)},
      {"cache-control", "no-store"},
      {"x-content-type-options", "nosniff"},
      // Nothing is fetched, nothing runs, nobody frames it.
      {"content-security-policy",
       "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
       "form-action 'none'; frame-ancestors 'none'"}};
  response.body = std::move(body);
  return response;
}

// "2026-01-02T03:04:05Z", or null.
void Time(JsonWriter* writer, std::string_view key, int64_t micros) {
  writer->Key(key);
  if (micros == 0) {
    writer->Null();
    return;
  }
  DateTime time;
  time.micros = micros - micros % 1'000'000;
  time.aware = true;
  writer->String(time.ToString());
}

void WriteSlot(const worker::SlotStatus& slot, JsonWriter* writer) {
  writer->BeginObject();
  writer->Key("state").String(slot.state);
  writer->Key("pid").Number(static_cast<int64_t>(slot.pid));
  writer->Key("job").String(slot.job);
  writer->Key("kind").String(slot.kind);
  writer->Key("step").String(slot.step);
  Time(writer, "since", slot.since_micros);
  writer->Key("jobs").Number(slot.jobs);
  writer->Key("starts").Number(slot.starts);
  writer->EndObject();
}

void WriteQueue(const queue::QueueStats& stats, JsonWriter* writer) {
  writer->BeginObject();
  writer->Key("waiting").Number(stats.waiting);
  writer->Key("delayed").Number(stats.delayed);
  writer->Key("leased").Number(stats.leased);
  writer->Key("completed").Number(stats.completed);
  writer->Key("dead").Number(stats.dead);
  writer->Key("cancelled").Number(stats.cancelled);
  Time(writer, "oldest_waiting", stats.oldest_waiting_micros);
  writer->EndObject();
}

}  // namespace

std::string Worker::StatusJson() {
  const worker::PoolStatus status = pool_->status();
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject();
  writer.Key("schema").String("cupel.worker-status/1");
  writer.Key("name").String(plan_.name);
  writer.Key("source").String(plan_.source_name);
  Time(&writer, "started", started_micros_);
  writer.Key("ready").Bool(status.ready);
  writer.Key("draining").Bool(status.draining);
  writer.Key("source_error").String(status.source_error);
  writer.Key("jobs").BeginObject();
  writer.Key("completed").Number(status.completed);
  writer.Key("failed").Number(status.failed);
  writer.Key("lost").Number(status.lost);
  writer.Key("cancelled").Number(status.cancelled);
  writer.Key("given_back").Number(status.given_back);
  writer.EndObject();
  writer.Key("waiting").Number(status.waiting);
  writer.Key("mean_run_ns").Number(status.mean_run_ns);
  writer.Key("slots").BeginArray();
  for (const worker::SlotStatus& slot : status.slots) {
    WriteSlot(slot, &writer);
  }
  writer.EndArray();
  writer.Key("queue");
  if (const auto stats = Stats()) {
    WriteQueue(*stats, &writer);
  } else {
    writer.Null();
  }
  writer.Key("failures").BeginArray();
  for (const worker::JobFailureStatus& failure : status.failures) {
    writer.BeginObject();
    Time(&writer, "time", failure.time_micros);
    writer.Key("job").String(failure.job);
    writer.Key("kind").String(failure.kind);
    writer.Key("outcome").String(failure.outcome);
    writer.Key("reason").String(failure.reason);
    writer.Key("step").String(failure.step);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return json;
}

std::string Worker::MetricsText() {
  const worker::PoolStatus status = pool_->status();
  for (const char* state :
       {"starting", "idle", "running", "failing", "ended"}) {
    double count = 0;
    for (const worker::SlotStatus& slot : status.slots) {
      count += slot.state == state;
    }
    metrics_.Set("cupel_pool_slots", state, count);
  }
  metrics_.Set("cupel_pool_waiting", {}, static_cast<double>(status.waiting));
  if (const auto stats = Stats()) {
    const std::pair<const char*, uint64_t> states[] = {
        {"waiting", stats->waiting}, {"delayed", stats->delayed},
        {"leased", stats->leased},   {"completed", stats->completed},
        {"dead", stats->dead},       {"cancelled", stats->cancelled}};
    for (const auto& [state, count] : states) {
      metrics_.Set("cupel_queue_jobs", state, static_cast<double>(count));
    }
    const int64_t oldest = stats->oldest_waiting_micros;
    metrics_.Set(
        "cupel_queue_oldest_seconds", {},
        oldest == 0
            ? 0
            : static_cast<double>(DateTime::Now().micros - oldest) / 1e6);
  }
  return metrics_.Text();
}

RestResponse Worker::Http(std::string_view method, std::string_view path) {
  if (method != "GET" && method != "HEAD") {
    RestResponse response = Answer(405, kText, "GET or HEAD only\n");
    response.headers.emplace_back("allow", "GET, HEAD");
    return response;
  }
  const bool head = method == "HEAD";
  path = path.substr(0, path.find('?'));
  RestResponse response;
  if (path == "/") {
    response = Answer(200, kHtml, StatusHtml());
  } else if (path == "/healthz") {
    response = Answer(200, kText, "ok\n");
  } else if (path == "/readyz") {
    const bool ready = pool_->status().ready;
    response = Answer(ready ? 200 : 503, kText, ready ? "ok\n" : "not ready\n");
  } else if (path == "/metrics") {
    response = Answer(200, kPrometheus, MetricsText());
  } else if (path == "/status.json") {
    response = Answer(200, kJson, StatusJson());
  } else {
    response = Answer(404, kText,
                      "there are /, /healthz, /readyz, /metrics and "
                      "/status.json\n");
  }
  if (head) response.body.clear();
  return response;
}

}  // namespace cupel
