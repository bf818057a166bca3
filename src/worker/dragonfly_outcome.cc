#include "worker/dragonfly_outcome.h"

#include <optional>
#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"
#include "format/json_fields.h"

namespace cupel::worker {
namespace {

// What a job of kind "package" says at its end: docs/dragonfly.md.
struct PackageResult {
  std::string outcome;
  std::string commit;
  bool retry = false;
  std::string reason;
  dragonfly::PackageSuccess success;
};

// The process that made it has read untrusted archives: it may be anything.
absl::StatusOr<PackageResult> ReadResult(const std::string& bytes) {
  CUPEL_ASSIGN_OR_RETURN(Json json, ParseJson(bytes, "result"));
  JsonIssues issues;
  JsonFields fields(json, {}, &issues);
  PackageResult result;
  result.outcome = fields.String("outcome");
  result.commit = fields.String("commit");
  result.retry = fields.BoolOr("retry", false);
  result.reason = fields.OptionalString("reason").value_or("");
  result.success.score = fields.Integer("score");
  result.success.inspector_url = fields.OptionalString("inspector_url");
  result.success.rules_matched = fields.Strings("rules_matched");
  CUPEL_RETURN_IF_ERROR(issues.ToStatus("result"));
  return result;
}

DragonflyVerdict Failure(const dragonfly::PackageJob& job, bool may_work_later,
                         std::string reason, uint32_t max_attempts) {
  if (may_work_later && job.lease && job.lease->attempt < max_attempts) {
    return {.reason = fmt::format("{} (attempt {} of {})", reason,
                                  job.lease->attempt, max_attempts)};
  }
  DragonflyVerdict verdict;
  verdict.body = dragonfly::FailureBody(job, reason);
  verdict.kind = "failure";
  verdict.reason = std::move(reason);
  return verdict;
}

DragonflyVerdict Judge(const dragonfly::PackageJob& job, PackageResult result,
                       uint32_t max_attempts) {
  if (result.outcome == "failure") {
    return Failure(job, result.retry, std::move(result.reason), max_attempts);
  }
  if (result.outcome != "success") return {.reason = std::move(result.reason)};
  DragonflyVerdict verdict;
  verdict.body = dragonfly::SuccessBody(job, result.success);
  verdict.kind = "success";
  verdict.reason = std::move(result.reason);
  return verdict;
}

}  // namespace

DragonflyVerdict JudgeOutcome(const dragonfly::PackageJob& job,
                              const JobOutcome& outcome,
                              uint32_t max_attempts) {
  std::string reason = outcome.reason;
  switch (outcome.kind) {
    case JobOutcome::Kind::kCompleted:
      break;
    case JobOutcome::Kind::kCancelled:
      return {.reason = "cancelled: " + reason};
    case JobOutcome::Kind::kLost:
      reason = "the scan's process ended before the scan: " + reason;
      if (!outcome.last_step.empty()) {
        reason += " (at: " + EscapePrintable(outcome.last_step) + ")";
      }
      return Failure(job, true, std::move(reason), max_attempts);
    case JobOutcome::Kind::kFailed:
      return Failure(job, true, std::move(reason), max_attempts);
  }
  absl::StatusOr<PackageResult> result = ReadResult(outcome.result.bytes);
  if (!result.ok()) {
    return Failure(job, true, std::string(MessageOf(result.status())),
                   max_attempts);
  }
  if (result->commit != job.hash) {
    return {.reason = fmt::format("the result is of rules {}, not of {}",
                                  EscapePrintable(result->commit),
                                  EscapePrintable(job.hash))};
  }
  result->success.commit = job.hash;
  return Judge(job, *std::move(result), max_attempts);
}

}  // namespace cupel::worker
