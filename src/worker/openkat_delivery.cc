#include "worker/openkat_delivery.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/status.h"
#include "fmt/core.h"
#include "format/json.h"
#include "format/json_fields.h"
#include "format/json_writer.h"

namespace cupel::worker {
namespace {

using Kind = DeliveryStep::Kind;
using job::TaskStatus;

constexpr uint32_t kMostDoubtfulAttempts = 10;
constexpr std::array<std::string_view, 6> kKindNames = {
    "boefje_meta", "raws", "octopoes", "normalizer_meta", "finish", "settle"};

DeliveryStep ParseStep(const Json& json, const JsonPath& path,
                       JsonIssues* issues) {
  JsonFields in(json, path, issues);
  DeliveryStep step;
  step.kind = static_cast<Kind>(
      in.Choice("kind", {kKindNames[0], kKindNames[1], kKindNames[2],
                         kKindNames[3], kKindNames[4], kKindNames[5]}));
  step.member = static_cast<uint32_t>(in.IntegerOr("member", 0));
  step.id = in.OptionalString("id").value_or("");
  step.path = in.OptionalString("path").value_or("");
  step.body = in.OptionalString("body").value_or("");
  const auto status = job::TaskStatusFromName(in.String("status"));
  if (!status.has_value()) in.Issue("status", "enum", "is no status");
  step.status = status.value_or(TaskStatus::kFailed);
  return step;
}

// Not the sender's fault: it may well be taken later.
bool IsTrouble(const absl::Status& status, uint32_t attempt) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
    // A password that somebody will put right.
    case absl::StatusCode::kUnauthenticated:
      return true;
    // Of the service or of what it was sent (a firewall refuses with 403).
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kInternal:
      return attempt < kMostDoubtfulAttempts;
    default:
      return false;
  }
}

bool HasEnded(TaskStatus status) {
  return status == TaskStatus::kCompleted || status == TaskStatus::kFailed ||
         status == TaskStatus::kCancelled;
}

}  // namespace

std::string PrintDelivery(const OpenKatDelivery& delivery) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("key").String(delivery.key);
  json.Key("status").String(job::Name(delivery.status));
  json.Key("files").BeginArray();
  for (const job::File& file : delivery.files) job::Write(file, &json);
  json.EndArray();
  json.Key("steps").BeginArray();
  for (const DeliveryStep& step : delivery.steps) {
    json.BeginObject();
    json.Key("kind").String(kKindNames[static_cast<size_t>(step.kind)]);
    json.Key("member").Number(step.member);
    json.Key("id").String(step.id);
    json.Key("path").String(step.path);
    json.Key("body").String(step.body);
    json.Key("status").String(job::Name(step.status));
    json.EndObject();
  }
  json.EndArray();
  json.Key("refused").BeginArray();
  for (const auto& [member, why] : delivery.refused) {
    json.BeginObject().Key("member").Number(member);
    json.Key("why").String(why).EndObject();
  }
  json.EndArray().EndObject();
  return out;
}

absl::StatusOr<OpenKatDelivery> ParseDelivery(std::string_view text) {
  JsonLimits limits;
  limits.bytes = text.size();
  limits.values = text.size();
  CUPEL_ASSIGN_OR_RETURN(const Json json, ParseJson(text, "delivery", limits));
  JsonIssues issues;
  JsonFields in(json, {}, &issues);
  OpenKatDelivery delivery;
  delivery.key = in.String("key");
  delivery.status = in.Choice("status", {"COMPLETED", "FAILED"}) == 0
                        ? job::StatusEnum::kCompleted
                        : job::StatusEnum::kFailed;
  if (const Json* const files = in.Array("files", /*required=*/true)) {
    for (const Json& file : *files) {
      delivery.files.push_back(
          job::ParseFile(file, in.PathOf("files"), &issues));
    }
  }
  if (const Json* const steps = in.Array("steps", /*required=*/true)) {
    for (const Json& step : *steps) {
      delivery.steps.push_back(ParseStep(step, in.PathOf("steps"), &issues));
    }
  }
  if (const Json* const refused = in.Array("refused")) {
    for (const Json& one : *refused) {
      JsonFields fields(one, in.PathOf("refused"), &issues);
      delivery.refused.emplace(static_cast<uint32_t>(fields.Integer("member")),
                               fields.String("why"));
    }
  }
  CUPEL_RETURN_IF_ERROR(issues.ToStatus("delivery"));
  return delivery;
}

OpenKatDelivery RestOf(const OpenKatDelivery& delivery,
                       const DeliveryProgress& progress) {
  OpenKatDelivery rest = delivery;
  rest.steps.erase(rest.steps.begin(),
                   rest.steps.begin() + static_cast<ptrdiff_t>(progress.done));
  rest.refused.insert(progress.refused.begin(), progress.refused.end());
  return rest;
}

absl::Status OpenKatDeliverer::Run(const OpenKatDelivery& delivery,
                                   uint32_t attempt, DeliveryProgress* progress,
                                   Cancel* cancel) const {
  while (progress->done < delivery.steps.size()) {
    const DeliveryStep& step = delivery.steps[progress->done];
    const bool was_refused = delivery.refused.contains(step.member) ||
                             progress->refused.contains(step.member);
    absl::Status done;
    if (step.kind == Kind::kBoefjeMeta && step.member > 0) {
      const size_t before = progress->done;
      done = SkipEnded(delivery, progress, cancel);
      if (progress->done != before) continue;
    }
    if (done.ok()) done = Do(delivery, step, was_refused, cancel);
    if (!done.ok()) {
      if (IsTrouble(done, attempt)) return done;
      progress->refused.emplace(step.member, MessageOf(done));
      if (log_ != nullptr) {
        log_->Error("a result was refused", delivery.key,
                    {{"reason", std::string(MessageOf(done))}});
      }
    }
    ++progress->done;
  }
  return absl::OkStatus();
}

absl::Status OpenKatDeliverer::SkipEnded(const OpenKatDelivery& delivery,
                                         DeliveryProgress* progress,
                                         Cancel* cancel) const {
  const auto begin =
      delivery.steps.begin() + static_cast<ptrdiff_t>(progress->done);
  const auto end = std::find_if(
      begin, delivery.steps.end(),
      [&](const DeliveryStep& step) { return step.member != begin->member; });
  // The last one of its own says which task that is.
  const DeliveryStep& last = *(end - 1);
  if (last.kind != Kind::kSettle) return absl::OkStatus();
  const auto now = mula_->StatusOf(last.id, cancel);
  const bool gone = absl::IsNotFound(now.status());
  if (!gone) CUPEL_RETURN_IF_ERROR(now.status());
  if (!gone && !HasEnded(*now)) return absl::OkStatus();
  if (log_ != nullptr) {
    log_->Info(
        "follower is passed over", last.id,
        {{"reason", gone ? "mula has it no more"
                         : fmt::format("it is {} already", job::Name(*now))}});
  }
  progress->done += static_cast<size_t>(end - begin);
  return absl::OkStatus();
}

absl::Status OpenKatDeliverer::Do(const OpenKatDelivery& delivery,
                                  const DeliveryStep& step, bool was_refused,
                                  Cancel* cancel) const {
  switch (step.kind) {
    case Kind::kBoefjeMeta:
      return bytes_->SaveBoefjeMeta(step.body, cancel);
    case Kind::kRaws:
      if (was_refused) return absl::OkStatus();
      return bytes_->SaveRaws(step.id, delivery.status, delivery.files, cancel)
          .status();
    case Kind::kOctopoes:
      if (was_refused) return absl::OkStatus();
      return octopoes_->Post(step.path, step.body, cancel);
    case Kind::kNormalizerMeta:
      return bytes_->SaveNormalizerMeta(step.body, cancel);
    case Kind::kFinish:
    case Kind::kSettle:
      return SetStatus(step, was_refused, cancel);
  }
  return Internal("a step of no kind");
}

absl::Status OpenKatDeliverer::SetStatus(const DeliveryStep& step,
                                         bool was_refused,
                                         Cancel* cancel) const {
  const auto now = mula_->StatusOf(step.id, cancel);
  // Somebody deleted it: nobody waits for it.
  if (absl::IsNotFound(now.status())) return absl::OkStatus();
  CUPEL_RETURN_IF_ERROR(now.status());
  const bool wanted = step.kind == Kind::kFinish ? *now == TaskStatus::kRunning
                                                 : !HasEnded(*now);
  if (!wanted) return absl::OkStatus();
  const bool failed = was_refused && step.status == TaskStatus::kCompleted;
  return mula_->SetStatus(step.id, failed ? TaskStatus::kFailed : step.status,
                          cancel);
}

}  // namespace cupel::worker
