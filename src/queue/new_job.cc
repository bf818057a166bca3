#include "queue/new_job.h"

#include <algorithm>
#include <cmath>

#include "base/status.h"
#include "base/uuid.h"
#include "format/escape.h"
#include "format/json.h"

namespace cupel::queue {
namespace {

constexpr size_t kLongestName = 256;
constexpr size_t kLongestKey = 1024;
constexpr size_t kLongestKind = 64;
constexpr size_t kLongestLine = 4096;

// Text for people and for keys: UTF-8 without control characters.
absl::Status CheckText(std::string_view text, std::string_view name,
                       size_t longest) {
  if (text.size() > longest) {
    return InvalidArgument("a job's {} has {} bytes; at most {} are allowed",
                           name, text.size(), longest);
  }
  if (!IsUtf8(text)) {
    return InvalidArgument("a job's {} is no UTF-8", name);
  }
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      return InvalidArgument("a job's {} has a control character ({:#04x})",
                             name, byte);
    }
  }
  return absl::OkStatus();
}

absl::Status CheckKind(std::string_view kind) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  if (kind.empty() || kind.size() > kLongestKind ||
      !std::all_of(kind.begin(), kind.end(), allowed)) {
    return InvalidArgument(
        "a job's kind is '{}'; it has to be 1 to {} small letters, digits, "
        "'-', '_' and '.', such as 'scan'",
        EscapePrintable(kind.substr(0, kLongestKind)), kLongestKind);
  }
  return absl::OkStatus();
}

absl::Status CheckTime(int64_t micros, std::string_view name) {
  if (micros < 0 || micros > kLastMicros) {
    return InvalidArgument("a job's {} is no time from 1970 to 9999", name);
  }
  return absl::OkStatus();
}

absl::Status CheckBody(std::string_view body, const QueueOptions& options) {
  if (body.size() > options.max_body_bytes) {
    return ResourceExhausted(
        "a job's body has {} bytes; this queue takes up to {}. Name files by "
        "their paths instead of putting them in",
        body.size(), options.max_body_bytes);
  }
  JsonLimits limits;
  limits.bytes = options.max_body_bytes;
  CUPEL_ASSIGN_OR_RETURN(const Json json,
                         ParseJson(body, "the job's body", limits));
  if (!json.is_object()) {
    return InvalidArgument("the job's body: expected an object, found {}",
                           JsonTypeName(json));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckNewJob(const NewJob& job, const QueueOptions& options) {
  CUPEL_RETURN_IF_ERROR(CheckText(job.id, "id", kLongestName));
  CUPEL_RETURN_IF_ERROR(CheckKind(job.kind));
  CUPEL_RETURN_IF_ERROR(
      CheckText(job.organisation, "organisation", kLongestName));
  CUPEL_RETURN_IF_ERROR(CheckText(job.dedup_key, "dedup_key", kLongestKey));
  CUPEL_RETURN_IF_ERROR(CheckTime(job.not_before_micros, "not_before"));
  CUPEL_RETURN_IF_ERROR(CheckTime(job.deadline_micros, "deadline"));
  if (job.deadline_micros != 0 &&
      job.deadline_micros <= job.not_before_micros) {
    return InvalidArgument("a job's deadline is not after its not_before");
  }
  if (job.max_attempts > kMostAttempts) {
    return InvalidArgument("a job's max_attempts is {}; at most {} are allowed",
                           job.max_attempts, kMostAttempts);
  }
  return CheckBody(job.body, options);
}

absl::Status CheckLeaseTime(int64_t micros) {
  if (micros <= 0 || micros > kLongestLeaseMicros) {
    return InvalidArgument(
        "a lease of {} microseconds; it has to be more than 0 and at most 30 "
        "days",
        micros);
  }
  return absl::OkStatus();
}

absl::Status CheckLeaseRequest(const LeaseRequest& request) {
  CUPEL_RETURN_IF_ERROR(CheckText(request.worker, "worker", kLongestName));
  CUPEL_RETURN_IF_ERROR(CheckLeaseTime(request.lease_micros));
  for (const std::string& kind : request.kinds) {
    CUPEL_RETURN_IF_ERROR(CheckKind(kind));
  }
  return absl::OkStatus();
}

absl::Status CheckResult(const JobResult& result, const QueueOptions& options) {
  CUPEL_RETURN_IF_ERROR(CheckText(result.type, "result type", kLongestName));
  if (result.type.empty()) {
    return InvalidArgument(
        "a job's result has no type; say what it is, such as "
        "'application/json'");
  }
  if (result.bytes.size() > options.max_result_bytes) {
    return ResourceExhausted(
        "a job's result has {} bytes; this queue takes up to {}",
        result.bytes.size(), options.max_result_bytes);
  }
  return absl::OkStatus();
}

absl::Status CheckQueueOptions(const QueueOptions& options) {
  if (options.max_attempts == 0 || options.max_attempts > kMostAttempts) {
    return InvalidArgument("max_attempts is {}; it has to be from 1 to {}",
                           options.max_attempts, kMostAttempts);
  }
  if (options.backoff_micros < 0 ||
      options.max_backoff_micros < options.backoff_micros ||
      options.max_backoff_micros > kLongestLeaseMicros) {
    return InvalidArgument(
        "a back-off from {} to {} microseconds; it has to be from 0 up to 30 "
        "days",
        options.backoff_micros, options.max_backoff_micros);
  }
  if (!(options.jitter >= 0 && options.jitter <= 1)) {
    return InvalidArgument("jitter has to be from 0 to 1");
  }
  return absl::OkStatus();
}

std::string MakeJobId(int64_t now_micros) {
  Uuid id = Uuid::Random();
  const auto millis = static_cast<uint64_t>(now_micros / 1000);
  for (size_t i = 0; i < 6; ++i) {
    id.bytes[i] = static_cast<uint8_t>(millis >> (40 - 8 * i));
  }
  id.bytes[6] = static_cast<uint8_t>((id.bytes[6] & 0x0f) | 0x70);
  return id.ToString();
}

bool SameContent(const NewJob& a, const NewJob& b) {
  return a.kind == b.kind && a.body == b.body &&
         a.organisation == b.organisation && a.dedup_key == b.dedup_key &&
         a.priority == b.priority &&
         a.not_before_micros == b.not_before_micros &&
         a.deadline_micros == b.deadline_micros &&
         a.max_attempts == b.max_attempts;
}

int64_t BackoffMicros(int64_t first_micros, int64_t longest_micros,
                      double jitter, uint32_t attempts, double random) {
  const int doublings = static_cast<int>(std::min(attempts, 62U)) - 1;
  const double wait =
      std::min(static_cast<double>(longest_micros),
               std::ldexp(static_cast<double>(first_micros), doublings));
  return static_cast<int64_t>(wait * (1 + jitter * (2 * random - 1)));
}

std::string OneLine(std::string_view text) {
  std::string line = EscapePrintable(text.substr(0, kLongestLine));
  if (line.size() > kLongestLine) {
    // Not within a character.
    size_t end = kLongestLine;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) {
      --end;
    }
    line.resize(end);
  }
  return line;
}

}  // namespace cupel::queue
