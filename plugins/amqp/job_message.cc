#include "job_message.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"
#include "format/json_fields.h"

namespace cupel::amqp {
namespace {

constexpr size_t kMostId = 255;
constexpr size_t kMostName = 1024;
constexpr size_t kMostReason = 2048;
// Of a frame of 128 KiB, with room for headers of others.
constexpr size_t kMostHistory = size_t{32} << 10;
constexpr size_t kJsonValues = 1'000'000;

bool HasType(std::string_view content_type, std::string_view type) {
  return content_type.starts_with(type) &&
         (content_type.size() == type.size() ||
          content_type[type.size()] == ';' || content_type[type.size()] == ' ');
}

absl::StatusOr<wire::QueueJob> JobOfJson(std::string_view text) {
  CUPEL_ASSIGN_OR_RETURN(
      const Json json,
      ParseJson(text, "the job",
                {.bytes = text.size(), .depth = 64, .values = kJsonValues}));
  JsonIssues issues;
  JsonFields fields(json, {}, &issues);
  fields.ForbidOthers({"id", "kind", "organisation", "body", "priority",
                       "max_attempts", "not_before", "deadline"});
  wire::QueueJob job;
  job.kind = fields.String("kind", 1);
  job.id = fields.OptionalString("id").value_or("");
  job.organisation = fields.OptionalString("organisation").value_or("");
  const int64_t priority = fields.IntegerOr("priority", 0);
  const int64_t attempts = fields.IntegerOr("max_attempts", 0);
  const auto not_before = fields.OptionalDateTime("not_before", true);
  const auto deadline = fields.OptionalDateTime("deadline", true);
  const Json* const body = fields.Required("body");
  if (body != nullptr && body->is_object()) job.body = PrintJson(*body);
  CUPEL_RETURN_IF_ERROR(issues.ToStatus("the job"));
  if (job.body.empty()) return InvalidArgument("the job: body is no object");
  if (priority < std::numeric_limits<int32_t>::min() ||
      priority > std::numeric_limits<int32_t>::max() || attempts < 0 ||
      attempts > std::numeric_limits<int32_t>::max()) {
    return InvalidArgument("the job: priority or max_attempts is out of range");
  }
  job.priority = static_cast<int32_t>(priority);
  job.max_attempts = static_cast<uint32_t>(attempts);
  if (not_before) job.not_before_micros = not_before->micros;
  if (deadline) job.deadline_micros = deadline->micros;
  return job;
}

absl::StatusOr<wire::QueueJob> Parse(const Message& message) {
  const std::string_view type = message.content_type;
  if (HasType(type, "application/json")) return JobOfJson(message.body);
  if (HasType(type, "application/x-protobuf")) {
    return wire::DecodeQueueJob(message.body);
  }
  if (!type.empty()) {
    return InvalidArgument(
        "its content type is '{}': a job is application/json or {}",
        EscapePrintable(type.substr(0, 100)), wire::kQueueJobType);
  }
  return message.body.starts_with('{') ? JobOfJson(message.body)
                                       : wire::DecodeQueueJob(message.body);
}

std::string Line(std::string_view text, size_t most) {
  return ReplaceInvalidUtf8(EscapePrintable(text).substr(0, most));
}

}  // namespace

absl::StatusOr<wire::QueueJob> JobOfMessage(const Message& message,
                                            uint64_t max_body) {
  CUPEL_ASSIGN_OR_RETURN(wire::QueueJob job, Parse(message));
  if (job.id.empty()) job.id = message.message_id;
  if (job.id.empty() || job.id.size() > kMostId || !IsUtf8(job.id)) {
    return InvalidArgument(
        "the job has no id: give `id`, or the message's message-id, of at most "
        "{} bytes",
        kMostId);
  }
  if (job.kind.size() > kMostName || job.organisation.size() > kMostName) {
    return InvalidArgument(
        "the job: kind and organisation have {} bytes each "
        "at most",
        kMostName);
  }
  if (job.body.size() > max_body) {
    return ResourceExhausted("the job's body has {} bytes: {} are allowed",
                             job.body.size(), max_body);
  }
  CUPEL_ASSIGN_OR_RETURN(const Json body, ParseJson(job.body, "the job's body",
                                                    {.bytes = job.body.size(),
                                                     .values = kJsonValues}));
  if (!body.is_object()) {
    return InvalidArgument("the job's body is no JSON object");
  }
  if (job.not_before_micros == 0) {
    job.not_before_micros = message.NumberOr(kNotBefore, 0);
  }
  return job;
}

Message AsSent(const Message& message) {
  Message out = message;
  std::erase_if(out.headers, [](const auto& header) {
    const std::string_view name = header.first;
    return name.starts_with("x-first-death-") ||
           name.starts_with("x-last-death-") || name == "x-delivery-count";
  });
  out.expiration_ms = -1;
  return out;
}

Message MessageOfJob(const wire::QueueJob& job) {
  Message message;
  message.content_type = wire::kQueueJobType;
  message.message_id = job.id;
  message.type = "cupel.job";
  // RabbitMQ 4 has two priorities, above 4 and others; before, there is none.
  message.priority = static_cast<uint8_t>(std::clamp(job.priority, -4, 5) + 4);
  message.timestamp_s = static_cast<uint64_t>(job.submitted_micros / 1'000'000);
  message.body = wire::EncodeQueueJob(job);
  return message;
}

void AddAttempt(Message* message, const EndedAttempt& attempt) {
  Json history = Json::array();
  if (const std::string* const text = message->Text(kHistory)) {
    auto parsed = ParseJson(*text, "history");
    if (parsed.ok() && parsed->is_array()) history = *std::move(parsed);
  }
  Json one = Json::object();
  one["number"] = attempt.number;
  one["worker"] = Line(attempt.worker, kMostName);
  one["started"] = attempt.started_micros;
  one["ended"] = attempt.ended_micros;
  one["outcome"] = attempt.outcome;
  one["reason"] = Line(attempt.reason, kMostReason);
  if (attempt.signal != 0) one["signal"] = attempt.signal;
  if (attempt.max_rss_bytes != 0) one["max_rss"] = attempt.max_rss_bytes;
  if (!attempt.last_step.empty()) {
    one["last_step"] = Line(attempt.last_step, kMostName);
  }
  history.push_back(std::move(one));
  std::string text = PrintJson(history);
  while (text.size() > kMostHistory && history.size() > 1) {
    history.erase(history.begin());
    text = PrintJson(history);
  }
  message->Set(kHistory, std::move(text));
}

void SetReason(Message* message, std::string_view reason) {
  message->Set(kReason, Line(reason, kMostReason));
}

}  // namespace cupel::amqp
